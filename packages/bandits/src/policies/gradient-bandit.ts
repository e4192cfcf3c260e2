/**
 * Gradient bandit: a softmax policy over preferences H, moved along the gradient of the expected reward.
 *
 *   π(a) = exp H(a) / Σ_b exp H(b)
 *   H(a) ← H(a) + α (R − R̄)(1{a = A} − π(a)),   R̄ = mean of the earlier rewards (0 without baseline)
 *
 * Sutton & Barto 2018, §2.8, eq. 2.11–2.12. Before the first reward R̄ is 0, and when rewards are large the first pull then pushes its arm far
 * up, which a large α takes long to undo; `baseline: "after-first"` lets the first reward set R̄ and nothing else, as the book's figure 2.5
 * needs. The expected step equals α times the gradient of E[R] for any baseline that does not depend on the action. With a constant α no
 * regret bound is known that holds for every problem.
 */
import { exp } from "@rl/math";
import { inRange, PolicyBase, show, uniform, type CommonOptions, type Policy } from "../policy.ts";
import { pickByWeight } from "../pick.ts";

export interface GradientBanditOptions extends CommonOptions {
  /** Constant α > 0. */
  readonly stepSize: number;
  /** Subtract the mean of earlier rewards (default true, 0 at first); "after-first": the first reward only sets that mean. */
  readonly baseline?: boolean | "after-first";
}

class GradientBandit extends PolicyBase implements Policy {
  private readonly stepSize: number;
  private readonly baseline: boolean | "after-first";
  private readonly preferences: Float64Array;
  private readonly meanReward: Float64Array;
  private readonly steps: Int32Array;
  /** exp(H − max H) of the row `weighed` (−1: of none), and their sum. */
  private readonly weights: Float64Array;
  private weighed = -1;
  private total = 0;

  constructor(options: GradientBanditOptions) {
    super("gradient-bandit", options, ["stepSize", "baseline"]);
    this.stepSize = inRange(this.name, "stepSize", options.stepSize, "(0, ∞)");
    const { baseline = true } = options;
    if (typeof baseline !== "boolean" && baseline !== "after-first")
      throw new Error(`${this.name}: got baseline = ${show(baseline)}; expected true, false or "after-first".`);
    this.baseline = baseline;
    this.preferences = this.floats("preferences");
    this.meanReward = this.floats("meanReward", 1);
    this.steps = this.ints("steps", 1);
    this.weights = new Float64Array(this.arms);
  }

  select(_context?: undefined, row = 0): number {
    this.checkRow("select", row);
    this.weigh(row);
    return pickByWeight(this.weights, this.arms, this.total, uniform(this.rng));
  }

  update(arm: number, reward: number, _context?: undefined, row = 0): void {
    this.checkPull(arm, reward, row);
    const { arms, preferences, weights } = this;
    // Updates may come late or in another order: π is that of now.
    this.weigh(row);
    const start = row * arms;
    const mean = this.meanReward[row]!;
    const count = ++this.steps[row]!;
    this.meanReward[row] = mean + (reward - mean) / count;
    if (count === 1 && this.baseline === "after-first") return;
    const step = this.stepSize * (reward - (this.baseline === false ? 0 : mean));
    const share = step / this.total;
    for (let a = 0; a < arms; a++) preferences[start + a]! -= share * weights[a]!;
    preferences[start + arm]! += step;
    this.weighed = -1;
  }

  protected override restored(): void {
    this.weighed = -1;
  }

  private weigh(row: number): void {
    if (this.weighed === row) return;
    const { arms, preferences, weights } = this;
    const start = row * arms;
    let high = preferences[start]!;
    for (let a = 1; a < arms; a++) if (preferences[start + a]! > high) high = preferences[start + a]!;
    let total = 0;
    for (let a = 0; a < arms; a++) total += weights[a] = exp(preferences[start + a]! - high);
    this.total = total;
    this.weighed = row;
  }
}

/** Makes a gradient bandit. */
export function gradientBandit(options: GradientBanditOptions): Policy {
  return new GradientBandit(options);
}
