/** What is said by diagonals: parts of matrices, and differences of neighbours. */
import { axisIn, expandTo, shown } from "./common.ts";
import { Shaping } from "./shape.ts";

export abstract class Diagonals extends Shaping {
  /** The lower triangle of the last two axes, 0 elsewhere: up to the main diagonal, or the one `diagonal` places above it. */
  tril(diagonal = 0): this {
    return triangle("tril", this, diagonal, (offset) => offset.lessEqual(diagonal));
  }
  /** tril in place. */
  tril_(diagonal?: number): this {
    return this.change("tril_", (x) => x.tril(diagonal));
  }
  /** The upper triangle of the last two axes, 0 elsewhere: from the main diagonal, or the one `diagonal` places above it. */
  triu(diagonal = 0): this {
    return triangle("triu", this, diagonal, (offset) => offset.greaterEqual(diagonal));
  }
  /** triu in place. */
  triu_(diagonal?: number): this {
    return this.change("triu_", (x) => x.triu(diagonal));
  }

  /** A square matrix with this vector on a diagonal, or a diagonal of this matrix: the main one, or the one `diagonal` places above it. */
  diag(diagonal = 0): this {
    checkDiagonal("diag", diagonal);
    const away = Math.abs(diagonal);
    const [rows, columns] = this.shape;
    if (this.rank === 1) {
      const size = rows! + away;
      const padded = this.pad([[0, away]]);
      const spread = expandTo(padded.unsqueeze(diagonal < 0 ? 0 : 1), [size, size]);
      return this.bind("select", [offsets(this, size, size).equal(diagonal), spread, spread.zerosLike()]).named("diag");
    }
    if (this.rank !== 2)
      throw new TypeError(`diag: got shape [${this.shape.join(", ")}]; expected a vector or a matrix; pick one with .slice`);
    const top = diagonal < 0 ? away : 0;
    const left = diagonal < 0 ? 0 : away;
    if (top > rows! || left > columns!)
      throw new RangeError(`diag: got diagonal ${diagonal} of shape [${rows}, ${columns}]; expected ${-rows!} to ${columns}; correct it`);
    const n = Math.min(rows! - top, columns! - left);
    const square = this.sliceWith([top, left], [top + n, left + n], [1, 1]).reshape([n * n]);
    const picked = square.sliceWith([0], [n * n], [n + 1]);
    return (picked.isView || picked === this ? picked.clone() : picked).named("diag");
  }

  /** Differences of neighbours along an axis, xᵢ₊₁ − xᵢ, taken `times` times; of bool, whether they differ. */
  diff(times = 1, axis = -1): this {
    const at = axisIn("diff", axis, this.rank);
    if (!Number.isInteger(times) || times < 0)
      throw new RangeError(`diff: got times ${shown(times)}; expected a whole number ≥ 0; the axis is the second argument`);
    return times === 0 || this.shape[at] === 0 ? this.clone() : differences(this, times, at).named("diff");
  }
}

function differences<T extends Shaping>(x: T, times: number, axis: number): T {
  const n = x.shape[axis]!;
  if (times === 0 || n === 0) return x;
  const [next, last] = [x.narrow(axis, 1, n), x.narrow(axis, 0, n - 1)];
  return differences(x.dtype === "bool" ? next.xor(last) : next.sub(last), times - 1, axis);
}

function checkDiagonal(name: string, diagonal: number): void {
  if (!Number.isInteger(diagonal))
    throw new TypeError(`${name}: got diagonal ${shown(diagonal)}; expected a whole number; 0 is the main diagonal, 1 the one above it`);
}

/** Column − row of each place of a matrix, int32. */
function offsets<T extends Shaping>(like: T, rows: number, columns: number): T {
  const places = (axis: number): T => like.bind("iota", [], { shape: [rows, columns], dtype: "int32", axis });
  return places(1).sub(places(0));
}

function triangle<T extends Shaping>(name: string, x: T, diagonal: number, kept: (offset: T) => T): T {
  checkDiagonal(name, diagonal);
  if (x.rank < 2)
    throw new TypeError(`${name}: got shape [${x.shape.join(", ")}]; expected at least two axes; add one with .unsqueeze(axis)`);
  const mask = kept(offsets(x, x.shape.at(-2)!, x.shape.at(-1)!));
  return x.bind("select", [expandTo(mask, x.shape), x, x.zerosLike()]).named(name);
}
