/**
 * UCB-tuned: UCB1 with the bonus scaled by an upper bound of each arm's variance.
 *
 *   Aₜ = argmax_a X̄ₐ + √( ln t / Nₐ · min(¼, Vₐ) ),   Vₐ = sample variance + √(2 ln t / Nₐ)
 *
 * Auer, Cesa-Bianchi & Fischer 2002, §4. Rewards in [0, 1]. No regret bound is proved for it; in practice it is ahead of UCB1.
 */
import { log } from "@rl/math";
import { argmax, checkTies, firstUnpulled, type Ties } from "../argmax.ts";
import { PolicyBase, type CommonOptions, type Policy } from "../policy.ts";

export interface UcbTunedOptions extends CommonOptions {
  readonly ties?: Ties;
}

class UcbTuned extends PolicyBase implements Policy {
  private readonly ties: Ties;
  private readonly means: Float64Array;
  private readonly squares: Float64Array;
  private readonly counts: Int32Array;
  private readonly steps: Int32Array;
  private readonly scores: Float64Array;

  constructor(options: UcbTunedOptions) {
    super("ucb-tuned", options, ["ties"]);
    this.ties = checkTies(this.name, options.ties);
    this.means = this.floats("means", this.arms, 0, 1);
    this.squares = this.floats("squares", this.arms, 0, 1);
    this.counts = this.ints("counts");
    this.steps = this.ints("steps", 1);
    this.scores = new Float64Array(this.arms);
  }

  select(_context?: undefined, row = 0): number {
    this.checkRow("select", row);
    const { arms, counts, scores } = this;
    const start = row * arms;
    const unpulled = firstUnpulled(counts, start, arms);
    if (unpulled >= 0) return unpulled;
    const logStep = log(this.steps[row]! + 1);
    for (let arm = 0; arm < arms; arm++) {
      const share = logStep / counts[start + arm]!;
      const mean = this.means[start + arm]!;
      const variance = Math.max(0, this.squares[start + arm]! - mean * mean) + Math.sqrt(2 * share);
      scores[arm] = mean + Math.sqrt(share * Math.min(0.25, variance));
    }
    return argmax(scores, 0, arms, this.ties, this.rng);
  }

  update(arm: number, reward: number, _context?: undefined, row = 0): void {
    this.checkPull(arm, reward, row);
    this.checkReward(reward);
    const at = row * this.arms + arm;
    const count = ++this.counts[at]!;
    this.steps[row]!++;
    this.means[at]! += (reward - this.means[at]!) / count;
    this.squares[at]! += (reward * reward - this.squares[at]!) / count;
  }
}

/** Makes a UCB-tuned policy for rewards in [0, 1]. */
export function ucbTuned(options: UcbTunedOptions): Policy {
  return new UcbTuned(options);
}
