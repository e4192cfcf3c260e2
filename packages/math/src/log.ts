import { LOG_TABLE } from "./log-table.ts";
import { POWER_OF_TWO } from "./powers.ts";

const float = new Float64Array(1);
const words = new Int32Array(float.buffer); // little-endian, as every JavaScript engine's platform

export const LN2_HIGH = 0.6931471805601177; // 41 bits
export const LN2_LOW = -1.7239444525614835e-13;
const ORIGIN = 0x3fe6a09e; // high word of √½

/** Natural logarithm; NaN below 0, −∞ at 0.
 *
 *  x = 2ᵏm with √½ ≤ m < √2; c = n/512 with c·m = 1 + r, |r| < 2⁻⁷·⁹, r exact in two doubles; ln x = k·ln2 − ln c + ln(1 + r).
 *  The sum of the first two is exact in its leading part. Error < 0.503 ulp.
 *  P. T. P. Tang, "Table-driven implementation of the logarithm function in IEEE floating-point arithmetic", ACM TOMS 16(4), 1990. */
export function log(x: number): number {
  if (!(x >= 2.2250738585072014e-308 && x < Infinity)) {
    if (x > 0 && x < 1) return scaled(x * 2 ** 54, -54);
    return x === 0 ? -Infinity : x > 0 ? x : NaN;
  }
  return scaled(x, 0);
}

function scaled(x: number, offset: number): number {
  float[0] = x;
  const word = (words[1] as number) - ORIGIN;
  const e = word >> 20;
  const m = x * (POWER_OF_TWO[1074 - e] as number);
  const cell = (word >> 10) & 0x3fc;
  const c = LOG_TABLE[cell] as number;
  const mh = m + 1.5 * 2 ** 26 - 1.5 * 2 ** 26;
  const rh = mh * c - 1;
  const rm = (m - mh) * c;
  const r = rh + rm;
  const k = e + offset;
  const a = k * LN2_HIGH + (LOG_TABLE[cell + 1] as number);
  const s = a + r;
  const v = s - a;
  const error = a - (s - v) + (r - v);
  const p = r * r * (-0.5 + r * (1 / 3 + r * (-0.25 + r * (0.2 + r * (-1 / 6 + r * (1 / 7 + r * -0.125))))));
  return s + (error + (rm - (r - rh) + (k * LN2_LOW + (LOG_TABLE[cell + 2] as number)) + p));
}
