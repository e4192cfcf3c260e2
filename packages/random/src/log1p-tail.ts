// log(1 − u) for the ziggurats' tails, to the bit as the C library under NumPy computes it.
//
// NumPy calls the C library's log1p for one normal in about 3800 and one exponential in 2200; a correctly rounded logarithm differs from that in the
// last bit for one argument in fourteen. This is the method of Sun's fdlibm (1993) with glibc's order of summation and the fused multiply-adds that
// its x86-64 build takes on every processor that has them:
//   1 + x = 2ᵏ(1 + f),  √½ < 1 + f < √2,  s = f/(2 + f),  log(1 + f) = f − (f²/2 − s(f²/2 + R(s²))),  c corrects the rounding of 1 + x.

export const LN2_HIGH = 6.9314718036912381649e-1;
export const LN2_LOW = 1.90821492927058770002e-10;
export const L1 = 6.66666666666673513e-1;
export const L2 = 3.999999999940941908e-1;
export const L3 = 2.857142874366239149e-1;
export const L4 = 2.222219843214978396e-1;
export const L5 = 1.818357216161805012e-1;
export const L6 = 1.531383769920937332e-1;
export const L7 = 1.479819860511658591e-1;

const buffer = new ArrayBuffer(8);
const float = /* @__PURE__ */ new Float64Array(buffer);
const words = /* @__PURE__ */ new Int32Array(buffer);

/** a·b + c rounded once, for operands far from overflow and underflow: exact product by Dekker's splitting, then the three-term sum with the middle
 *  rounding to odd. S. Boldo, G. Melquiond, "Emulation of FMA and Correctly Rounded Sums: Proved Algorithms Using Rounding to Odd", 2008. */
function fma(a: number, b: number, c: number): number {
  const p = a * b;
  const as = 134217729 * a;
  const ah = as - (as - a);
  const al = a - ah;
  const bs = 134217729 * b;
  const bh = bs - (bs - b);
  const bl = b - bh;
  const e = ah * bh - p + ah * bl + al * bh + al * bl;
  const s = p + c;
  const v = s - p;
  const t = p - (s - v) + (c - v);
  let r = t + e;
  const w = r - t;
  const rest = t - (r - w) + (e - w);
  if (rest !== 0) {
    float[0] = r;
    if (((words[0] as number) & 1) === 0) {
      // r even and inexact: the odd neighbour on the side of the rest.
      if (rest > 0 === r > 0) words[0] = (words[0] as number) | 1;
      else {
        const low = words[0] as number;
        words[0] = low - 1;
        if (low === 0) words[1] = (words[1] as number) - 1;
      }
      r = float[0] as number;
    }
  }
  return s + r;
}

/** log1p(−u) for u in [0, 1); always ≤ 0. */
export function log1pMinus(u: number): number {
  const x = -u;
  if (u < 2 ** -29) return x - x * x * 0.5;
  float[0] = u;
  let f = x;
  let k = 0;
  let c = 0;
  let tiny = false;
  if ((words[1] as number) > 0x3fd2bec3) {
    const sum = 1 + x;
    float[0] = sum;
    const high = words[1] as number;
    k = (high >> 20) - 1023;
    c = (x - (sum - 1)) / sum;
    const fraction = high & 0xfffff;
    const up = fraction >= 0x6a09e;
    if (up) k++;
    words[1] = fraction | (up ? 0x3fe00000 : 0x3ff00000);
    tiny = (up ? (0x100000 - fraction) >> 2 : fraction) === 0;
    f = (float[0] as number) - 1;
  }
  const half = 0.5 * f * f;
  if (k !== 0) c = fma(k, LN2_LOW, c);
  if (tiny) {
    if (f === 0) return k * LN2_HIGH + c;
    return k * LN2_HIGH - (half * fma(-0.66666666666666666, f, 1) - c - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const z2 = z * z;
  const z4 = z2 * z2;
  const r = fma(z2 * z4, fma(z, L7, L6), fma(z4, fma(z, L5, L4), fma(z, L1, z2 * fma(z, L3, L2))));
  if (k === 0) return f - (half - s * (half + r));
  return k * LN2_HIGH - (half - (s * (half + r) + c) - f);
}
