/** sqrt: √x, correctly rounded; float32, float64. √−0 = −0; NaN for negative x. */
import { Op } from "../kernels/opcodes.ts";
import { FLOAT } from "./primitive.ts";
import { unary } from "./shared/unary.ts";

export const sqrt = unary({
  name: "sqrt",
  dtypes: FLOAT,
  cost: 4,
  scalar: Math.sqrt,
  gradient: (_x, y, ct) => ct.div(y.mul(2)),
  lanes: (v, x) => v.op(Op.f32x4Sqrt, x),
});
