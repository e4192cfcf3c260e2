/**
 * Exp3: exponential weights with importance-weighted rewards; safe against an adversary who sets the rewards.
 *
 *   p(a) = (1 − γ) w(a)/Σ_b w(b) + γ/K
 *   w(A) ← w(A)·exp(γ R / (K p(A)))
 *
 * Auer, Cesa-Bianchi, Freund & Schapire 2002, §3. Rewards in [0, 1]. With γ = min(1, √(K ln K / ((e − 1) g))), g ≥ the best arm's total,
 * expected regret against the best fixed arm is at most 2√(e − 1)·√(g K ln K) ≤ 2.63 √(g K ln K) (corollary 3.2, `exp3Settings`).
 * Weights are kept as logarithms, so they never overflow.
 */
import { exp, log } from "@rl/math";
import { inRange, PolicyBase, uniform, wholeNumber, type CommonOptions, type Policy } from "../policy.ts";
import { pickByWeight } from "../pick.ts";

export interface Exp3Options extends CommonOptions {
  /** Share of uniform exploration and rate of learning, in (0, 1]. */
  readonly gamma: number;
}

/** The γ of corollary 3.2 for a horizon of `steps` pulls, and the regret bound that it promises. */
export function exp3Settings(arms: number, steps: number): { readonly gamma: number; readonly regretBound: number } {
  wholeNumber("exp3Settings", "arms", arms, 2);
  wholeNumber("exp3Settings", "steps", steps, 1);
  const gamma = Math.min(1, Math.sqrt((arms * log(arms)) / ((Math.E - 1) * steps)));
  return { gamma, regretBound: 2 * Math.sqrt(Math.E - 1) * Math.sqrt(steps * arms * log(arms)) };
}

class Exp3 extends PolicyBase implements Policy {
  private readonly gamma: number;
  private readonly logWeights: Float64Array;
  private readonly probabilities: Float64Array;

  constructor(options: Exp3Options) {
    super("exp3", options, ["gamma"]);
    this.gamma = inRange(this.name, "gamma", options.gamma, "(0, 1]");
    this.logWeights = this.floats("logWeights", this.arms, 0);
    this.probabilities = new Float64Array(this.arms);
  }

  select(_context?: undefined, row = 0): number {
    this.checkRow("select", row);
    this.fillProbabilities(row);
    return pickByWeight(this.probabilities, this.arms, 1, uniform(this.rng));
  }

  update(arm: number, reward: number, _context?: undefined, row = 0): void {
    this.checkPull(arm, reward, row);
    this.checkReward(reward);
    this.fillProbabilities(row);
    this.logWeights[row * this.arms + arm]! += (this.gamma * reward) / (this.arms * this.probabilities[arm]!);
  }

  private fillProbabilities(row: number): void {
    const { arms, logWeights, probabilities, gamma } = this;
    const start = row * arms;
    let high = logWeights[start]!;
    for (let a = 1; a < arms; a++) high = Math.max(high, logWeights[start + a]!);
    let total = 0;
    for (let a = 0; a < arms; a++) total += probabilities[a] = exp(logWeights[start + a]! - high);
    for (let a = 0; a < arms; a++) probabilities[a] = ((1 - gamma) * probabilities[a]!) / total + gamma / arms;
  }
}

/** Makes an Exp3 policy for rewards in [0, 1]. */
export function exp3(options: Exp3Options): Policy {
  return new Exp3(options);
}
