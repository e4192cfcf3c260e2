/**
 * Observation and reward normalisers. Their moments are part of the agent: saved with it, moving while it trains, frozen when it is evaluated.
 */
import { RunningMoments, type MomentsState } from "./moments.ts";

/** x ← clip((x − mean) / √(variance + 1e-8), ±clip), column by column. */
export class ObservationNormalizer {
  readonly moments: RunningMoments;
  readonly clip: number;
  private readonly scale: Float64Array;

  constructor(size: number, clip = 10) {
    this.moments = new RunningMoments(size);
    this.clip = clip;
    this.scale = new Float64Array(size);
    this.rescale();
  }

  private rescale(): void {
    const { variance } = this.moments;
    for (let i = 0; i < variance.length; i++) this.scale[i] = 1 / Math.sqrt((variance[i] as number) + 1e-8);
  }

  /** Learns from `rows` rows of `values` that begin at element `offset`. */
  update(values: Float32Array, rows: number, offset = 0): void {
    this.moments.update(values, rows, offset);
    this.rescale();
  }

  /** In place. Does not learn. */
  apply(values: Float32Array, rows: number, offset = 0): void {
    const { size, mean } = this.moments;
    const { scale, clip } = this;
    for (let row = 0; row < rows; row++) {
      const start = offset + row * size;
      for (let column = 0; column < size; column++) {
        const scaled = ((values[start + column] as number) - (mean[column] as number)) * (scale[column] as number);
        values[start + column] = Math.max(-clip, Math.min(clip, scaled));
      }
    }
  }

  state(): MomentsState {
    return this.moments.state();
  }

  restore(state: MomentsState): void {
    this.moments.restore(state);
    this.rescale();
  }
}

export interface RewardNormalizerState {
  readonly moments: MomentsState;
  readonly returns: Float64Array;
}

/**
 * r ← clip(r / √(Var(R) + 1e-8), ±clip), where R ← γ·R + r runs along each environment and starts again with an episode.
 * The sign of a reward never changes: nothing is subtracted.
 */
export class RewardNormalizer {
  private readonly moments = new RunningMoments(1);
  private readonly returns: Float64Array;
  private readonly discount: number;
  private readonly clip: number;

  constructor(numEnvs: number, discount: number, clip = 10) {
    this.returns = new Float64Array(numEnvs);
    this.discount = discount;
    this.clip = clip;
  }

  /** Learns from one step of all environments and writes the normalised rewards into `target` from `offset` on. */
  step(rewards: Float64Array, terminated: Uint8Array, truncated: Uint8Array, target: Float64Array, offset: number): void {
    const { returns, discount, clip } = this;
    for (let n = 0; n < returns.length; n++) returns[n] = (returns[n] as number) * discount + (rewards[n] as number);
    this.moments.update(returns, returns.length);
    const scale = 1 / Math.sqrt((this.moments.variance[0] as number) + 1e-8);
    for (let n = 0; n < returns.length; n++) {
      target[offset + n] = Math.max(-clip, Math.min(clip, (rewards[n] as number) * scale));
      if (terminated[n] !== 0 || truncated[n] !== 0) returns[n] = 0;
    }
  }

  /** Forgets the discounted sums that are under way; the moments stay. */
  dropUnfinished(): void {
    this.returns.fill(0);
  }

  state(): RewardNormalizerState {
    return { moments: this.moments.state(), returns: this.returns.slice() };
  }

  restore(state: RewardNormalizerState): void {
    if (state.returns.length !== this.returns.length)
      throw new Error(`RewardNormalizer: the state is of ${state.returns.length} environments; expected ${this.returns.length}.`);
    this.moments.restore(state.moments);
    this.returns.set(state.returns);
  }
}
