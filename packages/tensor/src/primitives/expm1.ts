/** expm1: eˣ − 1, accurate near 0; float32, float64; correctly rounded or nearly so (engines: ≤ 2 ulp); limits as ECMAScript's Math.expm1. */
import { expm1 as expm1Of } from "@rl/math";
import { Op } from "../kernels/opcodes.ts";
import type { Vec, Vectors } from "../kernels/vector.ts";
import { FLOAT } from "./primitive.ts";
import { clamp, MAGIC_BITS, reduceExp } from "./shared/exponential.ts";
import { unary } from "./shared/unary.ts";

export const expm1 = unary({
  name: "expm1",
  dtypes: FLOAT,
  cost: 16,
  scalar: expm1Of,
  // Not y + 1, which has lost what eˣ is where y is near −1.
  gradient: (x, _y, ct) => ct.mul(x.exp()),
  lanes: expm1Lanes,
});

/** 2·(2^(n−1)·(e^r − 1) + (2^(n−1) − ½)); e^r − 1 itself for n = 0, so that small x keep their bits. */
function expm1Lanes(v: Vectors, x: Vec): Vec {
  const { shifted, small: e } = reduceExp(v, clamp(v, x, -18, 89));
  const half = v.shift(Op.i32x4Shl, v.op(Op.i32x4Add, shifted, v.bits(126 - MAGIC_BITS)), 23);
  const scaled = v.mul(v.add(v.mul(half, e), v.sub(half, v.f32(0.5))), v.f32(2));
  const isZero = v.op(Op.i32x4Eq, shifted, v.bits(MAGIC_BITS));
  return v.select(v.op(Op.f32x4Eq, x, v.f32(0)), x, v.select(isZero, e, scaled));
}
