import type { EnvState, Json } from "./env.ts";
import { EnvError } from "./errors.ts";
import { checkList, decodeInto, encodeArray, encodeNumber, finiteAt } from "./state-json.ts";

/** Mean and variance of everything seen so far, element by element, by Chan's parallel formula:
 *
 *    δ = mean_b − mean,   mean ← mean + δ n_b / n,   M ← var·n_a + var_b·n_b + δ² n_a n_b / n,   var ← M / n,   n = n_a + n_b
 *
 *  Starts at mean 0, variance 1 with the weight 1e-4, as Gymnasium's RunningMeanStd; sums are float64 whatever the observations are. */
export class RunningMoments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  count = 1e-4;
  private readonly batchMean: Float64Array;
  private readonly batchVariance: Float64Array;

  constructor(size: number) {
    this.mean = new Float64Array(size);
    this.variance = new Float64Array(size).fill(1);
    this.batchMean = new Float64Array(size);
    this.batchVariance = new Float64Array(size);
  }

  /** Takes in `rows` rows of `batch` (row-major). Rows whose `skip` entry is 1 are left out. */
  update(batch: ArrayLike<number>, rows: number, skip?: Uint8Array): void {
    const { mean, variance, batchMean, batchVariance } = this;
    const size = mean.length;
    batchMean.fill(0);
    batchVariance.fill(0);
    let used = 0;
    for (let row = 0; row < rows; row++) {
      if (skip !== undefined && skip[row] === 1) continue;
      used++;
      for (let i = 0; i < size; i++) batchMean[i] = batchMean[i]! + batch[row * size + i]!;
    }
    if (used === 0) return;
    for (let i = 0; i < size; i++) batchMean[i] = batchMean[i]! / used;
    for (let row = 0; row < rows; row++) {
      if (skip !== undefined && skip[row] === 1) continue;
      for (let i = 0; i < size; i++) {
        const deviation = batch[row * size + i]! - batchMean[i]!;
        batchVariance[i] = batchVariance[i]! + deviation * deviation;
      }
    }
    const total = this.count + used;
    for (let i = 0; i < size; i++) {
      const delta = batchMean[i]! - mean[i]!;
      // batchVariance holds the sum of squared deviations: var_b · n_b.
      const m2 = variance[i]! * this.count + batchVariance[i]! + (delta * delta * this.count * used) / total;
      mean[i] = mean[i]! + (delta * used) / total;
      variance[i] = m2 / total;
    }
    this.count = total;
  }

  state(): { readonly [key: string]: Json } {
    return { mean: encodeArray(this.mean), variance: encodeArray(this.variance), count: encodeNumber(this.count) };
  }

  restore(state: EnvState): void {
    checkList(this.mean, state["mean"], "mean", { finite: true });
    checkList(this.variance, state["variance"], "variance", { finite: true, least: 0 });
    const count = finiteAt(state, "count");
    if (!(count > 0)) throw new EnvError(`restore: count is ${count}, expected a number > 0; pass what state() returned, unchanged.`);
    decodeInto(this.mean, state["mean"], "mean");
    decodeInto(this.variance, state["variance"], "variance");
    this.count = count;
  }
}
