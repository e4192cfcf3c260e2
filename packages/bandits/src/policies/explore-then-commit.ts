/**
 * Explore-then-commit: pull each arm m times in turn, then the arm of largest mean for ever.
 *
 *   Aₜ = t mod K for t < mK, then argmax_a X̄ₐ(mK)
 *
 * Lattimore & Szepesvári 2020, ch. 6. For 1-subgaussian rewards: regret ≤ m Σ Δₐ + (T − mK) Σ Δₐ exp(−m Δₐ²/4) (theorem 6.1).
 */
import { argmax, checkTies, type Ties } from "../argmax.ts";
import { PolicyBase, wholeNumber, type CommonOptions, type Policy } from "../policy.ts";

export interface ExploreThenCommitOptions extends CommonOptions {
  /** m ≥ 1: pulls of each arm before committing. */
  readonly pulls: number;
  readonly ties?: Ties;
}

class ExploreThenCommit extends PolicyBase implements Policy {
  private readonly pulls: number;
  private readonly ties: Ties;
  private readonly means: Float64Array;
  private readonly counts: Int32Array;
  private readonly steps: Int32Array;
  private readonly committed: Int32Array;

  constructor(options: ExploreThenCommitOptions) {
    super("explore-then-commit", options, ["pulls", "ties"]);
    this.pulls = wholeNumber(this.name, "pulls", options.pulls, 1);
    this.ties = checkTies(this.name, options.ties);
    this.means = this.floats("means");
    this.counts = this.ints("counts");
    this.steps = this.ints("steps", 1);
    this.committed = this.ints("committed", 1, -1, this.arms - 1).fill(-1);
  }

  select(_context?: undefined, row = 0): number {
    this.checkRow("select", row);
    const step = this.steps[row]!;
    if (step < this.pulls * this.arms) return step % this.arms;
    if (this.committed[row] === -1) this.committed[row] = argmax(this.means, row * this.arms, this.arms, this.ties, this.rng);
    return this.committed[row]!;
  }

  update(arm: number, reward: number, _context?: undefined, row = 0): void {
    this.checkPull(arm, reward, row);
    const at = row * this.arms + arm;
    this.steps[row]!++;
    this.means[at]! += (reward - this.means[at]!) / ++this.counts[at]!;
  }
}

/** Makes an explore-then-commit policy. */
export function exploreThenCommit(options: ExploreThenCommitOptions): Policy {
  return new ExploreThenCommit(options);
}
