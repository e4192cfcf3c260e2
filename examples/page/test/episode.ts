/** One episode of a policy's file in a form that goes from a page to a test: the bits of every observation. */
import { play } from "../play.js";

export function episode(file: readonly number[]): number[] {
  return [...play(Uint8Array.from(file), 7)].flatMap(({ observation }) => [...new Uint32Array(Float32Array.from(observation).buffer)]);
}
