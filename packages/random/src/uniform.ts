import { advance, type Stream } from "./stream.ts";

/** Uniform in [0, 1): the upper 53 bits of an output times 2⁻⁵³. */
export function drawRandom(stream: Stream): number {
  const at = advance(stream);
  const buffer = stream.buffer;
  return (((buffer[at + 1] as number) >>> 0) * 2097152 + ((buffer[at] as number) >>> 11)) * 2 ** -53;
}
