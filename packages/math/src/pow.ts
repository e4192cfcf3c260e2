import { EXP_TABLE } from "./exp-table.ts";
import { ROUND, SHORT, STEP_HIGH, STEP_LOW, STEPS_PER_UNIT, subnormal } from "./exp.ts";
import { logPair } from "./log.ts";
import { pair } from "./pair.ts";
import { POWER_OF_TWO } from "./powers.ts";

/** xʸ with ECMAScript's special values (pow(±1, ±∞) and pow(x, NaN) are NaN, pow(x, 0) is 1).
 *  exp(y·ln x) with ln x to 2⁻⁷⁰ of itself and the product in two parts; error < 0.51 ulp; squares, reciprocals and square roots exactly rounded. */
export function pow(x: number, y: number): number {
  if (y === 2) return x * x;
  if (x > 0 && x < Infinity && x !== 1) return y === 1 ? x : y === -1 ? 1 / x : y === 0.5 ? Math.sqrt(x) : power(x, y, 1);
  return special(x, y);
}

/** Whether y is an odd integer; all doubles from 2⁵³ on are even. */
const isOdd = (y: number): boolean => Math.abs(y) < 2 ** 53 && Math.floor(y) === y && Math.floor(y / 2) * 2 !== y;

function special(x: number, y: number): number {
  if (y === 0) return 1;
  if (y !== y || x !== x) return NaN;
  if (x === 1) return Math.abs(y) === Infinity ? NaN : 1;
  if (x === 0) {
    const odd = isOdd(y);
    if (y > 0) return odd ? x : 0;
    return odd ? 1 / x : Infinity;
  }
  if (x === Infinity) return y > 0 ? Infinity : 0;
  if (x === -Infinity) return y > 0 ? (isOdd(y) ? -Infinity : Infinity) : isOdd(y) ? -0 : 0;
  // x < 0, finite.
  if (Math.abs(y) === Infinity) return x === -1 ? NaN : x < -1 === y > 0 ? Infinity : 0;
  if (Math.floor(y) !== y) return NaN;
  const sign = isOdd(y) ? -1 : 1;
  return x === -1 ? sign : power(-x, y, sign);
}

/** sign·xʸ for finite x > 0, x ≠ 1 and any y. */
function power(x: number, y: number, sign: number): number {
  // |ln x| ≥ 2⁻⁵³ and ≤ 745: beyond these the result over- or underflows, or is 1.
  if (!(Math.abs(y) < 2 ** 64)) return y !== y ? NaN : sign * (x > 1 === y > 0 ? Infinity : 0);
  if (Math.abs(y) < 2 ** -65) return sign;
  logPair(x);
  const lh = pair[0] as number;
  const product = y * lh;
  if (product > 709.8) return sign * Infinity;
  if (product < -745.2) return sign * 0;
  const ys = 134217729 * y;
  const yh = ys - (ys - y);
  const yl = y - yh;
  const ls = 134217729 * lh;
  const h = ls - (ls - lh);
  const l = lh - h;
  const low = yh * h - product + yh * l + yl * h + yl * l + y * (pair[1] as number);
  // exp(product + low), as `exp`.
  const kd = product * STEPS_PER_UNIT + ROUND - ROUND;
  const k = kd | 0;
  const a = product - kd * STEP_HIGH;
  const b = kd * STEP_LOW;
  const r = a - b;
  const r1 = r + SHORT - SHORT;
  const tail = r - r1 + (a - r - b) + low;
  const j = (k & 127) << 1;
  const t = EXP_TABLE[j] as number;
  const u = EXP_TABLE[j + 1] as number;
  const p = r * r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720)))));
  const q = t * r1;
  const s = t + q;
  const rest = q - (s - t) + (u + u * (r + p) + t * (tail + p) + t * r * low);
  const e = k >> 7;
  if (e >= -1021) return sign * (s + rest) * (e < 1024 ? (POWER_OF_TWO[e + 1074] as number) : 2 ** 1023) * (e < 1024 ? 1 : 2);
  return sign * subnormal(s, rest, e);
}
