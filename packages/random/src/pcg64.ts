// PCG64 (XSL-RR 128/64) in 32-bit limbs: the generator behind NumPy's default_rng.
// M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number Generation", 2014, §6.3.
//
//   state ← state·M + inc  (mod 2¹²⁸),   output = rotr₆₄(high₆₄ ⊕ low₆₄, state ≫ 122),   M = 0x2360ED051FC65DA44385DF649FCCF645
//
// The words of a stream live in one Int32Array, so a step neither allocates nor meets a BigInt:
//   [0…3] state, lowest limb first · [4…7] inc · [8] low and [9] high half of the last output

/** Number of 32-bit words of a stream. */
export const WORDS = 10;
export const OUT_LOW = 8;
export const OUT_HIGH = 9;

// Limbs of M as doubles (M0 … M2) and as signed 32-bit integers.
const M0 = 0x9fccf645;
const M1 = 0x4385df64;
const M2 = 0x1fc65da4;
const m0 = M0 | 0;
const m1 = M1 | 0;
const m2 = M2 | 0;
const m3 = 0x2360ed05;

const INV32 = 2 ** -32;
// Adding and subtracting 1.5·2⁵² rounds a double below 2⁵¹ to the nearest integer.
const ROUND = 6755399441055744;

/** Advances the state and leaves the 64-bit output in words 8 and 9.
 *
 *  High halves of 32×32-bit products: with p = fl(a·b) (error ≤ 2¹⁰) and the exact low half l = a·b mod 2³²,
 *  (p − l)·2⁻³² differs from the integer high half by less than 2⁻²⁰, so rounding gives it exactly. */
export function step(s: Int32Array): void {
  const a0 = (s[0] as number) >>> 0;
  const a1 = (s[1] as number) >>> 0;
  const a2 = (s[2] as number) >>> 0;
  const l00 = Math.imul(a0, m0) >>> 0;
  const l01 = Math.imul(a0, m1) >>> 0;
  const l10 = Math.imul(a1, m0) >>> 0;
  const l02 = Math.imul(a0, m2) >>> 0;
  const l11 = Math.imul(a1, m1) >>> 0;
  const l20 = Math.imul(a2, m0) >>> 0;
  // Column sums stay below 2³⁶: exact in doubles.
  const t0 = l00 + ((s[4] as number) >>> 0);
  const t1 = Math.floor(t0 * INV32) + ((a0 * M0 - l00) * INV32 + ROUND - ROUND) + l01 + l10 + ((s[5] as number) >>> 0);
  const t2 =
    Math.floor(t1 * INV32) +
    ((a0 * M1 - l01) * INV32 + ROUND - ROUND) +
    ((a1 * M0 - l10) * INV32 + ROUND - ROUND) +
    l02 +
    l11 +
    l20 +
    ((s[6] as number) >>> 0);
  const t3 =
    Math.floor(t2 * INV32) +
    ((a0 * M2 - l02) * INV32 + ROUND - ROUND) +
    ((a1 * M1 - l11) * INV32 + ROUND - ROUND) +
    ((a2 * M0 - l20) * INV32 + ROUND - ROUND);
  const r0 = t0 | 0;
  const r1 = t1 | 0;
  const r2 = t2 | 0;
  const r3 = ((t3 | 0) + Math.imul(a0, m3) + Math.imul(a1, m2) + Math.imul(a2, m1) + Math.imul(s[3] as number, m0) + (s[7] as number)) | 0;
  s[0] = r0;
  s[1] = r1;
  s[2] = r2;
  s[3] = r3;
  const low = r0 ^ r2;
  const high = r1 ^ r3;
  // Rotation by r = state ≫ 122 (0 … 63). Shift counts are taken modulo 32; the split shift by 1 and 31 − r serves r = 0 too.
  const r = r3 >>> 26;
  const x = r & 32 ? high : low;
  const y = r & 32 ? low : high;
  s[8] = (x >>> r) | ((y << 1) << (31 - r));
  s[9] = (y >>> r) | ((x << 1) << (31 - r));
}

/** Seeds the words from SeedSequence.generateState(8): four 64-bit words, state high and low, then increment high and low.
 *  inc = (sequence ≪ 1) | 1; state = step(0), plus the initial state, step again (pcg_setseq_128_srandom). */
export function seed(s: Int32Array, w: Uint32Array): void {
  const at = (i: number): number => w[i] as number;
  s.fill(0);
  s[4] = (at(6) << 1) | 1;
  s[5] = (at(7) << 1) | (at(6) >>> 31);
  s[6] = (at(4) << 1) | (at(7) >>> 31);
  s[7] = (at(5) << 1) | (at(4) >>> 31);
  step(s);
  let carry = 0;
  for (let i = 0; i < 4; i++) {
    const sum = ((s[i] as number) >>> 0) + at([2, 3, 0, 1][i] as number) + carry;
    s[i] = sum | 0;
    carry = sum >= 2 ** 32 ? 1 : 0;
  }
  step(s);
  s[OUT_LOW] = 0;
  s[OUT_HIGH] = 0;
}
