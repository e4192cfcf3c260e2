import { notNumber } from "./not-number.ts";
import { ASIN_TABLE, CELL, cellRest, STRIDE } from "./cells.ts";

const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;

/** Arc sine in [−π/2, π/2]; NaN outside [−1, 1]. Error < 0.51 ulp.
 *  Taylor series about multiples of 1/128; above ½ by ±(π/2 − 2·asin √((1 − |x|)/2)) with the root in two parts. */
export function asin(x: number): number {
  if (typeof x !== "number") notNumber("asin", x);
  const a = Math.abs(x);
  let z = x;
  let low = 0;
  let base = 0;
  let factor = 1;
  if (a > 0.5) {
    if (a >= 1) return a > 1 ? NaN : x > 0 ? HALF_PI : -HALF_PI;
    // √w in two parts: a short one, whose square is exact, and the rest.
    const w = (1 - a) * 0.5;
    const root = Math.sqrt(w);
    z = Math.fround(root);
    low = (w - z * z) / (root + z);
    // Signs by arithmetic: as branches they would be mispredicted half the time.
    base = x / a;
    factor = -2 * base;
  } else if (!(a >= 2 ** -27)) return x;
  const c = z + CELL - CELL;
  const i = ((c * 128 + 64) & 255) * STRIDE;
  const h = z - c;
  const value = ASIN_TABLE[i] as number;
  const t = factor * (value + h);
  const b = HALF_PI * base;
  const u = b + t;
  return u + (b - u + t + (HALF_PI_LOW * base + factor * cellRest(ASIN_TABLE, i, value, h, low)));
}

/** Arc cosine in [0, π]; NaN outside [−1, 1]. Error < 0.51 ulp. π/2 − asin x; for |x| > ½ 2·asin √((1 − |x|)/2) or π less that. As `asin`. */
export function acos(x: number): number {
  if (typeof x !== "number") notNumber("acos", x);
  const a = Math.abs(x);
  let z = x;
  let low = 0;
  let base = 1;
  let factor = -1;
  if (a > 0.5) {
    if (a >= 1) return a > 1 ? NaN : x > 0 ? 0 : 2 * HALF_PI;
    const w = (1 - a) * 0.5;
    const root = Math.sqrt(w);
    z = Math.fround(root);
    low = (w - z * z) / (root + z);
    const sign = x / a;
    base = 1 - sign;
    factor = 2 * sign;
  } else if (x !== x) return x;
  const c = z + CELL - CELL;
  const i = ((c * 128 + 64) & 255) * STRIDE;
  const h = z - c;
  const value = ASIN_TABLE[i] as number;
  const t = factor * (value + h);
  const b = HALF_PI * base;
  const u = b + t;
  return u + (b - u + t + (HALF_PI_LOW * base + factor * cellRest(ASIN_TABLE, i, value, h, low)));
}
