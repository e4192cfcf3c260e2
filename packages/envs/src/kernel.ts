import type { Generator } from "@rl/random";
import type { Scene } from "./scene.ts";
import type { Box } from "./spaces/box.ts";
import type { Discrete } from "./spaces/discrete.ts";

/** The box a start state is drawn from, one bound per drawn number. */
export interface StartBox {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The physics of one environment over `numEnvs` rows at once, written once: a single environment is a kernel with one row.
 *  Every quantity of the state is a column (an array with one element per row), so that `step` is one plain loop without allocation.
 *  Time limits, seeding, autoreset, checks and drawing are the business of whoever drives the kernel. */
export interface Kernel {
  readonly numEnvs: number;
  readonly observationSpace: Box;
  /** Discrete: actions come as Int32Array; Box: as Float32Array. */
  readonly actionSpace: Discrete | Box;
  /** The state by name: what is saved and restored. */
  readonly columns: Readonly<Record<string, Float64Array | Uint8Array>>;
  /** Names of columns that may be NaN: not set yet. All others are finite in every state. */
  readonly unset?: readonly string[];
  /** numEnvs × observation size, written by `step` and `observe`. */
  readonly observations: Float32Array;
  /** One reward per row, written by `step`. */
  readonly rewards: Float64Array;
  /** 1 where the task ended, written by `step`. */
  readonly terminated: Uint8Array;
  /** Advances every row by one action. Actions are valid: the driver has checked them. Row i draws what is random from `streams[i]` and from nothing
   *  else: the stream that its start was drawn from, saved and restored with it. */
  step(actions: Int32Array | Float32Array, streams: readonly Generator[]): void;
  /** Where starts are drawn from, given the reset options of the environment. */
  startBox(options?: Readonly<Record<string, unknown>>): StartBox;
  /** Puts one row at a start, one number per bound of the box it was drawn from, and observes it. */
  reset(row: number, start: Float64Array): void;
  /** Writes one row of `observations` (and of what is derived from the state) from the state. */
  observe(row: number): void;
  scene(row: number): Scene;
}
