/**
 * What every algorithm gives and everything here drives: an agent that learns by iterations, can act, and can be saved whole.
 * Algorithm packages satisfy these types by structure alone; none of them imports this package.
 */

/** What one iteration measured. Tags are Stable-Baselines3's (`rollout/ep_rew_mean`, `train/loss`, …); every value is a number, NaN where
 *  there is nothing to report yet (no episode has ended). The one tag that must be there counts environment steps since the start. */
export interface Metrics {
  readonly "time/total_timesteps": number;
}

/** Plain data: objects, arrays, strings, numbers (NaN, ±∞ and −0 included), booleans, null, undefined, bigints and typed arrays.
 *  Typed arrays are written to `tensors.safetensors` under their path, `{ shape, data }` with its shape; the rest to `state.json`. */
export type TrainerState = object;

/** The leaves and branches that a `TrainerState` may hold. */
export type StateValue =
  | null
  | undefined
  | boolean
  | number
  | string
  | bigint
  | StateArray
  | readonly StateValue[]
  | { readonly [key: string]: StateValue };

export type StateArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

export interface ActOptions {
  /** True for the most likely action instead of a drawn one. Default false. */
  readonly deterministic?: boolean;
  /** Rows × actions: 1 where an action is allowed. Given where the environment says so, by `actionMask` in its infos or a method `actionMasks()`. */
  readonly masks?: ArrayLike<number>;
}

export interface Trainer<M extends Metrics = Metrics> {
  /** Its settings in force, given, preset and default alike: a run writes them to config.json as `settings`. */
  readonly config?: object;
  /** Where it learns: an environment or a vector of them. Given, it is refused for evaluating, which would move it. */
  readonly env?: object;
  /** The metric that says how good the agent is, the higher the better: "best" follows it where there are no evaluations. Default `rollout/ep_rew_mean`. */
  readonly scoreMetric?: string;
  /** One yield per iteration, until the trainer's own `totalSteps` are done. The state between two yields is whole: it may be saved there. */
  train(): Generator<M, void, void>;
  /** Actions for a batch of observations. observations: rows × observation size, row-major; returns rows × action size (Int32Array for
   *  discrete actions). A deterministic call draws nothing, so evaluating never changes the training. */
  act(observations: Float32Array, options?: ActOptions): Int32Array | Float32Array;
  /** Everything that decides how training goes on: weights, optimiser, replay, environments, streams, normaliser, schedule, counters. */
  state(): TrainerState;
  /** Goes on with the same bits as the trainer that gave the state. The options it was created with must be the same. */
  restore(state: TrainerState): void;
}
