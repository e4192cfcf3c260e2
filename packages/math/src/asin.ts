import { ASIN_TABLE, CELL, cellRest, STRIDE } from "./cells.ts";

const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;
const PI = 3.141592653589793;
const PI_LOW = 1.2246467991473532e-16;

/** √w − fl(√w) for w > 0: w − z² exactly by Dekker's product, over 2z. */
function rootRest(w: number, z: number): number {
  const s = 134217729 * z;
  const h = s - (s - z);
  const l = z - h;
  const p = z * z;
  return (w - p - (h * h - p + 2 * h * l + l * l)) * (0.5 / z);
}

/** Arc sine in [−π/2, π/2]; NaN outside [−1, 1]. Error < 0.51 ulp.
 *  Taylor series about multiples of 1/128; above ½ by π/2 − 2·asin √((1 − x)/2) with the root in two parts. */
export function asin(x: number): number {
  const a = Math.abs(x);
  let y: number;
  if (a <= 0.5) {
    if (a < 2 ** -27) return x;
    const c = a + CELL - CELL;
    const i = ((c * 128) & 127) * STRIDE;
    const h = a - c;
    const value = ASIN_TABLE[i] as number;
    y = value + h + cellRest(ASIN_TABLE, i, value, h, 0);
  } else {
    if (!(a < 1)) return a === 1 ? (x > 0 ? HALF_PI : -HALF_PI) : NaN;
    const w = (1 - a) * 0.5;
    const z = Math.sqrt(w);
    const c = z + CELL - CELL;
    const i = ((c * 128) & 127) * STRIDE;
    const h = z - c;
    const value = ASIN_TABLE[i] as number;
    const t = 2 * (value + h);
    const u = HALF_PI - t;
    y = u + (HALF_PI - u - t + (HALF_PI_LOW - 2 * cellRest(ASIN_TABLE, i, value, h, rootRest(w, z))));
  }
  return x < 0 ? -y : y;
}

/** Arc cosine in [0, π]; NaN outside [−1, 1]. As `asin`. */
export function acos(x: number): number {
  const a = Math.abs(x);
  if (a <= 0.5) {
    const c = a + CELL - CELL;
    const i = ((c * 128) & 127) * STRIDE;
    const h = a - c;
    const value = ASIN_TABLE[i] as number;
    const sign = x < 0 ? -1 : 1;
    const t = sign * (value + h);
    const u = HALF_PI - t;
    return u + (HALF_PI - u - t + (HALF_PI_LOW - sign * cellRest(ASIN_TABLE, i, value, h, 0)));
  }
  if (!(a < 1)) return a === 1 ? (x > 0 ? 0 : PI) : NaN;
  const w = (1 - a) * 0.5;
  const z = Math.sqrt(w);
  const c = z + CELL - CELL;
  const i = ((c * 128) & 127) * STRIDE;
  const h = z - c;
  const value = ASIN_TABLE[i] as number;
  const t = 2 * (value + h);
  const rest = 2 * cellRest(ASIN_TABLE, i, value, h, rootRest(w, z));
  if (x > 0) return t + rest;
  const u = PI - t;
  return u + (PI - u - t + (PI_LOW - rest));
}
