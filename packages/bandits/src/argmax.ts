/** Index of the largest value among `count` from `start`, relative to `start`; equals are broken by lowest index, or at random from a stream. */
import { show, uniform, type RandomStream } from "./policy.ts";

/** How equal best arms are told apart: uniformly at random (the default), or the lowest index. */
export type Ties = "random" | "first";

export function checkTies(where: string, ties: Ties | undefined): Ties {
  if (ties !== undefined && ties !== "random" && ties !== "first")
    throw new Error(`${where}: got ties = ${show(ties)}; expected "random" or "first".`);
  return ties ?? "random";
}

/** A draw is made only when there is a tie, so that a stream does not move for nothing. */
export function argmax(values: Float64Array, start: number, count: number, ties: Ties, rng: RandomStream): number {
  let best = 0;
  let high = values[start]!;
  let equal = 1;
  for (let arm = 1; arm < count; arm++) {
    const value = values[start + arm]!;
    if (value > high) {
      high = value;
      best = arm;
      equal = 1;
    } else if (value === high) equal++;
  }
  if (equal === 1 || ties === "first") return best;
  let pick = Math.floor(uniform(rng) * equal);
  for (let arm = best; ; arm++) if (values[start + arm] === high && pick-- === 0) return arm;
}

/** The lowest arm of a row that was never pulled, or −1. However many pulls there were: arms may have been pulled that were not selected. */
export function firstUnpulled(counts: ArrayLike<number>, start: number, arms: number): number {
  for (let arm = 0; arm < arms; arm++) if (counts[start + arm] === 0) return arm;
  return -1;
}
