/** log: natural logarithm; float32, float64; correctly rounded or nearly so (engines: ≤ 2 ulp); limits as ECMAScript's Math.log. */
import { log as logOf } from "@rl/math";
import { Op } from "../kernels/opcodes.ts";
import type { Vec, Vectors } from "../kernels/vector.ts";
import { FLOAT } from "./primitive.ts";
import { logCore, logSpecial } from "./shared/logarithm.ts";
import { unary } from "./shared/unary.ts";

export const log = unary({
  name: "log",
  dtypes: FLOAT,
  cost: 12,
  scalar: logOf,
  gradient: (x, _y, ct) => ct.div(x),
  lanes: logLanes,
});

/** What is below 2^−126 is multiplied by 2^23 first. */
function logLanes(v: Vectors, x: Vec): Vec {
  const small = v.op(Op.f32x4Lt, x, v.f32(1.1754943508222875e-38));
  const u = v.select(small, v.mul(x, v.f32(8388608)), x);
  return logSpecial(v, x, logCore(v, u, v.and(small, v.f32(-23)), undefined));
}
