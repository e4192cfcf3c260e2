/**
 * Ridge regression for each arm, kept as a triangular factor, which rotations update: with λI + Σ x xᵀ = RᵀR and z = R⁻ᵀ Σ r x,
 *
 *   w = R⁻ᵀx,   θᵀx = wᵀz,   xᵀA⁻¹x = ‖w‖²,
 *
 * and a pull (x, r) is a row below [R z] that Givens rotations turn into zeros. An inverse kept instead loses what the squares of the contexts have lost
 * in A: with features of 1 and 1e8 everything. The factor loses half as much, as NumPy's lstsq. Golub & Van Loan 2013, §6.5; Gentleman 1973.
 */
import { inRange, PolicyBase, refuse, show, wholeNumber, type CommonOptions, type Policy } from "./policy.ts";

export interface LinearOptions extends CommonOptions {
  /** Length d of a context, ≥ 1. */
  readonly features: number;
  /** λ, from 1e-100 on. Default 1. */
  readonly ridge?: number;
}

export type Context = ArrayLike<number>;

export abstract class LinearPolicy extends PolicyBase implements Policy<Context> {
  protected readonly features: number;
  /** R of each row and arm, its rows one after another from the diagonal on: d(d + 1)/2 numbers. */
  private readonly factors: Float64Array;
  /** z of each row and arm. */
  private readonly rotated: Float64Array;
  /** w, or the row that is rotated in; scratch. */
  private readonly work: Float64Array;

  constructor(name: string, options: LinearOptions, keys: readonly string[]) {
    super(name, options, ["features", "ridge", ...keys]);
    const { features, ridge = 1 } = options;
    const d = (this.features = wholeNumber(name, "features", features, 1));
    const diagonal = Math.sqrt(inRange(name, "ridge", ridge, "[1e-100, ∞)"));
    this.factors = this.floats("factors", (this.arms * d * (d + 1)) / 2, -1e150, 1e150);
    this.rotated = this.floats("rotated", this.arms * d, -1e150, 1e150);
    for (let at = 0; at < this.factors.length;) for (let i = d; i > 0; at += i--) this.factors[at] = diagonal;
    this.work = new Float64Array(d);
  }

  /** How good an arm looks whose model predicts `mean` with the spread √(xᵀA⁻¹x). */
  protected abstract score(mean: number, spread: number): number;

  select(context?: Context, row = 0): number {
    this.checkRow("select", row);
    this.checkContext("select", context);
    const { features: d, arms, factors, rotated, work } = this;
    let best = 0;
    let high = -Infinity;
    for (let arm = 0, at = (row * arms * d * (d + 1)) / 2; arm < arms; arm++) {
      const z = (row * arms + arm) * d;
      for (let i = 0; i < d; i++) work[i] = context[i]!;
      let mean = 0;
      let square = 0;
      // Rᵀw = x from the top: each w that is known is taken out of what is below it.
      for (let i = 0; i < d; i++) {
        const w = work[i]! / factors[at++]!;
        for (let j = i + 1; j < d; j++) work[j]! -= w * factors[at++]!;
        mean += w * rotated[z + i]!;
        square += w * w;
      }
      const score = this.score(mean, Math.sqrt(square));
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
    const { features: d, factors, rotated, work } = this;
    const z = (row * this.arms + arm) * d;
    for (let i = 0; i < d; i++) work[i] = context[i]!;
    let rest = reward;
    for (let i = 0, at = (z * (d + 1)) / 2; i < d; at += d - i++) {
      const x = work[i]!;
      if (x === 0) continue;
      const diagonal = factors[at]!;
      const length = Math.sqrt(diagonal * diagonal + x * x);
      const c = diagonal / length;
      const s = x / length;
      factors[at] = length;
      for (let j = i + 1, k = at + 1; j < d; j++, k++) {
        const above = factors[k]!;
        const below = work[j]!;
        factors[k] = c * above + s * below;
        work[j] = c * below - s * above;
      }
      const above = rotated[z + i]!;
      rotated[z + i] = c * above + s * rest;
      rest = c * rest - s * above;
    }
  }

  /** A diagonal that rotations made is above 0. */
  protected override fit({ factors }: Readonly<Record<string, readonly number[]>>): boolean {
    for (let at = 0; at < factors!.length;) for (let i = this.features; i > 0; at += i--) if (!(factors![at]! >= 1e-50)) return false;
    return true;
  }

  private checkContext(call: string, context: Context | undefined): asserts context is Context {
    if (typeof context !== "object" || context?.length !== this.features)
      refuse(
        `${this.name}.${call}`,
        `a context of length ${String((context as Context | null | undefined)?.length ?? "none")}`,
        `${this.features} numbers (option features)`,
      );
    for (let i = 0; i < this.features; i++) {
      const value = context[i]!;
      if (typeof value !== "number" || !(value >= -1e100 && value <= 1e100))
        throw new Error(
          `${this.name}.${call}: got ${show(value)} at position ${i} of the context; expected finite numbers of at most 1e100 in size.`,
        );
    }
  }
}
