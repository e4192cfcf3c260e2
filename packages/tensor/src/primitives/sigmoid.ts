/** sigmoid: 1/(1 + e^−x), accurate in both tails (engines: ≤ 2 ulp); float32, float64. */
import { exp } from "@rl/math";
import { Op } from "../kernels/opcodes.ts";
import type { Vec, Vectors } from "../kernels/vector.ts";
import { expLanes } from "./exp.ts";
import { FLOAT } from "./primitive.ts";
import { unary } from "./shared/unary.ts";

export const sigmoid = unary({
  name: "sigmoid",
  dtypes: FLOAT,
  cost: 16,
  scalar(x) {
    if (x >= 0) return 1 / (1 + exp(-x));
    const e = exp(x);
    return e / (1 + e);
  },
  gradient: (_x, y, ct) => ct.mul(y.mul(y.neg().add(1))),
  lanes: sigmoidLanes,
});

/** With t = e^−|x| and q = t/(1+t): 1 − q, or t − t·q for negative x. */
function sigmoidLanes(v: Vectors, x: Vec): Vec {
  const t = expLanes(v, v.negAbs(x));
  const q = v.div(t, v.add(t, v.f32(1)));
  const base = v.select(v.op(Op.f32x4Lt, x, v.f32(0)), t, v.f32(1));
  return v.sub(base, v.mul(base, q));
}
