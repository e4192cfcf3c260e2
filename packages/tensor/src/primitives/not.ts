/** not: the complement; bool: 1 − x; int32, uint8: all bits flipped. */
import { Op } from "../kernels/opcodes.ts";
import { expectCount, expectDType, type Primitive } from "./primitive.ts";
import { sizeOf } from "../shape.ts";
import { BITS } from "./shared/pairwise.ts";

export const not: Primitive = {
  name: "not",
  infer(inputs) {
    expectCount("not", inputs, 1);
    expectDType("not", inputs, 0, BITS);
    return inputs[0]!;
  },
  evaluate(inputs, out, { type }) {
    const x = inputs[0]!;
    if (type.dtype === "bool") for (let i = 0; i < out.length; i++) out[i] = 1 - x[i]!;
    else for (let i = 0; i < out.length; i++) out[i] = ~x[i]!;
  },
  flops: ({ type }) => sizeOf(type.shape),
  wasm: { kind: "elementwise", lanes: (v, [x], dtype) => (dtype === "uint8" ? v.xor(x!, v.bits(255)) : v.op(Op.vNot, x!)) },
};
