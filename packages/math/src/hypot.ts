import { notNumber } from "./not-number.ts";
import { subnormal } from "./exp.ts";

/** √(x² + y²) without overflow or underflow on the way; error < 0.501 ulp. ∞ if either is ±∞, even beside NaN. */
export function hypot(x: number, y: number): number {
  if (typeof x !== "number" || typeof y !== "number") notNumber("hypot", x, y);
  let a = Math.abs(x);
  let b = Math.abs(y);
  if (!(a >= b)) {
    if (!(b > a)) return a === Infinity || b === Infinity ? Infinity : NaN;
    const c = a;
    a = b;
    b = c;
  }
  if (a > 2 ** 500) {
    if (a === Infinity) return Infinity;
    return root(a * 2 ** -600, b * 2 ** -600, 600);
  }
  if (b < 2 ** -450) return b === 0 || a > b * 2 ** 60 ? a + b : root(a * 2 ** 600, b * 2 ** 600, -600);
  return root(a, b, 0);
}

/** √(a² + b²)·2ᵉ for a ≥ b > 0 of middling size: the sum of squares in two parts, a root and its correction. */
function root(a: number, b: number, e: number): number {
  const as = 134217729 * a;
  const ah = as - (as - a);
  const al = a - ah;
  const bs = 134217729 * b;
  const bh = bs - (bs - b);
  const bl = b - bh;
  const aa = a * a;
  const bb = b * b;
  const sum = aa + bb;
  const low = bb - (sum - aa) + (ah * ah - aa + 2 * ah * al + al * al) + (bh * bh - bb + 2 * bh * bl + bl * bl);
  const s = Math.sqrt(sum);
  const ss = 134217729 * s;
  const sh = ss - (ss - s);
  const sl = s - sh;
  const p = s * s;
  const rest = (sum - p - (sh * sh - p + 2 * sh * sl + sl * sl) + low) / (2 * s);
  if (e === 0) return s + rest;
  const y = (s + rest) * (e > 0 ? 2 ** 600 : 2 ** -600);
  return y < 2 ** -1021 ? subnormal(s, rest, e) : y;
}
