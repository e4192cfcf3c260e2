/** Index maps: how the elements of a rearranged array lie in the memory of the array it came from. Strides and offsets count elements. */
import { sizeOf, stridesOf } from "../primitives/primitive.ts";

export interface View {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

export const plainView = (shape: readonly number[]): View => ({ shape, strides: stridesOf(shape), offset: 0 });

/** Row-major without gaps (axes of extent 1 may have any stride). */
export function isContiguous({ shape, strides }: View): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return sizeOf(shape) === 0;
    expected *= shape[axis]!;
  }
  return true;
}

/** The same elements in row-major order under another shape; undefined where no strides say that. */
export function reshapeView(view: View, shape: readonly number[]): View | undefined {
  if (sizeOf(shape) === 0 || isContiguous(view)) return { shape, strides: stridesOf(shape), offset: view.offset };
  // Runs of old axes that merge into one (extent, stride), innermost first.
  const runs: [number, number][] = [];
  for (let axis = view.shape.length - 1; axis >= 0; axis--) {
    const extent = view.shape[axis]!;
    if (extent === 1) continue;
    const last = runs.at(-1);
    if (last && view.strides[axis] === last[0] * last[1]) last[0] *= extent;
    else runs.push([extent, view.strides[axis]!]);
  }
  const strides = new Array<number>(shape.length).fill(0);
  let run = 0;
  let used = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis]!;
    if (extent === 1) continue;
    const current = runs[run];
    if (!current) return undefined;
    strides[axis] = current[1] * used;
    used *= extent;
    if (used > current[0] || current[0] % used !== 0) return undefined;
    if (used === current[0]) {
      run++;
      used = 1;
    }
  }
  return { shape, strides, offset: view.offset };
}

export function permuteView({ shape, strides, offset }: View, axes: readonly number[]): View {
  return { shape: axes.map((axis) => shape[axis]!), strides: axes.map((axis) => strides[axis]!), offset };
}

export function broadcastView({ shape, strides, offset }: View, to: readonly number[]): View {
  const missing = to.length - shape.length;
  return {
    shape: to,
    strides: to.map((_n, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : strides[axis - missing]!)),
    offset,
  };
}

export function sliceView({ strides, offset }: View, shape: readonly number[], start: readonly number[], step: readonly number[]): View {
  let from = offset;
  if (sizeOf(shape) > 0) start.forEach((first, axis) => (from += first * strides[axis]!));
  return { shape, strides: strides.map((stride, axis) => stride * step[axis]!), offset: from };
}

export function flipView({ shape, strides, offset }: View, axes: readonly number[]): View {
  const flipped = [...strides];
  let from = offset;
  if (sizeOf(shape) === 0) return { shape, strides, offset };
  for (const axis of axes) {
    from += (shape[axis]! - 1) * strides[axis]!;
    flipped[axis] = -strides[axis]!;
  }
  return { shape, strides: flipped, offset: from };
}

/** Extents and, per operand, strides of a loop nest after removing axes of extent 1 and joining neighbours that step alike. */
export interface Nest {
  readonly extents: number[];
  readonly strides: number[][];
  /** Per axis the mark it had (axes with different marks are never joined). */
  readonly marks: number[];
}

export function collapse(shape: readonly number[], operands: readonly (readonly number[])[], marks?: readonly number[]): Nest {
  const extents: number[] = [];
  const kept: number[] = [];
  const strides: number[][] = operands.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    const extent = shape[axis]!;
    if (extent === 1) continue;
    const mark = marks ? marks[axis]! : 0;
    const last = extents.length - 1;
    const joins = last >= 0 && kept[last] === mark && operands.every((operand, i) => strides[i]![last] === operand[axis]! * extent);
    if (joins) {
      extents[last]! *= extent;
      operands.forEach((operand, i) => (strides[i]![last] = operand[axis]!));
    } else {
      extents.push(extent);
      kept.push(mark);
      operands.forEach((operand, i) => strides[i]!.push(operand[axis]!));
    }
  }
  return { extents, strides, marks: kept };
}
