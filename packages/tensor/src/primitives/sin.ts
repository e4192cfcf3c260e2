/** sin: of radians; float32, float64; correctly rounded or nearly so (engines: ≤ 2 ulp); NaN for ±∞. */
import { sin as sinOf } from "@rl/math";
import { FLOAT } from "./primitive.ts";
import { sinusoid } from "./shared/sinusoid.ts";
import { unary } from "./shared/unary.ts";

export const sin = unary({
  name: "sin",
  dtypes: FLOAT,
  cost: 16,
  scalar: sinOf,
  gradient: (x, _y, ct) => ct.mul(x.cos()),
  lanes: (v, x) => sinusoid(v, x, 0),
});
