// Tables of the 256-strip ziggurats. G. Marsaglia, W. W. Tsang, "The Ziggurat Method for Generating Random Variables", J. Stat. Software 5(8), 2000.
import { ENCODED } from "./ziggurat-tables.ts";

/** Strip tables: a draw of m mantissa bits in strip i has x = m·w[i]; m < k[i] accepts at once; f[i] is the density at the strip's edge. */
export interface Ziggurat { readonly k: Float64Array; readonly w: Float64Array; readonly f: Float64Array }

function decode(text: string): Float64Array {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: 256 }, (_, i) => view.getFloat64(8 * i, true));
}

const table = (first: number): Ziggurat => ({ k: decode(ENCODED[first] as string), w: decode(ENCODED[first + 1] as string), f: decode(ENCODED[first + 2] as string) });

/** Right edge of the normal's base strip, and its inverse as NumPy has it. */
export const NORMAL_R = 3.6541528853610088;
export const NORMAL_INV_R = 0.27366123732975828;
/** Right edge of the exponential's base strip. */
export const EXPONENTIAL_R = 7.69711747013104972;

export const normal: Ziggurat = /* @__PURE__ */ table(0);
export const exponential: Ziggurat = /* @__PURE__ */ table(3);
