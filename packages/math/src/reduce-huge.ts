// Arguments of the trigonometric functions that are large or lie close to a multiple of π/128.
import { POWER_OF_TWO } from "./powers.ts";

/** What `reduceHuge` found: [0] k modulo 256, [1] and [2] the remainder in two doubles, [3] the short part of the first (set by the caller). */
export const reduced = new Float64Array(4);

/** 2/π in 24-bit words, two zero words first. */
const WORDS: Float64Array = /* @__PURE__ */ (() => {
  const digits =
    "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d6398353" +
    "39f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0cfbc20";
  return Float64Array.from({ length: 54 }, (_, i) => (i < 2 ? 0 : Number.parseInt(digits.slice(6 * i - 12, 6 * i - 6), 16)));
})();
const buffer = new ArrayBuffer(8);
const float = /* @__PURE__ */ new Float64Array(buffer);
const words = /* @__PURE__ */ new Int32Array(buffer);
const columns = new Float64Array(10);

const PI_128_HIGH = 0.02454369260617026;
const PI_128_LOW = 9.567553118338697e-19;

/** x·128/π = k + f for finite |x| ≥ 2¹³, |f| ≤ ½, in exact integer arithmetic on 24-bit words to more than 2⁻¹⁴⁰; leaves k and f·π/128 in `reduced`.
 *  M. H. Payne, R. N. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18(1), 1983. */
export function reduceHuge(x: number): void {
  float[0] = x;
  const high = words[1] as number;
  // |x| = m·2ᵉ with a 53-bit integer m in limbs of 24 bits.
  const e = ((high >>> 20) & 0x7ff) - 1075;
  const m = Math.abs(x) * (POWER_OF_TWO[1074 - e] as number);
  const m2 = Math.floor(m * 2 ** -48);
  const m1 = Math.floor(m * 2 ** -24) - m2 * 2 ** 24;
  const m0 = m - Math.floor(m * 2 ** -24) * 2 ** 24;
  // |x|·64·(2/π): words above `first` only add multiples of 256.
  const first = Math.floor((e - 2) / 24);
  const shift = e - 2 - 24 * first;
  let carry = 0;
  for (let t = 9; t >= 2; t--) {
    const i = first + t;
    const sum = m0 * (WORDS[i] as number) + m1 * (WORDS[i + 1] as number) + m2 * (WORDS[i + 2] as number) + carry;
    carry = Math.floor(sum * 2 ** -24);
    columns[t] = sum - carry * 2 ** 24;
  }
  // Column t counts 2^(shift + 32 − 24t); pairs of columns are exact in a double.
  const pair = (t: number): number =>
    ((columns[t] as number) * 2 ** 24 + (columns[t + 1] as number)) * (POWER_OF_TWO[1074 + shift + 8 - 24 * t] as number);
  const top = pair(2);
  const k = Math.round(top);
  const f0 = top - k;
  const f1 = pair(4);
  const f2 = pair(6);
  // f = f0 + f1 + f2 in two doubles.
  const s = f0 + f1;
  const v = s - f0;
  const low = f0 - (s - v) + (f1 - v) + f2;
  const fh = s + low;
  const fl = low - (fh - s);
  // (fh + fl)·π/128 by Dekker's product.
  const p = fh * PI_128_HIGH;
  const as = 134217729 * fh;
  const ah = as - (as - fh);
  const al = fh - ah;
  const bs = 134217729 * PI_128_HIGH;
  const bh = bs - (bs - PI_128_HIGH);
  const bl = PI_128_HIGH - bh;
  const q = ah * bh - p + ah * bl + al * bh + al * bl + (fh * PI_128_LOW + fl * PI_128_HIGH);
  const r = p + q;
  const sign = x < 0 ? -1 : 1;
  reduced[0] = sign * k;
  reduced[1] = sign * r;
  reduced[2] = sign * (q - (r - p));
}
