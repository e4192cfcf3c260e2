/**
 * UCB for rewards whose means drift: every pull fades the weight of the earlier ones.
 *
 *   Nₜ(a) = Σ_s γ^(t−s) 1{A_s = a},   X̄ₜ(a) = Σ_s γ^(t−s) R_s 1{A_s = a} / Nₜ(a),   nₜ = Σ_a Nₜ(a)
 *   Aₜ = argmax_a X̄ₜ(a) + 2B √(ξ ln nₜ / Nₜ(a))
 *
 * Garivier & Moulines 2011 (D-UCB). Rewards in [0, B]. With Υ changes in T pulls, γ = 1 − √(Υ/T)/(4B) gives regret O(√(ΥT) ln T) for ξ > 1/2; the
 * default ξ = 0.6 is just above that. Arms that were never pulled come first, lowest index first; ties as `ties` says.
 */
import { log } from "@rl/math";
import { argmax, checkTies, type Ties } from "../argmax.ts";
import { inRange, PolicyBase, type CommonOptions, type Policy } from "../policy.ts";

export interface DiscountedUcbOptions extends CommonOptions {
  /** γ in (0, 1): each pull multiplies the weight of all earlier ones by it. */
  readonly discount: number;
  /** B > 0, the largest reward. Default 1. */
  readonly maxReward?: number;
  /** ξ > 0. Default 0.6. */
  readonly xi?: number;
  readonly ties?: Ties;
}

class DiscountedUcb extends PolicyBase implements Policy {
  private readonly discount: number;
  private readonly maxReward: number;
  private readonly xi: number;
  private readonly ties: Ties;
  private readonly sums: Float64Array;
  private readonly weights: Float64Array;
  private readonly scores: Float64Array;

  constructor(options: DiscountedUcbOptions) {
    super("discounted-ucb", options, ["discount", "maxReward", "xi", "ties"]);
    this.discount = inRange(this.name, "discount", options.discount, "(0, 1)");
    this.maxReward = inRange(this.name, "maxReward", options.maxReward === undefined ? 1 : options.maxReward, "(0, ∞)");
    this.xi = inRange(this.name, "xi", options.xi === undefined ? 0.6 : options.xi, "(0, ∞)");
    this.ties = checkTies(this.name, options.ties);
    this.sums = this.floats("sums", this.arms, 0);
    this.weights = this.floats("weights", this.arms, 0);
    this.scores = new Float64Array(this.arms);
  }

  select(_context?: undefined, row = 0): number {
    this.checkRow("select", row);
    const { arms, sums, weights, scores } = this;
    const start = row * arms;
    let total = 0;
    for (let arm = 0; arm < arms; arm++) {
      if (weights[start + arm] === 0) return arm;
      total += weights[start + arm]!;
    }
    const spread = 2 * this.maxReward * Math.sqrt(this.xi * log(Math.max(1, total)));
    for (let arm = 0; arm < arms; arm++)
      scores[arm] = sums[start + arm]! / weights[start + arm]! + spread / Math.sqrt(weights[start + arm]!);
    return argmax(scores, 0, arms, this.ties, this.rng);
  }

  update(arm: number, reward: number, _context?: undefined, row = 0): void {
    this.checkPull(arm, reward, row);
    this.checkReward(reward, this.maxReward);
    const { arms, sums, weights, discount } = this;
    const start = row * arms;
    for (let a = 0; a < arms; a++) {
      sums[start + a]! *= discount;
      weights[start + a]! *= discount;
    }
    sums[start + arm]! += reward;
    weights[start + arm]! += 1;
  }
}

/** Makes a discounted UCB policy (D-UCB) for rewards in [0, maxReward]. */
export function discountedUcb(options: DiscountedUcbOptions): Policy {
  return new DiscountedUcb(options);
}
