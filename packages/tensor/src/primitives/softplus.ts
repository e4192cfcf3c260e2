/** softplus: log(1 + eˣ) = max(x, 0) + log1p(e^−|x|) (engines: ≤ 2 ulp); float32, float64. */
import { exp, log1p } from "@rl/math";
import { Op } from "../kernels/opcodes.ts";
import { expLanes } from "./exp.ts";
import { log1pLanes } from "./log1p.ts";
import { FLOAT } from "./primitive.ts";
import { unary } from "./shared/unary.ts";

export const softplus = unary({
  name: "softplus",
  dtypes: FLOAT,
  cost: 28,
  scalar: (x) => Math.max(x, 0) + log1p(exp(-Math.abs(x))),
  gradient: (x, _y, ct) => ct.mul(x.sigmoid()),
  lanes(v, x) {
    const t = expLanes(v, v.negAbs(x));
    return v.add(v.op(Op.f32x4Max, x, v.f32(0)), log1pLanes(v, t));
  },
});
