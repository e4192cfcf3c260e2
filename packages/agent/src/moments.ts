/** Running mean and variance, for normalisers. */
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
  update(values: ArrayLike<number>, rows: number, offset = 0): void {
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
