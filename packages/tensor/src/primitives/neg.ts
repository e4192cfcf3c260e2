/** neg: −x; float32, float64, int32, uint8 (the last two wrap). The signs of zeros and NaN flip as IEEE says. */
import { Op } from "../kernels/opcodes.ts";
import { isFloat, NUMERIC } from "./primitive.ts";
import { unary } from "./shared/unary.ts";
import { wrap } from "./shared/whole.ts";

export const neg = unary({
  name: "neg",
  dtypes: NUMERIC,
  cost: 1,
  scalar: (x) => -x,
  gradient: (_x, _y, ct) => ct.neg(),
  lanes: (v, x, dtype) => (isFloat(dtype) ? v.neg(x) : wrap(v, v.op(Op.i32x4Neg, x), dtype)),
});
