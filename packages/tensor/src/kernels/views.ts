/** Index maps: how the elements of a rearranged array lie in the memory of the array it came from. Strides and offsets count elements. */
import { sizeOf, stridesOf } from "../shape.ts";

export interface View {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** An operand: elements of a value, seen through an index map. */
export interface Operand extends View {
  readonly value: number;
}

export const plainView = (shape: readonly number[]): View => ({ shape, strides: stridesOf(shape), offset: 0 });

/** A value's elements in another way. */
export const through = (value: number, { shape, strides, offset }: View): Operand => ({ value, shape, strides, offset });

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

/**
 * The order of axes in which the operand with the most elements lies in memory, where that is not the present one: results are laid out like it, so that
 * rearranged arrays (images with channels last) are walked through forward.
 */
export function memoryOrder(operands: readonly View[]): number[] | undefined {
  let largest: View | undefined;
  let most = 1;
  for (const operand of operands) {
    const size = operand.shape.reduce((product, n, axis) => (operand.strides[axis] === 0 ? product : product * n), 1);
    if (size > most) [largest, most] = [operand, size];
  }
  if (!largest || most < 256) return undefined;
  const { shape, strides } = largest;
  // Overlapping windows and backward walks stay as they are.
  const order = shape.map((_n, axis) => axis);
  if (strides.some((stride) => stride < 0) || shape.some((n, axis) => n > 1 && strides[axis] === 0)) return undefined;
  const weight = (axis: number): number => (shape[axis] === 1 ? 0 : strides[axis]!);
  const sorted = [...order].filter((axis) => shape[axis] !== 1).sort((a, b) => weight(b) - weight(a) || a - b);
  let span = 1;
  for (const axis of [...sorted].reverse()) {
    if (strides[axis]! !== span) return undefined;
    span *= shape[axis]!;
  }
  const full = [...order.filter((axis) => shape[axis] === 1), ...sorted];
  const before = order.filter((axis) => shape[axis] !== 1);
  return before.every((axis, i) => axis === sorted[i]) ? undefined : full;
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
