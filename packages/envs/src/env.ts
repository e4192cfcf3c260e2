import type { Scene } from "./scene.ts";
import type { Space } from "./spaces/space.ts";
import type { EnvSpec } from "./spec.ts";

/** Extra facts of one step or reset: numbers, booleans, strings, typed arrays (an `actionMask`, say) or nested records of them. */
export type Info = Readonly<Record<string, unknown>>;

/** Plain JSON; numbers that JSON cannot hold (−0, NaN, ±∞) are written as strings. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Everything an environment needs to continue with the same bits, as plain JSON (`checkEnv` sees to it). */
export type EnvState = Readonly<Record<string, unknown>>;

export interface ResetOptions {
  /** Starts the random stream anew; without it the stream goes on (or starts from fresh entropy the first time). A whole number ≥ 0. */
  readonly seed?: number;
  /** The environment's own reset options, e.g. `{ low, high }` for the starting box. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface ResetResult<O> {
  readonly observation: O;
  readonly info: Info;
}

/** `terminated`: the task itself ended, no future reward. `truncated`: it was cut off (time limit); the future goes on without us. */
export interface StepResult<O> {
  readonly observation: O;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  readonly info: Info;
}

/** One environment with Gymnasium's semantics. `O` is what it shows, `A` what it takes; the spaces may be named more closely. */
export interface Env<O = Float32Array, A = number | Float32Array, OS extends Space<O> = Space<O>, AS extends Space<A> = Space<A>> {
  readonly observationSpace: OS;
  readonly actionSpace: AS;
  /** How it was made, when it came from the registry. */
  readonly spec: EnvSpec | undefined;
  /** Starts an episode. The observation is the caller's to keep. */
  reset(options?: ResetOptions): ResetResult<O>;
  /** One step. The observation is the caller's to keep. */
  step(action: A): StepResult<O>;
  /** Which discrete actions are allowed now, 1 or 0 each; an `actionMask` in every info does the same. Left out: all are. */
  actionMasks?(): ArrayLike<number>;
  /** What to draw now; undefined when it cannot be drawn. */
  scene(): Scene | undefined;
  /** Everything, in the middle of an episode too. */
  state(): EnvState;
  /** Continues from `state()` with the same bits. */
  restore(state: EnvState): void;
}
