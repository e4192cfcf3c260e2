/** exp: eˣ; float32, float64; correctly rounded or nearly so (engines: ≤ 2 ulp); limits as ECMAScript's Math.exp. */
import { exp as expOf } from "@rl/math";
import { Op } from "../kernels/opcodes.ts";
import type { Vec, Vectors } from "../kernels/vector.ts";
import { FLOAT } from "./primitive.ts";
import { clamp, MAGIC_BITS, powerOfTwo, reduceExp } from "./shared/exponential.ts";
import { unary } from "./shared/unary.ts";

export const exp = unary({
  name: "exp",
  dtypes: FLOAT,
  cost: 12,
  scalar: expOf,
  gradient: (_x, y, ct) => ct.mul(y),
  lanes: expLanes,
});

/** In two steps, so that results below 2^−126 are rounded once. */
export function expLanes(v: Vectors, x: Vec): Vec {
  const { shifted, small } = reduceExp(v, clamp(v, x, -104, 89));
  const n = v.op(Op.i32x4Sub, shifted, v.bits(MAGIC_BITS));
  const half = v.shift(Op.i32x4ShrS, n, 1);
  const mantissa = v.add(small, v.f32(1));
  return v.mul(v.mul(mantissa, powerOfTwo(v, half)), powerOfTwo(v, v.op(Op.i32x4Sub, n, half)));
}
