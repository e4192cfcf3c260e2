import { sinePair } from "./sin.ts";
import { pair } from "./pair.ts";

/** Taylor coefficients of an odd function about the points c = j/128, ten to a point: the value in two parts, the slope less 1, then the coefficients of the
 *  powers 2 … 8. */
export const STRIDE = 10;
/** Adding and subtracting it rounds to a multiple of 1/128. */
export const CELL = 1.5 * 2 ** 45;

/** f(c + h + low) − (value + h) with the error of that sum: what to add to value + h. The slope is near 1, so that its product with h, rounded, is small beside
 *  the value. `i` is STRIDE·128·c. */
export function cellRest(table: Float64Array, i: number, value: number, h: number, low: number): number {
  const g = h + low;
  const gg = g * g;
  const p =
    (table[i + 3] as number) +
    g * (table[i + 4] as number) +
    gg *
      ((table[i + 5] as number) +
        g * (table[i + 6] as number) +
        gg * ((table[i + 7] as number) + g * (table[i + 8] as number) + gg * (table[i + 9] as number)));
  return h - (value + h - value) + ((table[i + 1] as number) + low + ((table[i + 2] as number) * g + gg * p));
}

/** Fills in the row of the point c: value, slope less 1, and the other coefficients from those of the derivative, g[0] … g[7]. The value: a start θ from the row
 *  before, corrected once by Newton's step for sin θ = c, or sin θ = c·cos θ when `tangent`, with sines in two parts; `cosine` is cos θ. */
function fill(table: Float64Array, j: number, c: number, slopeLess1: number, g: Float64Array, cosine: number, tangent: boolean): void {
  const i = j * STRIDE;
  if (j > 0) {
    const b = i - STRIDE;
    let theta = 0;
    for (let n = 9; n > 2; n--) theta = (theta + (table[b + n] as number)) * 0.0078125;
    theta = (theta + (table[b + 2] as number) + 1) * 0.0078125 + (table[b] as number);
    sinePair(theta, 0);
    let step = c - (pair[0] as number) - (pair[1] as number);
    if (tangent) {
      const s = pair[0] as number;
      const sl = pair[1] as number;
      sinePair(theta, 64);
      // c has 7 bits, so that its product with a short cosine is exact.
      const ch = Math.fround(pair[0] as number);
      step = (c * ch - s + (c * ((pair[0] as number) - ch + (pair[1] as number)) - sl)) * cosine * cosine;
    }
    step /= cosine;
    table[i] = theta + step;
    table[i + 1] = theta - (table[i] as number) + step;
  }
  table[i + 2] = slopeLess1;
  for (let n = 1; n < 8; n++) table[i + 2 + n] = (g[n] as number) / (n + 1);
}

/** arctan about j/128, j = 0 … 128. Its derivative g satisfies (1 + x²)·g = 1. */
export const ATAN_TABLE: Float64Array = /* @__PURE__ */ (() => {
  const table = new Float64Array(256 * STRIDE);
  const g = new Float64Array(8);
  for (let j = 0; j <= 128; j++) {
    const c = j / 128;
    const d = 1 + c * c;
    g[0] = 1 / d;
    g[1] = (-2 * c * (g[0] as number)) / d;
    for (let n = 2; n < 8; n++) g[n] = -(2 * c * (g[n - 1] as number) + (g[n - 2] as number)) / d;
    fill(table, j, c, (-c * c) / d, g, 1 / Math.sqrt(d), true);
  }
  return table;
})();

/** arcsin about j/128, j = −64 … 64, row j + 64, so that small arguments need no case for their sign. Its derivative g satisfies (1 − x²)·g′ = x·g. */
export const ASIN_TABLE: Float64Array = /* @__PURE__ */ (() => {
  const half = new Float64Array(65 * STRIDE);
  const g = new Float64Array(8);
  for (let j = 0; j <= 64; j++) {
    const c = j / 128;
    const u = 1 - c * c;
    const root = Math.sqrt(u);
    g[0] = 1 / root;
    g[1] = (c * (g[0] as number)) / u;
    for (let n = 1; n < 7; n++) g[n + 1] = (c * (2 * n + 1) * (g[n] as number) + n * (g[n - 1] as number)) / (u * (n + 1));
    fill(half, j, c, (c * c) / (root * (1 + root)), g, root, false);
  }
  // An odd function: about −c the value and the even powers change sign.
  const table = new Float64Array(256 * STRIDE);
  for (let j = 0; j <= 64; j++)
    for (let n = 0; n < STRIDE; n++) {
      const entry = half[j * STRIDE + n] as number;
      table[(64 - j) * STRIDE + n] = n < 2 || n % 2 === 1 ? -entry : entry;
      table[(64 + j) * STRIDE + n] = entry;
    }
  return table;
})();
