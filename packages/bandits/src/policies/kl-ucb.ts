/**
 * KL-UCB: the largest mean that the arm's rewards do not contradict, measured by the Bernoulli relative entropy.
 *
 *   Aₜ = argmax_a max{ q ∈ [X̄ₐ, 1] : Nₐ·d(X̄ₐ, q) ≤ ln t + c ln ln t },   d(p, q) = p ln(p/q) + (1 − p) ln((1 − p)/(1 − q))
 *
 * Garivier & Cappé 2011. Rewards in [0, 1]. Regret: Σ Δₐ ln T / d(μₐ, μ*) to first order, which for Bernoulli rewards is the
 * Lai–Robbins lower bound itself. The proof has c = 3; c = 0 is better in practice and the default, as the authors advise.
 */
import { log, log1p } from "@rl/math";
import { argmax, checkTies, firstUnpulled, type Ties } from "../argmax.ts";
import { inRange, PolicyBase, refuse, show, type CommonOptions, type Policy } from "../policy.ts";

export interface KlUcbOptions extends CommonOptions {
  /** Weight of ln ln t, ≥ 0. Default 0. */
  readonly c?: number;
  readonly ties?: Ties;
}

/** p ln(q/p). Near 1 the quotient's rounding would be larger than the divergence that is left of two such terms, and could make it negative. */
const logRatio = (p: number, q: number): number => (p === 0 ? 0 : p * (Math.abs(q - p) < p / 2 ? log1p((q - p) / p) : log(q) - log(p)));

/** Relative entropy of Bernoulli(p) to Bernoulli(q), in nats; p and q in [0, 1]. */
export function bernoulliKl(p: number, q: number): number {
  for (const value of [p, q])
    if (typeof value !== "number" || !(value >= 0 && value <= 1))
      refuse("bernoulliKl", `p = ${show(p)}, q = ${show(q)}`, "probabilities, numbers in [0, 1]");
  // The difference of the complements is q − p itself, which their own rounding would blur.
  const rest = 1 - p;
  const zero = rest === 0 ? 0 : rest * (Math.abs(q - p) < rest / 2 ? log1p((p - q) / rest) : log(1 - q) - log(rest));
  return 0 - logRatio(p, q) - zero;
}

/** −p ln q − (1 − p) ln(1 − q): d(p, q) = crossEntropy(p, q) − H(p), H(p) = crossEntropy(p, p). */
const crossEntropy = (p: number, q: number): number => -p * log(q) - (1 - p) * log(1 - q);
const entropyOf = (p: number): number => (p > 0 && p < 1 ? crossEntropy(p, p) : 0);

/**
 * The largest q with d(p, q) ≤ level, p in [0, 1], by Newton's method. d is convex and rising in q > p, so from any q above the answer the
 * steps fall towards it and never pass it. The start is Pinsker's bound, d(p, q) ≥ 2(q − p)², or, where that is beyond 1, the first point on the
 * way to 1 by halves that is above the answer.
 */
function upperBound(p: number, entropy: number, level: number): number {
  let q = p + Math.sqrt(level / 2);
  if (q >= 1) {
    q = p;
    do q = (1 + q) / 2;
    while (q < 1 && crossEntropy(p, q) - entropy < level);
  }
  for (let i = 0; i < 30 && q > p && q < 1; i++) {
    // d′(q) = (q − p) / (q(1 − q))
    const step = ((crossEntropy(p, q) - entropy - level) * q * (1 - q)) / (q - p);
    if (!(step > 1e-14)) break;
    q -= step;
  }
  return Math.max(p, q);
}

class KlUcb extends PolicyBase implements Policy {
  private readonly c: number;
  private readonly ties: Ties;
  private readonly means: Float64Array;
  /** H of each mean. */
  private readonly entropies: Float64Array;
  private readonly counts: Int32Array;
  private readonly steps: Int32Array;
  private readonly scores: Float64Array;

  constructor(options: KlUcbOptions) {
    super("kl-ucb", options, ["c", "ties"]);
    this.c = inRange(this.name, "c", options.c === undefined ? 0 : options.c, "[0, ∞)");
    this.ties = checkTies(this.name, options.ties);
    this.means = this.floats("means", this.arms, 0, 1);
    this.entropies = new Float64Array(this.means.length);
    this.counts = this.ints("counts");
    this.steps = this.ints("steps", 1);
    this.scores = new Float64Array(this.arms);
  }

  select(_context?: undefined, row = 0): number {
    this.checkRow("select", row);
    const { arms, means, counts, entropies, scores } = this;
    const start = row * arms;
    const unpulled = firstUnpulled(counts, start, arms);
    if (unpulled >= 0) return unpulled;
    const logStep = log(this.steps[row]! + 1);
    // ln ln t is negative for t < e; the bound never shrinks below ln t.
    const level = logStep + this.c * Math.max(0, log(logStep));
    // Most arms cannot win: where Nₐ·d(X̄ₐ, high) exceeds the level, q stays below high and need not be found. The arm of largest mean sets high early.
    let first = 0;
    for (let arm = 1; arm < arms; arm++) if (means[start + arm]! > means[start + first]!) first = arm;
    let high = (scores[first] = upperBound(means[start + first]!, entropies[start + first]!, level / counts[start + first]!));
    let logHigh = log(high);
    let logRest = log(1 - high);
    for (let arm = 0; arm < arms; arm++) {
      if (arm === first) continue;
      const at = start + arm;
      const mean = means[at]!;
      const share = level / counts[at]!;
      const divergence = -mean * logHigh - (1 - mean) * logRest - entropies[at]!;
      // The margin keeps arms that tie.
      const out = mean < high && divergence > share * (1 + 1e-9) + 1e-12;
      const score = (scores[arm] = out ? -1 : upperBound(mean, entropies[at]!, share));
      if (score > high) [high, logHigh, logRest] = [score, log(score), log(1 - score)];
    }
    return argmax(scores, 0, arms, this.ties, this.rng);
  }

  update(arm: number, reward: number, _context?: undefined, row = 0): void {
    this.checkPull(arm, reward, row);
    this.checkReward(reward);
    const at = row * this.arms + arm;
    const count = ++this.counts[at]!;
    this.steps[row]!++;
    this.means[at] = Math.min(1, this.means[at]! + (reward - this.means[at]!) / count);
    this.entropies[at] = entropyOf(this.means[at]!);
  }

  protected override restored(): void {
    this.means.forEach((mean, at) => (this.entropies[at] = entropyOf(mean)));
  }
}

/** Makes a KL-UCB policy for rewards in [0, 1]. */
export function klUcb(options: KlUcbOptions): Policy {
  return new KlUcb(options);
}
