/** relu: x where x > 0, else 0 (NaN stays NaN; −0 → +0); float32, float64. Its derivative at 0 is 0. */
import { Op } from "../kernels/opcodes.ts";
import { FLOAT } from "./primitive.ts";
import { unary } from "./shared/unary.ts";

export const relu = unary({
  name: "relu",
  dtypes: FLOAT,
  cost: 1,
  scalar: (x) => Math.max(x, 0),
  gradient: (x, _y, ct) => x.greater(0).where(ct, 0),
  lanes: (v, x) => v.op(Op.vAndnot, x, v.op(Op.f32x4Le, x, v.f32(0))),
});
