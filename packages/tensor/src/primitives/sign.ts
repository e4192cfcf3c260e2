/** sign: −1, 0 or 1; float32, float64 (zeros with their sign and NaN pass through), int32, uint8. Its derivative is 0. */
import { Op } from "../kernels/opcodes.ts";
import { SIGN } from "../kernels/vector.ts";
import { isFloat, NUMERIC } from "./primitive.ts";
import { unary } from "./shared/unary.ts";

export const sign = unary({
  name: "sign",
  dtypes: NUMERIC,
  cost: 1,
  scalar: Math.sign,
  gradient: () => undefined,
  lanes(v, x, dtype) {
    if (!isFloat(dtype)) return v.op(Op.i32x4MinS, v.op(Op.i32x4MaxS, x, v.bits(-1)), v.bits(1));
    const nonzero = v.op(Op.f32x4Gt, v.abs(x), v.f32(0));
    return v.select(nonzero, v.or(v.and(x, v.bits(SIGN)), v.f32(1)), x);
  },
});
