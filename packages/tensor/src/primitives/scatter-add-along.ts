/**
 * scatterAddAlong(base, indices, updates){axis}: indices int32 with base's rank and extents except along `axis`, updates of the shape of indices; base with
 * updates[…, i, …] added at [.., indices[…, i, …], …]; float32, float64, int32. The adjoint of takeAlong. Additions happen in row-major order of the updates;
 * an index outside 0 … n − 1 is a RangeError. Reference: each sum in float64, rounded once.
 */
import type { TypedArray } from "../dtype.ts";
import type { ValueType } from "../graph.ts";
import { addRow, elements, emitScatter } from "../kernels/indexed.ts";
import { expectAxis, expectCount, expectDType, misuse, type Primitive } from "./primitive.ts";
import { sameShape, sizeOf } from "../shape.ts";
import { accumulate, alongFits, axisOf, visitAlong } from "./shared/indexed.ts";

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
  wasm: {
    kind: "kernel",
    emit(e, level, _step, value) {
      const count = value.operands[1]!.shape[axisOf(value.attributes)]!;
      emitScatter(e, level, "scatterAddAlong", value, count, (gather, float) => elements(gather, (f, at) => addRow(f, at, 1, 1, float)));
    },
  },
};
