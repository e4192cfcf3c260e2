/** Reductions. `axis` is one axis, a list, or left out for all; negative axes count from the end; `keepDims` keeps them with extent 1. */
import { checkKeys } from "@rl/math/options";
import { apply } from "../apply.ts";
import { customGradient } from "../autodiff/custom.ts";
import { stopGradient } from "../autodiff/stop.ts";
import { isFloating } from "../elements.ts";
import { sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { add, div, exp, log, mul, sqrt, square, sub } from "./arithmetic.ts";
import { asFloat, asTensor, axesIn, axisIn, castTo, expandTo, named, scalar } from "./common.ts";

export type Axes = number | readonly number[];

const keptShape = (shape: readonly number[], axes: readonly number[]): number[] => shape.map((n, axis) => (axes.includes(axis) ? 1 : n));

function finish(x: Tensor, reduced: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
  return keepDims ? reduced.reshape(keptShape(x.shape, axes)) : reduced;
}

/** Σ; bool and small integers add up as int32. */
export function sum(x: TensorLike, axis?: Axes, keepDims = false): Tensor {
  let t = asTensor("sum", x);
  if (!isFloating(t.dtype) && t.dtype !== "int64") t = castTo(t, "int32");
  const axes = axesIn("sum", axis, t.rank);
  return named("sum", finish(t, apply("sum", [t], { axes }), axes, keepDims));
}

const countOf = (x: Tensor, axes: readonly number[]): number => sizeOf(axes.map((axis) => x.shape[axis]!));

/** Σ / n; integers become float32. The mean of nothing is NaN. */
export function mean(x: TensorLike, axis?: Axes, keepDims = false): Tensor {
  const t = asFloat("mean", x);
  const axes = axesIn("mean", axis, t.rank);
  return named("mean", div(sum(t, axes, keepDims), countOf(t, axes)));
}

function extremum(name: "max" | "min", x: TensorLike, axis: Axes | undefined, keepDims: boolean): Tensor {
  const t = asTensor(name, x);
  const axes = axesIn(name, axis, t.rank);
  if (countOf(t, axes) === 0)
    throw new TypeError(
      `${name}: got shape [${t.shape.join(", ")}] and axes [${axes.join(", ")}]; expected at least one element to choose from; check the shape first`,
    );
  if (t.dtype === "bool") return castTo(extremum(name, castTo(t, "uint8"), axis, keepDims), "bool");
  // Complement reverses the order of integers without overflow, as negation does for floats.
  const reversed = name === "max" ? t : isFloating(t.dtype) ? t.neg() : t.not();
  const reduced = finish(t, apply("max", [reversed], { axes }), axes, keepDims);
  return named(name, name === "max" ? reduced : isFloating(t.dtype) ? reduced.neg() : reduced.not());
}
/** The largest element; NaN if any is NaN. The gradient is shared equally among elements that are equal to it. */
export const max = (x: TensorLike, axis?: Axes, keepDims = false): Tensor => extremum("max", x, axis, keepDims);
/** The smallest element; NaN if any is NaN. */
export const min = (x: TensorLike, axis?: Axes, keepDims = false): Tensor => extremum("min", x, axis, keepDims);

/** The largest element with its axes kept; −∞ where there is none. */
export const largest = (x: Tensor, axes: readonly number[]): Tensor => finish(x, apply("max", [x], { axes }), axes, true);

function position(name: string, x: Tensor, axis: number | undefined, keepDims: boolean): Tensor {
  const flat = axis === undefined ? x.reshape([-1]) : x;
  const at = axis === undefined ? 0 : axisIn(name, axis, x.rank);
  const found = apply("argmax", [flat], { axis: at });
  if (!keepDims) return found;
  return found.reshape(axis === undefined ? x.shape.map(() => 1) : keptShape(x.shape, [at]));
}
/** Index (int32) of the first largest element along an axis, or in row-major order when no axis is given. A NaN counts as largest. */
export const argmax = (x: TensorLike, axis?: number, keepDims = false): Tensor => position("argmax", asTensor("argmax", x), axis, keepDims);
/** Index (int32) of the first smallest element. A NaN counts as smallest. */
export function argmin(x: TensorLike, axis?: number, keepDims = false): Tensor {
  const t = asTensor("argmin", x);
  return position("argmin", isFloating(t.dtype) ? t.neg() : t.not(), axis, keepDims);
}

/** log Σ eˣ, computed around the largest element: m + log Σ e^(x−m). */
export function logsumexp(x: TensorLike, axis?: Axes, keepDims = false): Tensor {
  const t = asFloat("logsumexp", x);
  const axes = axesIn("logsumexp", axis, t.rank);
  const top = stopGradient(largest(t, axes));
  // Around an infinite maximum ∞ − ∞ would be NaN: then the maximum itself is the answer.
  const centre = top.isFinite().where(top, 0);
  const total = add(centre, log(sum(exp(sub(t, centre)), axes, true)));
  return named("logsumexp", keepDims ? total : total.reshape(t.shape.filter((_n, i) => !axes.includes(i))));
}

/** √x with derivative 0 at 0, as a length and a deviation need: there x is the least it can be, and 0·∞ would be NaN. */
function root(name: string, x: Tensor): Tensor {
  return customGradient(name, [x], sqrt, ({ output, cotangent }) => {
    const least = output.equal(0);
    // The quotient that is not taken is finite, too: the derivatives of this one need it.
    return [least.where(0, cotangent.div(least.where(1, output).mul(2)))];
  });
}

const MOMENT_KEYS = ["keepDims", "correction"];

/** Mean squared deviation from the mean, Σ(x − x̄)²/(n − correction). */
export function variance(x: TensorLike, axis?: Axes, options: { correction?: number; keepDims?: boolean } = {}): Tensor {
  checkKeys("variance", options, MOMENT_KEYS);
  const t = asFloat("variance", x);
  const axes = axesIn("variance", axis, t.rank);
  const squares = square(sub(t, mean(t, axes, true)));
  return named("variance", div(sum(squares, axes, options.keepDims ?? false), Math.max(countOf(t, axes) - (options.correction ?? 1), 0)));
}
/** √variance; correction 1 unless given. */
export function std(x: TensorLike, axis?: Axes, options: { correction?: number; keepDims?: boolean } = {}): Tensor {
  checkKeys("std", options, MOMENT_KEYS);
  return root("std", variance(x, axis, options));
}

/** Product along axes, by halves (pairs, then pairs of pairs), so that zeros give the right gradients; bool and small integers multiply as int32. */
export function prod(x: TensorLike, axis?: Axes, keepDims = false): Tensor {
  let t = asTensor("prod", x);
  if (!isFloating(t.dtype) && t.dtype !== "int64") t = castTo(t, "int32");
  const source = t;
  const axes = axesIn("prod", axis, t.rank);
  for (const at of axes) t = prodAxis(t, at);
  // Where there is nothing to multiply, not the argument's own memory.
  if (t.isView || t === x) t = t.clone();
  return named("prod", keepDims ? t : t.reshape(source.shape.filter((_n, i) => !axes.includes(i))));
}
function prodAxis(x: Tensor, axis: number): Tensor {
  const n = x.shape[axis]!;
  if (n === 0) return expandTo(scalar(1, x.dtype), keptShape(x.shape, [axis]));
  if (n === 1) return x;
  const half = Math.floor(n / 2);
  const part = (start: number, stop: number): Tensor => x.narrow(axis, start, stop);
  const product = mul(part(0, half), part(half, 2 * half));
  return prodAxis(n % 2 === 0 ? product : product.concat([part(2 * half, n)], axis), axis);
}

/** Running sum along an axis; from the end where `reverse`. */
export function cumsum(x: TensorLike, axis: number, reverse = false): Tensor {
  let t = asTensor("cumsum", x);
  if (typeof reverse !== "boolean")
    throw new TypeError(`cumsum: got reverse ${typeof reverse === "object" ? "an object" : String(reverse)}; expected true or false`);
  if (!isFloating(t.dtype) && t.dtype !== "int64") t = castTo(t, "int32");
  return apply("cumsum", [t], { axis: axisIn("cumsum", axis, t.rank), reverse });
}

/** Euclidean length √Σx². */
export function norm(x: TensorLike, axis?: Axes, keepDims = false): Tensor {
  return root("norm", sum(square(asFloat("norm", x)), axis, keepDims));
}

/** Whether all elements are true (≠ 0) → bool. */
export function all(x: TensorLike, axis?: Axes, keepDims = false): Tensor {
  return asTensor("all", x).cast("bool").not().any(axis, keepDims).not();
}
/** Whether any element is true (≠ 0) → bool. */
export function any(x: TensorLike, axis?: Axes, keepDims = false): Tensor {
  return sum(asTensor("any", x).cast("bool"), axis, keepDims).greater(0);
}

/** Sums a tensor down to a shape that broadcasts to its own: the adjoint of expand. */
export function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  const missing = x.rank - shape.length;
  const axes: number[] = [];
  x.shape.forEach((n, axis) => {
    if (axis < missing || (shape[axis - missing] === 1 && n !== 1)) axes.push(axis);
  });
  if (axes.length === 0) return x;
  return apply("sum", [x], { axes }).reshape(shape);
}
