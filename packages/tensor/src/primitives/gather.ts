/**
 * Reading and adding at indices; indices are int32. An index outside 0 … n − 1 makes the run throw a RangeError (no result is delivered, nothing is
 * clamped or wrapped). Additions happen in row-major order of the updates, so that sums have one order. Reference: each sum in float64, rounded once.
 *
 * take(x, indices){axis}: x [P…, n, S…], indices [I…] → [P…, I…, S…]; result[p, i, s] = x[p, indices[i], s]. Any dtype.
 * scatterAdd(base, indices, updates){axis}: base [P…, n, S…], indices [I…], updates [P…, I…, S…] → base with updates[p, i, s] added at [p, indices[i], s].
 *   float32, float64, int32. The adjoint of take.
 * takeAlong(x, indices){axis}: indices has x's rank and extents except along `axis`; result[…, i, …] = x[…, indices[…, i, …], …]. Any dtype.
 * scatterAddAlong(base, indices, updates){axis}: updates of the shape of indices; base with updates[…, i, …] added at [.., indices[…, i, …], …].
 */
import type { TypedArray } from "../dtype.ts";
import type { Attributes, ValueType } from "../graph.ts";
import { expectAxis, expectCount, expectDType, misuse, sameShape, sizeOf, splitAt, type Application, type Primitive } from "./primitive.ts";

const axisOf = (attributes: Attributes): number => attributes.axis as number;

const takenShape = (x: readonly number[], indices: readonly number[], axis: number): number[] => [
  ...x.slice(0, axis),
  ...indices,
  ...x.slice(axis + 1),
];

const alongFits = (x: readonly number[], indices: readonly number[], axis: number): boolean =>
  x.length === indices.length && x.every((n, i) => i === axis || n === indices[i]);

function checked(name: string, index: number, extent: number): number {
  if (index < 0 || index >= extent) throw new RangeError(`${name}: index ${index} is outside 0 … ${extent - 1}; check the indices`);
  return index;
}

/** Calls visit(position among the updates, position in x) for take's geometry. */
function visitRows(name: string, indices: TypedArray, x: ValueType, axis: number, visit: (update: number, at: number) => void): void {
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
function visitAlong(
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

function accumulate(
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

export const take: Primitive = {
  name: "take",
  infer(inputs, attributes) {
    expectCount("take", inputs, 2);
    expectDType("take", inputs, 1, ["int32"]);
    expectAxis("take", inputs, axisOf(attributes), inputs[0]!.shape.length);
    return { shape: takenShape(inputs[0]!.shape, inputs[1]!.shape, axisOf(attributes)), dtype: inputs[0]!.dtype };
  },
  evaluate(inputs, out, { inputTypes, attributes }) {
    const x = inputs[0]!;
    visitRows("take", inputs[1]!, inputTypes[0]!, axisOf(attributes), (update, at) => void (out[update] = x[at]!));
  },
  gradient: ({ inputs, cotangent, attributes }) => [
    inputs[0]!.zerosLike().scatterAdd(inputs[1]!, cotangent, axisOf(attributes)),
    undefined,
  ],
  flops: () => 0,
};

export const scatterAdd: Primitive = {
  name: "scatterAdd",
  infer(inputs, attributes) {
    expectCount("scatterAdd", inputs, 3);
    expectDType("scatterAdd", inputs, 0, ["float32", "float64", "int32"]);
    expectDType("scatterAdd", inputs, 1, ["int32"]);
    const axis = axisOf(attributes);
    expectAxis("scatterAdd", inputs, axis, inputs[0]!.shape.length);
    const expected = takenShape(inputs[0]!.shape, inputs[1]!.shape, axis);
    if (inputs[2]!.dtype !== inputs[0]!.dtype || !sameShape(inputs[2]!.shape, expected))
      throw misuse("scatterAdd", inputs, `updates ${inputs[0]!.dtype}[${expected.join(", ")}]`);
    return inputs[0]!;
  },
  evaluate(inputs, out, application) {
    const [base, indices, updates] = inputs as [TypedArray, TypedArray, TypedArray];
    accumulate(
      base,
      out,
      application,
      (add) => visitRows("scatterAdd", indices, application.type, axisOf(application.attributes), add),
      updates,
    );
  },
  gradient: ({ inputs, cotangent, attributes, needs }) => [
    cotangent,
    undefined,
    needs[2] ? cotangent.take(inputs[1]!, axisOf(attributes)) : undefined,
  ],
  flops: ({ inputTypes }) => sizeOf(inputTypes[2]!.shape),
};

export const takeAlong: Primitive = {
  name: "takeAlong",
  infer(inputs, attributes) {
    expectCount("takeAlong", inputs, 2);
    expectDType("takeAlong", inputs, 1, ["int32"]);
    const axis = axisOf(attributes);
    expectAxis("takeAlong", inputs, axis, inputs[0]!.shape.length);
    if (!alongFits(inputs[0]!.shape, inputs[1]!.shape, axis))
      throw misuse("takeAlong", inputs, `indices of the same shape except along axis ${axis}`);
    return { shape: inputs[1]!.shape, dtype: inputs[0]!.dtype };
  },
  evaluate(inputs, out, { inputTypes, attributes }) {
    const x = inputs[0]!;
    const axis = axisOf(attributes);
    visitAlong("takeAlong", inputs[1]!, inputTypes[1]!.shape[axis]!, inputTypes[0]!, axis, (update, at) => void (out[update] = x[at]!));
  },
  gradient: ({ inputs, cotangent, attributes }) => [
    inputs[0]!.zerosLike().scatterAddAlong(inputs[1]!, cotangent, axisOf(attributes)),
    undefined,
  ],
  flops: () => 0,
};

export const scatterAddAlong: Primitive = {
  name: "scatterAddAlong",
  infer(inputs, attributes) {
    expectCount("scatterAddAlong", inputs, 3);
    expectDType("scatterAddAlong", inputs, 0, ["float32", "float64", "int32"]);
    expectDType("scatterAddAlong", inputs, 1, ["int32"]);
    const [base, indices, updates] = inputs as [ValueType, ValueType, ValueType];
    const axis = axisOf(attributes);
    expectAxis("scatterAddAlong", inputs, axis, base.shape.length);
    const fits = alongFits(base.shape, indices.shape, axis) && updates.dtype === base.dtype && sameShape(updates.shape, indices.shape);
    if (!fits)
      throw misuse("scatterAddAlong", inputs, `indices of the base's shape except along axis ${axis}, and updates of the shape of indices`);
    return base;
  },
  evaluate(inputs, out, application) {
    const [base, indices, updates] = inputs as [TypedArray, TypedArray, TypedArray];
    const axis = axisOf(application.attributes);
    accumulate(
      base,
      out,
      application,
      (add) => visitAlong("scatterAddAlong", indices, application.inputTypes[1]!.shape[axis]!, application.type, axis, add),
      updates,
    );
  },
  gradient: ({ inputs, cotangent, attributes, needs }) => [
    cotangent,
    undefined,
    needs[2] ? cotangent.gather(inputs[1]!, axisOf(attributes)) : undefined,
  ],
  flops: ({ inputTypes }) => sizeOf(inputTypes[2]!.shape),
};
