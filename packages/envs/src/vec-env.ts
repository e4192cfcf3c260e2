import type { EnvState } from "./env.ts";
import type { Scene } from "./scene.ts";
import type { Space } from "./spaces/space.ts";
import type { TypedArray } from "./spaces/dtype.ts";
import type { EnvSpec } from "./spec.ts";

/** What happens to a row whose episode ended.
 *  - `"same-step"`: it is reset within that step; `observations` shows the new start, `finalObservations` the end of the old episode.
 *  - `"next-step"`: the next step resets it, ignores its action and reports reward 0 and no flags.
 *  - `"disabled"`: the caller resets it by `reset({ mask })`; stepping it before is an error. */
export type AutoresetMode = "same-step" | "next-step" | "disabled";

export interface VecResetOptions {
  /** A number `s` seeds row i with `s + i`, as Gymnasium does; a list gives one seed per row. */
  readonly seed?: number | readonly number[];
  /** Rows to reset (non-zero), for `"disabled"` mode; all rows without it. */
  readonly mask?: Uint8Array;
  /** The environment's own reset options. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface VecResetResult<O extends TypedArray = TypedArray> {
  /** numEnvs × observation size, row-major; overwritten by the next `step` or `reset`. */
  readonly observations: O;
  readonly infos: Readonly<Record<string, TypedArray>>;
}

/** The arrays are the environment's own and are overwritten by the next call: copy what you keep. */
export interface VecStepResult<O extends TypedArray = TypedArray> {
  /** numEnvs × observation size, row-major. */
  readonly observations: O;
  readonly rewards: Float64Array;
  /** 1 where the task itself ended in this step. */
  readonly terminated: Uint8Array;
  /** 1 where the episode was cut off (time limit) in this step. */
  readonly truncated: Uint8Array;
  /** The observation an episode ended in; only rows where `terminated` or `truncated` is 1 mean anything. */
  readonly finalObservations: O;
  /** Extra columns, one row per environment: `actionMask`, `episode.r`, …; a `_name` column is 1 where a row has a value. Empty by default. */
  readonly infos: Readonly<Record<string, TypedArray>>;
}

export type VecEnvState = EnvState;

/** Many environments of one kind, as arrays: row i of every array is environment i. `O` and `A` are the batch arrays. */
export interface VecEnv<
  O extends TypedArray = TypedArray,
  A extends TypedArray = Int32Array | Float32Array,
  OS extends Space<unknown, O> = Space<unknown, O>,
  AS extends Space<unknown, A> = Space<unknown, A>,
> {
  readonly numEnvs: number;
  readonly singleObservationSpace: OS;
  readonly singleActionSpace: AS;
  readonly autoreset: AutoresetMode;
  readonly spec: EnvSpec | undefined;
  /** What the last `reset`, `step` or `restore` left: the observations to act on now. */
  readonly observations: O;
  reset(options?: VecResetOptions): VecResetResult<O>;
  /** numEnvs × action size, row-major: Int32Array for Discrete, Float32Array for Box. Allocates nothing for built-in environments. */
  step(actions: A): VecStepResult<O>;
  /** Which discrete actions are allowed now, 1 or 0 each, one row per environment; a column `actionMask` of the infos does the same. Left out: all are. */
  actionMasks?(): ArrayLike<number>;
  /** What was left out on the way (an info that cannot be a column, say), one sentence each; it grows while the vector steps. Left out: nothing. */
  readonly warnings?: readonly string[];
  /** What to draw for one row (default 0). */
  scene(row?: number): Scene | undefined;
  state(): VecEnvState;
  restore(state: VecEnvState): void;
}
