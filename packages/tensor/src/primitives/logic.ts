/**
 * Comparisons, logic, choice and conversion.
 *
 * equal less lessEqual: two inputs of one shape and dtype (any) → bool; comparisons with NaN are false; −0 = +0.
 * and or xor: two inputs of one shape and dtype, bool (logic) or int32, uint8 (bitwise) → same dtype.   not: the complement of one input
 *   (bool: 1 − x; integers: all bits flipped).
 * select(condition, a, b): condition bool, all of one shape, a and b of one dtype (any); a where the condition holds, else b; never mixes
 *   (a NaN in the branch not taken has no effect, also in the gradient).
 * cast{dtype}: float64 → float32 rounds to nearest even; float → int32 truncates toward zero and saturates, NaN → 0; float → uint8 truncates and
 *   saturates to 0…255, NaN → 0; int32 → uint8 keeps the low 8 bits; int32 → float32 rounds to nearest even; anything → bool is x ≠ 0 (NaN → 1);
 *   bool → anything gives 0 or 1.
 */
import type { DType, TypedArray } from "../dtype.ts";
import { expectCount, expectDType, isFloat, misuse, sameShape, sizeOf, type Primitive } from "./primitive.ts";

function pairwise(
  name: string,
  dtypes: readonly DType[] | undefined,
  comparison: boolean,
  f: (a: number, b: number) => number | boolean,
): Primitive {
  return {
    name,
    infer(inputs) {
      expectCount(name, inputs, 2);
      if (dtypes) expectDType(name, inputs, 0, dtypes);
      const a = inputs[0]!;
      const b = inputs[1]!;
      if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) throw misuse(name, inputs, "two inputs of one shape and dtype");
      return comparison ? { shape: a.shape, dtype: "bool" } : a;
    },
    evaluate(inputs, out) {
      const a = inputs[0]!;
      const b = inputs[1]!;
      for (let i = 0; i < out.length; i++) out[i] = Number(f(a[i]!, b[i]!));
    },
    flops: ({ type }) => sizeOf(type.shape),
  };
}

const BITS: readonly DType[] = ["bool", "int32", "uint8"];

export const equal = pairwise("equal", undefined, true, (a, b) => a === b);
export const less = pairwise("less", undefined, true, (a, b) => a < b);
export const lessEqual = pairwise("lessEqual", undefined, true, (a, b) => a <= b);
export const and = pairwise("and", BITS, false, (a, b) => a & b);
export const or = pairwise("or", BITS, false, (a, b) => a | b);
export const xor = pairwise("xor", BITS, false, (a, b) => a ^ b);

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
};

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
};

export const cast: Primitive = {
  name: "cast",
  infer(inputs, attributes) {
    expectCount("cast", inputs, 1);
    return { shape: inputs[0]!.shape, dtype: attributes.dtype as DType };
  },
  evaluate(inputs, out, { inputTypes, type }) {
    const x = inputs[0]!;
    const fromFloat = isFloat(inputTypes[0]!.dtype);
    if (type.dtype === "bool") for (let i = 0; i < out.length; i++) out[i] = x[i] === 0 ? 0 : 1;
    else if (fromFloat && type.dtype === "int32") for (let i = 0; i < out.length; i++) out[i] = saturate(x[i]!, -2147483648, 2147483647);
    else if (fromFloat && type.dtype === "uint8") for (let i = 0; i < out.length; i++) out[i] = saturate(x[i]!, 0, 255);
    else for (let i = 0; i < out.length; i++) out[i] = x[i]!;
  },
  gradient: ({ inputs, cotangent }) => [isFloat(inputs[0]!.dtype as DType) ? cotangent.cast(inputs[0]!.dtype) : undefined],
  flops: ({ type }) => sizeOf(type.shape),
};

function saturate(x: number, low: number, high: number): number {
  return x >= high ? high : x <= low ? low : Math.trunc(x) || 0;
}
