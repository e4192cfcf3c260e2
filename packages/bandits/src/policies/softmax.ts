/**
 * Boltzmann exploration: arms in proportion to exp(Q(a)/τ).
 *
 *   π(a) = exp(Q(a)/τ) / Σ_b exp(Q(b)/τ),   Q(a) the sample average or an exponential average with step α
 *
 * Sutton & Barto 2018, §2.8's distribution over estimates; Cesa-Bianchi et al. 2017 show that no constant or decaying τ is safe in general:
 * regret is linear in the worst case.
 */
import { exp } from "@rl/math";
import { inRange, PolicyBase, uniform, type CommonOptions, type Policy } from "../policy.ts";
import { pickByWeight } from "../pick.ts";

export interface SoftmaxOptions extends CommonOptions {
  /** τ > 0: small is greedy, large is uniform. */
  readonly temperature: number;
  /** Constant α in (0, 1]; left out: sample averages. */
  readonly stepSize?: number;
  /** First estimate of every arm. Default 0. */
  readonly initial?: number;
}

class Softmax extends PolicyBase implements Policy {
  private readonly temperature: number;
  private readonly stepSize: number;
  private readonly estimates: Float64Array;
  private readonly counts: Int32Array;
  private readonly weights: Float64Array;

  constructor(options: SoftmaxOptions) {
    super("softmax", options, ["temperature", "stepSize", "initial"]);
    this.temperature = inRange(this.name, "temperature", options.temperature, "(0, ∞)");
    this.stepSize = options.stepSize === undefined ? 0 : inRange(this.name, "stepSize", options.stepSize, "(0, 1]");
    this.estimates = this.floats("estimates");
    this.counts = this.ints("counts");
    this.estimates.fill(inRange(this.name, "initial", options.initial === undefined ? 0 : options.initial, "(-∞, ∞)"));
    this.weights = new Float64Array(this.arms);
  }

  select(_context?: undefined, row = 0): number {
    this.checkRow("select", row);
    const { arms, estimates, weights, temperature } = this;
    const start = row * arms;
    let high = estimates[start]!;
    for (let a = 1; a < arms; a++) high = Math.max(high, estimates[start + a]!);
    let total = 0;
    for (let a = 0; a < arms; a++) total += weights[a] = exp((estimates[start + a]! - high) / temperature);
    return pickByWeight(weights, arms, total, uniform(this.rng));
  }

  update(arm: number, reward: number, _context?: undefined, row = 0): void {
    this.checkPull(arm, reward, row);
    const at = row * this.arms + arm;
    const count = ++this.counts[at]!;
    this.estimates[at]! += (reward - this.estimates[at]!) * (this.stepSize > 0 ? this.stepSize : 1 / count);
  }
}

/** Makes a softmax (Boltzmann) policy over estimates. */
export function softmax(options: SoftmaxOptions): Policy {
  return new Softmax(options);
}
