// Draws from continuous distributions, one at a time, as NumPy's C functions make them.
import { exp } from "@rl/math";
import { log1pMinus } from "./log1p-tail.ts";
import { advance, type Stream } from "./stream.ts";
import { drawRandom } from "./uniform.ts";
import { EXPONENTIAL_R, exponential, NORMAL_INV_R, NORMAL_R, normal } from "./ziggurat.ts";

/** Where the rare paths leave their result: a number returned from a call that is not inlined would need a box on the heap. */
const result = new Float64Array(1);

/** Standard normal. An output gives, from its low end, 8 bits of strip, a sign, 52 bits of mantissa. */
export function drawNormal(stream: Stream): number {
  const at = advance(stream);
  const low = stream.buffer[at] as number;
  const strip = low & 255;
  const mantissa = ((stream.buffer[at + 1] as number) & 0x1fffffff) * 8388608 + (low >>> 9);
  if (mantissa < (normal.k[strip] as number)) return (low & 256 ? -mantissa : mantissa) * (normal.w[strip] as number);
  hardNormal(stream, at);
  return result[0] as number;
}

/** One draw in eighty, the output at `first`: outside its strip's rectangle. Kept with the density's odds; the base strip's draw comes from the tail; else a new one. */
function hardNormal(stream: Stream, first: number): void {
  for (let at = first; ; at = advance(stream)) {
    const low = stream.buffer[at] as number;
    const strip = low & 255;
    const mantissa = ((stream.buffer[at + 1] as number) & 0x1fffffff) * 8388608 + (low >>> 9);
    const x = (low & 256 ? -mantissa : mantissa) * (normal.w[strip] as number);
    if (strip > 0 || mantissa < (normal.k[strip] as number)) {
      result[0] = x;
      if (mantissa < (normal.k[strip] as number)) return;
      const f = normal.f[strip] as number;
      if (((normal.f[strip - 1] as number) - f) * drawRandom(stream) + f < exp(-0.5 * x * x)) return;
      continue;
    }
    // |x| > R: x = R + E₁, E₁ exponential with rate R, kept when 2E₂ > E₁². Its sign is a bit of the mantissa.
    for (;;) {
      const a = -NORMAL_INV_R * log1pMinus(drawRandom(stream));
      const b = -log1pMinus(drawRandom(stream));
      if (b + b <= a * a) continue;
      result[0] = low & 0x20000 ? -(NORMAL_R + a) : NORMAL_R + a;
      return;
    }
  }
}

/** Exponential with mean 1. An output gives, from bit 3 on, 8 bits of strip and 53 bits of mantissa. */
export function drawExponential(stream: Stream): number {
  const at = advance(stream);
  const low = stream.buffer[at] as number;
  const strip = (low >>> 3) & 255;
  const mantissa = ((stream.buffer[at + 1] as number) >>> 0) * 2097152 + (low >>> 11);
  if (mantissa < (exponential.k[strip] as number)) return mantissa * (exponential.w[strip] as number);
  hardExponential(stream, at);
  return result[0] as number;
}

function hardExponential(stream: Stream, first: number): void {
  for (let at = first; ; at = advance(stream)) {
    const low = stream.buffer[at] as number;
    const strip = (low >>> 3) & 255;
    const mantissa = ((stream.buffer[at + 1] as number) >>> 0) * 2097152 + (low >>> 11);
    const x = mantissa * (exponential.w[strip] as number);
    result[0] = x;
    if (mantissa < (exponential.k[strip] as number)) return;
    if (strip === 0) {
      result[0] = EXPONENTIAL_R - log1pMinus(drawRandom(stream));
      return;
    }
    const f = exponential.f[strip] as number;
    if (((exponential.f[strip - 1] as number) - f) * drawRandom(stream) + f < exp(-x)) return;
  }
}
