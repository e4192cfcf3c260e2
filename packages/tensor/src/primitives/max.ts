/**
 * max{axes}: float32, float64, int32, uint8. The axes disappear. NaN if any is NaN; −0 < +0. Over nothing: −∞, or the dtype's smallest integer.
 * Gradient: shared equally among the elements that equal the maximum. (min is built as −max(−x); for integers ~max(~x).)
 */
import { dtypeOfArray, LIMITS } from "../elements.ts";
import { emitReduce } from "../kernels/emit-elementwise.ts";
import { sizeOf } from "../shape.ts";
import type { Primitive } from "./primitive.ts";
import { axesOf, inferReduction, keptShape, lowerReduction, reduce } from "./shared/reduction.ts";

export const max: Primitive = {
  name: "max",
  infer: inferReduction("max"),
  evaluate(inputs, out, application) {
    const x = inputs[0]!;
    out.fill(LIMITS[dtypeOfArray(out)!]?.[0] ?? -Infinity);
    reduce(application, (to, from) => void (out[to] = Math.max(out[to]!, x[from]!)));
  },
  gradient({ inputs, output, cotangent, attributes }) {
    const x = inputs[0]!;
    const kept = keptShape(x.shape, axesOf(attributes));
    const winners = x.equal(output.reshape(kept)).cast(x.dtype);
    const share = cotangent.reshape(kept).div(winners.sum(axesOf(attributes), true));
    return [winners.mul(share)];
  },
  flops: ({ inputTypes }) => sizeOf(inputTypes[0]!.shape),
  wasm: { kind: "kernel", lower: lowerReduction, emit: (e, level, { unit }, value) => emitReduce(e, level, unit, value) },
};
