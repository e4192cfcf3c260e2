/** Shapes and strides: plain arithmetic on lists of extents. */
import type { TypedArray } from "./dtype.ts";

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** Product of the extents before an axis, its own extent, and the product of those behind it. */
export function splitAt(shape: readonly number[], axis: number): { outer: number; extent: number; inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), extent: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) };
}

/** Whether strides are those of a row-major array (axes of extent 1 do not matter). */
export function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  if (sameShape(strides, stridesOf(shape))) return true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    if (shape[axis] === 0) return true;
    if (strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/** Strides of the source for each axis of the result; 0 where it is repeated. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides = stridesOf(from);
  const missing = to.length - from.length;
  return to.map((_extent, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : strides[axis - missing]!));
}

/** out[i] (contiguous, of `shape`) = source[offset + Σ indexₐ · stridesₐ]. */
export function readStrided(
  out: TypedArray,
  source: TypedArray,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): void {
  walk(shape, strides, offset, (at, step, count, position) => {
    for (let i = 0; i < count; i++) out[position + i] = source[at + i * step]!;
  });
}

/** out[offset + Σ indexₐ · stridesₐ] = source[i] (contiguous, of `shape`). */
export function writeStrided(
  out: TypedArray,
  source: TypedArray,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): void {
  walk(shape, strides, offset, (at, step, count, position) => {
    for (let i = 0; i < count; i++) out[at + i * step] = source[position + i]!;
  });
}

/** Calls `row(start, step, count, position)` for every run along the last axis; `position` counts elements in row-major order. */
export function walk(
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  row: (start: number, step: number, count: number, position: number) => void,
): void {
  const rank = shape.length;
  if (rank === 0) return row(offset, 0, 1, 0);
  const total = sizeOf(shape);
  if (total === 0) return;
  const count = shape[rank - 1]!;
  const step = strides[rank - 1]!;
  const index = new Array<number>(rank).fill(0);
  let start = offset;
  for (let position = 0; position < total; position += count) {
    row(start, step, count, position);
    for (let axis = rank - 2; axis >= 0; axis--) {
      start += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      start -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}
