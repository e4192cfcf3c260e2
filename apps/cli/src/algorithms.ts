/** The algorithms that the CLI knows. A new one is one entry here; every command finds it. */
import type { OptionTable } from "@rl/agent";
import { registeredIds } from "@rl/envs";
import { quote } from "@rl/math/options";
import { createPg, pgOptions, pgPresets, resolvePgConfig, type PgOptions } from "@rl/pg";
import { createPpo, ppoOptions, ppoPresets, resolvePpoConfig, type PpoOptions } from "@rl/ppo";
import type { Metrics, Trainer } from "@rl/train";
import { hint } from "@rl/train";
import { createTrpo, resolveTrpoConfig, trpoOptions, trpoPresets, type TrpoOptions } from "@rl/trpo";
import { UsageError } from "./errors.ts";
import { algorithmHabits } from "./habits.ts";
import type { Goal } from "./terminal/progress.ts";

/** What every algorithm is given, beside settings of its own. */
export interface CommonOptions {
  readonly env: string;
  readonly preset: string;
  readonly seed: number;
  readonly totalSteps?: number;
  readonly [setting: string]: unknown;
}

export interface Algorithm {
  readonly name: string;
  /** A few words for `rl list algos`. */
  readonly title: string;
  /** Which actions it can learn. */
  readonly actions: "any" | "discrete" | "continuous";
  readonly presets: Readonly<Record<string, object>>;
  /** Every setting that --set knows, but for those that options of the commands set. */
  readonly options: OptionTable;
  readonly defaultPreset: string;
  /** Commands that show what it is good for, for its help. */
  readonly examples: readonly string[];
  /** Environments that presets were made for, where their names do not say so. */
  readonly environments?: Readonly<Record<string, string>>;
  /** Checks all options, so that its errors name what to change, and creates the trainer. */
  readonly create: (options: CommonOptions) => Trainer<Metrics>;
  /** When training ends. */
  readonly goal: (options: CommonOptions) => Goal;
}

export const algorithms: readonly Algorithm[] = [
  {
    name: "pg",
    title: "policy gradient: the simplest form, and with value baseline and GAE",
    actions: "any",
    presets: pgPresets,
    options: pgOptions,
    defaultPreset: "gae",
    environments: { simplest: "CartPole-v0" },
    examples: [
      "rl train pg --env CartPole-v1 --preset gae --seed 1 --steps 300000 --set learningRate=3e-3",
      "rl train pg --env Pendulum-v1 --set hiddenSizes=[32,32] --set learningRate=lin_1e-3",
      "rl train pg --preset simplest --verbose",
    ],
    create: (options) => createPg(options as unknown as PgOptions),
    goal: (options) => {
      const { totalSteps, iterations } = resolvePgConfig(options as unknown as PgOptions);
      return { steps: totalSteps, iterations };
    },
  },
  {
    name: "ppo",
    title: "proximal policy optimisation with the clipped surrogate",
    actions: "any",
    presets: ppoPresets,
    options: ppoOptions,
    defaultPreset: "default",
    environments: { guide: "CartPole-v1" },
    examples: [
      "rl train ppo --env CartPole-v1 --seed 1",
      "rl train ppo --env Pendulum-v1 --preset Pendulum-v1",
      "rl train ppo --env Acrobot-v1 --steps 200000 --set numEnvs=16 --set clipRange=lin_0.2",
      "rl train ppo --preset guide --verbose",
    ],
    create: (options) => createPpo(options as unknown as PpoOptions),
    goal: (options) => {
      const { totalSteps, iterations } = resolvePpoConfig(options as unknown as PpoOptions);
      return { steps: totalSteps, iterations };
    },
  },
  {
    name: "trpo",
    title: "trust region policy optimisation, single path and vine",
    actions: "any",
    presets: trpoPresets,
    options: trpoOptions,
    defaultPreset: "default",
    examples: [
      "rl train trpo --env CartPole-v1 --seed 1",
      "rl train trpo --env Pendulum-v1 --preset Pendulum-v1",
      "rl train trpo --env Acrobot-v1 --set targetKl=0.02 --set cgIterations=20",
    ],
    create: (options) => createTrpo(options as unknown as TrpoOptions),
    goal: (options) => {
      const { totalSteps, iterations } = resolveTrpoConfig(options as unknown as TrpoOptions);
      return { steps: totalSteps, iterations };
    },
  },
];

export function findAlgorithm(name: string, known: readonly Algorithm[] = algorithms): Algorithm {
  const found = known.find((algorithm) => algorithm.name === name);
  if (found !== undefined) return found;
  const names = known.map((algorithm) => algorithm.name);
  throw new UsageError(
    `There is no algorithm ${quote(name)}${hint(name, names, algorithmHabits)} Known are ${names.join(", ")} (rl list algos).`,
  );
}

export function checkPreset(algorithm: Algorithm, preset: string): string {
  const names = Object.keys(algorithm.presets);
  if (names.includes(preset)) return preset;
  throw new UsageError(
    `${algorithm.name} has no preset ${quote(preset)}${hint(preset, names)} Known are ${names.join(", ")} (rl list presets).`,
  );
}

/** The environment that a preset was made for; undefined where it is for any. */
export const madeFor = ({ environments }: Algorithm, preset: string): string | undefined =>
  environments?.[preset] ?? registeredIds().find((id) => id === preset);

/** A preset that is named after the environment, where that is not the one used anyway. */
export const tunedFor = ({ presets, defaultPreset }: Algorithm, env: string): string | undefined =>
  Object.hasOwn(presets, env) && env !== defaultPreset ? env : undefined;

/** The environment of a run that names none: that of its preset, or an error that says how to name one. */
export function environmentOf(algorithm: Algorithm, preset: string): string {
  const found = madeFor(algorithm, preset);
  if (found !== undefined) return found;
  const others = Object.keys(algorithm.presets).filter((other) => madeFor(algorithm, other) !== undefined);
  throw new UsageError(
    `No environment is given, and the preset "${preset}" of ${algorithm.name} is for any environment; add --env <id> (rl list envs)${others.length === 0 ? "" : `, or a preset that is made for one: ${others.join(", ")}`}.`,
  );
}

/** Refuses environments whose actions the algorithm cannot learn. */
export function checkActions(
  algorithm: Algorithm,
  env: string,
  space: { readonly n?: unknown; readonly low?: unknown },
  known: readonly Algorithm[] = algorithms,
): void {
  const kind = space.low === undefined ? "discrete" : "continuous";
  if (algorithm.actions === "any" || algorithm.actions === kind) return;
  const others = known.filter((other) => other.actions === "any" || other.actions === kind).map((other) => other.name);
  throw new UsageError(
    `${algorithm.name} learns ${algorithm.actions} actions, but ${env} takes ${kind} ones (${String(space)}); choose another environment (rl list envs) or algorithm${others.length === 0 ? "" : ` (${others.join(", ")})`}.`,
  );
}
