import { ASIN_TABLE, evaluateCells } from "./cells.ts";
import { pair } from "./pair.ts";

const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;

/** asin √((1 − a)/2) for ½ < a ≤ 1, left in `pair`; the root in two parts. */
function halfAngle(a: number): void {
  const w = (1 - a) * 0.5;
  const z = Math.sqrt(w);
  const s = 134217729 * z;
  const h = s - (s - z);
  const l = z - h;
  const p = z * z;
  // w − z², exact.
  const rest = w - p - (h * h - p + 2 * h * l + l * l);
  evaluateCells(ASIN_TABLE, z, z > 0 ? rest / (2 * z) : 0);
}

/** Arc sine in [−π/2, π/2]; NaN outside [−1, 1]. Error < 0.502 ulp. Taylor series about multiples of 1/128; above ½ by π/2 − 2·asin √((1 − x)/2). */
export function asin(x: number): number {
  const a = Math.abs(x);
  if (a <= 0.5) {
    if (a < 2 ** -27) return x;
    evaluateCells(ASIN_TABLE, a, 0);
    const y = (pair[0] as number) + (pair[1] as number);
    return x < 0 ? -y : y;
  }
  if (!(a <= 1)) return NaN;
  halfAngle(a);
  const t = 2 * (pair[0] as number);
  const s = HALF_PI - t;
  const y = s + (HALF_PI - s - t + (HALF_PI_LOW - 2 * (pair[1] as number)));
  return x < 0 ? -y : y;
}

/** Arc cosine in [0, π]; NaN outside [−1, 1]. As `asin`. */
export function acos(x: number): number {
  const a = Math.abs(x);
  if (a <= 0.5) {
    evaluateCells(ASIN_TABLE, a, 0);
    const sign = x < 0 ? -1 : 1;
    const t = sign * (pair[0] as number);
    const s = HALF_PI - t;
    return s + (HALF_PI - s - t + (HALF_PI_LOW - sign * (pair[1] as number)));
  }
  if (!(a <= 1)) return NaN;
  halfAngle(a);
  const t = 2 * (pair[0] as number);
  const u = 2 * (pair[1] as number);
  if (x > 0) return t + u;
  const s = 2 * HALF_PI - t;
  return s + (2 * HALF_PI - s - t + (2 * HALF_PI_LOW - u));
}
