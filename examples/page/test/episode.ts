/** One episode of a snapshot in a form that goes from a page to a test: the bits of every observation. */
import type { Snapshot } from "@rl/train";
import { play } from "../play.js";

export function episode({ tensors, json }: { readonly tensors: readonly number[]; readonly json: unknown }): number[] {
  const snapshot: Snapshot = { tensors: Uint8Array.from(tensors), json };
  return [...play(snapshot, 7)].flatMap(({ observation }) => [...new Uint32Array(Float32Array.from(observation).buffer)]);
}
