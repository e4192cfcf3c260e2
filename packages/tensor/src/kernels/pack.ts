/** Copying a panel of columns of a matrix into contiguous rows, transposing by 4 × 4 blocks where the other direction is contiguous. */
import { Func } from "./assembler.ts";
import { I32, Op, V128 } from "./opcodes.ts";

export interface Panel {
  readonly K: number;
  readonly columns: number;
  /** Vectors in a row of the packed panel: 4·vectors ≥ columns; lanes behind the columns hold anything. */
  readonly vectors: number;
  /** Bytes from one packed row to the next, where the panel is transposed; 16·vectors unless given. */
  readonly row?: number;
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
function transpose(f: Func, { K, columns, vectors, column, row = 16 * vectors }: Panel): void {
  const source = f.local(I32);
  const target = f.local(I32);
  const rows = Array.from({ length: 4 }, () => f.local(V128));
  const temporary = Array.from({ length: 4 }, () => f.local(V128));
  const four = (real: number): void => {
    begin(f, source, from, target, to);
    const block = (count: number): void => {
      rows.forEach((held, r) => {
        f.get(source);
        f.memory(Op.vLoad, r < real ? r * column : 0);
        f.set(held);
      });
      transposeBlock(f, rows, temporary);
      for (let k = 0; k < count; k++) {
        f.get(target);
        f.get(rows[k]!);
        f.memory(Op.vStore, row * k);
      }
      f.advance(source, 16);
      f.advance(target, 4 * row);
    };
    if (K >= 4) f.repeat(Math.floor(K / 4), () => block(4));
    if (K % 4) block(K % 4);
    f.advance(from, 4 * column);
    f.advance(to, 16);
  };
  if (columns >= 4) f.repeat(Math.floor(columns / 4), () => four(4));
  if (columns % 4) four(columns % 4);
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
