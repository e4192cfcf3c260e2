/** Matrix products. */
import { promote } from "../elements.ts";
import { sameShape, sizeOf } from "../shape.ts";
import { Activation } from "./activation.ts";
import { broadcastShapes, castTo, expandTo, lifted } from "./common.ts";
import type { Like } from "./value.ts";

export abstract class Linear extends Activation {
  /**
   * Matrix product over the last two axes; leading axes broadcast. A vector on the left counts as one row, on the right as one column, and that axis
   * disappears from the result.
   */
  matmul(b: Like<this>): this {
    return product(this, lifted("matmul", this, b)).named("matmul");
  }

  /** Sum of products of two vectors. */
  dot(b: Like<this>): this {
    const y = lifted("dot", this, b);
    if (this.rank !== 1 || y.rank !== 1 || this.shape[0] !== y.shape[0])
      throw new TypeError(
        `dot: got shapes [${this.shape.join(", ")}] and [${y.shape.join(", ")}]; expected two vectors of one length; use matmul for matrices`,
      );
    return this.mul(y).sum().named("dot");
  }

  /** All products of the elements of two vectors: [M], [N] → [M, N]. */
  outer(b: Like<this>): this {
    const y = lifted("outer", this, b);
    if (this.rank !== 1 || y.rank !== 1)
      throw new TypeError(
        `outer: got shapes [${this.shape.join(", ")}] and [${y.shape.join(", ")}]; expected two vectors; flatten them with .reshape([-1])`,
      );
    return this.unsqueeze(1).mul(y.unsqueeze(0)).named("outer");
  }
}

function product<T extends Activation>(left: T, right: T): T {
  let [x, y] = [left, right];
  if (x.rank === 0 || y.rank === 0 || x.shape.at(-1) !== (y.rank === 1 ? y.shape[0] : y.shape.at(-2))) {
    const inner =
      x.rank > 0 && y.rank > 0 ? `; the inner extents ${x.shape.at(-1)} and ${y.rank === 1 ? y.shape[0] : y.shape.at(-2)} differ` : "";
    throw new TypeError(
      `matmul: got shapes [${x.shape.join(", ")}] and [${y.shape.join(", ")}]${inner}; expected [… , M, K] and [… , K, N]; turn one with .transpose()`,
    );
  }
  let dtype = promote(x.dtype, y.dtype);
  if (dtype === "bool" || dtype === "uint8" || dtype === "int8" || dtype === "int16") dtype = "int32";
  x = castTo(x, dtype);
  y = castTo(y, dtype);
  const row = x.rank === 1;
  const column = y.rank === 1;
  if (row) x = x.reshape([1, x.shape[0]!]);
  if (column) y = y.reshape([y.shape[0]!, 1]);
  const made = matrices(x, y);
  if (!row && !column) return made;
  const shape = [...made.shape];
  if (column) shape.pop();
  if (row) shape.splice(column ? shape.length - 1 : shape.length - 2, 1);
  return made.reshape(shape);
}

function matrices<T extends Activation>(x: T, y: T): T {
  const [M, K] = x.shape.slice(-2) as [number, number];
  const N = y.shape.at(-1)!;
  if (x.rank === 2 && y.rank === 2) return x.bind("dot", [x, y]);
  // One right-hand matrix for all: the leading axes are just more rows.
  if (y.rank === 2) return x.bind("dot", [x.reshape([sizeOf(x.shape.slice(0, -1)), K]), y]).reshape([...x.shape.slice(0, -1), N]);
  const batch = broadcastShapes("matmul", x.shape.slice(0, -2), y.shape.slice(0, -2));
  const B = sizeOf(batch);
  const flat = (t: T, rows: number, columns: number): T => {
    const full = sameShape(t.shape.slice(0, -2), batch) ? t : expandTo(t, [...batch, rows, columns]);
    return full.reshape([B, rows, columns]);
  };
  return x.bind("dot", [flat(x, M, K), flat(y, K, N)]).reshape([...batch, M, N]);
}
