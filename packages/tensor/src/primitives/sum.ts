/**
 * sum{axes}: float32, float64, int32, uint8 (integers wrap). The axes disappear. Reference: float64 accumulator starting from the first element, rounded once.
 * Empty sum is 0.
 */
import { emitReduce } from "../kernels/emit-elementwise.ts";
import { isFloat, type Primitive } from "./primitive.ts";
import { sizeOf } from "../shape.ts";
import { axesOf, inferReduction, keptShape, lowerReduction, reduce } from "./shared/reduction.ts";

export const sum: Primitive = {
  name: "sum",
  infer: inferReduction("sum"),
  evaluate(inputs, out, application) {
    const x = inputs[0]!;
    // −0 is the neutral element: −0 + x = x for every x, so the sum of one element is that element.
    const totals = new Float64Array(out.length).fill(x.length > 0 ? -0 : 0);
    if (isFloat(application.type.dtype)) reduce(application, (to, from) => void (totals[to]! += x[from]!));
    else reduce(application, (to, from) => void (totals[to] = (totals[to]! + x[from]!) | 0));
    out.set(totals);
  },
  gradient: ({ inputs, cotangent, attributes }) => [
    cotangent.reshape(keptShape(inputs[0]!.shape, axesOf(attributes))).expand(inputs[0]!.shape),
  ],
  flops: ({ inputTypes }) => sizeOf(inputTypes[0]!.shape),
  wasm: { kind: "kernel", lower: lowerReduction, emit: (e, level, { unit }, value) => emitReduce(e, level, unit, value) },
};
