import { notNumber } from "./not-number.ts";
import { EXP_TABLE } from "./exp-table.ts";
import { POWER_OF_TWO } from "./powers.ts";

export const STEPS_PER_UNIT = 184.6649652337873; // 128/ln 2
export const STEP_HIGH = 0.0054152123482253955; // ln 2/128, 35 bits
export const STEP_LOW = -1.0082281460997769e-13; // the rest
export const ROUND = 1.5 * 2 ** 52; // adding and subtracting it rounds to an integer
export const SHORT = 1.5 * 2 ** 12; // … to a multiple of 2⁻⁴⁰

/** eˣ.
 *
 *  x = k·ln2/128 + r with |r| ≤ ln2/256 and r in two doubles; k = 128e + j; eˣ = 2ᵉ·2^(j/128)·eʳ. The product of the table's 20-bit part T with the
 *  first 40 fraction bits of r is exact, so only terms below 2⁻¹⁷ are rounded before the last addition: error < 0.501 ulp.
 *  P. T. P. Tang, "Table-driven implementation of the exponential function in IEEE floating-point arithmetic", ACM TOMS 15(2), 1989. */
export function exp(x: number): number {
  if (typeof x !== "number") notNumber("exp", x);
  if (!(x <= 709.782712893384)) return x > 0 ? Infinity : x;
  if (x < -745.1332191019412) return 0;
  const kd = x * STEPS_PER_UNIT + ROUND - ROUND;
  const k = kd | 0;
  const a = x - kd * STEP_HIGH;
  const b = kd * STEP_LOW;
  const r = a - b;
  const r1 = r + SHORT - SHORT;
  const tail = r - r1 + (a - r - b);
  const j = (k & 127) << 1;
  const t = EXP_TABLE[j] as number;
  const u = EXP_TABLE[j + 1] as number;
  // eʳ − 1 − r
  const rr = r * r;
  const p = rr * (0.5 + r * (1 / 6) + rr * (1 / 24 + r * (1 / 120) + rr * (1 / 720)));
  const q = t * r1;
  const s = t + q;
  const rest = q - (s - t) + (u + u * (r + p) + t * (tail + p));
  const e = k >> 7;
  if (e >= -1021) return e < 1024 ? (s + rest) * (POWER_OF_TWO[e + 1074] as number) : (s + rest) * 2 * 2 ** 1023;
  return subnormal(s, rest, e);
}

/** (s + rest)·2ᵉ for results that may be subnormal, rounded once: in units of 2⁻¹⁰⁷⁴ the sum is rounded to an integer by adding 2⁵². */
export function subnormal(s: number, rest: number, e: number): number {
  const scale = POWER_OF_TWO[e + 2148] as number;
  const c = s * scale;
  if (c >= 2 ** 52 + 1) return (s + rest) * (POWER_OF_TWO[e + 1074] as number);
  const sum = 2 ** 52 + c;
  return (sum + (c - (sum - 2 ** 52) + rest * scale) - 2 ** 52) * 5e-324;
}
