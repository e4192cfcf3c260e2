import { cos, sinePair } from "./sin.ts";
import { pair } from "./pair.ts";

/** Taylor coefficients of an odd function about the points j/128: for each j the value in two parts, the slope in two parts (the first of 18 bits),
 *  then the coefficients of the powers 2 … 8. */
export const STRIDE = 11;

/** f(z + low) in two parts, left in `pair`, for 0 ≤ z < (table's points)/128. The product of the slope's short part with the first 40 fraction bits of
 *  z − j/128 is exact. */
export function evaluateCells(table: Float64Array, z: number, low: number): void {
  const j = Math.round(z * 128);
  const i = j * STRIDE;
  const h = z - j * 0.0078125;
  const h1 = h + 1.5 * 2 ** 12 - 1.5 * 2 ** 12;
  const slope = table[i + 2] as number;
  const value = table[i] as number;
  const q = slope * h1;
  const s = value + q;
  const p =
    h *
    h *
    ((table[i + 4] as number) +
      h *
        ((table[i + 5] as number) +
          h * ((table[i + 6] as number) + h * ((table[i + 7] as number) + h * ((table[i + 8] as number) + h * ((table[i + 9] as number) + h * (table[i + 10] as number)))))));
  pair[0] = s;
  pair[1] = q - (s - value) + ((table[i + 1] as number) + slope * (h - h1 + low) + (table[i + 3] as number) * h + p);
}

const shorten = (value: number): number => value + 1.5 * 2 ** 34 - 1.5 * 2 ** 34;

/** Fills in value and slope and the higher coefficients from those of the derivative, g[0] … g[7]. The value: a start θ from the cell before, corrected once
 *  by Newton's step for sin θ = c or tan θ = c with sines in two parts. */
function fill(table: Float64Array, j: number, c: number, slopeLow: number, g: readonly number[], tangent: boolean): void {
  const i = j * STRIDE;
  if (j > 0) {
    const b = i - STRIDE;
    const h = 0.0078125;
    let theta = 0;
    for (let n = 8; n >= 2; n--) theta = (theta + (table[b + n + 2] as number)) * h;
    theta = (theta + (table[b + 2] as number) + (table[b + 3] as number)) * h + (table[b] as number);
    sinePair(theta, 0);
    const s = pair[0] as number;
    const sl = pair[1] as number;
    let step: number;
    if (tangent) {
      sinePair(theta, 64);
      // c·cos θ − sin θ; c has 7 bits.
      const ch = Math.fround(pair[0] as number);
      step = (c * ch - s + (c * ((pair[0] as number) - ch + (pair[1] as number)) - sl)) * cos(theta);
    } else step = (c - s - sl) / cos(theta);
    table[i] = theta + step;
    table[i + 1] = theta - (table[i] as number) + step;
  }
  table[i + 2] = shorten(g[0] as number);
  table[i + 3] = slopeLow;
  for (let n = 1; n < 8; n++) table[i + 3 + n] = (g[n] as number) / (n + 1);
}

/** arctan about j/128, j = 0 … 128. Its derivative g satisfies (1 + x²)·g = 1. */
export const ATAN_TABLE: Float64Array = /* @__PURE__ */ (() => {
  const table = new Float64Array(129 * STRIDE);
  for (let j = 0; j <= 128; j++) {
    const c = j / 128;
    const d = 1 + c * c;
    const g = [1 / d];
    for (let n = 1; n < 8; n++) g.push(-(2 * c * (g[n - 1] as number) + (n > 1 ? (g[n - 2] as number) : 0)) / d);
    fill(table, j, c, (1 - shorten(1 / d) * d) / d, g, true);
  }
  return table;
})();

/** arcsin about j/128, j = 0 … 64. Its derivative g satisfies (1 − x²)·g′ = x·g. */
export const ASIN_TABLE: Float64Array = /* @__PURE__ */ (() => {
  const table = new Float64Array(65 * STRIDE);
  for (let j = 0; j <= 64; j++) {
    const c = j / 128;
    const u = 1 - c * c;
    const root = Math.sqrt(u);
    const g = [1 / root];
    for (let n = 0; n < 7; n++) g.push((c * (2 * n + 1) * (g[n] as number) + (n > 0 ? n * (g[n - 1] as number) : 0)) / (u * (n + 1)));
    const short = shorten(1 / root);
    fill(table, j, c, (1 - short * short * u) / (root + short * u), g, false);
  }
  return table;
})();
