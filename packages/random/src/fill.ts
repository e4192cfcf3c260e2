// Filling arrays: the same bits as drawing one at a time, at WebAssembly's speed where the array is worth it.
import { bulkModule, START } from "./bulk.ts";
import { drawExponential, drawNormal } from "./draws.ts";
import type { Stream } from "./stream.ts";
import { drawRandom } from "./uniform.ts";

/** What the batch forms fill: each element is the scalar method's next value, rounded to float32 in a Float32Array. */
export type FloatArray = Float32Array | Float64Array;

export type Kind = "random" | "normal" | "exponential";

/** Shorter fills are not worth the copy of the state. */
const LEAST = 16;

/** One draw. Direct calls, so that engines inline them and the value needs no box. */
const drawOf = (stream: Stream, kind: Kind): number =>
  kind === "random" ? drawRandom(stream) : kind === "normal" ? drawNormal(stream) : drawExponential(stream);

/** Fills `out` with offset + scale·v, v the draws of `kind`. */
export function fill(stream: Stream, kind: Kind, out: FloatArray, offset: number, scale: number): void {
  // Plain values stay as they are: adding 0 would turn −0 into 0.
  const plain = offset === 0 && scale === 1;
  const bulk = out.length >= LEAST && bulkModule();
  for (let i = 0; i < out.length;) {
    // One at a time: outputs that are made but not drawn come first.
    if (!bulk || stream.at !== stream.end) {
      const value = drawOf(stream, kind);
      out[i++] = plain ? value : offset + scale * value;
      continue;
    }
    const { words, block } = bulk;
    const count = Math.min(block.length, out.length - i);
    for (let w = 0; w < 8; w++) words[w] = stream.words[w] as number;
    bulk[kind](START, START + 8 * count);
    for (let w = 0; w < 4; w++) stream.words[w] = words[w] as number;
    if (plain && count === block.length) out.set(block, i);
    else if (plain) for (let b = 0; b < count; b++) out[i + b] = block[b] as number;
    else for (let b = 0; b < count; b++) out[i + b] = offset + scale * (block[b] as number);
    i += count;
  }
}

/**
 * Fills `out` with uniform draws. A few at a time are what environments start from: their loop calls nothing else, since a number that comes out of `drawOf`
 * may be boxed.
 */
export function fillUniformDraws(stream: Stream, out: FloatArray): void {
  if (out.length >= LEAST) fill(stream, "random", out, 0, 1);
  else for (let i = 0; i < out.length; i++) out[i] = drawRandom(stream);
}
