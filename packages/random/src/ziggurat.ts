// Tables of the 256-strip ziggurats. G. Marsaglia, W. W. Tsang, "The Ziggurat Method for Generating Random Variables", J. Stat. Software 5(8), 2000.
//
// Strips of equal area A under a falling density f, right edges x₁ < … < x₂₅₅ = R:   f(xᵢ₋₁) = f(xᵢ) + A / xᵢ.
// With m mantissa bits: w[i] = xᵢ·2⁻ᵐ, f[i] = f(xᵢ), k[i] = ⌊xᵢ₋₁/xᵢ·2ᵐ⌋. Strip 0 is the base with the tail: w[0]·2ᵐ = A / f(R).
import { exp, log } from "@rl/math";
import { EXPONENTIAL_RESIDUALS, NORMAL_RESIDUALS } from "./ziggurat-tables.ts";

/** Strip tables: a draw of m mantissa bits in strip i has x = m·w[i]; m < k[i] accepts at once; f[i] is the density at the strip's edge. */
export interface Ziggurat {
  readonly k: Float64Array;
  readonly w: Float64Array;
  readonly f: Float64Array;
}

/** Right edge of the normal's base strip, and its inverse as NumPy has it. */
export const NORMAL_R = 3.6541528853610088;
export const NORMAL_INV_R = 0.27366123732975828;
/** Right edge of the exponential's base strip. */
export const EXPONENTIAL_R = 7.69711747013104972;

interface Shape {
  /** 2ᵐ. */
  readonly scale: number;
  readonly right: number;
  readonly w0: number;
  readonly k0: number;
  readonly density: (x: number) => number;
  readonly inverse: (y: number) => number;
  readonly residuals: { readonly w: string; readonly k: string; readonly f: string };
}

function build({ scale, right, w0, k0, density, inverse, residuals }: Shape): Ziggurat {
  const k = new Float64Array(256);
  const w = new Float64Array(256);
  const f = new Float64Array(256);
  // The bits of a positive double, read as an integer, count in units of its last place.
  const cell = new Float64Array(1);
  const bits = new Int32Array(cell.buffer);
  const little = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;
  const off = (text: string, at: number): number => text.charCodeAt(at) - 110;
  const nudge = (x: number, units: number): number => {
    cell[0] = x;
    const low = (bits[little] as number) >>> 0;
    bits[little] = low + units;
    if (low + units < 0 || low + units > 0xffffffff) bits[1 - little] = (bits[1 - little] as number) + (units < 0 ? -1 : 1);
    return cell[0];
  };
  const area = w0 * scale * density(right);
  w[255] = right / scale;
  for (let i = 255, at = 0; i > 0; i--, at++) {
    const x = (w[i] as number) * scale;
    f[i] = nudge(density(x), off(residuals.f, at));
    if (i === 1) break;
    w[i - 1] = nudge(inverse(density(x) + area / x) / scale, off(residuals.w, at));
    k[i] = Math.floor(((w[i - 1] as number) / (w[i] as number)) * scale) + off(residuals.k, at);
  }
  w[0] = w0;
  k[0] = k0;
  f[0] = 1;
  return { k, w, f };
}

const UNITS_52 = 2 ** 52;
const UNITS_53 = 2 ** 53;

/** f(x) = exp(−x²/2), 52 mantissa bits. */
export const normal: Ziggurat = /* @__PURE__ */ build({
  scale: UNITS_52,
  right: NORMAL_R,
  w0: 8.683627060801306e-16,
  k0: 4208095142473578,
  density: (x) => exp(-0.5 * x * x),
  inverse: (y) => Math.sqrt(-2 * log(y)),
  residuals: NORMAL_RESIDUALS,
});

/** f(x) = exp(−x), 53 mantissa bits. */
export const exponential: Ziggurat = /* @__PURE__ */ build({
  scale: UNITS_53,
  right: EXPONENTIAL_R,
  w0: 9.655740063209183e-16,
  k0: 7971545857431494,
  density: (x) => exp(-x),
  inverse: (y) => -log(y),
  residuals: EXPONENTIAL_RESIDUALS,
});
