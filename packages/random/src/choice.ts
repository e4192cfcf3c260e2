// Sampling of indices 0 … n − 1, the ways of numpy.random.Generator.choice.
import { below32, interval } from "./bounded.ts";
import { show } from "./errors.ts";
import type { Stream } from "./stream.ts";

const range = (n: number): Int32Array => {
  const out = new Int32Array(n);
  for (let i = 0; i < n; i++) out[i] = i;
  return out;
};

/** Fisher–Yates from the end down to index `first`, with bounded draws (choice) or masked ones (permutation). */
function shuffleFrom(s: Stream, values: Int32Array, first: number, masked: boolean): Int32Array {
  for (let i = values.length - 1; i >= first; i--) {
    const j = masked ? interval(s, i) : below32(s, i + 1);
    const kept = values[j] as number;
    values[j] = values[i] as number;
    values[i] = kept;
  }
  return values;
}

/** A random order of 0 … n − 1. */
export const permute = (s: Stream, n: number): Int32Array => shuffleFrom(s, range(n), 1, true);

/** `size` different indices, every order equally likely: a shuffle of the tail when n > 10000 and size > n/50, otherwise Floyd's set and a shuffle.
 *  J. Bentley, B. Floyd, "A sample of brilliance", Comm. ACM 30(9), 1987. */
export function distinct(s: Stream, n: number, size: number): Int32Array {
  if (n > 10_000 && size > Math.floor(n / 50)) return shuffleFrom(s, range(n), Math.max(n - size, 1), false).slice(n - size);
  const out = new Int32Array(size);
  const seen = new Set<number>();
  for (let j = n - size; j < n; j++) {
    const drawn = below32(s, j + 1);
    const value = seen.has(drawn) ? j : drawn;
    seen.add(value);
    out[j - n + size] = value;
  }
  return shuffleFrom(s, out, 1, false);
}

/** Cumulative sums of p divided by the last, summed from the left as NumPy does. */
function cumulate(p: ArrayLike<number>, out: Float64Array): Float64Array {
  let sum = 0;
  for (let i = 0; i < out.length; i++) out[i] = sum += p[i] as number;
  for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) / sum;
  return out;
}

/** First index whose cumulative probability exceeds x. */
function search(cdf: Float64Array, x: number): number {
  let low = 0;
  let high = cdf.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((cdf[middle] as number) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `size` indices drawn with probabilities p, independent of each other. */
export function weighted(random: () => number, p: ArrayLike<number>, size: number): Int32Array {
  const cdf = cumulate(p, new Float64Array(p.length));
  const out = new Int32Array(size);
  for (let i = 0; i < size; i++) out[i] = search(cdf, random());
  return out;
}

/** `size` different indices with probabilities p: rounds of draws, new indices in order of appearance, what was found gets probability 0. */
export function weightedDistinct(random: () => number, p: ArrayLike<number>, size: number): Int32Array {
  const left = Float64Array.from(p);
  const cdf = new Float64Array(left.length);
  const found = new Set<number>();
  while (found.size < size) {
    cumulate(left, cdf);
    const draws = Array.from({ length: size - found.size }, random);
    for (const x of draws) found.add(search(cdf, x));
    for (const index of found) left[index] = 0;
  }
  return Int32Array.from(found);
}

/** Throws unless p is a distribution over n outcomes: n finite entries ≥ 0 with sum 1 within √ε of its type. */
export function checkProbabilities(p: ArrayLike<number>, n: number): void {
  if (typeof p !== "object" || p === null) throw new TypeError(`choice: p must be a list of probabilities; got ${show(p)}.`);
  if (p.length !== n) throw new RangeError(`choice: p must have one entry per outcome, ${n}; got ${show(p.length)}.`);
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < n; i++) {
    const value = p[i] as number;
    if (typeof value !== "number" || !(value >= 0))
      throw new RangeError(`choice: p must hold probabilities ≥ 0; got ${show(value)} at index ${i}.`);
    const y = value - lost;
    const t = sum + y;
    lost = t - sum - y;
    sum = t;
  }
  const tolerance = p instanceof Float32Array ? Math.sqrt(2 ** -23) : 2 ** -26;
  if (!(Math.abs(sum - 1) <= tolerance))
    throw new RangeError(`choice: p must sum to 1; got a sum of ${sum}. Divide each entry by the sum.`);
}
