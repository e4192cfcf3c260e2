/**
 * UCB over the last τ pulls only, for rewards whose means change abruptly.
 *
 *   Aₜ = argmax_a X̄ₜ(a) + B √(ξ ln min(t, τ) / Nₜ(a)),   X̄ₜ(a), Nₜ(a) over the last τ pulls
 *
 * Garivier & Moulines 2011 (SW-UCB). Rewards in [0, B]. With Υ changes in T pulls, τ = 2B√(T ln T/Υ) gives regret O(√(ΥT ln T)) for ξ > 1/2; the
 * default ξ = 0.6 is just above that. An arm without a pull in the window comes first, lowest index first; ties as `ties` says.
 */
import { log } from "@rl/math";
import { argmax, checkTies, type Ties } from "../argmax.ts";
import { inRange, PolicyBase, wholeNumber, type CommonOptions, type Policy } from "../policy.ts";

export interface SlidingWindowUcbOptions extends CommonOptions {
  /** τ ≥ 1, in pulls; at least the number of arms makes sense. */
  readonly window: number;
  /** B > 0, the largest reward. Default 1. */
  readonly maxReward?: number;
  /** ξ > 0. Default 0.6. */
  readonly xi?: number;
  readonly ties?: Ties;
}

class SlidingWindowUcb extends PolicyBase implements Policy {
  private readonly window: number;
  private readonly maxReward: number;
  private readonly xi: number;
  private readonly ties: Ties;
  private readonly pastArms: Int32Array;
  private readonly pastRewards: Float64Array;
  private readonly steps: Int32Array;
  private readonly counts: Int32Array;
  private readonly sums: Float64Array;
  private readonly scores: Float64Array;

  constructor(options: SlidingWindowUcbOptions) {
    super("sliding-window-ucb", options, ["window", "maxReward", "xi", "ties"]);
    this.window = wholeNumber(this.name, "window", options.window, 1);
    this.maxReward = inRange(this.name, "maxReward", options.maxReward === undefined ? 1 : options.maxReward, "(0, ∞)");
    this.xi = inRange(this.name, "xi", options.xi === undefined ? 0.6 : options.xi, "(0, ∞)");
    this.ties = checkTies(this.name, options.ties);
    this.pastArms = this.ints("pastArms", this.window, 0, this.arms - 1);
    this.pastRewards = this.floats("pastRewards", this.window, 0, this.maxReward);
    this.steps = this.ints("steps", 1);
    this.counts = this.ints("counts");
    this.sums = this.floats("sums");
    this.scores = new Float64Array(this.arms);
  }

  select(_context?: undefined, row = 0): number {
    this.checkRow("select", row);
    const { arms, counts, sums, scores } = this;
    const start = row * arms;
    for (let arm = 0; arm < arms; arm++) if (counts[start + arm] === 0) return arm;
    const spread = this.maxReward * Math.sqrt(this.xi * log(Math.min(this.steps[row]! + 1, this.window)));
    for (let arm = 0; arm < arms; arm++) scores[arm] = sums[start + arm]! / counts[start + arm]! + spread / Math.sqrt(counts[start + arm]!);
    return argmax(scores, 0, arms, this.ties, this.rng);
  }

  update(arm: number, reward: number, _context?: undefined, row = 0): void {
    this.checkPull(arm, reward, row);
    this.checkReward(reward, this.maxReward);
    const { arms, window, pastArms, pastRewards, counts, sums } = this;
    const slot = row * window + (this.steps[row]! % window);
    if (this.steps[row]! >= window) {
      const old = row * arms + pastArms[slot]!;
      // An emptied arm starts again from exactly 0, so that rounding does not pile up.
      sums[old] = --counts[old]! === 0 ? 0 : sums[old]! - pastRewards[slot]!;
    }
    pastArms[slot] = arm;
    pastRewards[slot] = reward;
    counts[row * arms + arm]!++;
    sums[row * arms + arm]! += reward;
    this.steps[row]!++;
  }

  /** The counts must be those of the pulls in the window. */
  protected override fit({ pastArms, steps, counts }: Readonly<Record<string, readonly number[]>>): boolean {
    const left = [...counts!];
    for (let row = 0; row < this.tasks; row++)
      for (let i = Math.min(steps![row]!, this.window) - 1; i >= 0; i--) left[row * this.arms + pastArms![row * this.window + i]!]!--;
    return left.every((count) => count === 0);
  }
}

/** Makes a sliding-window UCB policy (SW-UCB) for rewards in [0, maxReward]. */
export function slidingWindowUcb(options: SlidingWindowUcbOptions): Policy {
  return new SlidingWindowUcb(options);
}
