/** Rearrangements. On concrete tensors reshape (where possible), transpose, expand, slice, flip, squeeze and unsqueeze are views that share memory. */
import { checkRange, promote } from "../elements.ts";
import { sameShape, sizeOf } from "../shape.ts";
import { axesIn, axisIn, castTo, checkList, checkShape, expandTo, lifted, shown } from "./common.ts";
import { Elementary } from "./elementary.ts";
import { parseSlice, type SliceSpec } from "./slice-spec.ts";
import type { Like } from "./value.ts";

export abstract class Shaping extends Elementary {
  /** Same elements in row-major order under another shape; one extent may be −1 and is then computed. */
  reshape(shape: readonly number[]): this {
    checkList("reshape", "shape", shape);
    const open = shape.indexOf(-1);
    let target = shape;
    if (open >= 0) {
      const rest = sizeOf(shape.filter((_n, i) => i !== open));
      if (rest <= 0 || this.size % rest !== 0)
        throw new TypeError(
          `reshape: got shape [${this.shape.join(", ")}] and target [${shape.join(", ")}]; expected one −1 and a product that divides ${this.size}; correct the target`,
        );
      target = shape.map((n, i) => (i === open ? this.size / rest : n));
    }
    checkShape("reshape", target);
    return (sameShape(target, this.shape) && this.unchanged()) || this.bind("reshape", [this], { shape: [...target] });
  }

  /** One axis of all elements from `start` to `end` (all axes unless given). */
  flatten(start = 0, end = -1): this {
    const { shape, rank } = this;
    if (rank === 0) return this.reshape([1]);
    const from = axisIn("flatten", start, rank);
    const to = axisIn("flatten", end, rank);
    return this.reshape([...shape.slice(0, from), sizeOf(shape.slice(from, to + 1)), ...shape.slice(to + 1)]);
  }

  /** Axis i of the result is axis axes[i]. */
  permute(axes: readonly number[]): this {
    const { shape, rank } = this;
    checkList("permute", "axes", axes);
    const order = axes.map((axis) => axisIn("permute", axis, rank));
    if (order.length !== rank || new Set(order).size !== rank)
      throw new TypeError(`permute: got axes [${axes.join(", ")}] for shape [${shape.join(", ")}]; expected each axis once; list them all`);
    return (order.every((axis, i) => axis === i) && this.unchanged()) || this.bind("permute", [this], { axes: order });
  }

  /** permute by the axes given; without them, the last two axes change places. */
  transpose(axes?: readonly number[]): this {
    if (axes) return this.permute(axes);
    const { shape, rank } = this;
    if (rank < 2)
      throw new TypeError(`transpose: got shape [${shape.join(", ")}]; expected at least two axes; add one with .unsqueeze(axis)`);
    const order = shape.map((_n, i) => i);
    return this.permute([...order.slice(0, -2), rank - 1, rank - 2]);
  }
  /** transpose in place: shape and strides change, elements stay. */
  transpose_(axes?: readonly number[]): this {
    return this.rearrange("transpose_", this.transpose(axes));
  }

  /** A matrix transposed; vectors and scalars stay. */
  t(): this {
    const { shape, rank } = this;
    if (rank > 2) throw new TypeError(`t: got shape [${shape.join(", ")}]; expected at most two axes; use permute`);
    return this.permute(rank === 2 ? [1, 0] : shape.map((_n, i) => i));
  }
  /** Transposes a matrix in place: shape and strides change, elements stay. */
  t_(): this {
    return this.rearrange("t_", this.t());
  }

  /** Repeats axes of extent 1 (and missing leading ones) up to a shape; −1 keeps an extent. */
  expand(shape: readonly number[]): this {
    checkList("expand", "shape", shape);
    const missing = shape.length - this.rank;
    const target = shape.map((n, i) => (n === -1 && i >= missing ? this.shape[i - missing]! : n));
    checkShape("expand", target);
    return (sameShape(target, this.shape) && this.unchanged()) || this.bind("broadcast", [this], { shape: target });
  }

  /** Removes axes of extent 1: those given, or all. */
  squeeze(axis?: number | readonly number[]): this {
    const { shape } = this;
    const axes = axis === undefined ? shape.flatMap((n, i) => (n === 1 ? [i] : [])) : axesIn("squeeze", axis, this.rank);
    for (const at of axes)
      if (shape[at] !== 1)
        throw new TypeError(
          `squeeze: got axis ${at} of shape [${shape.join(", ")}]; expected an axis of extent 1; use .slice or a reduction for others`,
        );
    return this.reshape(shape.filter((_n, i) => !axes.includes(i)));
  }
  /** squeeze in place. */
  squeeze_(axis?: number | readonly number[]): this {
    return this.rearrange("squeeze_", this.squeeze(axis));
  }

  /** Inserts an axis of extent 1. */
  unsqueeze(axis: number): this {
    const at = axisIn("unsqueeze", axis, this.rank + 1);
    return this.reshape([...this.shape.slice(0, at), 1, ...this.shape.slice(at)]).named("unsqueeze");
  }
  /** unsqueeze in place. */
  unsqueeze_(axis: number): this {
    return this.rearrange("unsqueeze_", this.unsqueeze(axis));
  }

