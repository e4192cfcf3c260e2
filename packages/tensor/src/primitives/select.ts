/**
 * select(condition, a, b): a where the condition holds, else b; condition bool, all of one shape, a and b of one dtype (any). Never mixes: a NaN in the
 * branch not taken has no effect, also in the gradient.
 */
import type { TypedArray } from "../dtype.ts";
import { expectCount, expectDType, misuse, type Primitive } from "./primitive.ts";
import { sameShape, sizeOf } from "../shape.ts";

export const select: Primitive = {
  name: "select",
  infer(inputs) {
    expectCount("select", inputs, 3);
    expectDType("select", inputs, 0, ["bool"]);
    const [condition, a, b] = inputs as [(typeof inputs)[0], (typeof inputs)[0], (typeof inputs)[0]];
    if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape) || !sameShape(a.shape, condition.shape)) {
      throw misuse("select", inputs, "three inputs of one shape, the last two of one dtype");
    }
    return a;
  },
  evaluate(inputs, out) {
    const [condition, a, b] = inputs as [TypedArray, TypedArray, TypedArray];
    for (let i = 0; i < out.length; i++) out[i] = condition[i]! ? a[i]! : b[i]!;
  },
  gradient: ({ inputs, cotangent, needs }) => [
    undefined,
    needs[1] ? inputs[0]!.where(cotangent, 0) : undefined,
    needs[2] ? inputs[0]!.where(0, cotangent) : undefined,
  ],
  flops: ({ type }) => sizeOf(type.shape),
  wasm: { kind: "elementwise", lanes: (v, [condition, a, b]) => v.select(condition!, a!, b!) },
};
