/** cos: of radians; float32, float64; correctly rounded or nearly so (engines: ≤ 2 ulp); NaN for ±∞. */
import { cos as cosOf } from "@rl/math";
import { FLOAT } from "./primitive.ts";
import { sinusoid } from "./shared/sinusoid.ts";
import { unary } from "./shared/unary.ts";

export const cos = unary({
  name: "cos",
  dtypes: FLOAT,
  cost: 16,
  scalar: cosOf,
  gradient: (x, _y, ct) => ct.mul(x.sin()).neg(),
  lanes: (v, x) => sinusoid(v, x, 1),
});
