/** Running and summary statistics of training: explained variance, running moments, and what episodes returned. */
import type { Numbers } from "./advantages.ts";

/**
 * How much of the returns' variance the value function explains: 1 − Var(returns − values) / Var(returns), variances with divisor n.
 * 1 is perfect, 0 no better than a constant, below 0 worse. NaN when the returns do not vary.
 */
export function explainedVariance(returns: Numbers, values: Numbers): number {
  const n = returns.length;
  if (n === 0 || values.length !== n)
    throw new Error(`explainedVariance: ${n} returns and ${values.length} values; expected the same number, at least one.`);
  let meanReturn = 0;
  let meanError = 0;
  // The variance of equal returns need not be 0: their mean is rounded.
  let varies = false;
  for (let i = 0; i < n; i++) {
    varies ||= returns[i] !== returns[0];
    meanReturn += returns[i] as number;
    meanError += (returns[i] as number) - (values[i] as number);
  }
  meanReturn /= n;
  meanError /= n;
  let variance = 0;
  let unexplained = 0;
  for (let i = 0; i < n; i++) {
    const centred = (returns[i] as number) - meanReturn;
    const error = (returns[i] as number) - (values[i] as number) - meanError;
    variance += centred * centred;
    unexplained += error * error;
  }
  return varies && variance !== 0 ? 1 - unexplained / variance : NaN;
}

export interface MomentsState {
  readonly count: number;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/**
 * Mean and variance (divisor n) of each column over all rows seen so far, merged batch by batch (Chan, Golub & LeVeque 1979):
 *   δ = mean_b − mean;  mean ← mean + δ·n_b/n;  M₂ ← M₂ + M₂_b + δ²·n_a·n_b/n
 * Starts, as the field's normalisers do, from a pseudo-count of 1e-4 rows with mean 0 and variance 1.
 */
export class RunningMoments {
  readonly size: number;
  count = 1e-4;
  readonly mean: Float64Array;
  readonly variance: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.mean = new Float64Array(size);
    this.variance = new Float64Array(size).fill(1);
  }

  /** Adds `rows` rows that begin at `offset`, each of `size` columns. Nothing is allocated. */
  update(values: Numbers, rows: number, offset = 0): void {
    const { size, mean, variance } = this;
    const total = this.count + rows;
    for (let column = 0; column < size; column++) {
      let batchMean = 0;
      for (let row = 0; row < rows; row++) batchMean += values[offset + row * size + column] as number;
      batchMean /= rows;
      let batchSquares = 0;
      for (let row = 0; row < rows; row++) {
        const centred = (values[offset + row * size + column] as number) - batchMean;
        batchSquares += centred * centred;
      }
      const delta = batchMean - (mean[column] as number);
      mean[column] = (mean[column] as number) + (delta * rows) / total;
      variance[column] = ((variance[column] as number) * this.count + batchSquares + (delta * delta * this.count * rows) / total) / total;
    }
    this.count = total;
  }

  state(): MomentsState {
    return { count: this.count, mean: this.mean.slice(), variance: this.variance.slice() };
  }

  restore(state: MomentsState): void {
    if (state.mean.length !== this.size || state.variance.length !== this.size) {
      throw new Error(
        `RunningMoments: the state has ${state.mean.length} columns; expected ${this.size}. Restore it into moments of the same size.`,
      );
    }
    this.count = state.count;
    this.mean.set(state.mean);
    this.variance.set(state.variance);
  }
}

export interface EpisodeTrackerState {
  readonly runningReturns: Float64Array;
  readonly runningLengths: Int32Array;
  readonly returns: Float64Array;
  readonly lengths: Float64Array;
  readonly episodes: number;
}

/** Undiscounted returns and lengths of finished episodes; means are over the last `window` of them. */
export class EpisodeTracker {
  readonly runningReturns: Float64Array;
  readonly runningLengths: Int32Array;
  /** Rings of the last `window` episodes. */
  readonly returns: Float64Array;
  readonly lengths: Float64Array;
  /** Episodes finished since the start. */
  episodes = 0;

  constructor(numEnvs: number, window = 100) {
    this.runningReturns = new Float64Array(numEnvs);
    this.runningLengths = new Int32Array(numEnvs);
    this.returns = new Float64Array(window);
    this.lengths = new Float64Array(window);
  }

  /** One step of all environments: rewards and flags, N each. */
  step(rewards: Numbers, terminated: Numbers, truncated: Numbers): void {
    const { runningReturns, runningLengths, returns, lengths } = this;
    for (let n = 0; n < runningReturns.length; n++) {
      runningReturns[n] = (runningReturns[n] as number) + (rewards[n] as number);
      runningLengths[n] = (runningLengths[n] as number) + 1;
      if (terminated[n] === 0 && truncated[n] === 0) continue;
      const slot = this.episodes % returns.length;
      returns[slot] = runningReturns[n] as number;
      lengths[slot] = runningLengths[n] as number;
      runningReturns[n] = 0;
      runningLengths[n] = 0;
      this.episodes += 1;
    }
  }

  /** Forgets the episodes that are under way; those that ended stay. */
  dropUnfinished(): void {
    this.runningReturns.fill(0);
    this.runningLengths.fill(0);
  }

  /** Means over the last `count` episodes (at most the window); NaN before the first. */
  meanReturn(count = this.returns.length): number {
    return this.meanOfLast(this.returns, count);
  }

  meanLength(count = this.lengths.length): number {
    return this.meanOfLast(this.lengths, count);
  }

  private meanOfLast(ring: Float64Array, count: number): number {
    const available = Math.min(count, this.episodes, ring.length);
    let sum = 0;
    for (let k = 1; k <= available; k++) sum += ring[(this.episodes - k) % ring.length] as number;
    return available === 0 ? NaN : sum / available;
  }

  state(): EpisodeTrackerState {
    const { runningReturns, runningLengths, returns, lengths, episodes } = this;
    return {
      runningReturns: runningReturns.slice(),
      runningLengths: runningLengths.slice(),
      returns: returns.slice(),
      lengths: lengths.slice(),
      episodes,
    };
  }

  restore(state: EpisodeTrackerState): void {
    this.runningReturns.set(state.runningReturns);
    this.runningLengths.set(state.runningLengths);
    this.returns.set(state.returns);
    this.lengths.set(state.lengths);
    this.episodes = state.episodes;
  }
}
