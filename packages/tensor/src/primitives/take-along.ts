/**
 * takeAlong(x, indices){axis}: indices int32 with x's rank and extents except along `axis`; result[…, i, …] = x[…, indices[…, i, …], …]. Any dtype. An index
 * outside 0 … n − 1 is a RangeError.
 */
import type { Func } from "../kernels/assembler.ts";
import { elements } from "../kernels/indexed.ts";
import type { Gather } from "../kernels/rules.ts";
import type { Operand } from "../kernels/views.ts";
import { Op } from "../kernels/opcodes.ts";
import { expectAxis, expectCount, expectDType, misuse, type Primitive } from "./primitive.ts";
import { splitAt } from "../shape.ts";
import { alongFits, axisOf, visitAlong } from "./shared/indexed.ts";

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
  wasm: {
    kind: "kernel",
    emit(e, level, _step, { id, attributes, operands }) {
      const [x, indices] = operands as [Operand, Operand];
      const axis = axisOf(attributes);
      const gather = { ...splitAt(x.shape, axis), count: indices.shape[axis]! };
      const pushes = [() => e.pushValue(level, id), () => e.pushOperand(level, x), () => e.pushOperand(level, indices)];
      e.gather("takeAlong", gather, () => takeAlongKernel(gather), pushes);
    },
  },
};

/** (handover, out, x, indices). */
function takeAlongKernel(gather: Gather): Func {
  return elements(gather, (f, at) => {
    f.get(1);
    f.get(at);
    f.memory(Op.i32Load);
    f.memory(Op.i32Store);
  });
}
