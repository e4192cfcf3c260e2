import { add, divide, multiply, type Pair } from "./double-double.ts";

/** For each of 256 cells of the mantissa, cut in steps of 2¹² of the high word from √½ on:
 *  [4i] the reciprocal c = n/512 of a point of the cell, [4i + 1] −ln c rounded to a multiple of 2⁻⁴¹, [4i + 2] the rest of −ln c. */
export const LOG_TABLE: Float64Array = /* @__PURE__ */ (() => {
  // ln n for n = 512 … 724 and down to 362, relative to ln 512: ln((n + 1)/n) = 2(z + z³/3 + z⁵/5 + …), z = 1/(2n + 1).
  const logs = new Map<number, Pair>([[512, [0, 0]]]);
  const ratio = (n: number): Pair => {
    const z = divide([1, 0], [2 * n + 1, 0]);
    const zz = multiply(z, z);
    let sum: Pair = [0, 0];
    for (let i = 11; i >= 1; i -= 2) sum = add(multiply(sum, zz), divide([2, 0], [i, 0]));
    return multiply(sum, z);
  };
  const at = (n: number): Pair => logs.get(n) as Pair;
  for (let n = 512; n < 724; n++) logs.set(n + 1, add(at(n), ratio(n)));
  for (let n = 511; n >= 360; n--) {
    const step = ratio(n);
    logs.set(n, add(at(n + 1), [-step[0], -step[1]]));
  }
  const table = new Float64Array(1024);
  for (let i = 0; i < 256; i++) {
    // Middle of the cell: high words 0x3fe6a09e + 4096·i …; below 1 the mantissa counts half.
    const word = 0x3fe6a09e + 4096 * i + 2048;
    const middle = word < 0x3ff00000 ? 0.5 + (word - 0x3fe00000) * 2 ** -21 : 1 + (word - 0x3ff00000) * 2 ** -20;
    // The two cells about 1 take c = 1, so that logarithms near 0 have no cancellation.
    const n = i === 0x95 || i === 0x96 ? 512 : Math.round(512 / middle);
    const [high, low] = at(n);
    const short = -high + 1.5 * 2 ** 11 - 1.5 * 2 ** 11;
    table[4 * i] = n / 512;
    table[4 * i + 1] = short;
    table[4 * i + 2] = -high - short - low;
  }
  return table;
})();