  /**
   * Part of this tensor: x.slice(0), x.slice([1, null], null), x.slice("1:, ::2"). One entry per axis, missing ones take all: a number picks a row and drops the
   * axis; [start, stop, step] takes a range (null: from the beginning, to the end); null takes all. Or Python's text form. Negative positions count from the end;
   * a negative step reverses.
   */
  slice(...spec: SliceSpec[]): this {
    const { start, stop, step, flips, dropped } = parseSlice(this.shape, spec);
    let part = this.sliceWith(start, stop, step);
    if (flips.length > 0) part = part.flip(flips);
    return dropped.length > 0 ? part.reshape(part.shape.filter((_n, i) => !dropped.includes(i))).named("slice") : part;
  }

  /** slice with all three numbers of every axis written out: 0 ≤ start ≤ stop ≤ extent, step ≥ 1. */
  sliceWith(start: readonly number[], stop: readonly number[], step: readonly number[]): this {
    const whole = this.shape.every((n, i) => start[i] === 0 && stop[i] === n && step[i] === 1);
    return (whole && this.unchanged()) || this.bind("slice", [this], { start: [...start], stop: [...stop], step: [...step] });
  }

  /** Positions start … stop − 1 of one axis. */
  narrow(axis: number, start: number, stop: number): this {
    const { shape } = this;
    const at = axisIn("narrow", axis, this.rank);
    if (!(Number.isInteger(start) && Number.isInteger(stop) && 0 <= start && start <= stop && stop <= shape[at]!))
      throw new TypeError(
        `narrow: got ${shown(start)} … ${shown(stop)} for axis ${at} of shape [${shape.join(", ")}]; expected whole numbers with 0 ≤ start ≤ stop ≤ ${shape[at]}; use .slice for negative positions`,
      );
    return this.sliceWith(
      shape.map((_n, i) => (i === at ? start : 0)),
      shape.map((n, i) => (i === at ? stop : n)),
      shape.map(() => 1),
    );
  }

  /** Reverses axes. */
  flip(axes: number | readonly number[]): this {
    const list = axesIn("flip", axes, this.rank);
    return (list.length === 0 && this.unchanged()) || this.bind("flip", [this], { axes: list });
  }

  /** New elements at the ends of axes: widths[i] = [before, after] for axis i. */
  pad(widths: readonly (readonly [number, number])[], value = 0): this {
    checkList("pad", "widths", widths);
    for (const pair of widths) checkList("pad", "a pair of widths", pair);
    if (widths.length !== this.rank)
      throw new TypeError(
        `pad: got ${widths.length} pairs for shape [${this.shape.join(", ")}]; expected one [before, after] per axis; give [0, 0] for the others`,
      );
    checkRange("pad", value, this.dtype);
    return this.padWith(
      widths.map(([low]) => low),
      widths.map(([, high]) => high),
      widths.map(() => 0),
      this.dtype === "bool" ? Number(value !== 0) : value,
    );
  }

  /** pad with the number of new elements between neighbours too. */
  padWith(low: readonly number[], high: readonly number[], interior: readonly number[], value: number): this {
    const nothing = [low, high, interior].every((list) => list.every((n) => n === 0));
    return (nothing && this.unchanged()) || this.bind("pad", [this], { low: [...low], high: [...high], interior: [...interior], value });
  }

  /** This joined with others along an axis. */
  concat(others: readonly Like<this>[], axis = 0): this {
    checkList("concat", "tensors", others);
    const list = [this, ...others.map((x) => lifted("concat", this, x))];
    const dtype = list.map((t) => t.dtype).reduce(promote);
    const at = axisIn("concat", axis, this.rank);
    if (list.length === 1) return this.clone();
    return this.bind(
      "concat",
      list.map((t) => castTo(t, dtype)),
      { axis: at },
    );
  }

  /** Cuts an axis into parts of `size` (the last may be smaller), or of the sizes given. */
  split(size: number | readonly number[], axis = 0): this[] {
    const at = axisIn("split", axis, this.rank);
    const extent = this.shape[at]!;
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
    return sizes.map((n) => this.narrow(at, before, (before += n)));
  }

  /** Repeats the whole tensor: counts[i] times along axis i. */
  tile(counts: readonly number[]): this {
    checkShape("tile", counts);
    const repeated = tiled(this, counts);
    // Where every count is 1 or one element is repeated, that is a view.
    return repeated.isView || repeated === this ? repeated.clone() : repeated;
  }
}

function tiled<T extends Shaping>(x: T, counts: readonly number[]): T {
  let t = x;
  while (t.rank < counts.length) t = t.unsqueeze(0);
  counts.forEach((count, i) => {
    const at = t.rank - counts.length + i;
    const spread = expandTo(t.unsqueeze(at), [...t.shape.slice(0, at), count, ...t.shape.slice(at)]);
    t = spread.reshape(t.shape.map((n, axis) => (axis === at ? n * count : n)));
  });
  return t;
}
