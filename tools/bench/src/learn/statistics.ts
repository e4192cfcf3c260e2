// How a handful of seeds is summed up. Agarwal et al. 2021, arXiv 2108.13264.
import { Generator } from "@rl/random";

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean of what is left when a quarter of the values (rounded down) is dropped at each end; SciPy's trim_mean(values, 0.25). */
export function interquartileMean(values: readonly number[]): number {
  const drop = Math.floor(values.length / 4);
  return mean(values.toSorted((a, b) => a - b).slice(drop, values.length - drop));
}

/** Percentile bootstrap: the interval that holds 95 % of the statistic over `resamples` draws with replacement. */
export function bootstrapInterval(values: readonly number[], statistic = mean, resamples = 2000): readonly [number, number] {
  const rng = new Generator(2026);
  const n = values.length;
  const drawn = new Array<number>(n);
  const results = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    for (let k = 0; k < n; k++) drawn[k] = values[rng.integers(0, n)]!;
    results[i] = statistic(drawn);
  }
  results.sort();
  return [quantile(results, 0.025), quantile(results, 0.975)];
}

/** Linear between the two nearest ranks, as NumPy's default. values: ascending. */
function quantile(values: Float64Array, q: number): number {
  const at = q * (values.length - 1);
  const low = Math.floor(at);
  const rest = at - low;
  return values[low]! * (1 - rest) + values[Math.min(low + 1, values.length - 1)]! * rest;
}
