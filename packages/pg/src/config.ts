/** Options of createPg: what may be given, what holds when nothing is, and what follows from it. */
import type { Schedule } from "@rl/nets";
import { checkOptions, networkDefaults, networkRules, rule, type EnvOption, type NetworkOptions, type Rules } from "@rl/agent";
import { pgPresets, type PgPreset } from "./presets.ts";

/** How good an action was, as the weight of its log-probability:
 *  "return" R(τ) of the whole episode · "reward-to-go" Σ γᵏ r from the step on · "baseline" reward-to-go − V(s) · "gae" GAE(λ). */
export type AdvantageKind = "return" | "reward-to-go" | "baseline" | "gae";

/** Every setting of the algorithm. */
export interface PgConfig extends NetworkOptions {
  /** Widths of the hidden layers, policy and value alike. Default [32, 32]. */
  readonly hiddenSizes: readonly number[];
  /** Seed of everything: weights, environments, actions. Default 0. */
  readonly seed: number;
  /** Environment steps after which training ends; Infinity for none. Default 150 000. */
  readonly totalSteps: number;
  /** Iterations after which training ends, if that comes first. Default Infinity. */
  readonly iterations: number;
  /** Environments side by side. Default 8. */
  readonly numEnvs: number;
  /** Steps of each environment per iteration; with wholeEpisodes the least number. Default 64. */
  readonly stepsPerEnv: number;
  /** Each iteration's batch ends with an episode (one environment). "return" and "reward-to-go" need it. Default: as they need. */
  readonly wholeEpisodes: boolean;
  /** Default "gae". */
  readonly advantage: AdvantageKind;
  /** γ. Default 0.99. */
  readonly discount: number;
  /** λ of GAE. Default 0.95. */
  readonly gaeLambda: number;
  /** Adam's step size for the policy (and everything, where layers are shared): a number, { linear: [from, to] }, … Default { linear: [1e-2, 0] }. */
  readonly learningRate: Schedule;
  /** Adam's step size for the value network; default: as learningRate. */
  readonly valueLearningRate: Schedule | null;
  /** Steps of the value network per iteration; 1 where layers are shared. Default 5. */
  readonly valueUpdates: number;
  /** Weight of the value loss where layers are shared. Default 0.5. */
  readonly valueCoefficient: number;
  /** Weight of the entropy bonus. Default 0. */
  readonly entropyCoefficient: number;
  /** Gradients longer than this are shortened to it; null: never. Default 0.5. */
  readonly maxGradNorm: number | null;
  /**
   * Advantages are shifted and scaled to mean 0 and deviation 1 per batch. Default false: once the values are right, advantages are small and steps with them;
   * scaled up again, their noise unlearns what was learned. Rewards are scaled instead.
   */
  readonly normalizeAdvantages: boolean;
  /** Observations are shifted and scaled by their running mean and deviation, which are saved with the agent. Default false. */
  readonly normalizeObservations: boolean;
  /** Rewards are scaled by the running deviation of discounted returns. Default true. */
  readonly normalizeRewards: boolean;
}

/** What createPg takes: the environment, a preset to start from, and any settings that differ. */
export interface PgOptions extends Partial<PgConfig> {
  readonly env: EnvOption;
  /** "gae" (default) or "simplest". */
  readonly preset?: PgPreset;
}

export const pgDefaults: PgConfig = /* @__PURE__ */ (() => ({
  ...networkDefaults,
  hiddenSizes: [32, 32],
  seed: 0,
  totalSteps: 150_000,
  iterations: Infinity,
  numEnvs: 8,
  stepsPerEnv: 64,
  wholeEpisodes: false,
  advantage: "gae",
  discount: 0.99,
  gaeLambda: 0.95,
  learningRate: { linear: [1e-2, 0] },
  valueLearningRate: null,
  valueUpdates: 5,
  valueCoefficient: 0.5,
  entropyCoefficient: 0,
  maxGradNorm: 0.5,
  normalizeAdvantages: false,
  normalizeObservations: false,
  normalizeRewards: true,
}))();

const orInfinity = (value: unknown): string | undefined => (value === Infinity ? undefined : rule.integer({ min: 1 })(value));

export const pgRules = (): Rules<PgOptions> => ({
  ...networkRules(),
  env: rule.anything,
  preset: rule.oneOf(...Object.keys(pgPresets)),
  seed: rule.integer({ min: 0 }),
  totalSteps: orInfinity,
  iterations: orInfinity,
  numEnvs: rule.integer({ min: 1 }),
  stepsPerEnv: rule.integer({ min: 1 }),
  wholeEpisodes: rule.boolean,
  advantage: rule.oneOf("return", "reward-to-go", "baseline", "gae"),
  discount: rule.number({ min: 0, max: 1 }),
  gaeLambda: rule.number({ min: 0, max: 1 }),
  learningRate: rule.schedule(rule.number({ min: 0 })),
  valueLearningRate: rule.nullable(rule.schedule(rule.number({ min: 0 }))),
  valueUpdates: rule.integer({ min: 1 }),
  valueCoefficient: rule.number({ min: 0 }),
  entropyCoefficient: rule.number({ min: 0 }),
  maxGradNorm: rule.nullable(rule.number({ above: 0 })),
  normalizeAdvantages: rule.boolean,
  normalizeObservations: rule.boolean,
  normalizeRewards: rule.boolean,
});

/** Checks the options and fills in what was left out: preset first, then defaults. */
export function resolvePgConfig(options: PgOptions): PgConfig {
  const where = "createPg";
  checkOptions(where, options, pgRules());
  if (options.env === undefined)
    throw new Error(`${where}: env is missing; expected an environment id such as "CartPole-v1", an Env or a VecEnv.`);
  const { env: _, preset = "gae", ...given } = options;
  const chosen = {
    ...pgPresets[preset],
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  } as Partial<PgConfig>;
  const needsEpisodes = chosen.advantage === "return" || chosen.advantage === "reward-to-go";
  const config: PgConfig = { ...pgDefaults, ...(needsEpisodes ? { wholeEpisodes: true, numEnvs: 1 } : {}), ...chosen };
  if (needsEpisodes && !config.wholeEpisodes) {
    throw new Error(
      `${where}: advantage "${config.advantage}" counts rewards to the end of the episode; expected wholeEpisodes: true. Choose "baseline" or "gae" for rollouts that stop anywhere.`,
    );
  }
  if (config.wholeEpisodes && config.numEnvs !== 1) {
    throw new Error(
      `${where}: wholeEpisodes with numEnvs ${config.numEnvs}; expected numEnvs: 1. Side by side, batches would hold too many short episodes, which end first.`,
    );
  }
  if (config.sharedLayers > 0 && (options.valueUpdates ?? 1) !== 1)
    throw new Error(
      `${where}: valueUpdates is ${options.valueUpdates} with sharedLayers ${config.sharedLayers}; expected 1: shared layers learn from one loss.`,
    );
  return config.sharedLayers > 0 ? { ...config, valueUpdates: 1 } : config;
}
