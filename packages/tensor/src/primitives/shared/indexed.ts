/**
 * Reading and adding at indices; indices are int32. An index outside 0 … n − 1 makes the run throw a RangeError (no result is delivered, nothing is
 * clamped or wrapped). Additions happen in row-major order of the updates, so that sums have one order. Reference: each sum in float64, rounded once.
 */
import type { TypedArray } from "../../dtype.ts";
import type { Attributes, ValueType } from "../../graph.ts";
import { splitAt } from "../../shape.ts";
import type { Application } from "../primitive.ts";

export const axisOf = (attributes: Attributes): number => attributes.axis as number;

export const takenShape = (x: readonly number[], indices: readonly number[], axis: number): number[] => [
  ...x.slice(0, axis),
  ...indices,
  ...x.slice(axis + 1),
];

export const alongFits = (x: readonly number[], indices: readonly number[], axis: number): boolean =>
  x.length === indices.length && x.every((n, i) => i === axis || n === indices[i]);

function checked(name: string, index: number, extent: number): number {
  if (index < 0 || index >= extent) throw new RangeError(`${name}: index ${index} is outside 0 … ${extent - 1}; check the indices`);
  return index;
}

/** Calls visit(position among the updates, position in x) for take's geometry. */
export function visitRows(
  name: string,
  indices: TypedArray,
  x: ValueType,
  axis: number,
  visit: (update: number, at: number) => void,
): void {
  const { outer, extent, inner } = splitAt(x.shape, axis);
  for (let i = 0; i < indices.length; i++) checked(name, indices[i]!, extent);
  let update = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < indices.length; i++) {
      const at = (o * extent + indices[i]!) * inner;
      for (let s = 0; s < inner; s++) visit(update++, at + s);
    }
  }
}

/** The same for takeAlong's geometry. */
export function visitAlong(
  name: string,
  indices: TypedArray,
  count: number,
  x: ValueType,
  axis: number,
  visit: (update: number, at: number) => void,
): void {
  const { outer, extent, inner } = splitAt(x.shape, axis);
  let update = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < count; i++) {
      for (let s = 0; s < inner; s++, update++) visit(update, (o * extent + checked(name, indices[update]!, extent)) * inner + s);
    }
  }
}

export function accumulate(
  base: TypedArray,
  out: TypedArray,
  { type }: Application,
  visit: (add: (update: number, at: number) => void) => void,
  updates: TypedArray,
): void {
  if (type.dtype === "int32") {
    out.set(base);
    visit((update, at) => void (out[at]! += updates[update]!));
    return;
  }
  const totals = Float64Array.from(base);
  visit((update, at) => void (totals[at]! += updates[update]!));
  out.set(totals);
}
