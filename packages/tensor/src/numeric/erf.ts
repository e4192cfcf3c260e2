import { exp } from "@rl/math";

const TWO_OVER_SQRT_PI = 1.1283791670955126;
const ONE_OVER_SQRT_PI = 0.5641895835477563;

/**
 * erf(x) = 2/√π ∫₀ˣ e^−t² dt, relative error below 1e-15.
 * |x| < 2.5: the series 2/√π · e^−x² · Σ 2ⁿ x^(2n+1) / (1·3·5…(2n+1)), whose terms are all of one sign (Abramowitz & Stegun 7.1.6).
 * Above: 1 − erfc(x) by the continued fraction erfc(x) = e^−x²/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))) (7.1.14).
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (!(size < Infinity)) return Math.sign(x);
  if (size < 2.5) {
    const square = x * x;
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > Math.abs(total) * 1e-17; n++) {
      term *= (2 * square) / (2 * n + 1);
      total += term;
    }
    return TWO_OVER_SQRT_PI * exp(-square) * total;
  }
  if (size > 6) return Math.sign(x);
  let tail = size;
  for (let n = 60; n >= 1; n--) tail = size + n / 2 / tail;
  return Math.sign(x) * (1 - (exp(-size * size) * ONE_OVER_SQRT_PI) / tail);
}
