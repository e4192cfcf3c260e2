/**
 * scatterAdd(base, indices, updates){axis}: base [P…, n, S…], indices int32 [I…], updates [P…, I…, S…] → base with updates[p, i, s] added at
 * [p, indices[i], s]; float32, float64, int32. The adjoint of take. Additions happen in row-major order of the updates; an index outside 0 … n − 1 is a
 * RangeError. Reference: each sum in float64, rounded once.
 */
import type { TypedArray } from "../dtype.ts";
import { addRow, emitScatter, rows } from "../kernels/indexed.ts";
import { expectAxis, expectCount, expectDType, misuse, type Primitive } from "./primitive.ts";
import { sameShape, sizeOf } from "../shape.ts";
import { accumulate, axisOf, takenShape, visitRows } from "./shared/indexed.ts";

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
  wasm: {
    kind: "kernel",
    emit(e, level, _step, value) {
      const count = sizeOf(value.operands[1]!.shape);
      emitScatter(e, level, "scatterAdd", value, count, (gather, float) => rows(gather, (f, at) => addRow(f, at, 1, gather.inner, float)));
    },
  },
};
