/**
 * Observation and reward normalisers. Their moments are part of the agent: saved with it, moving while it trains, frozen when it is evaluated.
 */
import { RunningMoments } from "@rl/envs";
import { momentsState, restoreMoments, type MomentsState } from "./moments.ts";
import { ENVIRONMENT_CAUSES, NotFiniteError } from "./not-finite.ts";

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

  /** Learns from the first `rows` rows of `values`. */
  update(values: Float32Array, rows: number): void {
    this.moments.update(values, rows);
    this.rescale();
  }

  /** In place. Does not learn. */
  apply(values: Float32Array, rows: number, offset = 0): void {
    const { mean } = this.moments;
    const size = mean.length;
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
    return momentsState(this.moments);
  }

  restore(state: MomentsState): void {
    restoreMoments(this.moments, state);
    this.rescale();
  }
}

/** Sums from here on have squares, and so a variance, that leave float64. */
const LARGEST = 1e150;

function refuseLarge(n: number, reward: number, sum: number): never {
  const what = `With a reward of ${reward} the discounted sum of environment ${n} is ${sum}, whose square is no finite number; rewards can be normalised below ${LARGEST}`;
  throw new NotFiniteError({ tensor: "rewards", what, causes: ENVIRONMENT_CAUSES });
}

export interface RewardNormalizerState {
  readonly moments: MomentsState;
  readonly returns: Float64Array;
}

/**
 * r ← clip(r / √(Var(R) + 1e-8), ±clip), where R ← γ·R + r runs along each environment and starts again with an episode.
 * The sign of a reward never changes: nothing is subtracted. An episode that a time limit ended starts R again, too: what follows belongs to another one.
 * (`NormalizeReward` of @rl/envs lets R go on over truncations, as Gymnasium's does.)
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
    for (let n = 0; n < returns.length; n++) {
      const sum = (returns[n] as number) * discount + (rewards[n] as number);
      // Before the moments take it: with a variance of ∞ every later reward would count 0.
      if (!(Math.abs(sum) < LARGEST)) refuseLarge(n, rewards[n] as number, sum);
      returns[n] = sum;
    }
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
    return { moments: momentsState(this.moments), returns: this.returns.slice() };
  }

  restore(state: RewardNormalizerState): void {
    if (state.returns.length !== this.returns.length)
      throw new Error(`RewardNormalizer: the state is of ${state.returns.length} environments; expected ${this.returns.length}.`);
    restoreMoments(this.moments, state.moments);
    this.returns.set(state.returns);
  }
}
