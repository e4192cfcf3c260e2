import { notNumber } from "./not-number.ts";
import { EXP_TABLE } from "./exp-table.ts";
import { ROUND, SHORT, STEP_HIGH, STEP_LOW, STEPS_PER_UNIT } from "./exp.ts";
import { POWER_OF_TWO } from "./powers.ts";

/** ½(eᵃ + sign·e⁻ᵃ) for 0 ≤ a < 711: both exponentials from one reduction, since e⁻ʳ takes the even and odd parts of eʳ. */
function half(a: number, sign: number): number {
  const kd = a * STEPS_PER_UNIT + ROUND - ROUND;
  const k = kd | 0;
  const x = a - kd * STEP_HIGH;
  const b = kd * STEP_LOW;
  const r = x - b;
  const r1 = r + SHORT - SHORT;
  const tail = r - r1 + (x - r - b);
  const i = (k & 127) << 1;
  const j = (-k & 127) << 1;
  // 2ᵉ⁻¹ would overflow at the top: e − 2, and the doubling at the end.
  const up = POWER_OF_TWO[1072 + (k >> 7)] as number;
  const down = k > 128 * 100 ? 0 : sign * (POWER_OF_TWO[1072 + (-k >> 7)] as number);
  const table = EXP_TABLE;
  const t = up * (table[i] as number);
  const u = up * (table[i + 1] as number);
  const y = down * (table[j] as number);
  const z = down * (table[j + 1] as number);
  const rr = r * r;
  const even = rr * (0.5 + rr * (1 / 24 + rr * (1 / 720)));
  const odd = r * rr * (1 / 6 + rr * (1 / 120));
  // (t + y) + (t − y)·r1, every rounding error kept.
  const s0 = t + y;
  const e0 = y - (s0 - t);
  const q0 = t * r1;
  const q1 = -y * r1;
  const q = q0 + q1;
  const e1 = q1 - (q - q0);
  const s = s0 + q;
  const v = s - s0;
  const e2 = s0 - (s - v) + (q - v);
  const rest = u + z + (u * (r + even + odd) + z * (even - r - odd)) + (t * (tail + even + odd) + y * (even - tail - odd));
  return (s + (e0 + e1 + e2 + rest)) * 2;
}

/** Hyperbolic sine; error < 0.502 ulp. */
export function sinh(x: number): number {
  if (typeof x !== "number") notNumber("sinh", x);
  const a = Math.abs(x);
  if (a < 0.0027) return a < 2 ** -26 ? x : x + x * x * x * (1 / 6 + x * x * (1 / 120));
  if (!(a < 710.475860073944)) return x * Infinity;
  const y = half(a, -1);
  return x < 0 ? -y : y;
}

/** Hyperbolic cosine; error < 0.501 ulp. */
export function cosh(x: number): number {
  if (typeof x !== "number") notNumber("cosh", x);
  const a = Math.abs(x);
  if (!(a < 710.475860073944)) return a * Infinity;
  return half(a, 1);
}
