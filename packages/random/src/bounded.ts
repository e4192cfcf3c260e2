// Integers below a bound, drawn as NumPy draws them.
import { advance, next32, next64, type Stream } from "./stream.ts";

const INV32 = 2 ** -32;
const ROUND = 6755399441055744;

/** High half of the 64-bit product of two unsigned 32-bit integers; see pcg64.ts for why the rounding is exact. */
const high32 = (a: number, b: number): number => (a * b - (Math.imul(a, b) >>> 0)) * INV32 + ROUND - ROUND;

/** Uniform in [0, n) for 1 ≤ n ≤ 2³². One 32-bit draw, seldom more; none for n = 1.
 *  D. Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 29(1), 2019. */
export function below32(s: Stream, n: number): number {
  if (n === 1) return 0;
  let x = next32(s) >>> 0;
  if (n === 4294967296) return x;
  if (Math.imul(x, n) >>> 0 < n) {
    const threshold = (4294967296 - n) % n;
    while (Math.imul(x, n) >>> 0 < threshold) x = next32(s) >>> 0;
  }
  return high32(x, n);
}

/** Uniform in [0, n) for 2³² < n ≤ 2⁵³: Lemire's method on 64-bit draws, in 32-bit limbs. */
export function below53(s: Stream, n: number): number {
  const nl = n >>> 0;
  const nh = Math.floor(n * INV32);
  let threshold = -1n;
  for (;;) {
    const at = advance(s);
    const xl = (s.buffer[at] as number) >>> 0;
    const xh = (s.buffer[at + 1] as number) >>> 0;
    const p0 = Math.imul(xl, nl) >>> 0;
    const p1 = high32(xl, nl) + (Math.imul(xl, nh) >>> 0) + (Math.imul(xh, nl) >>> 0);
    const p2 = Math.floor(p1 * INV32) + high32(xl, nh) + high32(xh, nl) + (Math.imul(xh, nh) >>> 0);
    const value = p2 + high32(xh, nh) * 4294967296;
    // The low 64 bits are below n only if their upper word does not exceed n's: once in 2¹¹ draws at most.
    if (p1 >>> 0 > nh) return value;
    const low = (BigInt(p1 >>> 0) << 32n) | BigInt(p0);
    if (threshold < 0n) threshold = ((1n << 64n) - BigInt(n)) % BigInt(n);
    if (low >= threshold) return value;
  }
}

/** Uniform in [0, n) for any 1 ≤ n ≤ 2⁶⁴. */
export function belowBig(s: Stream, n: bigint): bigint {
  if (n <= 4294967296n) return BigInt(below32(s, Number(n)));
  let product = next64(s) * n;
  const mask = (1n << 64n) - 1n;
  if (n <= mask && (product & mask) < n) {
    const threshold = ((1n << 64n) - n) % n;
    while ((product & mask) < threshold) product = next64(s) * n;
  }
  return product >> 64n;
}

/** Uniform in [0, max] by masking and rejection, as NumPy's shuffles draw; max < 2³¹. */
export function interval(s: Stream, max: number): number {
  if (max === 0) return 0;
  const mask = -1 >>> Math.clz32(max);
  for (;;) {
    const value = next32(s) & mask;
    if (value <= max) return value;
  }
}
