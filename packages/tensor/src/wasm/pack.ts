/** Copying a panel of columns of a matrix into contiguous rows, transposing by 4 × 4 blocks where the other direction is contiguous. */
import { Func } from "./assembler.ts";
import { I32, Op, V128 } from "./opcodes.ts";

export interface Panel {
  readonly K: number;
  readonly columns: number;
  /** Row of the packed panel: 4·vectors ≥ columns; lanes behind the columns hold anything. */
  readonly vectors: number;
  /** Bytes from (k, j) to (k + 1, j) and to (k, j + 1). */
  readonly step: number;
  readonly column: number;
}

/** Parameters: pointers to element (0, 0) and to the packed panel. */
const [from, to] = [0, 1] as const;

/** (from, to): packed[k, j] = from[k·step + j·column]. */
export function packPanel(panel: Panel): Func {
  const f = new Func([I32, I32]);
  if (panel.column === 4) copyRows(f, panel);
  else if (panel.step === 4) transpose(f, panel);
  else gather(f, panel);
  return f;
}

function copyRows(f: Func, { K, vectors, step }: Panel): void {
  const source = f.local(I32);
  const target = f.local(I32);
  begin(f, source, from, target, to);
  f.repeat(K, () => {
    for (let j = vectors - 1; j >= 0; j--) {
      f.get(target);
      f.get(source);
      f.memory(Op.vLoad, 16 * j);
      f.memory(Op.vStore, 16 * j);
    }
    f.advance(source, step);
    f.advance(target, 16 * vectors);
  });
}

function begin(f: Func, source: number, from: number, target: number, to: number): void {
  f.get(from);
  f.set(source);
  f.get(to);
  f.set(target);
}

/** Bytes of a shuffle of 32-bit lanes 0–7 of two vectors. */
export const lanes = (...order: readonly number[]): number[] =>
  order.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]);

/** Replaces the vectors in four locals by the columns of the 4 × 4 block they hold as rows. */
export function transposeBlock(f: Func, rows: readonly number[], temporary: readonly number[]): void {
  const [r0, r1, r2, r3] = rows as [number, number, number, number];
  const [t0, t1, t2, t3] = temporary as [number, number, number, number];
  interleave(f, r0, r1, [t0, t1]);
  interleave(f, r2, r3, [t2, t3]);
  mix(f, t0, t2, r0, [0, 1, 4, 5]);
  mix(f, t0, t2, r1, [2, 3, 6, 7]);
  mix(f, t1, t3, r2, [0, 1, 4, 5]);
  mix(f, t1, t3, r3, [2, 3, 6, 7]);
}

/** Elements of two vectors in turn, into the first two of the locals `to`. */
export function interleave(f: Func, a: number, b: number, to: readonly number[]): void {
  mix(f, a, b, to[0]!, [0, 4, 1, 5]);
  mix(f, a, b, to[1]!, [2, 6, 3, 7]);
}

function mix(f: Func, a: number, b: number, to: number, order: readonly number[]): void {
  f.get(a);
  f.get(b);
  f.bytes16(Op.shuffle, lanes(...order));
  f.set(to);
}

/** Reads past the end of a column's K elements by up to 12 bytes; what it reads there is not stored. */
function transpose(f: Func, { K, columns, vectors, column }: Panel): void {
  const source = f.local(I32);
  const target = f.local(I32);
  const rows = Array.from({ length: 4 }, () => f.local(V128));
  const temporary = Array.from({ length: 4 }, () => f.local(V128));
  for (let j = 0; j < vectors; j++) {
    begin(f, source, from, target, to);
    f.advance(source, 4 * j * column);
    f.advance(target, 16 * j);
    const block = (count: number): void => {
      rows.forEach((row, r) => {
        f.get(source);
        f.memory(Op.vLoad, 4 * j + r < columns ? r * column : 0);
        f.set(row);
      });
      transposeBlock(f, rows, temporary);
      for (let k = 0; k < count; k++) {
        f.get(target);
        f.get(rows[k]!);
        f.memory(Op.vStore, 16 * vectors * k);
      }
      f.advance(source, 16);
      f.advance(target, 64 * vectors);
    };
    if (K >= 4) f.repeat(Math.floor(K / 4), () => block(4));
    if (K % 4) block(K % 4);
  }
}

function gather(f: Func, { K, columns, vectors, step, column }: Panel): void {
  const source = f.local(I32);
  const target = f.local(I32);
  begin(f, source, from, target, to);
  f.repeat(K, () => {
    for (let j = 0; j < columns; j++) {
      f.get(target);
      f.get(source);
      f.memory(Op.f32Load, j * column);
      f.memory(Op.f32Store, 4 * j);
    }
    f.advance(source, step);
    f.advance(target, 16 * vectors);
  });
}

/** (from, to): strips of `rows` neighbouring elements of each of K columns, `step` bytes apart, laid one column after the other. */
export function packRows(rows: number, count: number, K: number, step: number): Func {
  const f = new Func([I32, I32]);
  const source = f.local(I32);
  /** Neighbouring strips at once: together they fill the lines of the cache that they touch. */
  const copy = (strips: number): void => {
    f.get(from);
    f.set(source);
    f.repeat(K, () => {
      for (let strip = 0; strip < strips; strip++) {
        for (let r = 0; r < rows; r += rows - r >= 4 ? 4 : 1) {
          const wide = rows - r >= 4;
          f.get(to);
          f.get(source);
          f.memory(wide ? Op.vLoad : Op.i32Load, 4 * (strip * rows + r));
          f.memory(wide ? Op.vStore : Op.i32Store, 4 * (strip * rows * K + r));
        }
      }
      f.advance(source, step);
      f.advance(to, 4 * rows);
    });
    f.advance(to, 4 * rows * K * (strips - 1));
    f.advance(from, 4 * rows * strips);
  };
  const together = Math.min(count, Math.max(1, Math.floor(16 / rows)));
  if (count >= together) f.repeat(Math.floor(count / together), () => copy(together));
  if (count % together) copy(count % together);
  return f;
}
