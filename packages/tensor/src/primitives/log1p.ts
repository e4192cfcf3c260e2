/** log1p: log(1 + x), accurate near 0; float32, float64; correctly rounded or nearly so (engines: ≤ 2 ulp); limits as ECMAScript's Math.log1p. */
import { log1p as log1pOf } from "@rl/math";
import { Op } from "../kernels/opcodes.ts";
import type { Vec, Vectors } from "../kernels/vector.ts";
import { FLOAT } from "./primitive.ts";
import { logCore, logSpecial } from "./shared/logarithm.ts";
import { unary } from "./shared/unary.ts";

export const log1p = unary({
  name: "log1p",
  dtypes: FLOAT,
  cost: 16,
  scalar: log1pOf,
  gradient: (x, _y, ct) => ct.div(x.add(1)),
  lanes: log1pLanes,
});

/** u = 1 + x rounded; what was lost comes back as c/u. */
export function log1pLanes(v: Vectors, x: Vec): Vec {
  const one = v.f32(1);
  const u = v.add(x, one);
  const lostSmall = v.sub(x, v.sub(u, one));
  const lostLarge = v.sub(one, v.sub(u, x));
  const lost = v.select(v.op(Op.f32x4Gt, x, one), lostLarge, lostSmall);
  const result = logCore(v, u, undefined, v.div(lost, u));
  const special = logSpecial(v, u, result);
  // Tiny x (also −0) is its own logarithm.
  return v.select(v.op(Op.f32x4Lt, v.abs(x), v.f32(2.98e-8)), x, special);
}
