/** Reductions. `axis` is one axis, a list, or left out for all; negative axes count from the end; `keepDims` keeps them with extent 1. */
import { checkKeys } from "@rl/math/options";
import { isFloating } from "../elements.ts";
import { sizeOf } from "../shape.ts";
import { asFloat, axesIn, axisIn, castTo, expandTo } from "./common.ts";
import { Indexing } from "./indexing.ts";

export type Axes = number | readonly number[];

const keptShape = (shape: readonly number[], axes: readonly number[]): number[] => shape.map((n, axis) => (axes.includes(axis) ? 1 : n));

function finish<T extends Indexing>(x: T, reduced: T, axes: readonly number[], keepDims: boolean): T {
  return keepDims ? reduced.reshape(keptShape(x.shape, axes)) : reduced;
}

const countOf = (x: { readonly shape: readonly number[] }, axes: readonly number[]): number => sizeOf(axes.map((axis) => x.shape[axis]!));

const MOMENT_KEYS = ["keepDims", "correction"];

export abstract class Reducing extends Indexing {
  /** Σ over axes (all unless given); bool and small integers add up as int32. */
  sum(axis?: Axes, keepDims = false): this {
    const t = summable(this);
    const axes = axesIn("sum", axis, t.rank);
    return finish(t, this.bind("sum", [t], { axes }), axes, keepDims).named("sum");
  }

  /** Mean over axes, Σ / n; integers become float32. The mean of nothing is NaN. */
  mean(axis?: Axes, keepDims = false): this {
    const t = asFloat(this);
    const axes = axesIn("mean", axis, t.rank);
    return t.sum(axes, keepDims).div(countOf(t, axes)).named("mean");
  }

  /** The largest element over axes; NaN if any is NaN. The gradient is shared equally among elements that are equal to it. */
  max(axis?: Axes, keepDims = false): this {
    return extremum("max", this, axis, keepDims);
  }

  /** The smallest element over axes; NaN if any is NaN. The gradient is shared equally among elements that are equal to it. */
  min(axis?: Axes, keepDims = false): this {
    return extremum("min", this, axis, keepDims);
  }

  /** Index (int32) of the first largest element along an axis, or in row-major order when no axis is given. A NaN counts as largest. */
  argmax(axis?: number, keepDims = false): this {
    return position("argmax", this, axis, keepDims);
  }

  /** Index (int32) of the first smallest element. A NaN counts as smallest. */
  argmin(axis?: number, keepDims = false): this {
    return position("argmin", isFloating(this.dtype) ? this.neg() : this.not(), axis, keepDims);
  }

  /** log Σ eˣ over axes, computed around the largest element: m + log Σ e^(x−m). */
  logsumexp(axis?: Axes, keepDims = false): this {
    const t = asFloat(this);
    const axes = axesIn("logsumexp", axis, t.rank);
    const top = largest(t, axes).stopped();
    // Around an infinite maximum ∞ − ∞ would be NaN: then the maximum itself is the answer.
    const centre = top.isFinite().where(top, 0);
    const total = centre.add(t.sub(centre).exp().sum(axes, true).log());
    return (keepDims ? total : total.reshape(t.shape.filter((_n, i) => !axes.includes(i)))).named("logsumexp");
  }

  /** Mean squared deviation from the mean, Σ(x − x̄)²/(n − correction); correction 1 unless given. */
  variance(axis?: Axes, options: { correction?: number; keepDims?: boolean } = {}): this {
    checkKeys("variance", options, MOMENT_KEYS);
    const t = asFloat(this);
    const axes = axesIn("variance", axis, t.rank);
    const squares = t.sub(t.mean(axes, true)).square();
    const n = Math.max(countOf(t, axes) - (options.correction ?? 1), 0);
    return squares
      .sum(axes, options.keepDims ?? false)
      .div(n)
      .named("variance");
  }

  /** √variance; correction 1 unless given. */
  std(axis?: Axes, options: { correction?: number; keepDims?: boolean } = {}): this {
    checkKeys("std", options, MOMENT_KEYS);
    return root("std", this.variance(axis, options));
  }

  /** Product over axes, by halves (pairs, then pairs of pairs), so that zeros give the right gradients; bool and small integers multiply as int32. */
  prod(axis?: Axes, keepDims = false): this {
    const source = summable(this);
    const axes = axesIn("prod", axis, source.rank);
    let t = source;
    for (const at of axes) t = prodAxis(t, at);
    // Where there is nothing to multiply, not the argument's own memory.
    if (t.isView || t === this) t = t.clone();
    return (keepDims ? t : t.reshape(source.shape.filter((_n, i) => !axes.includes(i)))).named("prod");
  }

