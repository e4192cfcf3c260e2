/** ceil: the smallest whole number ≥ x; float32, float64. −0 stays and results from (−1, 0) are −0, NaN and ±∞ too. Its derivative is 0. */
import { Op } from "../kernels/opcodes.ts";
import { FLOAT } from "./primitive.ts";
import { unary } from "./shared/unary.ts";

export const ceil = unary({
  name: "ceil",
  dtypes: FLOAT,
  cost: 1,
  scalar: Math.ceil,
  gradient: () => undefined,
  lanes: (v, x) => v.op(Op.f32x4Ceil, x),
});
