import type { Env } from "./env.ts";
import type { Space } from "./spaces/space.ts";
import type { EnvSpec } from "./spec.ts";
import type { AutoresetMode, VecEnv } from "./vec-env.ts";

/** What an id stands for in types: its spaces and its options. Users add theirs to `EnvRegistry` by declaration merging. */
export interface EnvEntry<O extends Space = Space, A extends Space = Space, P extends object = Record<never, never>> {
  readonly observationSpace: O;
  readonly actionSpace: A;
  readonly options: P;
}

/** Options of an environment by name. */
export type NamedOptions = Readonly<Record<string, unknown>>;

/** How an environment is made. */
export interface Definition {
  /** `Name-v0` or `namespace/Name-v0`. */
  readonly id: string;
  /** Makes the bare environment; time limit and checks are put around it. */
  readonly entry: (options: NamedOptions, spec: EnvSpec) => Env<unknown, unknown>;
  /** Makes a vector form that keeps the spec's time limit; without one, single environments are stepped one by one. */
  readonly vectorEntry?: (numEnvs: number, options: NamedOptions, spec: EnvSpec, autoreset: AutoresetMode) => VecEnv;
  /** Names of the options `entry` understands; any other is refused. */
  readonly optionNames?: readonly string[];
  readonly maxEpisodeSteps?: number;
  readonly rewardThreshold?: number;
}
