/** floor: the largest whole number ≤ x; float32, float64. −0 stays, NaN and ±∞ too. Its derivative is 0. */
import { Op } from "../kernels/opcodes.ts";
import { FLOAT } from "./primitive.ts";
import { unary } from "./shared/unary.ts";

export const floor = unary({
  name: "floor",
  dtypes: FLOAT,
  cost: 1,
  scalar: Math.floor,
  gradient: () => undefined,
  lanes: (v, x) => v.op(Op.f32x4Floor, x),
});
