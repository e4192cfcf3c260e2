/** Rearrangements. On concrete tensors reshape (where possible), transpose, expand, slice, flip, squeeze and unsqueeze are views that share memory. */
import { apply } from "../apply.ts";
import { sameShape, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { asTensor, axisIn, axesIn, castTo, checkList, checkShape, shown, expandTo, unchanged, named } from "./common.ts";
import { checkRange, promote } from "../elements.ts";
import { parseSlice, type SliceSpec } from "./slice-spec.ts";

/** Same elements in row-major order under another shape; one extent may be −1 and is then computed. */
export function reshape(x: TensorLike, shape: readonly number[]): Tensor {
  const t = asTensor("reshape", x);
  checkList("reshape", "shape", shape);
  const open = shape.indexOf(-1);
  let target = shape;
  if (open >= 0) {
    const rest = sizeOf(shape.filter((_n, i) => i !== open));
    if (rest <= 0 || t.size % rest !== 0)
      throw new TypeError(
        `reshape: got shape [${t.shape.join(", ")}] and target [${shape.join(", ")}]; expected one −1 and a product that divides ${t.size}; correct the target`,
      );
    target = shape.map((n, i) => (i === open ? t.size / rest : n));
  }
  checkShape("reshape", target);
  return (sameShape(target, t.shape) && unchanged(t)) || apply("reshape", [t], { shape: [...target] });
}

/** One axis of all elements from `start` to `end` (all axes unless given). */
export function flatten(x: TensorLike, start = 0, end = -1): Tensor {
  const t = asTensor("flatten", x);
  if (t.rank === 0) return reshape(t, [1]);
  const from = axisIn("flatten", start, t.rank);
  const to = axisIn("flatten", end, t.rank);
  return reshape(t, [...t.shape.slice(0, from), sizeOf(t.shape.slice(from, to + 1)), ...t.shape.slice(to + 1)]);
}

/** Axis i of the result is axis axes[i] of x. */
export function permute(x: TensorLike, axes: readonly number[]): Tensor {
  const t = asTensor("permute", x);
  checkList("permute", "axes", axes);
  const order = axes.map((axis) => axisIn("permute", axis, t.rank));
  if (order.length !== t.rank || new Set(order).size !== t.rank)
    throw new TypeError(`permute: got axes [${axes.join(", ")}] for shape [${t.shape.join(", ")}]; expected each axis once; list them all`);
  return (order.every((axis, i) => axis === i) && unchanged(t)) || apply("permute", [t], { axes: order });
}

/** permute by the axes given; without them, the last two axes change places. */
export function transpose(x: TensorLike, axes?: readonly number[]): Tensor {
  const t = asTensor("transpose", x);
  if (axes) return permute(t, axes);
  if (t.rank < 2)
    throw new TypeError(`transpose: got shape [${t.shape.join(", ")}]; expected at least two axes; add one with .unsqueeze(axis)`);
  const order = t.shape.map((_n, i) => i);
  return permute(t, [...order.slice(0, -2), t.rank - 1, t.rank - 2]);
}

/** Transposes a matrix; vectors and scalars stay. */
export function t(x: TensorLike): Tensor {
  const matrix = asTensor("t", x);
  if (matrix.rank > 2) throw new TypeError(`t: got shape [${matrix.shape.join(", ")}]; expected at most two axes; use permute`);
  return permute(matrix, matrix.rank === 2 ? [1, 0] : matrix.shape.map((_n, i) => i));
}

/** Repeats axes of extent 1 (and missing leading ones) up to a shape; −1 keeps an extent. */
export function expand(x: TensorLike, shape: readonly number[]): Tensor {
  const t = asTensor("expand", x);
  checkList("expand", "shape", shape);
  const missing = shape.length - t.rank;
  const target = shape.map((n, i) => (n === -1 && i >= missing ? t.shape[i - missing]! : n));
  checkShape("expand", target);
  return (sameShape(target, t.shape) && unchanged(t)) || apply("broadcast", [t], { shape: target });
}

/** Removes axes of extent 1: those given, or all. */
export function squeeze(x: TensorLike, axis?: number | readonly number[]): Tensor {
  const t = asTensor("squeeze", x);
  const axes = axis === undefined ? t.shape.flatMap((n, i) => (n === 1 ? [i] : [])) : axesIn("squeeze", axis, t.rank);
  for (const at of axes)
    if (t.shape[at] !== 1)
      throw new TypeError(
        `squeeze: got axis ${at} of shape [${t.shape.join(", ")}]; expected an axis of extent 1; use .slice or a reduction for others`,
      );
  return reshape(
    t,
    t.shape.filter((_n, i) => !axes.includes(i)),
  );
}

/** Inserts an axis of extent 1. */
export function unsqueeze(x: TensorLike, axis: number): Tensor {
  const t = asTensor("unsqueeze", x);
  const at = axisIn("unsqueeze", axis, t.rank + 1);
  return named("unsqueeze", reshape(t, [...t.shape.slice(0, at), 1, ...t.shape.slice(at)]));
}

/**
 * Part of a tensor. One entry per axis, missing ones take all: a number picks a row and drops the axis; [start, stop, step] takes a range (null: from the
 * beginning, to the end); null takes all. Or Python's text form: x.slice("1:, ::2, -1"). Negative positions count from the end; a negative step reverses.
 */
export function slice(x: TensorLike, ...spec: readonly SliceSpec[]): Tensor {
  const t = asTensor("slice", x);
  const { start, stop, step, flips, dropped } = parseSlice(t.shape, spec);
  let part = sliceWith(t, start, stop, step);
  if (flips.length > 0) part = flip(part, flips);
  return dropped.length > 0
    ? named(
        "slice",
        reshape(
          part,
          part.shape.filter((_n, i) => !dropped.includes(i)),
        ),
      )
    : part;
}

/** slice with all three numbers of every axis written out: 0 ≤ start ≤ stop ≤ extent, step ≥ 1. */
export function sliceWith(x: Tensor, start: readonly number[], stop: readonly number[], step: readonly number[]): Tensor {
  const whole = x.shape.every((n, i) => start[i] === 0 && stop[i] === n && step[i] === 1);
  return (whole && unchanged(x)) || apply("slice", [x], { start: [...start], stop: [...stop], step: [...step] });
}

/** Positions start … stop − 1 of one axis. */
export function narrow(x: TensorLike, axis: number, start: number, stop: number): Tensor {
  const t = asTensor("narrow", x);
  const at = axisIn("narrow", axis, t.rank);
  if (!(Number.isInteger(start) && Number.isInteger(stop) && 0 <= start && start <= stop && stop <= t.shape[at]!))
    throw new TypeError(
      `narrow: got ${shown(start)} … ${shown(stop)} for axis ${at} of shape [${t.shape.join(", ")}]; expected whole numbers with 0 ≤ start ≤ stop ≤ ${t.shape[at]}; use .slice for negative positions`,
    );
  return sliceWith(
    t,
    t.shape.map((_n, i) => (i === at ? start : 0)),
    t.shape.map((n, i) => (i === at ? stop : n)),
    t.shape.map(() => 1),
  );
}

/** Reverses axes. */
export function flip(x: TensorLike, axes: number | readonly number[]): Tensor {
  const t = asTensor("flip", x);
  const list = axesIn("flip", axes, t.rank);
  return (list.length === 0 && unchanged(t)) || apply("flip", [t], { axes: list });
}

/** Adds elements at the ends of axes: widths[i] = [before, after] for axis i. */
export function pad(x: TensorLike, widths: readonly (readonly [number, number])[], value = 0): Tensor {
  const t = asTensor("pad", x);
  checkList("pad", "widths", widths);
  for (const pair of widths) checkList("pad", "a pair of widths", pair);
  if (widths.length !== t.rank)
    throw new TypeError(
      `pad: got ${widths.length} pairs for shape [${t.shape.join(", ")}]; expected one [before, after] per axis; give [0, 0] for the others`,
    );
  checkRange("pad", value, t.dtype);
  return padWith(
    t,
    widths.map(([low]) => low),
    widths.map(([, high]) => high),
    widths.map(() => 0),
    t.dtype === "bool" ? Number(value !== 0) : value,
  );
}

/** pad with the number of new elements between neighbours too. */
export function padWith(x: Tensor, low: readonly number[], high: readonly number[], interior: readonly number[], value: number): Tensor {
  const nothing = [low, high, interior].every((list) => list.every((n) => n === 0));
  return (nothing && unchanged(x)) || apply("pad", [x], { low: [...low], high: [...high], interior: [...interior], value });
}

/** Joins tensors along an axis. */
export function concat(tensors: readonly TensorLike[], axis = 0): Tensor {
  checkList("concat", "tensors", tensors);
  if (tensors.length === 0) throw new TypeError("concat: got no tensors; expected at least one; check the list first");
  const list = tensors.map((x) => asTensor("concat", x));
  const dtype = list.map((t) => t.dtype).reduce(promote);
  const at = axisIn("concat", axis, list[0]!.rank);
  return list.length === 1
    ? list[0]!.clone()
    : apply(
        "concat",
        list.map((t) => castTo(t, dtype)),
        { axis: at },
      );
}

/** Joins tensors of one shape along a new axis. */
export function stack(tensors: readonly TensorLike[], axis = 0): Tensor {
  checkList("stack", "tensors", tensors);
  return named(
    "stack",
    concat(
      tensors.map((x) => unsqueeze(x, axis)),
      axis,
    ),
  );
}

/** Cuts an axis into parts of `size` (the last may be smaller), or of the sizes given. */
export function split(x: TensorLike, size: number | readonly number[], axis = 0): Tensor[] {
  const t = asTensor("split", x);
  const at = axisIn("split", axis, t.rank);
  const extent = t.shape[at]!;
  if (typeof size !== "number") checkList("split", "sizes", size);
  if ((typeof size === "number" ? [size] : size).some((n) => !Number.isInteger(n) || n < (typeof size === "number" ? 1 : 0)))
    throw new TypeError(
      `split: got ${String(size)}; expected a whole number ≥ 1, or a list of whole numbers ≥ 0 that add up to ${extent}; correct it`,
    );
  const sizes =
    typeof size === "number" ? Array.from({ length: Math.ceil(extent / size) }, (_v, i) => Math.min(size, extent - i * size)) : size;
  if (sizes.reduce((a, b) => a + b, 0) !== extent)
    throw new TypeError(
      `split: got parts [${sizes.join(", ")}] for an axis of extent ${extent}; expected parts that add up to it; correct the last one`,
    );
  let before = 0;
  return sizes.map((n) => narrow(t, at, before, (before += n)));
}

/** Repeats the whole tensor: counts[i] times along axis i. */
export function tile(x: TensorLike, counts: readonly number[]): Tensor {
  const source = asTensor("tile", x);
  let t = source;
  checkShape("tile", counts);
  while (t.rank < counts.length) t = unsqueeze(t, 0);
  counts.forEach((count, i) => {
    const at = t.rank - counts.length + i;
    const spread = expandTo(unsqueeze(t, at), [...t.shape.slice(0, at), count, ...t.shape.slice(at)]);
    t = reshape(
      spread,
      t.shape.map((n, axis) => (axis === at ? n * count : n)),
    );
  });
  // Where every count is 1 or one element is repeated, t is a view.
  return t.isView || t === source ? t.clone() : t;
}
