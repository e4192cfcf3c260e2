/**
 * ε-greedy: with probability ε an arm drawn uniformly, else the arm of largest estimate.
 *
 *   Aₜ = argmax_a Qₜ(a) with probability 1 − ε, a uniform arm with probability ε
 *   Q(a) ← Q(a) + α (R − Q(a)),   α = 1 / N(a) (sample average) or constant
 *
 * Sutton & Barto 2018, §2.2–2.6, eq. 2.2–2.5. ε = 0 is the greedy method; `initial` above the rewards gives optimistic starts (§2.6).
 * Regret: linear, ≥ ε·mean gap·T, for constant ε; O(log T) for εₜ = min(1, cK / d²t) (Auer et al. 2002, theorem 3), `decayingEpsilon`.
 */
import { checkTies, type Ties } from "../argmax.ts";
import { inRange, PolicyBase, refuseUnknown, uniform, wholeNumber, type CommonOptions, type Policy } from "../policy.ts";
import type { Pulls } from "../pulls.ts";
import { Tournament } from "../tournament.ts";

export interface EpsilonGreedyOptions extends CommonOptions {
  /** Probability of exploring, in [0, 1], or a function of the number of this row's earlier updates (0 at first). */
  readonly epsilon: number | ((step: number) => number);
  /** Constant α in (0, 1]; left out: sample averages. */
  readonly stepSize?: number;
  /** First estimate of every arm. Default 0. */
  readonly initial?: number;
  readonly ties?: Ties;
}

/** εₜ = min(1, cK / (d²(t + 1))), d a lower bound of the smallest gap, in (0, 1]. Auer, Cesa-Bianchi & Fischer 2002, figure 3. */
export function decayingEpsilon(options: { readonly arms: number; readonly c: number; readonly d: number }): (step: number) => number {
  refuseUnknown("decayingEpsilon", options, ["arms", "c", "d"]);
  const { arms, c, d } = options;
  wholeNumber("decayingEpsilon", "arms", arms, 1);
  inRange("decayingEpsilon", "c", c, "(0, ∞)");
  inRange("decayingEpsilon", "d", d, "(0, 1]");
  return (step) => Math.min(1, (c * arms) / (d * d * (wholeNumber("decayingEpsilon", "step", step, 0) + 1)));
}

class EpsilonGreedy extends PolicyBase implements Policy {
  private readonly epsilon: number | ((step: number) => number);
  private readonly stepSize: number;
  private readonly ties: Ties;
  private readonly estimates: Float64Array;
  private readonly counts: Int32Array;
  private readonly tournament: Tournament;

  constructor(options: EpsilonGreedyOptions) {
    super("epsilon-greedy", options, ["epsilon", "stepSize", "initial", "ties"]);
    const { epsilon, stepSize, initial = 0 } = options;
    this.epsilon = typeof epsilon === "function" ? epsilon : inRange(this.name, "epsilon", epsilon, "[0, 1]");
    this.stepSize = stepSize === undefined ? 0 : inRange(this.name, "stepSize", stepSize, "(0, 1]");
    this.ties = checkTies(this.name, options.ties);
    this.estimates = this.floats("estimates").fill(inRange(this.name, "initial", initial, "(-∞, ∞)"));
    this.counts = this.ints("counts");
    this.tournament = new Tournament(this.estimates, this.arms);
  }

  select(_context?: undefined, row = 0): number {
    this.checkRow("select", row);
    const epsilon = typeof this.epsilon === "number" ? this.epsilon : this.epsilonAt(this.pulls(row));
    // A coin, then an arm: in one place, so that engines inline the draw and the number needs no box.
    for (let draw = epsilon > 0 ? 0 : 2; draw < 2; draw++) {
      const drawn = uniform(this.rng);
      if (draw === 1) return Math.floor(drawn * this.arms);
      if (drawn >= epsilon) break;
    }
    return this.tournament.best(row, this.ties, this.rng);
  }

  update(arm: number, reward: number, _context?: undefined, row = 0): void {
    this.checkPull(arm, reward, row);
    const at = row * this.arms + arm;
    const count = ++this.counts[at]!;
    const estimate = this.estimates[at]!;
    this.estimates[at] = estimate + (reward - estimate) * (this.stepSize > 0 ? this.stepSize : 1 / count);
    this.tournament.changed(row, arm);
  }

  /** Exploring pulls are found by the number of pulls before the next one; in between, one arm is pulled while it stays the sole best, its table entries in registers. */
  play(pulls: Pulls, row = 0): void {
    this.checkRow("play", row);
    const { arms, estimates, counts, stepSize, ties, rng, tournament } = this;
    const { champion, runnerUp } = tournament;
    const { steps, rewards } = pulls;
    let greedy = this.misses(row, steps);
    for (let from = 0; from < steps;) {
      const sole = champion[row]!;
      const explore = greedy === 0;
      const arm = explore ? Math.floor(uniform(rng) * arms) : sole >= 0 ? sole : tournament.best(row, ties, rng);
      const to = explore || sole < 0 ? from + 1 : from + greedy;
      const rival = arm === sole ? runnerUp[row]! : Infinity;
      const at = row * arms + arm;
      let estimate = estimates[at]!;
      let count = counts[at]!;
      let i = from;
      pulls.look(arm, from, to);
      if (stepSize > 0) {
        do estimate += (rewards[i++]! - estimate) * stepSize;
        while (estimate > rival && i < to);
        count += i - from;
      } else {
        do estimate += (rewards[i++]! - estimate) * (1 / ++count);
        while (estimate > rival && i < to);
      }
      // One reward that is too large, or no number, makes all later estimates so.
      if (!(Math.abs(estimate) < 1e90)) for (let k = from; k < i; k++) this.checkPull(arm, rewards[k]!, row);
      estimates[at] = estimate;
      counts[at] = count;
      if (!(estimate > rival)) tournament.replay(row, arm);
      pulls.done(arm, from, i);
      greedy = explore ? this.misses(row, steps - i) : greedy - (i - from);
      from = i;
    }
  }

  /** Greedy pulls before the next exploring one, at most `most`. */
  private misses(row: number, most: number): number {
    const { epsilon, rng } = this;
    if (epsilon === 0) return most;
    // Infinity from a stream of another make is as good as many.
    if (typeof epsilon === "number" && rng.geometric) {
      const misses = Math.min(most, rng.geometric(epsilon));
      return misses >= 0 ? Math.floor(misses) : inRange("rng", "geometric()", misses, "[0, ∞)");
    }
    const step = typeof epsilon === "number" ? 0 : this.pulls(row);
    let count = 0;
    while (count < most && !(uniform(rng) < (typeof epsilon === "number" ? epsilon : this.epsilonAt(step + count)))) count++;
    return count;
  }

  /** ε where it is a function. */
  private epsilonAt(step: number): number {
    const value = (this.epsilon as (step: number) => number)(step);
    return typeof value === "number" && value >= 0 && value <= 1 ? value : inRange(this.name, `epsilon(${step})`, value, "[0, 1]");
  }

  private pulls(row: number): number {
    let sum = 0;
    for (let arm = 0; arm < this.arms; arm++) sum += this.counts[row * this.arms + arm]!;
    return sum;
  }

  protected override restored(): void {
    this.tournament.rebuild();
  }
}

/** Makes an ε-greedy policy. Throws for an option that is unknown or out of range. */
export function epsilonGreedy(options: EpsilonGreedyOptions): Policy {
  return new EpsilonGreedy(options);
}
