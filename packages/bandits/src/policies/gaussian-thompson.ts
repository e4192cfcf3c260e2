/**
 * Thompson sampling for normal rewards.
 *
 * Variance σ² known: posterior of each mean from a normal prior N(m₀, s₀²),
 *   precision = 1/s₀² + Nₐ/σ²,   θₐ ~ N( (m₀/s₀² + Σ R/σ²)/precision, 1/precision )
 * Variance unknown: normal–inverse-gamma posterior (Murphy 2007, §6), κ = κ₀ + N, m = (κ₀m₀ + ΣR)/κ, a = a₀ + N/2,
 *   b = b₀ + ½ Σ(R − X̄)² + κ₀N(X̄ − m₀)²/2κ,   σₐ² ~ b / Gamma(a, 1),  θₐ ~ N(m, σₐ²/κ)
 *
 * Regret for known variance: O(√(K T ln K)), and O(ln T) for a fixed problem (Agrawal & Goyal 2013); for unknown variance the prior must
 * have a₀ < 0 for a logarithmic bound (Honda & Takemura 2014); the default here is the proper prior users expect.
 */
import { inRange, PolicyBase, type CommonOptions, type Policy } from "../policy.ts";
import { sampleGamma, sampleNormal } from "../samplers.ts";

export interface GaussianThompsonOptions extends CommonOptions {
  /** σ² > 0 of the rewards, or "unknown". Default 1. */
  readonly variance?: number | "unknown";
  /** Prior mean m₀ of every arm. Default 0. */
  readonly priorMean?: number;
  /** Prior variance s₀² when σ² is known. Default 1. */
  readonly priorVariance?: number;
  /** κ₀, a₀, b₀ when σ² is unknown: how many pulls the prior mean counts for, and the inverse-gamma prior of σ². Default 1, 1, 1. */
  readonly prior?: { readonly kappa: number; readonly a: number; readonly b: number };
}

class GaussianThompson extends PolicyBase implements Policy {
  private readonly variance: number | "unknown";
  private readonly priorMean: number;
  private readonly priorVariance: number;
  private readonly prior: { readonly kappa: number; readonly a: number; readonly b: number };
  private readonly counts: Int32Array;
  private readonly means: Float64Array;
  private readonly squares: Float64Array;

  constructor(options: GaussianThompsonOptions) {
    super("gaussian-thompson", options, ["variance", "priorMean", "priorVariance", "prior"]);
    const { variance = 1, priorMean = 0, priorVariance = 1, prior = { kappa: 1, a: 1, b: 1 } } = options;
    if (variance !== "unknown") inRange(this.name, "variance", variance, "[1e-100, ∞)");
    this.variance = variance;
    this.priorMean = inRange(this.name, "priorMean", priorMean, "(-∞, ∞)");
    this.priorVariance = inRange(this.name, "priorVariance", priorVariance, "[1e-100, ∞)");
    for (const key of ["kappa", "a", "b"] as const) inRange(this.name, `prior.${key}`, prior?.[key], "[1e-100, ∞)");
    this.prior = { ...prior };
    this.counts = this.ints("counts");
    this.means = this.floats("means");
    this.squares = this.floats("squares", this.arms, 0);
  }

  select(_context?: undefined, row = 0): number {
    this.checkRow("select", row);
    let best = 0;
    let high = -Infinity;
    for (let arm = 0; arm < this.arms; arm++) {
      const draw =
        this.variance === "unknown" ? this.drawUnknown(row * this.arms + arm) : this.drawKnown(row * this.arms + arm, this.variance);
      if (draw > high) {
        high = draw;
        best = arm;
      }
    }
    return best;
  }

  update(arm: number, reward: number, _context?: undefined, row = 0): void {
    this.checkPull(arm, reward, row);
    const at = row * this.arms + arm;
    // Welford: squares = Σ(R − X̄)².
    const difference = reward - this.means[at]!;
    this.means[at]! += difference / ++this.counts[at]!;
    this.squares[at]! += difference * (reward - this.means[at]!);
  }

  private drawKnown(at: number, variance: number): number {
    const count = this.counts[at]!;
    const precision = 1 / this.priorVariance + count / variance;
    const mean = (this.priorMean / this.priorVariance + (count * this.means[at]!) / variance) / precision;
    return mean + sampleNormal(this.rng) / Math.sqrt(precision);
  }

  private drawUnknown(at: number): number {
    const { kappa, a, b } = this.prior;
    const count = this.counts[at]!;
    const offset = this.means[at]! - this.priorMean;
    const posteriorKappa = kappa + count;
    const mean = this.priorMean + (count * offset) / posteriorKappa;
    const scale = b + this.squares[at]! / 2 + (kappa * count * offset * offset) / (2 * posteriorKappa);
    const variance = scale / sampleGamma(this.rng, a + count / 2);
    return mean + sampleNormal(this.rng) * Math.sqrt(variance / posteriorKappa);
  }
}

/** Makes a Thompson sampling policy for normal rewards of known or unknown variance. */
export function gaussianThompson(options: GaussianThompsonOptions): Policy {
  return new GaussianThompson(options);
}
