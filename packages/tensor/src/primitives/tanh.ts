/** tanh: hyperbolic tangent; float32, float64; correctly rounded or nearly so (engines: ≤ 2 ulp); −0 stays. */
import { tanh as tanhOf } from "@rl/math";
import { Op } from "../wasm/opcodes.ts";
import { SIGN, type Vec, type Vectors } from "../wasm/vector.ts";
import { FLOAT } from "./primitive.ts";
import { LN2_HIGH, LN2_LOW, LOG2E, MAGIC } from "./shared/exponential.ts";
import { unary } from "./shared/unary.ts";

export const tanh = unary({
  name: "tanh",
  dtypes: FLOAT,
  cost: 16,
  scalar: tanhOf,
  // 1 − y² as (1−y)(1+y): keeps the relative accuracy where |y| is near 1 better than subtracting squares.
  gradient: (_x, y, ct) => ct.mul(y.neg().add(1).mul(y.add(1))),
  lanes: tanhLanes,
});

/** tanh x = x + x³·P(x²) for |x| ≤ 0.65: coefficients of P. */
const TANH_NEAR = [-0.00552863365047599, 0.020483316097354775, -0.05369296804523321, 0.1333089976132636, -0.33333262882317516];
/** e^2h = 1 + 2h + h²·P(h), |h| ≤ log 2 / 4: coefficients of P, fitted where they weigh in 1 − 2/(e^2|x| + 1). */
const TANH_EXP = [1.9999747860052728, 1.3333679439844806, 0.6700297579041997, 0.2659861907064677] as const;

/**
 * 1 − 2/(e^2|x| + 1) with the sign of x where |x| > 0.65, else a polynomial. The two do not wait for each other, and Estrin's scheme shortens the first:
 * the longest chain of instructions decides how long an element takes.
 */
function tanhLanes(v: Vectors, x: Vec): Vec {
  const a = v.abs(x);
  const c = v.pmin(a, v.f32(9.1));
  const shifted = v.add(v.mul(c, v.f32(2 * LOG2E)), v.f32(MAGIC));
  const n = v.sub(shifted, v.f32(MAGIC));
  const h = v.sub(v.sub(c, v.mul(n, v.f32(LN2_HIGH / 2))), v.mul(n, v.f32(LN2_LOW / 2)));
  const h2 = v.mul(h, h);
  const [c0, c1, c2, c3] = TANH_EXP;
  const p = v.add(v.mul(h2, v.add(v.mul(h, v.f32(c3)), v.f32(c2))), v.add(v.mul(h, v.f32(c1)), v.f32(c0)));
  const mantissa = v.add(v.mul(h2, p), v.add(v.add(h, h), v.f32(1)));
  const e = v.op(Op.i32x4Add, mantissa, v.shift(Op.i32x4Shl, shifted, 23));
  const far = v.sub(v.f32(1), v.div(v.f32(2), v.add(e, v.f32(1))));
  const q = v.mul(x, x);
  const near = v.add(x, v.mul(v.mul(x, q), v.horner(q, ...TANH_NEAR)));
  // The sign also goes to the polynomial, for −0.
  return v.or(v.select(v.op(Op.f32x4Gt, a, v.f32(0.65)), far, near), v.and(x, v.bits(SIGN)));
}
