import { notNumber } from "./not-number.ts";
import { EXP_TABLE } from "./exp-table.ts";
import { exp, ROUND, SHORT, STEP_HIGH, STEP_LOW, STEPS_PER_UNIT } from "./exp.ts";
import { pair } from "./pair.ts";
import { POWER_OF_TWO } from "./powers.ts";

/** eˣ − 1 in two parts for 0.0013 < |x| ≤ 60, left in `pair`: with 2ᵉT the leading part of 2^(k/128), (2ᵉT − 1) + 2ᵉT·r is exact but for the last digits, which are kept. */
export function expm1Pair(x: number): void {
  const kd = x * STEPS_PER_UNIT + ROUND - ROUND;
  const k = kd | 0;
  const a = x - kd * STEP_HIGH;
  const b = kd * STEP_LOW;
  const r = a - b;
  const r1 = r + SHORT - SHORT;
  const tail = r - r1 + (a - r - b);
  const j = (k & 127) << 1;
  const scale = POWER_OF_TWO[1074 + (k >> 7)] as number;
  const t = scale * (EXP_TABLE[j] as number);
  const u = scale * (EXP_TABLE[j + 1] as number);
  const rr = r * r;
  const p = rr * (0.5 + r * (1 / 6) + rr * (1 / 24 + r * (1 / 120) + rr * (1 / 720)));
  const t1 = t - 1;
  const v1 = t1 - t;
  const error1 = t - (t1 - v1) - (1 + v1);
  const q = t * r1;
  const s = t1 + q;
  const v = s - t1;
  pair[0] = s;
  pair[1] = t1 - (s - v) + (q - v) + error1 + (u + u * (r + p) + t * (tail + p));
}

/** eˣ − 1, accurate near 0; error < 0.503 ulp. The method of `exp`. */
export function expm1(x: number): number {
  if (typeof x !== "number") notNumber("expm1", x);
  if (Math.abs(x) < 0.0027) {
    return Math.abs(x) < 2 ** -54 ? x : x + x * x * (0.5 + x * (1 / 6) + x * x * (1 / 24 + x * (1 / 120) + x * x * (1 / 720)));
  }
  if (!(x <= 60)) return exp(x);
  if (x < -38) return -1;
  expm1Pair(x);
  return (pair[0] as number) + (pair[1] as number);
}

/** Hyperbolic tangent (e²ˣ − 1)/(e²ˣ + 1); error < 0.503 ulp. */
export function tanh(x: number): number {
  if (typeof x !== "number") notNumber("tanh", x);
  const a = Math.abs(x);
  if (a < 0.0013) return a < 2 ** -28 ? x : x + x * x * x * (-1 / 3 + x * x * (2 / 15 + x * x * (-17 / 315)));
  if (!(a < 22)) return a >= 22 ? (x > 0 ? 1 : -1) : x;
  expm1Pair(2 * a);
  // V8 takes a function into its caller up to a length of code that this one almost has; where it is called instead, its numbers are boxed.
  const high = pair[0] as number;
  const low = pair[1] as number;
  const n = high + low;
  const nl = high - n + low;
  // (n + nl)/(n + nl + 2): quotient, exact remainder, correction.
  const d = n + 2;
  const v = d - n;
  const dl = n - (d - v) + (2 - v) + nl;
  const q = n / d;
  const qs = 134217729 * q;
  const qh = qs - (qs - q);
  const ql = q - qh;
  const ds = 134217729 * d;
  const d1 = ds - (ds - d);
  const d2 = d - d1;
  const p = q * d;
  const e = qh * d1 - p + qh * d2 + ql * d1 + ql * d2;
  const y = q + (n - p - e + (nl - q * dl)) / d;
  return x < 0 ? -y : y;
}
