import { ATAN_TABLE, evaluateCells } from "./cells.ts";
import { pair } from "./pair.ts";

const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;
const PI = 3.141592653589793;
const PI_LOW = 1.2246467991473532e-16;

/** Arc tangent in (−π/2, π/2); error < 0.502 ulp. Taylor series about multiples of 1/128; above 1 by π/2 − atan(1/x) with 1/x in two parts. */
export function atan(x: number): number {
  const a = Math.abs(x);
  if (a <= 1) {
    if (a < 2 ** -27) return x;
    evaluateCells(ATAN_TABLE, a, 0);
    const y = (pair[0] as number) + (pair[1] as number);
    return x < 0 ? -y : y;
  }
  if (!(a < 2 ** 60)) return a > 0 ? (x > 0 ? HALF_PI : -HALF_PI) : x;
  const z = 1 / a;
  evaluateCells(ATAN_TABLE, z, remainder(1, z, a) * z);
  const y = minus(HALF_PI, HALF_PI_LOW);
  return x < 0 ? -y : y;
}

/** Angle of the point (x, y) in [−π, π], with ECMAScript's special values. The quotient of the smaller by the larger coordinate in two parts, then as `atan`. */
export function atan2(y: number, x: number): number {
  if (x !== x || y !== y) return NaN;
  let a = Math.abs(y);
  let b = Math.abs(x);
  const negative = x < 0 || Object.is(x, -0);
  if (a === 0 || b === 0 || a === Infinity || b === Infinity) return edge(y, a, b, negative);
  const steep = a > b;
  if (steep) {
    const c = a;
    a = b;
    b = c;
  }
  // Out of reach of overflow and underflow of the exact products below.
  if (b > 2 ** 900) {
    a *= 2 ** -200;
    b *= 2 ** -200;
  } else if (b < 2 ** -800) {
    a *= 2 ** 270;
    b *= 2 ** 270;
  }
  const q = a / b;
  let angle: number;
  if (q < 2 ** -60) {
    // The angle is q itself or indistinguishable from a multiple of π/2.
    if (!steep && !negative) return y < 0 ? -(Math.abs(y) / Math.abs(x)) : Math.abs(y) / Math.abs(x);
    angle = steep ? HALF_PI + (HALF_PI_LOW + (negative ? q : -q)) : PI + (PI_LOW - q);
    return y < 0 ? -angle : angle;
  }
  evaluateCells(ATAN_TABLE, q, remainder(a, q, b) / b);
  if (steep) angle = negative ? plus(HALF_PI, HALF_PI_LOW) : minus(HALF_PI, HALF_PI_LOW);
  else angle = negative ? minus(PI, PI_LOW) : (pair[0] as number) + (pair[1] as number);
  return y < 0 ? -angle : angle;
}

function edge(y: number, a: number, b: number, negative: boolean): number {
  const sign = y < 0 || Object.is(y, -0) ? -1 : 1;
  let angle: number;
  if (a === Infinity && b === Infinity) angle = negative ? 2.356194490192345 : 0.7853981633974483;
  else if (a === Infinity || (b === 0 && a > 0)) angle = HALF_PI;
  else angle = negative ? PI : 0;
  return sign * angle;
}

/** n − q·d, exact for q = fl(n/d). */
function remainder(n: number, q: number, d: number): number {
  const qs = 134217729 * q;
  const qh = qs - (qs - q);
  const ql = q - qh;
  const ds = 134217729 * d;
  const dh = ds - (ds - d);
  const dl = d - dh;
  const p = q * d;
  return n - p - (qh * dh - p + qh * dl + ql * dh + ql * dl);
}

/** (c + low) − pair, c ≥ pair[0]. */
function minus(c: number, low: number): number {
  const p = pair[0] as number;
  const s = c - p;
  return s + (c - s - p + (low - (pair[1] as number)));
}

function plus(c: number, low: number): number {
  const p = pair[0] as number;
  const s = c + p;
  return s + (p - (s - c) + (low + (pair[1] as number)));
}