  /** Running sum along an axis; from the end where `reverse`. */
  cumsum(axis: number, reverse = false): this {
    if (typeof reverse !== "boolean")
      throw new TypeError(`cumsum: got reverse ${typeof reverse === "object" ? "an object" : String(reverse)}; expected true or false`);
    const t = summable(this);
    return this.bind("cumsum", [t], { axis: axisIn("cumsum", axis, t.rank), reverse });
  }
  /** cumsum in place. */
  cumsum_(axis: number, reverse?: boolean): this {
    return this.change("cumsum_", (x) => x.cumsum(axis, reverse));
  }

  /** Running product along an axis, by doubling, so that zeros give the right gradients; bool and small integers multiply as int32. */
  cumprod(axis: number): this {
    let t = summable(this);
    const at = axisIn("cumprod", axis, t.rank);
    const n = t.shape[at]!;
    for (let step = 1; step < n; step *= 2) t = t.narrow(at, 0, step).concat([t.narrow(at, step, n).mul(t.narrow(at, 0, n - step))], at);
    return (t.isView || t === this ? t.clone() : t).named("cumprod");
  }
  /** cumprod in place. */
  cumprod_(axis: number): this {
    return this.change("cumprod_", (x) => x.cumprod(axis));
  }

  /** Euclidean length √Σx² over axes. */
  norm(axis?: Axes, keepDims = false): this {
    return root("norm", asFloat(this).square().sum(axis, keepDims));
  }

  /** Whether all elements are true (≠ 0) → bool. */
  all(axis?: Axes, keepDims = false): this {
    return this.cast("bool").not().any(axis, keepDims).not();
  }

  /** Whether any element is true (≠ 0) → bool. */
  any(axis?: Axes, keepDims = false): this {
    return this.cast("bool").sum(axis, keepDims).greater(0);
  }

  /** Summed down to a shape that broadcasts to this one: the adjoint of expand. Adds up as sum does. */
  sumTo(shape: readonly number[]): this {
    const missing = this.rank - shape.length;
    const axes: number[] = [];
    this.shape.forEach((n, axis) => {
      if (axis < missing || (shape[axis - missing] === 1 && n !== 1)) axes.push(axis);
    });
    const t = summable(this);
    return axes.length === 0 ? t : this.bind("sum", [t], { axes }).reshape(shape);
  }
}

/** Sums and products of bool and small integers are int32. */
const summable = <T extends Indexing>(x: T): T => (isFloating(x.dtype) || x.dtype === "int64" ? x : castTo(x, "int32"));

function extremum<T extends Indexing>(name: "max" | "min", t: T, axis: Axes | undefined, keepDims: boolean): T {
  const axes = axesIn(name, axis, t.rank);
  if (countOf(t, axes) === 0)
    throw new TypeError(
      `${name}: got shape [${t.shape.join(", ")}] and axes [${axes.join(", ")}]; expected at least one element to choose from; check the shape first`,
    );
  if (t.dtype === "bool") return castTo(extremum(name, castTo(t, "uint8"), axis, keepDims), "bool");
  // Complement reverses the order of integers without overflow, as negation does for floats.
  const reversed = name === "max" ? t : isFloating(t.dtype) ? t.neg() : t.not();
  const reduced = finish(t, t.bind("max", [reversed], { axes }), axes, keepDims);
  return (name === "max" ? reduced : isFloating(t.dtype) ? reduced.neg() : reduced.not()).named(name);
}

/** The largest element with its axes kept; −∞ where there is none. */
export const largest = <T extends Indexing>(x: T, axes: readonly number[]): T => finish(x, x.bind("max", [x], { axes }), axes, true);

function position<T extends Indexing>(name: string, x: T, axis: number | undefined, keepDims: boolean): T {
  const flat = axis === undefined ? x.reshape([-1]) : x;
  const at = axis === undefined ? 0 : axisIn(name, axis, x.rank);
  const found = x.bind("argmax", [flat], { axis: at });
  if (!keepDims) return found;
  return found.reshape(axis === undefined ? x.shape.map(() => 1) : keptShape(x.shape, [at]));
}

/** √x with derivative 0 at 0, as a length and a deviation need: there x is the least it can be, and 0·∞ would be NaN. */
function root<T extends Indexing>(name: string, x: T): T {
  return x.withRule(
    name,
    [x],
    (t) => t.sqrt(),
    ({ output, cotangent }) => {
      const least = output.equal(0);
      // The quotient that is not taken is finite, too: the derivatives of this one need it.
      return [least.where(0, cotangent.div(least.where(1, output).mul(2)))];
    },
  );
}

function prodAxis<T extends Indexing>(x: T, axis: number): T {
  const n = x.shape[axis]!;
  if (n === 0) return expandTo(x.scalar(1, x.dtype), keptShape(x.shape, [axis]));
  if (n === 1) return x;
  const half = Math.floor(n / 2);
  const product = x.narrow(axis, 0, half).mul(x.narrow(axis, half, 2 * half));
  return prodAxis(n % 2 === 0 ? product : product.concat([x.narrow(axis, 2 * half, n)], axis), axis);
}
