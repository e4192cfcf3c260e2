/** abs: |x|; float32, float64, int32 (the smallest stays itself), uint8. Its derivative at 0 is 0. */
import { Op } from "../kernels/opcodes.ts";
import { isFloat, NUMERIC } from "./primitive.ts";
import { unary } from "./shared/unary.ts";

export const abs = unary({
  name: "abs",
  dtypes: NUMERIC,
  cost: 1,
  scalar: Math.abs,
  gradient: (x, _y, ct) => ct.mul(x.sign()),
  lanes: (v, x, dtype) => (isFloat(dtype) ? v.abs(x) : v.op(Op.i32x4Abs, x)),
});
