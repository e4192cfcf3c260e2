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

/** sin(kπ/128 + r + low) for |r| ≤ π/256: the product of the 20-bit cosine with the first 39 fraction bits of r is exact, so that only terms below 2⁻¹³ are
 *  rounded before the last addition. */
function sineAt(k: number, r: number, low: number): number {
  const i = (k & 255) << 2;
  const s = SIN_TABLE[i] as number;
  const c = SIN_TABLE[i + 2] as number;
  const cl = SIN_TABLE[i + 3] as number;
  const r1 = r + SHORT - SHORT;
  const q = c * r1;
  const t = s + q;
  const rr = r * r;
  // sin r − r and cos r − 1
  const sinRest = r * rr * (-1 / 6 + rr * (1 / 120 + rr * (-1 / 5040)));
  const cosRest = rr * (-0.5 + rr * (1 / 24 + rr * (-1 / 720 + rr * (1 / 40320))));
  return t + (q - (t - s) + ((SIN_TABLE[i + 1] as number) + cl * (r + sinRest) + c * (r - r1 + low + sinRest) + s * cosRest));
}

/** Remainder of x by π/128 where the short products would lose bits: x large, or so close to a multiple that the remainder nearly cancels. */
function reduceHard(x: number): void {
  if (Math.abs(x) >= HUGE) {
    reduceHuge(x);
    return;
  }
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
  if (Math.abs(x) < 2 ** -26) return x;
  return sineOf(x, 0);
}

/** Cosine of x radians; as `sin`. */
export function cos(x: number): number {
  return sineOf(x, 64);
}

function sineOf(x: number, shift: number): number {
  const k = x * STEPS_PER_UNIT + ROUND - ROUND;
  const a = x - k * STEP_1;
  const b = k * STEP_2;
  const r = a - b;
  if (Math.abs(x) < HUGE && (Math.abs(r) > 2 ** -26 || k === 0)) return sineAt(k + shift, r, a - r - b - k * STEP_3);
  if (!(Math.abs(x) < Infinity)) return NaN;
  reduceHard(x);
  return sineAt((reduced[0] as number) + shift, reduced[1] as number, reduced[2] as number);
}

/** Sine and cosine of x radians at once, written to out[0] and out[1]; the same values as `sin` and `cos`. Pass `out` to allocate nothing. */
export function sincos<T extends Float64Array | number[]>(x: number, out: T): T;
export function sincos(x: number): Float64Array;
export function sincos(x: number, out: Float64Array | number[] = new Float64Array(2)): Float64Array | number[] {
  let k = x * STEPS_PER_UNIT + ROUND - ROUND;
  const a = x - k * STEP_1;
  const b = k * STEP_2;
  let r = a - b;
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
  }
  out[0] = Math.abs(x) < 2 ** -26 ? x : sineAt(k, r, low);
  out[1] = sineAt(k + 64, r, low);
  return out;
}
