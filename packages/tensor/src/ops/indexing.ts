/** Reading and adding at integer indices. Indices are int32 tensors (other integers are converted); each must lie in 0 … n − 1. */
import { isFloating } from "../elements.ts";
import { axisIn, castTo, checkShape, elementFor, expandTo, lifted, stretched } from "./common.ts";
import { Diagonals } from "./diagonals.ts";
import type { Like, Value } from "./value.ts";

function indicesOf<T extends Value>(name: string, like: T, indices: Like<T>): T {
  const t = typeof indices === "number" ? like.scalar(indices, "int32") : lifted(name, like, indices);
  if (isFloating(t.dtype) || t.dtype === "bool")
    throw new TypeError(`${name}: got indices of dtype ${t.dtype}; expected integers; convert with .cast("int32")`);
  // Conversion keeps the low 32 bits, which could be another index.
  if (t.dtype === "int64")
    for (const i of t.bigints())
      if (i !== BigInt.asIntN(32, i)) throw new RangeError(`${name}: got index ${i}; expected at most 2^31 − 1; check how it was computed`);
  return castTo(t, "int32");
}

export abstract class Indexing extends Diagonals {
  /** Rows at indices: this [P…, n, S…], indices [I…] → [P…, I…, S…]. */
  take(indices: Like<this>, axis = 0): this {
    return this.bind("take", [this, indicesOf("take", this, indices)], { axis: axisIn("take", axis, this.rank) });
  }

  /** Elements at indices along an axis: result[…, i, …] = this[…, indices[…, i, …], …]; indices have as many axes; on the others they may be shorter. */
  gather(indices: Like<this>, axis: number): this {
    const { shape } = this;
    const at = axisIn("gather", axis, this.rank);
    const index = indicesOf("gather", this, indices);
    if (index.rank !== this.rank)
      throw new TypeError(
        `gather: got shape [${shape.join(", ")}] and indices [${index.shape.join(", ")}]; expected the same number of axes; add one with .unsqueeze(${axis})`,
      );
    const stop = shape.map((n, i) => (i === at ? n : index.shape[i]!));
    if (stop.some((n, i) => n > shape[i]!))
      throw new TypeError(
        `gather: got shape [${shape.join(", ")}] and indices [${index.shape.join(", ")}]; expected indices no longer than x except along axis ${at}; cut them with .narrow`,
      );
    const start = shape.map(() => 0);
    const step = shape.map(() => 1);
    return this.bind("takeAlong", [this.sliceWith(start, stop, step), index], { axis: at });
  }

  /** This with updates added at rows (take's geometry): updates [P…, I…, S…]. */
  scatterAdd(indices: Like<this>, updates: Like<this>, axis = 0): this {
    const at = axisIn("scatterAdd", axis, this.rank);
    const index = indicesOf("scatterAdd", this, indices);
    const shape = [...this.shape.slice(0, at), ...index.shape, ...this.shape.slice(at + 1)];
    return this.bind("scatterAdd", [this, index, expandTo(elementFor("scatterAdd", this, updates, this.dtype), shape)], { axis: at });
  }
  /** scatterAdd in place. */
  scatterAdd_(indices: Like<this>, updates: Like<this>, axis?: number): this {
    return this.change("scatterAdd_", (x) => x.scatterAdd(indices, updates, axis));
  }

  /** This with updates added at elements along an axis: at […, indices[…, i, …], …] (gather's geometry). */
  scatterAddAlong(indices: Like<this>, updates: Like<this>, axis: number): this {
    const index = indicesOf("scatterAddAlong", this, indices);
    const added = expandTo(elementFor("scatterAddAlong", this, updates, this.dtype), index.shape);
    return this.bind("scatterAddAlong", [this, index, added], { axis: axisIn("scatterAddAlong", axis, this.rank) });
  }

  /** This with one value where the mask (bool, stretched to this shape) is true. */
  maskedFill(mask: Like<this>, value: Like<this>): this {
    const chosen = lifted("maskedFill", this, mask);
    if (chosen.dtype !== "bool")
      throw new TypeError(`maskedFill: got a mask of dtype ${chosen.dtype}; expected bool; compare first, e.g. x.greater(0)`);
    if (typeof value === "number" && !isFloating(this.dtype) && this.dtype !== "bool" && !Number.isInteger(value))
      throw new TypeError(`maskedFill: got ${value} for dtype ${this.dtype}; expected a whole number; round it or cast the tensor`);
    const filling = stretched("maskedFill", "a value", elementFor("maskedFill", this, value, this.dtype), this.shape);
    return this.bind("select", [stretched("maskedFill", "a mask", chosen, this.shape), filling, this]);
  }
  /** maskedFill in place. */
  maskedFill_(mask: Like<this>, value: Like<this>): this {
    return this.change("maskedFill_", (x) => x.maskedFill(mask, value));
  }

  /** 1 at each index, 0 elsewhere: indices [I…] → float32 [I…, count]. */
  oneHot(count: number): this {
    const index = indicesOf("oneHot", this, this.bare ?? this);
    checkShape("oneHot", [count]);
    const classes = this.bind("iota", [], { shape: [count], dtype: "int32", axis: 0 });
    return index.unsqueeze(-1).equal(classes).cast("float32");
  }
}
