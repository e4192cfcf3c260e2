import { notNumber } from "./not-number.ts";
import { ATAN_TABLE, CELL, cellRest, STRIDE } from "./cells.ts";

const HALF_PI = 1.5707963267948966;
const PI = 3.141592653589793;
/** What π lacks as a double, in units of itself. */
const LOW = 3.8981718325193755e-17;
const SPLIT = 134217729;

/** Arc tangent in (−π/2, π/2); error < 0.51 ulp. Taylor series about multiples of 1/128; above 1 by π/2 − atan(1/x) with 1/x in two parts. */
export function atan(x: number): number {
  if (typeof x !== "number") notNumber("atan", x);
  const a = Math.abs(x);
  let z = a;
  let low = 0;
  let base = 0;
  let factor = 1;
  if (a > 1) {
    if (a >= 2 ** 60) return x > 0 ? HALF_PI : -HALF_PI;
    // 1/a in two parts: a short one, whose products with the halves of a are exact, and the rest.
    const inverse = 1 / a;
    const s = SPLIT * a;
    const ah = s - (s - a);
    z = inverse + 1.5 * 2 ** 26 - 1.5 * 2 ** 26;
    low = (1 - z * ah - z * (a - ah)) * inverse;
    base = 1;
    factor = -1;
  } else if (!(a >= 2 ** -27)) return x;
  const c = z + CELL - CELL;
  const i = ((c * 128) & 255) * STRIDE;
  const h = z - c;
  const value = ATAN_TABLE[i] as number;
  const t = factor * (value + h);
  const b = HALF_PI * base;
  const u = b + t;
  const y = u + (b - u + t + (HALF_PI * LOW * base + factor * cellRest(ATAN_TABLE, i, value, h, low)));
  return x < 0 ? -y : y;
}

/** Angle of the point (x, y) in [−π, π], with ECMAScript's special values; error < 0.51 ulp.
 *  The quotient of the smaller by the larger coordinate in two parts, then as `atan`. */
export function atan2(y: number, x: number): number {
  if (typeof y !== "number" || typeof x !== "number") notNumber("atan2", y, x);
  const ya = Math.abs(y);
  const xa = Math.abs(x);
  const a = Math.min(ya, xa);
  const b = Math.max(ya, xa);
  const q = a / b;
  if (!(q >= 2 ** -60 && b < 2 ** 900 && b > 2 ** -800)) return extreme(y, x);
  // a − q·b, exact by Dekker's product.
  const qs = SPLIT * q;
  const qh = qs - (qs - q);
  const ql = q - qh;
  const bs = SPLIT * b;
  const bh = bs - (bs - b);
  const bl = b - bh;
  const p = q * b;
  const low = (a - p - (qh * bh - p + qh * bl + ql * bh + ql * bl)) / b;
  const c = q + CELL - CELL;
  const i = ((c * 128) & 255) * STRIDE;
  const h = q - c;
  const value = ATAN_TABLE[i] as number;
  // The angle is base ± the small angle.
  const left = x < 0;
  const base = ya > xa ? HALF_PI : left ? PI : 0;
  const factor = ya > xa === left ? 1 : -1;
  const t = factor * (value + h);
  const u = base + t;
  const angle = u + (base - u + t + (base * LOW + factor * cellRest(ATAN_TABLE, i, value, h, low)));
  return y < 0 ? -angle : angle;
}

/** atan2 where a coordinate is zero, infinite, not a number, very large or very small, or the quotient is tiny. */
function extreme(y: number, x: number): number {
  if (x !== x || y !== y) return NaN;
  const a = Math.abs(y);
  const b = Math.abs(x);
  const left = x < 0 || Object.is(x, -0);
  const sign = y < 0 || Object.is(y, -0) ? -1 : 1;
  if (a === Infinity && b === Infinity) return sign * (left ? 2.356194490192345 : 0.7853981633974483);
  if (a === 0) return sign * (left ? PI : 0);
  if (b === 0 || a * 2 ** -61 > b || a === Infinity) return sign * HALF_PI;
  if (b === Infinity || b * 2 ** -60 > a) return sign * (left ? PI : a / b);
  if (Math.max(a, b) >= 2 ** 900) return atan2(y * 2 ** -200, x * 2 ** -200);
  if (Math.max(a, b) <= 2 ** -800) return atan2(y * 2 ** 270, x * 2 ** 270);
  return sign * (a > b ? HALF_PI : left ? PI : a / b);
}
