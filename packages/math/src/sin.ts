import { notNumber } from "./not-number.ts";
import { pair } from "./pair.ts";
import { reduced, reduceHuge } from "./reduce-huge.ts";
import { SIN_TABLE } from "./sin-table.ts";

const STEPS_PER_UNIT = 40.74366543152521; // 128/π
const STEP_1 = 0.024543692605220713; // π/128 in three parts of 33 bits and a rest
const STEP_2 = 9.495469541099947e-13;
const STEP_3 = 3.1597910136111976e-23;
const STEP_4 = 1.3247543219326406e-33;
const ROUND = 1.5 * 2 ** 52; // adding and subtracting it rounds to an integer
const SHORT = 1.5 * 2 ** 13; // … to a multiple of 2⁻³⁹
/** From here on the products k·STEP are no longer exact. */
const HUGE = 25_000;

/** sin(kπ/128 + r + low) for |r| ≤ π/256: the product of the 20-bit cosine with r1, the first 39 fraction bits of r, is exact, so that only terms below 2⁻¹³ are
 *  rounded before the last addition. Leaves its two parts in `pair` and returns their sum. */
function sineAt(k: number, r: number, r1: number, low: number): number {
  const i = (k & 255) << 2;
  const s = SIN_TABLE[i] as number;
  const c = SIN_TABLE[i + 2] as number;
  const cl = SIN_TABLE[i + 3] as number;
  const q = c * r1;
  const t = s + q;
  const rr = r * r;
  // sin r − r and cos r − 1
  const sinRest = r * rr * (-1 / 6 + rr * (1 / 120 + rr * (-1 / 5040)));
  const cosRest = rr * (-0.5 + rr * (1 / 24 + rr * (-1 / 720 + rr * (1 / 40320))));
  const rest = q - (t - s) + ((SIN_TABLE[i + 1] as number) + cl * (r + sinRest) + c * (r - r1 + low + sinRest) + s * cosRest);
  pair[0] = t;
  pair[1] = rest;
  return t + rest;
}

/** Remainder r of x by π/128 and its short part r1, left in `reduced`, where the short products would lose bits: x large, or so close to a multiple that the remainder nearly cancels. */
function reduceHard(x: number): void {
  if (Math.abs(x) >= HUGE) reduceHuge(x);
  else reduceClose(x);
  // At multiples of π/2 the cosine is 0 or ±1 and its product with all of r exact; a small r keeps its last bits only there.
  const r = reduced[1] as number;
  reduced[3] = ((reduced[0] as number) & 63) === 0 ? r : r + SHORT - SHORT;
}

function reduceClose(x: number): void {
  const k = x * STEPS_PER_UNIT + ROUND - ROUND;
  // k < 2²⁰: all three products are exact.
  const a = x - k * STEP_1;
  const b = -k * STEP_2;
  const c = -k * STEP_3;
  const s = a + b;
  let v = s - a;
  const e = a - (s - v) + (b - v);
  const t = s + c;
  v = t - s;
  const f = e + (s - (t - v) + (c - v)) - k * STEP_4;
  reduced[0] = k;
  reduced[1] = t + f;
  reduced[2] = f - (t + f - t);
}

/** Sine of x radians. x = kπ/128 + r by three-part subtraction (Cody and Waite), Payne and Hanek's method for |x| ≥ 25000. Error < 0.501 ulp. */
export function sin(x: number): number {
  if (typeof x !== "number") notNumber("sin", x);
  if (Math.abs(x) < 2 ** -26) return x;
  return sineOf(x, 0);
}

/** Cosine of x radians; as `sin`. */
export function cos(x: number): number {
  if (typeof x !== "number") notNumber("cos", x);
  return sineOf(x, 64);
}

