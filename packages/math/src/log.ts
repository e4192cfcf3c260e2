import { notNumber } from "./not-number.ts";
import { LOG_TABLE } from "./log-table.ts";
import { POWER_OF_TWO } from "./powers.ts";

const buffer = new ArrayBuffer(8);
const float = /* @__PURE__ */ new Float64Array(buffer);
const words = /* @__PURE__ */ new Int32Array(buffer); // low word first, as on every platform that runs JavaScript

export const LN2_HIGH = 0.6931471805601177; // 41 bits
export const LN2_LOW = -1.7239444525614835e-13;
const LOG2E = 1.4426950408889634;
const LOG2E_LOW = 2.0355273740931033e-17;
const LOG2E_1 = 1.4426950514316559; // LOG2E in two halves
const LOG2E_2 = -1.0542692496784412e-8;
export const ORIGIN = 0x3fe6a09e; // high word of √½
export const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** Natural logarithm; NaN below 0, −∞ at 0. Error < 0.503 ulp.
 *
 *  x = 2ᵏm with √½ ≤ m < √2; c = n/512 with c·m = 1 + r, |r| < 2⁻⁷·⁹, r exact in two doubles; ln x = k·ln2 − ln c + ln(1 + r).
 *  The sum of the first two is exact in its leading part.
 *  P. T. P. Tang, "Table-driven implementation of the logarithm function in IEEE floating-point arithmetic", ACM TOMS 16(4), 1990. */
export function log(x: number): number {
  if (typeof x !== "number") notNumber("log", x);
  if (x >= SMALLEST_NORMAL && x < Infinity) return logOf(x, 0, 0);
  return x > 0 && x < 1 ? logOf(x * 2 ** 54, 0, -54) : edge(x);
}

/** ln(1 + x), accurate near 0; NaN below −1, −∞ at −1. The method of `log` on 1 + x in two parts. */
export function log1p(x: number): number {
  if (typeof x !== "number") notNumber("log1p", x);
  if (Math.abs(x) < 0.0018) {
    if (Math.abs(x) < 2 ** -54) return x;
    return x + x * x * (-0.5 + x * (1 / 3 + x * (-0.25 + x * (0.2 + x * (-1 / 6 + x * (1 / 7 + x * -0.125))))));
  }
  if (!(x > -1 && x < Infinity)) return x === -1 ? -Infinity : x > 0 ? x : NaN;
  const s = 1 + x;
  const v = s - 1;
  return logOf(s, 1 - (s - v) + (x - v), 0);
}

/** Binary logarithm, exact at powers of two. */
export function log2(x: number): number {
  if (typeof x !== "number") notNumber("log2", x);
  if (!(x >= SMALLEST_NORMAL && x < Infinity)) return x > 0 && x < 1 ? log2Of(x * 2 ** 54, -54) : edge(x);
  return log2Of(x, 0);
}

const edge = (x: number): number => (x === 0 ? -Infinity : x > 0 ? x : NaN);

/** ln((x + low)·2^offset) for normal x. */
function logOf(x: number, low: number, offset: number): number {
  float[0] = x;
  const word = (words[1] as number) - ORIGIN;
  const e = word >> 20;
  const scale = POWER_OF_TWO[1074 - e] as number;
  const m = x * scale;
  const cell = (word >> 10) & 0x3fc;
  const c = LOG_TABLE[cell] as number;
  // c·m − 1: the halves of m times the 10 bits of c are exact.
  const mh = m + 1.5 * 2 ** 26 - 1.5 * 2 ** 26;
  const rh = mh * c - 1;
  const rm = (m - mh) * c + low * scale * c;
  const r = rh + rm;
  const k = e + offset;
  const a = k * LN2_HIGH + (LOG_TABLE[cell + 1] as number);
  const s = a + r;
  const v = s - a;
  const error = a - (s - v) + (r - v);
  const rr = r * r;
  const p = rr * (-0.5 + r * (1 / 3) + rr * (-0.25 + r * 0.2 + rr * (-1 / 6 + r * (1 / 7) + rr * -0.125)));
  return s + (error + (rm - (r - rh) + (k * LN2_LOW + (LOG_TABLE[cell + 2] as number)) + p));
}

function log2Of(x: number, offset: number): number {
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
  // ln m in two parts …
  const a = LOG_TABLE[cell + 1] as number;
  const s = a + r;
  const v = s - a;
  const error = a - (s - v) + (r - v);
  const rr = r * r;
  const p = rr * (-0.5 + r * (1 / 3) + rr * (-0.25 + r * 0.2 + rr * (-1 / 6 + r * (1 / 7) + rr * -0.125)));
  const rest = error + (rm - (r - rh) + (LOG_TABLE[cell + 2] as number) + p);
  // … times log₂e in two parts, by Dekker's product.
  const product = s * LOG2E;
  const split = 134217729 * s;
  const sh = split - (split - s);
  const sl = s - sh;
  const low = sh * LOG2E_1 - product + sh * LOG2E_2 + sl * LOG2E_1 + sl * LOG2E_2 + (s * LOG2E_LOW + rest * LOG2E);
  const k = e + offset;
  const y = k + product;
  const w = y - k;
  return y + (k - (y - w) + (product - w) + low);
}
