/** tanh: hyperbolic tangent; float32, float64; correctly rounded or nearly so (engines: ≤ 2 ulp); −0 stays. */
import { tanh as tanhOf } from "@rl/math";
import { Op } from "../kernels/opcodes.ts";
import { SIGN, type Vec, type Vectors } from "../kernels/vector.ts";
import { FLOAT } from "./primitive.ts";
import { LOG2E, MAGIC } from "./shared/exponential.ts";
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

/** tanh h = h + h³·P(h²) for |h| ≤ log 2 / 4: coefficients of P, an own minimax fit. */
const TANH = [-0.052725010678949434, 0.13331177084836324, -0.3333332267543098] as const;
/** Adding it rounds to quarters of whole numbers and leaves them, counted and with the offset of float32's exponents, in the low bits. */
const QUARTERS = (MAGIC + 127) / 4;

/**
 * |x| = n·(log 2 / 2) + h with |h| ≤ log 2 / 4, and t = tanh h, E = 2ⁿ. By the addition theorem
 *
 *   tanh |x| = N/D,  N = t·(E + 1) + (E − 1),  D = t·(E − 1) + (E + 1).
 *
 * That quotient alone is off by up to 2.5 ulp, from the roundings of N and D. S = min(n/4, 1) is near it and exact; what is left to divide is small:
 *
 *   tanh |x| = S − (S·D − N)/D,  S·D − N = (S·(E + 1) + (1 − E)) − t·(S·(1 − E) + (E + 1)).
 *
 * For n = 0 this is t to the bit. log 2 rounded to float32 ends in three zeros, so n·log 2 is exact up to n = 7; further out h hardly counts.
 */
function tanhLanes(v: Vectors, x: Vec): Vec {
  const bounded = v.pmin(v.abs(x), v.f32(9.1));
  const shifted = v.add(v.mul(bounded, v.f32(LOG2E / 2)), v.f32(QUARTERS));
  const quarters = v.sub(shifted, v.f32(QUARTERS));
  const h = v.sub(bounded, v.mul(quarters, v.f32(2 * Math.LN2)));
  const q = v.mul(h, h);
  const t = v.add(h, v.mul(v.mul(h, q), v.horner(q, ...TANH)));
  const e = v.shift(Op.i32x4Shl, shifted, 23);
  const sum = v.add(e, v.f32(1));
  const difference = v.sub(v.f32(1), e);
  const s = v.pmin(quarters, v.f32(1));
  const rest = v.sub(v.add(v.mul(s, sum), difference), v.mul(t, v.add(v.mul(s, difference), sum)));
  const y = v.sub(s, v.div(rest, v.sub(sum, v.mul(t, difference))));
  // The sign also goes to zero.
  return v.or(y, v.and(x, v.bits(SIGN)));
}
