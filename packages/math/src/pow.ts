import { notNumber } from "./not-number.ts";
import { EXP_TABLE } from "./exp-table.ts";
import { ROUND, SHORT, STEP_HIGH, STEP_LOW, STEPS_PER_UNIT, subnormal } from "./exp.ts";
import { LN2_HIGH, LN2_LOW, ORIGIN, SMALLEST_NORMAL } from "./log.ts";
import { LOG_TABLE } from "./log-table.ts";
import { pair } from "./pair.ts";
import { POWER_OF_TWO } from "./powers.ts";

const buffer = new ArrayBuffer(8);
const float = /* @__PURE__ */ new Float64Array(buffer);
const words = /* @__PURE__ */ new Int32Array(buffer);
const SPLIT = 134217729;
// Adding and subtracting them rounds to multiples of 2⁻²⁶ and 2⁻³⁴.
const ROUND_26 = 1.5 * 2 ** 26;
const ROUND_34 = 1.5 * 2 ** 18;

/** xʸ with ECMAScript's special values (pow(±1, ±∞) and pow(x, NaN) are NaN, pow(x, 0) is 1). Error < 0.51 ulp; squares, square roots and reciprocals exactly rounded.
 *
 *  exp(y·ln x): ln x as in `log` but to 2⁻⁷⁰ of itself, with r²/2 exact in its leading part; the product in two parts; then as `exp`. */
export function pow(x: number, y: number): number {
  if (typeof x !== "number" || typeof y !== "number") notNumber("pow", x, y);
  if (x >= SMALLEST_NORMAL && x < Infinity && Math.abs(y) < 2 ** 64) {
    if (y === 2) return x * x;
    return power(x, y, 0, 1);
  }
  return special(x, y);
}

/** sign·(x·2^offset)ʸ for normal x > 0. In two functions that are short enough for engines to inline, so that no number is boxed on the way. */
function power(x: number, y: number, offset: number, sign: number): number {
  logarithm(x, offset);
  // y·ln x in two parts, by Dekker's product.
  const lh = pair[0] as number;
  const product = y * lh;
  if (!(product < 709.8)) return sign * Infinity;
  if (product < -745.2) return sign * 0;
  const ys = SPLIT * y;
  const yh = ys - (ys - y);
  const yl = y - yh;
  const ls = SPLIT * lh;
  const h = ls - (ls - lh);
  const l = lh - h;
  return sign * exponential(product, yh * h - product + yh * l + yl * h + yl * l + y * (pair[1] as number));
}

/** ln(x·2^offset) to about 2⁻⁷⁰ of itself, in two parts left in `pair`. */
function logarithm(x: number, offset: number): void {
  const table = LOG_TABLE;
  float[0] = x;
  const word = (words[1] as number) - ORIGIN;
  const e = word >> 20;
  const m = x * (POWER_OF_TWO[1074 - e] as number);
  const cell = (word >> 10) & 0x3fc;
  const c = table[cell] as number;
  const mh = m + ROUND_26 - ROUND_26;
  const rh = mh * c - 1;
  const rm = (m - mh) * c;
  const r = rh + rm;
  const rl = rm - (r - rh);
  const rr = r * r;
  const k = e + offset;
  const a = k * LN2_HIGH + (table[cell + 1] as number);
  const s = a + r;
  const v = s - a;
  const r1 = r + ROUND_34 - ROUND_34;
  const square = -0.5 * r1 * r1;
  const t = s + square;
  const w = t - s;
  const series = r * rr * (1 / 3 + r * -0.25 + rr * (0.2 + r * (-1 / 6) + rr * (1 / 7 + r * -0.125 + rr * (1 / 9 + r * -0.1))));
  const rest =
    a -
    (s - v) +
    (r - v) +
    (s - (t - w) + (square - w)) +
    (rl - r * rl - 0.5 * (r - r1) * (r + r1) + (k * LN2_LOW + (table[cell + 2] as number)) + series);
  const lh = t + rest;
  pair[0] = lh;
  pair[1] = rest - (lh - t);
}

/** e^(x + low), as `exp`. */
function exponential(x: number, low: number): number {
  const kd = x * STEPS_PER_UNIT + ROUND - ROUND;
  const a = x - kd * STEP_HIGH;
  const b = kd * STEP_LOW;
  const r = a - b;
  const r1 = r + SHORT - SHORT;
  const tail = r - r1 + (a - r - b) + low;
  const j = (kd & 127) << 1;
  const t = EXP_TABLE[j] as number;
  const u = EXP_TABLE[j + 1] as number;
  const rr = r * r;
  const p = rr * (0.5 + r * (1 / 6) + rr * (1 / 24 + r * (1 / 120) + rr * (1 / 720)));
  const q = t * r1;
  const s = t + q;
  const rest = q - (s - t) + (u + u * (r + p) + t * (tail + p + r * low));
  const e = kd >> 7;
  if (e < -1021 || e > 1023) return extreme(s, rest, e);
  return (s + rest) * (POWER_OF_TWO[e + 1074] as number);
}

const extreme = (s: number, rest: number, e: number): number => (e > 0 ? (s + rest) * 2 * 2 ** 1023 : subnormal(s, rest, e));

/** Whether y is an odd integer; all doubles from 2⁵³ on are even. */
const isOdd = (y: number): boolean => Math.abs(y) < 2 ** 53 && Math.floor(y) === y && Math.floor(y / 2) * 2 !== y;

/** Bases that are negative, zero, subnormal or not finite; exponents so large that the result is 0, ∞ or 1. */
function special(x: number, y: number): number {
  if (y === 0) return 1;
  if (y !== y || x !== x) return NaN;
  if (x === 0) return y > 0 ? (isOdd(y) ? x : 0) : isOdd(y) ? 1 / x : Infinity;
  const a = Math.abs(x);
  if (x < 0 && Math.floor(y) !== y && a !== Infinity) return NaN;
  const sign = x < 0 && isOdd(y) ? -1 : 1;
  if (a === 1) return Math.abs(y) === Infinity ? NaN : sign;
  if (a === Infinity || Math.abs(y) >= 2 ** 64) return a > 1 === y > 0 ? sign * Infinity : sign * 0;
  if (y === 2) return a * a;
  return a < SMALLEST_NORMAL ? power(a * 2 ** 54, y, -54, sign) : power(a, y, 0, sign);
}
