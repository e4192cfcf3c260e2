import { add, multiply, type Pair } from "./double-double.ts";

/** For k = 0 … 255 and the angle kπ/128: [4k] sine, [4k + 1] its rounding error, [4k + 2] cosine rounded to a multiple of 2⁻²⁰, [4k + 3] the rest of the cosine. */
export const SIN_TABLE: Float64Array = /* @__PURE__ */ (() => {
  const sine: Pair = [0.024541228522912288, -9.186849012577878e-20];
  const cosine: Pair = [0.9996988186962042, -2.985148640379975e-17];
  const negative = (a: Pair): Pair => [-a[0], -a[1]];
  const sines: Pair[] = [[0, 0]];
  let s: Pair = [0, 0];
  let c: Pair = [1, 0];
  // Rotations up to π/4; the rest by symmetry.
  const cosines: Pair[] = [[1, 0]];
  for (let k = 1; k <= 32; k++) {
    [s, c] = [add(multiply(s, cosine), multiply(c, sine)), add(multiply(c, cosine), negative(multiply(s, sine)))];
    sines.push(s);
    cosines.push(c);
  }
  for (let k = 33; k <= 64; k++) sines.push(cosines[64 - k] as Pair);
  const at = (k: number): Pair => {
    const i = k & 127;
    const value = sines[i <= 64 ? i : 128 - i] as Pair;
    return k & 128 ? negative(value) : value;
  };
  const table = new Float64Array(1024);
  for (let k = 0; k < 256; k++) {
    const [high, low] = at(k);
    const [ch, cl] = at((k + 64) & 255);
    const short = ch + 1.5 * 2 ** 32 - 1.5 * 2 ** 32;
    table[4 * k] = high;
    table[4 * k + 1] = low;
    table[4 * k + 2] = short;
    table[4 * k + 3] = ch - short + cl;
  }
  return table;
})();
