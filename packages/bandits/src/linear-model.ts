/**
 * Ridge regression for each arm, kept ready to predict: A = λI + Σ x xᵀ, b = Σ r x, with A⁻¹ updated by Sherman & Morrison 1950,
 *
 *   A⁻¹ ← A⁻¹ − (A⁻¹x)(A⁻¹x)ᵀ / (1 + xᵀA⁻¹x),   θ = A⁻¹b.
 */
import { inRange, PolicyBase, wholeNumber, type CommonOptions, type Policy } from "./policy.ts";

export interface LinearOptions extends CommonOptions {
  /** Length d of a context, ≥ 1. */
  readonly features: number;
  /** λ > 0. Default 1. */
  readonly ridge?: number;
}

export type Context = ArrayLike<number>;

export abstract class LinearPolicy extends PolicyBase implements Policy<Context> {
  protected readonly features: number;
  private readonly ridge: number;
  /** A⁻¹ of each row and arm, d × d, row-major. */
  protected readonly inverses: Float64Array;
  /** θ of each row and arm. */
  protected readonly weights: Float64Array;
  /** A⁻¹x, scratch. */
  protected readonly projected: Float64Array;
  private readonly targets: Float64Array;

  constructor(name: string, options: LinearOptions, keys: readonly string[]) {
    super(name, options, ["features", "ridge", ...keys]);
    const d = wholeNumber(name, "features", options.features, 1);
    this.features = d;
    this.ridge = inRange(name, "ridge", options.ridge ?? 1, "(0, ∞)");
    this.inverses = this.floats("inverses", this.arms * d * d);
    this.targets = this.floats("targets", this.arms * d);
    for (let block = 0; block < this.inverses.length; block += d * d)
      for (let i = 0; i < d; i++) this.inverses[block + i * d + i] = 1 / this.ridge;
    this.weights = new Float64Array(this.targets.length);
    this.projected = new Float64Array(d);
  }

  abstract score(at: number, context: Context): number;

  select(context?: Context, row = 0): number {
    this.checkRow("select", row);
    this.checkContext("select", context);
    let best = 0;
    let high = -Infinity;
    for (let arm = 0; arm < this.arms; arm++) {
      const score = this.score(row * this.arms + arm, context);
      if (score > high) {
        high = score;
        best = arm;
      }
    }
    return best;
  }

  update(arm: number, reward: number, context?: Context, row = 0): void {
    this.checkPull(arm, reward, row);
    this.checkContext("update", context);
    const { features: d, inverses, targets, projected } = this;
    const at = row * this.arms + arm;
    const scale = 1 + this.project(at, context);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) inverses[at * d * d + i * d + j]! -= (projected[i]! * projected[j]!) / scale;
      targets[at * d + i]! += reward * context[i]!;
    }
    this.solve(at);
  }

  protected override restored(): void {
    for (let at = 0; at < this.arms * this.tasks; at++) this.solve(at);
  }

  /** projected = A⁻¹x; returns xᵀA⁻¹x. */
  protected project(at: number, context: Context): number {
    const { features: d, inverses, projected } = this;
    let norm = 0;
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += inverses[at * d * d + i * d + j]! * context[j]!;
      projected[i] = sum;
      norm += sum * context[i]!;
    }
    return norm;
  }

  /** θᵀx. */
  protected predict(at: number, context: Context): number {
    let sum = 0;
    for (let i = 0; i < this.features; i++) sum += this.weights[at * this.features + i]! * context[i]!;
    return sum;
  }

  private solve(at: number): void {
    const { features: d, inverses, targets, weights } = this;
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += inverses[at * d * d + i * d + j]! * targets[at * d + j]!;
      weights[at * d + i] = sum;
    }
  }

  private checkContext(call: string, context: Context | undefined): asserts context is Context {
    if (context?.length !== this.features) {
      throw new Error(
        `${this.name}.${call}: got a context of length ${String(context?.length ?? "none")}; expected ${this.features} numbers (option features).`,
      );
    }
    for (let i = 0; i < this.features; i++) {
      const value = context[i]!;
      if (value - value !== 0)
        throw new Error(`${this.name}.${call}: got ${value} at position ${i} of the context; expected finite numbers.`);
    }
  }
}
