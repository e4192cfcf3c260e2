/**
 * Upper confidence bound: the arm whose estimate plus bonus is largest; every arm is tried once first, lowest index first.
 *
 *   Aₜ = argmax_a Qₜ(a) + c √(ln t / Nₜ(a)),   t counts pulls from 1
 *
 * Sutton & Barto 2018, eq. 2.10. With c = √2 and rewards in [0, 1] it is UCB1 (Auer, Cesa-Bianchi & Fischer 2002), whose regret is at most
 *   Σ_{a: Δₐ>0} 8 ln T / Δₐ + (1 + π²/3) Σ Δₐ       (their theorem 1, `ucb1RegretBound`).
 */
import { log } from "@rl/math";
import { argmax, checkTies, firstUnpulled, type Ties } from "../argmax.ts";
import { inRange, PolicyBase, refuse, show, wholeNumber, type CommonOptions, type Policy } from "../policy.ts";

export interface UcbOptions extends CommonOptions {
  /** Width of the bonus, ≥ 0. */
  readonly c: number;
  /** Constant α in (0, 1] for estimates; left out: sample averages. */
  readonly stepSize?: number;
  readonly ties?: Ties;
}

export interface Ucb1Options extends CommonOptions {
  readonly ties?: Ties;
}

class Ucb extends PolicyBase implements Policy {
  private readonly c: number;
  private readonly stepSize: number;
  private readonly ties: Ties;
  private readonly unitRewards: boolean;
  private readonly estimates: Float64Array;
  private readonly counts: Int32Array;
  private readonly steps: Int32Array;
  private readonly scores: Float64Array;

  constructor(name: string, options: Ucb1Options & Partial<UcbOptions>, keys: readonly string[], unitRewards: boolean) {
    super(name, options, keys);
    this.c = unitRewards ? Math.SQRT2 : inRange(name, "c", options.c as number, "[0, ∞)");
    this.stepSize = options.stepSize === undefined ? 0 : inRange(name, "stepSize", options.stepSize, "(0, 1]");
    this.ties = checkTies(name, options.ties);
    this.unitRewards = unitRewards;
    this.estimates = this.floats("estimates", this.arms, unitRewards ? 0 : -1e300, unitRewards ? 1 : 1e300);
    this.counts = this.ints("counts");
    this.steps = this.ints("steps", 1);
    this.scores = new Float64Array(this.arms);
  }

  select(_context?: undefined, row = 0): number {
    this.checkRow("select", row);
    const { arms, estimates, counts, scores } = this;
    const start = row * arms;
    const unpulled = firstUnpulled(counts, start, arms);
    if (unpulled >= 0) return unpulled;

    const spread = this.c * Math.sqrt(log(this.steps[row]! + 1));
    for (let arm = 0; arm < arms; arm++) scores[arm] = estimates[start + arm]! + spread / Math.sqrt(counts[start + arm]!);
    return argmax(scores, 0, arms, this.ties, this.rng);
  }

  update(arm: number, reward: number, _context?: undefined, row = 0): void {
    this.checkPull(arm, reward, row);
    if (this.unitRewards) this.checkReward(reward);
    const at = row * this.arms + arm;
    const count = ++this.counts[at]!;
    this.steps[row]!++;
    this.estimates[at]! += (reward - this.estimates[at]!) * (this.stepSize > 0 ? this.stepSize : 1 / count);
  }
}

/** Makes a UCB policy with bonus width c; rewards may be any finite numbers. */
export function ucb(options: UcbOptions): Policy {
  return new Ucb("ucb", options, ["c", "stepSize", "ties"], false);
}

/** Makes UCB1: c = √2, rewards in [0, 1] (others are refused, because the bound does not hold for them). */
export function ucb1(options: Ucb1Options): Policy {
  return new Ucb("ucb1", options, ["ties"], true);
}

/** The most that UCB1's expected regret can be after `steps` pulls, given each arm's mean (rewards in [0, 1]). */
export function ucb1RegretBound(means: readonly number[], steps: number): number {
  if (!Array.isArray(means) || means.length === 0) refuse("ucb1RegretBound", `means = ${show(means)}`, "a list with the mean of each arm");
  wholeNumber("ucb1RegretBound", "steps", steps, 1);
  let best = 0;
  for (let arm = 0; arm < means.length; arm++)
    best = Math.max(best, inRange("ucb1RegretBound", `means[${arm}]`, means[arm] as number, "[0, 1]"));
  let bound = 0;
  for (const mean of means) if (mean < best) bound += (8 * log(steps)) / (best - mean) + (1 + (Math.PI * Math.PI) / 3) * (best - mean);
  return bound;
}
