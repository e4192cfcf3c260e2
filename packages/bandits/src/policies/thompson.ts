/**
 * Thompson sampling for rewards 0 or 1: draw each arm's success rate from its posterior, pull the arm of the largest draw.
 *
 *   θₐ ~ Beta(α + Sₐ, β + Fₐ),   A = argmax_a θₐ,   Sₐ, Fₐ = successes and failures so far
 *
 * Thompson 1933; regret (1 + o(1)) Σ Δₐ ln T / d(μₐ, μ*), the Lai–Robbins lower bound (Kaufmann, Korda & Munos 2012, Agrawal & Goyal 2013).
 */
import { inRange, PolicyBase, refuseUnknown, type CommonOptions, type Policy } from "../policy.ts";
import { sampleBeta } from "../samplers.ts";

export interface ThompsonOptions extends CommonOptions {
  /** The Beta prior of every arm. Default { alpha: 1, beta: 1 }, uniform. */
  readonly prior?: { readonly alpha: number; readonly beta: number };
}

class Thompson extends PolicyBase implements Policy {
  private readonly successes: Float64Array;
  private readonly failures: Float64Array;

  constructor(options: ThompsonOptions) {
    super("thompson", options, ["prior"]);
    this.successes = this.floats("successes", this.arms, 0);
    this.failures = this.floats("failures", this.arms, 0);
    const { prior = { alpha: 1, beta: 1 } } = options;
    refuseUnknown(this.name, prior, ["alpha", "beta"]);
    this.successes.fill(inRange(this.name, "prior.alpha", prior.alpha, "[1e-100, ∞)"));
    this.failures.fill(inRange(this.name, "prior.beta", prior.beta, "[1e-100, ∞)"));
  }

  select(_context?: undefined, row = 0): number {
    this.checkRow("select", row);
    const start = row * this.arms;
    let best = 0;
    let high = -1;
    for (let arm = 0; arm < this.arms; arm++) {
      const draw = sampleBeta(this.rng, this.successes[start + arm]!, this.failures[start + arm]!);
      if (draw > high) {
        high = draw;
        best = arm;
      }
    }
    return best;
  }

  update(arm: number, reward: number, _context?: undefined, row = 0): void {
    this.checkPull(arm, reward, row);
    if (reward !== 0 && reward !== 1) {
      throw new Error(
        `thompson.update: got reward ${reward}; expected 0 or 1. For other rewards use gaussianThompson, or draw 1 with probability equal to the reward.`,
      );
    }
    const at = row * this.arms + arm;
    this.successes[at]! += reward;
    this.failures[at]! += 1 - reward;
  }
}

/** Makes a Thompson sampling policy for rewards 0 and 1 (Beta posterior). `state().tables` holds the posterior counts, prior included. */
export function thompson(options: ThompsonOptions): Policy {
  return new Thompson(options);
}
