/** For each of 256 cells of the mantissa, cut in steps of 2¹² of the high word from √½ on:
 *  [4i] the reciprocal c = n/512 of a point of the cell, [4i + 1] −ln c rounded to a multiple of 2⁻⁴¹, [4i + 2] the rest of −ln c. */
export const LOG_TABLE: Float64Array = /* @__PURE__ */ (() => {
  // −ln(n/512) in two parts at [2n], [2n + 1], from 512 both ways by ln((n + 1)/n) = 2(z + z³/3 + z⁵/5 + …), z = 1/(2n + 1) < 2⁻⁹.
  const logs = new Float64Array(1450);
  const advance = (from: number, to: number): void => {
    const m = from + to;
    const z = 1 / m;
    // 1/m in two parts; m has 11 bits, so that its products with the halves of z are exact. And z² in two parts.
    const split = 134217729 * z;
    const zh = split - (split - z);
    const zl = z - zh;
    const rest = (1 - zh * m - zl * m) * z;
    const w = z * z;
    const wl = zh * zh - w + 2 * zh * zl + zl * zl + 2 * z * rest;
    // z·w·(2/3 + w·(2/5 + …)): 2⁻²⁷ of the first term, so that 80 bits of it are enough.
    const tail = w * (0.4 + w * (2 / 7 + w * (2 / 9)));
    const s = 2 / 3 + tail;
    const sl = tail - (s - 2 / 3) + 3.700743415417188e-17 + wl * 0.4;
    const cube = z * w;
    const third = cube * s;
    // Dekker's products once more.
    const a = 134217729 * w;
    const wh = a - (a - w);
    const wt = w - wh;
    const cubeLow = zh * wh - cube + zh * wt + zl * wh + zl * wt + (z * wl + rest * w);
    const b = 134217729 * cube;
    const ch = b - (b - cube);
    const ct = cube - ch;
    const d = 134217729 * s;
    const sh = d - (d - s);
    const st = s - sh;
    const low = ch * sh - third + ch * st + ct * sh + ct * st + (cube * sl + cubeLow * s) + 2 * rest;
    const sign = to > from ? -1 : 1;
    const before = logs[2 * from] as number;
    const x = sign * 2 * z;
    const sum = before + x;
    const v = sum - before;
    const small = before - (sum - v) + (x - v) + (logs[2 * from + 1] as number) + sign * low;
    const y = sign * third;
    const t = sum + y;
    const all = y - (t - sum) + small;
    logs[2 * to] = t + all;
    logs[2 * to + 1] = all - (t + all - t);
  };
  for (let n = 512; n < 724; n++) advance(n, n + 1);
  for (let n = 512; n > 361; n--) advance(n, n - 1);
  const table = new Float64Array(1024);
  for (let i = 0; i < 256; i++) {
    // Middle of the cell: high words 0x3fe6a09e + 4096·i …; below 1 the mantissa counts half.
    const word = 0x3fe6a09e + 4096 * i + 2048;
    const middle = word < 0x3ff00000 ? 0.5 + (word - 0x3fe00000) * 2 ** -21 : 1 + (word - 0x3ff00000) * 2 ** -20;
    // The two cells about 1 take c = 1, so that logarithms near 0 have no cancellation.
    const n = i === 0x95 || i === 0x96 ? 512 : Math.round(512 / middle);
    const high = logs[2 * n] as number;
    const short = high + 1.5 * 2 ** 11 - 1.5 * 2 ** 11;
    table[4 * i] = n / 512;
    table[4 * i + 1] = short;
    table[4 * i + 2] = high - short + (logs[2 * n + 1] as number);
  }
  return table;
})();
