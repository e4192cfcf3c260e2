/** Lanes of integers: int32, and uint8 widened to it. */
import type { DType } from "../../dtype.ts";
import { Op } from "../../kernels/opcodes.ts";
import type { Vec, Vectors } from "../../kernels/vector.ts";
import { isFloat } from "../primitive.ts";

export function wrap(v: Vectors, value: Vec, dtype: DType): Vec {
  return dtype === "uint8" ? v.and(value, v.bits(255)) : value;
}

/** One instruction on lanes of floats, another on lanes of integers. */
/* @__NO_SIDE_EFFECTS__ */
export function arithmetic(float: keyof typeof Op, whole: keyof typeof Op) {
  return (v: Vectors, a: Vec, b: Vec, dtype: DType): Vec =>
    isFloat(dtype) ? v.op(Op[float], a, b) : wrap(v, v.op(Op[whole], a, b), dtype);
}

/** Quotient toward zero of int32 lanes through float64; x/0 = 0. */
export function wholeQuotient(v: Vectors, a: Vec, b: Vec): Vec {
  const half = (x: Vec, y: Vec): Vec =>
    v.op(Op.i32x4TruncSatF64S, v.op(Op.f64x2Div, v.op(Op.f64x2ConvertLowI32S, x), v.op(Op.f64x2ConvertLowI32S, y)));
  const quotient = v.join(half(a, b), half(v.high(a), v.high(b)));
  const byZero = v.op(Op.i32x4Eq, b, v.bits(0));
  const byMinusOne = v.op(Op.i32x4Eq, b, v.bits(-1));
  return v.op(Op.vAndnot, v.select(byMinusOne, v.op(Op.i32x4Neg, a), quotient), byZero);
}