/** Tangent of x radians: the quotient of sine and cosine, both in two parts. Error < 0.502 ulp. */
export function tan(x: number): number {
  if (typeof x !== "number") notNumber("tan", x);
  let k = x * STEPS_PER_UNIT + ROUND - ROUND;
  const a = x - k * STEP_1;
  const b = k * STEP_2;
  let r = a - b;
  let r1 = r + SHORT - SHORT;
  let low = a - r - b - k * STEP_3;
  if (!(Math.abs(x) < HUGE && Math.abs(r) > 2 ** -26)) {
    if (Math.abs(x) < 2 ** -27) return x;
    if (!(Math.abs(x) < Infinity)) return NaN;
    if (k !== 0) {
      reduceHard(x);
      k = reduced[0] as number;
      r = reduced[1] as number;
      low = reduced[2] as number;
      r1 = reduced[3] as number;
    }
  }
  const rr = r * r;
  const sinRest = r * rr * (-1 / 6 + rr * (1 / 120 + rr * (-1 / 5040)));
  const cosRest = rr * (-0.5 + rr * (1 / 24 + rr * (-1 / 720 + rr * (1 / 40320))));
  const r2 = r - r1 + low + sinRest;
  const i = (k & 255) << 2;
  const s = SIN_TABLE[i] as number;
  const c = SIN_TABLE[i + 2] as number;
  const q1 = c * r1;
  const n1 = s + q1;
  const n2 = q1 - (n1 - s) + ((SIN_TABLE[i + 1] as number) + (SIN_TABLE[i + 3] as number) * (r + sinRest) + c * r2 + s * cosRest);
  const j = ((k + 64) & 255) << 2;
  const u = SIN_TABLE[j] as number;
  const v = SIN_TABLE[j + 2] as number;
  const q2 = v * r1;
  const d1 = u + q2;
  const d2 = q2 - (d1 - u) + ((SIN_TABLE[j + 1] as number) + (SIN_TABLE[j + 3] as number) * (r + sinRest) + v * r2 + u * cosRest);
  const n = n1 + n2;
  const d = d1 + d2;
  const q = n / d;
  const qs = 134217729 * q;
  const qh = qs - (qs - q);
  const ql = q - qh;
  const ds = 134217729 * d;
  const dh = ds - (ds - d);
  const dl = d - dh;
  const p = q * d;
  return q + (n - p - (qh * dh - p + qh * dl + ql * dh + ql * dl) + (n1 - n + n2 - q * (d1 - d + d2))) / d;
}

/** Sine of x + shift·π/128 in two parts, left in `pair`; |x| ≥ 2⁻²⁶. */
export function sinePair(x: number, shift: number): void {
  sineOf(x, shift);
}

function sineOf(x: number, shift: number): number {
  const k = x * STEPS_PER_UNIT + ROUND - ROUND;
  const a = x - k * STEP_1;
  const b = k * STEP_2;
  const r = a - b;
  if (Math.abs(x) < HUGE && (Math.abs(r) > 2 ** -26 || k === 0)) return sineAt(k + shift, r, r + SHORT - SHORT, a - r - b - k * STEP_3);
  if (!(Math.abs(x) < Infinity)) {
    pair[0] = NaN;
    return NaN;
  }
  reduceHard(x);
  return sineAt((reduced[0] as number) + shift, reduced[1] as number, reduced[3] as number, reduced[2] as number);
}

/** Sine and cosine of x radians at once, written to out[0] and out[1]; the same values as `sin` and `cos`. Pass `out` to allocate nothing. */
export function sincos<T extends Float64Array | number[]>(x: number, out: T): T;
export function sincos(x: number): Float64Array;
export function sincos(x: number, out: Float64Array | number[] = new Float64Array(2)): Float64Array | number[] {
  let k = x * STEPS_PER_UNIT + ROUND - ROUND;
  const a = x - k * STEP_1;
  const b = k * STEP_2;
  let r = a - b;
  let r1 = r + SHORT - SHORT;
  let low = a - r - b - k * STEP_3;
  if (!(Math.abs(x) < HUGE && (Math.abs(r) > 2 ** -26 || k === 0))) {
    if (!(Math.abs(x) < Infinity)) {
      out[0] = NaN;
      out[1] = NaN;
      return out;
    }
    reduceHard(x);
    k = reduced[0] as number;
    r = reduced[1] as number;
    low = reduced[2] as number;
    r1 = reduced[3] as number;
  }
  out[0] = Math.abs(x) < 2 ** -26 ? x : sineAt(k, r, r1, low);
  out[1] = sineAt(k + 64, r, r1, low);
  return out;
}

const both = new Float64Array(2);

/** Sine and cosine of whole columns: sines[i] = sin(angles[i]) and cosines[i] = cos(angles[i]) for from ≤ i < to; the same values as `sin` and `cos`.
 *  One loop without calls or allocation, for simulations over many rows: two to three times as fast as calling `sin` and `cos`. `sines` or `cosines` may be `angles`. */
export function sincosColumn(angles: Float64Array, sines: Float64Array, cosines: Float64Array, from = 0, to = angles.length): void {
  for (let i = from; i < to; i++) {
    const x = angles[i] as number;
    const k = x * STEPS_PER_UNIT + ROUND - ROUND;
    const a = x - k * STEP_1;
    const b = k * STEP_2;
    const r = a - b;
    // Tiny, huge and nearly cancelling arguments, NaN: the long way.
    if (!(Math.abs(x) < HUGE && Math.abs(r) > 2 ** -26)) {
      sincos(x, both);
      sines[i] = both[0] as number;
      cosines[i] = both[1] as number;
      continue;
    }
    const low = a - r - b - k * STEP_3;
    const r1 = r + SHORT - SHORT;
    sines[i] = sineAt(k, r, r1, low);
    cosines[i] = sineAt(k + 64, r, r1, low);
  }
}
