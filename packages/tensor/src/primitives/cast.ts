/**
 * cast{dtype}: float64 → float32 rounds to nearest even; float → int32 truncates toward zero and saturates, NaN → 0; float → uint8 truncates and saturates to
 * 0…255, NaN → 0; int32 → uint8 keeps the low 8 bits; int32 → float32 rounds to nearest even; anything → bool is x ≠ 0 (NaN → 1); bool → anything gives 0 or 1.
 */
import type { DType } from "../dtype.ts";
import { dtypeOfArray, LIMITS } from "../elements.ts";
import { Op } from "../kernels/opcodes.ts";
import type { Vec, Vectors } from "../kernels/vector.ts";
import { expectCount, isFloat, type Primitive } from "./primitive.ts";
import { sizeOf } from "../shape.ts";
import { wrap } from "./shared/whole.ts";

export const cast: Primitive = {
  name: "cast",
  infer(inputs, attributes) {
    expectCount("cast", inputs, 1);
    return { shape: inputs[0]!.shape, dtype: attributes.dtype as DType };
  },
  evaluate(inputs, out, { inputTypes, type }) {
    const x = inputs[0]!;
    const fromFloat = isFloat(inputTypes[0]!.dtype);
    const limits = LIMITS[dtypeOfArray(out)!];
    if (type.dtype === "bool") for (let i = 0; i < out.length; i++) out[i] = x[i] === 0 ? 0 : 1;
    else if (fromFloat && limits) for (let i = 0; i < out.length; i++) out[i] = saturate(x[i]!, limits[0], limits[1]);
    else for (let i = 0; i < out.length; i++) out[i] = x[i]!;
  },
  gradient: ({ inputs, cotangent }) => [isFloat(inputs[0]!.dtype as DType) ? cotangent.cast(inputs[0]!.dtype) : undefined],
  flops: ({ type }) => sizeOf(type.shape),
  wasm: { kind: "elementwise", lanes: (v, [x], from, attributes) => castLanes(v, x!, from, attributes.dtype as DType) },
};

function saturate(x: number, low: number, high: number): number {
  return x >= high ? high : x <= low ? low : Math.trunc(x) || 0;
}

function castLanes(v: Vectors, x: Vec, from: DType, to: DType): Vec {
  if (from === to) return x;
  if (from === "bool") return v.and(x, to === "float32" ? v.f32(1) : v.bits(1));
  if (to === "bool") return from === "float32" ? v.op(Op.f32x4Ne, x, v.f32(0)) : v.op(Op.i32x4Ne, x, v.bits(0));
  if (to === "float32") return v.op(Op.f32x4ConvertI32S, x);
  if (from !== "float32") return wrap(v, x, to);
  const whole = v.op(Op.i32x4TruncSatF32S, x);
  return to === "uint8" ? v.op(Op.i32x4MinS, v.op(Op.i32x4MaxS, whole, v.bits(0)), v.bits(255)) : whole;
}
