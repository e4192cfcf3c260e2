// A PCG64 stream as the draws see it: 64-bit outputs in pairs of 32-bit words, made in blocks where WebAssembly is there to make them.
import { fillOutputs } from "./outputs.ts";
import { OUT_HIGH, OUT_LOW, step, WORDS } from "./pcg64.ts";

const SMALL = 16;
const LARGE = 128;

/** `words` is the state after the last output in `buffer`; the outputs from `at` to `end` (two words each, low first) are still to be drawn.
 *  Blocks grow from 1 to 64 outputs, so that a stream of few draws costs few. */
export class Stream {
  readonly words = new Int32Array(WORDS);
  buffer: Int32Array = new Int32Array(SMALL);
  at = 0;
  end = 0;
  /** Half of an output, kept for the next 32-bit draw, as NumPy keeps it; meaningful while `hasHalf` is 1. */
  half = 0;
  hasHalf: 0 | 1 = 0;
}

/** Moves on by one output; its low word is at the returned index of `stream.buffer`, its high word behind it. */
export function advance(stream: Stream): number {
  if (stream.at === stream.end) refill(stream);
  const at = stream.at;
  stream.at = at + 2;
  return at;
}

function refill(stream: Stream): void {
  const { words } = stream;
  const made = stream.end;
  const many = Math.min(2 * made, LARGE);
  if (made >= SMALL && stream.buffer.length < LARGE) stream.buffer = new Int32Array(LARGE);
  if (made >= SMALL && fillOutputs(words, stream.buffer, many)) stream.end = many;
  else {
    const { buffer } = stream;
    const end = made === 0 ? 2 : Math.min(2 * made, SMALL);
    for (let i = 0; i < end; i += 2) {
      step(words);
      buffer[i] = words[OUT_LOW] as number;
      buffer[i + 1] = words[OUT_HIGH] as number;
    }
    stream.end = end;
  }
  stream.at = 0;
}

/** NumPy's next_uint32: the low half of a fresh output first, its high half at the next call. Signed 32-bit result. */
export function next32(stream: Stream): number {
  if (stream.hasHalf === 1) {
    stream.hasHalf = 0;
    return stream.half;
  }
  const at = advance(stream);
  stream.hasHalf = 1;
  stream.half = stream.buffer[at + 1] as number;
  return stream.buffer[at] as number;
}

/** The next output as a bigint. */
export function next64(stream: Stream): bigint {
  const at = advance(stream);
  return (BigInt((stream.buffer[at + 1] as number) >>> 0) << 32n) | BigInt((stream.buffer[at] as number) >>> 0);
}
