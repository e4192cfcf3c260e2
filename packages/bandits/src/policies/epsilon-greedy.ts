/**
 * ε-greedy: with probability ε an arm drawn uniformly, else the arm of largest estimate.
 *
 *   Aₜ = argmax_a Qₜ(a) with probability 1 − ε, a uniform arm with probability ε
 *   Q(a) ← Q(a) + α (R − Q(a)),   α = 1 / N(a) (sample average) or constant
 *
 * Sutton & Barto 2018, §2.2–2.6, eq. 2.2–2.5. ε = 0 is the greedy method; `initial` above the rewards gives optimistic starts (§2.6).
 * Regret: linear, ≥ ε·mean gap·T, for constant ε; O(log T) for εₜ = min(1, cK / d²t) (Auer et al. 2002, theorem 3), `decayingEpsilon`.
 */
import { log, log1p } from "@rl/math";
import { checkTies, type Ties } from "../argmax.ts";
import { inRange, PolicyBase, refuseUnknown, wholeNumber, type CommonOptions, type Policy } from "../policy.ts";
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
  const { arms, c, d } = options;
  refuseUnknown("decayingEpsilon", options, ["arms", "c", "d"]);
  wholeNumber("decayingEpsilon", "arms", arms, 1);
  inRange("decayingEpsilon", "c", c, "(0, ∞)");
  inRange("decayingEpsilon", "d", d, "(0, 1]");
  return (step) => Math.min(1, (c * arms) / (d * d * (step + 1)));
}

const LONGEST_GAP = 0x40000000;

class EpsilonGreedy extends PolicyBase implements Policy {
  private readonly epsilon: number | ((step: number) => number);
  private readonly stepSize: number;
  private readonly ties: Ties;
  private readonly estimates: Float64Array;
  private readonly counts: Int32Array;
  private readonly tournament: Tournament;
  /** `selectAll` alone: one number, the pulls before the next exploration; −1 before the first. */
  private readonly untilExplore: Int32Array;
  /** 1/ln(1 − ε), made when first needed; −0 for ε = 1. */
  private gapScale = 0;

  constructor(options: EpsilonGreedyOptions) {
    let tables!: { estimates: Float64Array; counts: Int32Array; untilExplore: Int32Array };
    super("epsilon-greedy", options, ["epsilon", "stepSize", "initial", "ties"], (size) => {
      return (tables = { estimates: new Float64Array(size), counts: new Int32Array(size), untilExplore: new Int32Array([-1]) });
    });
    const { epsilon, stepSize, initial = 0 } = options;
    if (typeof epsilon !== "function") inRange(this.name, "epsilon", epsilon, "[0, 1]");
    if (stepSize !== undefined) inRange(this.name, "stepSize", stepSize, "(0, 1]");
    inRange(this.name, "initial", initial, "(-∞, ∞)");
    this.epsilon = epsilon;
    this.stepSize = stepSize ?? 0;
    this.ties = checkTies(this.name, options.ties);
    ({ estimates: this.estimates, counts: this.counts, untilExplore: this.untilExplore } = tables);
    this.estimates.fill(initial);
    this.tournament = new Tournament(this.estimates, this.arms);
  }

  select(_context?: undefined, row = 0): number {
    const epsilon = typeof this.epsilon === "number" ? this.epsilon : this.epsilon(this.pulls(row));
    if (epsilon > 0 && this.rng.random() < epsilon) return Math.floor(this.rng.random() * this.arms);
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

  selectAll(chosen: Int32Array): void {
    const { epsilon, arms, rng, ties, tournament } = this;
    const { champion } = tournament;
    if (typeof epsilon === "function") {
      for (let row = 0; row < chosen.length; row++) chosen[row] = this.select(undefined, row);
      return;
    }
    // Coins of probability ε are tossed until one falls: the number of pulls before it is geometric, one draw instead of one per pull.
    let gap = this.untilExplore[0]!;
    if (gap < 0) gap = this.drawGap(epsilon);
    for (let row = 0; row < chosen.length; row++) {
      if (gap-- > 0) {
        const sole = champion[row]!;
        chosen[row] = sole >= 0 ? sole : tournament.best(row, ties, rng);
      } else {
        chosen[row] = Math.floor(rng.random() * arms);
        gap = this.drawGap(epsilon);
      }
    }
    this.untilExplore[0] = gap;
  }

  /** Number of pulls before the next exploration: ⌊ln(1 − u)/ln(1 − ε)⌋. */
  private drawGap(epsilon: number): number {
    if (epsilon === 0) return LONGEST_GAP;
    if (this.gapScale === 0) this.gapScale = 1 / log1p(-epsilon);
    return Math.min(LONGEST_GAP, Math.floor(log(1 - this.rng.random()) * this.gapScale));
  }

  updateAll(chosen: Int32Array, rewards: Float64Array): void {
    const { arms, counts, estimates, stepSize, tournament } = this;
    const { champion, runnerUp } = tournament;
    for (let row = 0; row < chosen.length; row++) {
      const arm = chosen[row]!;
      const reward = rewards[row]!;
      this.checkPull(arm, reward, row);
      const at = row * arms + arm;
      const count = counts[at]! + 1;
      counts[at] = count;
      const before = estimates[at]!;
      const estimate = before + (reward - before) * (stepSize > 0 ? stepSize : 1 / count);
      estimates[at] = estimate;
      if (champion[row] !== arm || !(estimate > runnerUp[row]!)) tournament.replay(row, arm);
    }
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
