/** Options of createPg: what may be given, what holds when nothing is, named settings, and what follows from them. */
import { checkGiven, defaultsOf, option, rule, withDefaults, type EnvOption, type SettingsOf } from "@rl/agent";
import { onPolicyOptions } from "./on-policy-options.ts";

/** How good an action was, as the weight of its log-probability:
 *  "return" R(τ) of the whole episode · "reward-to-go" Σ γᵏ r from the step on · "baseline" reward-to-go − V(s) · "gae" GAE(λ). */
export type AdvantageKind = "return" | "reward-to-go" | "baseline" | "gae";

export const pgOptions = /* @__PURE__ */ (() => ({
  ...withDefaults(
    onPolicyOptions,
    // Once the values are right, advantages are small and steps with them; scaled up again, their noise unlearns what was learned. Rewards are scaled instead.
    { totalSteps: 150_000, numEnvs: 8, normalizeAdvantages: false, normalizeRewards: true, hiddenSizes: [32, 32] },
    { stepsPerEnv: "steps of each environment per iteration; with `wholeEpisodes` the least number" },
  ),
  wholeEpisodes: option(
    rule.boolean,
    false,
    "each batch ends with an episode, of one environment; `return` and `reward-to-go` need it and set it",
  ),
  advantage: option(
    rule.oneOf("return", "reward-to-go", "baseline", "gae"),
    "gae",
    "the weight of log π: return of the whole episode; of the steps from here on; that minus V(s); GAE(λ)",
  ),
  learningRate: option(
    rule.schedule(rule.number({ min: 0 })),
    { linear: [1e-2, 0] },
    "Adam's step size for the policy, and for all where layers are shared",
  ),
  valueLearningRate: option(rule.nullable(rule.schedule(rule.number({ min: 0 }))), null, "for the value network; null: as `learningRate`"),
  valueUpdates: option(rule.integer({ min: 1 }), 5, "steps of the value network per iteration; 1 where layers are shared"),
  valueCoefficient: option(rule.number({ min: 0 }), 0.5, "weight of the value loss where layers are shared"),
  entropyCoefficient: option(rule.number({ min: 0 }), 0, "weight of the entropy bonus"),
  maxGradNorm: option(rule.nullable(rule.number({ above: 0 })), 0.5, "gradients longer than this are shortened to it; null: never"),
}))();

/** Every setting of the algorithm. */
export interface PgConfig extends SettingsOf<typeof pgOptions> {}

/** What createPg takes: the environment, a preset to start from, and any settings that differ. */
export interface PgOptions extends Partial<PgConfig> {
  readonly env: EnvOption;
  /** "gae" (default) or "simplest". */
  readonly preset?: PgPreset;
}

export const pgDefaults: PgConfig = /* @__PURE__ */ defaultsOf(pgOptions);

/** Named settings. */
export const pgPresets = {
  /**
   * The simplest policy gradient, as it is taught first: weight = undiscounted return of the whole episode, one update per epoch from at least 5000 steps that end
   * with an episode, one hidden layer of 32 tanh units, Adam 1e-2, 50 epochs. Made for CartPole-v0.
   */
  simplest: {
    iterations: 50,
    totalSteps: Infinity,
    numEnvs: 1,
    stepsPerEnv: 5000,
    wholeEpisodes: true,
    advantage: "return",
    discount: 1,
    learningRate: 1e-2,
    hiddenSizes: [32],
    activation: "tanh",
    initialization: "uniform",
    maxGradNorm: null,
    normalizeAdvantages: false,
    normalizeRewards: false,
  },
  /** Vanilla policy gradient with a value baseline and GAE(λ): the defaults. */
  gae: {},
} as const satisfies Readonly<Record<string, Partial<PgConfig>>>;

export type PgPreset = keyof typeof pgPresets;

/** Checks the options and fills in what was left out: preset first, then defaults. */
export function resolvePgConfig(options: PgOptions): PgConfig {
  const where = "createPg";
  const { given, preset } = checkGiven(where, options, pgOptions, pgPresets, "gae");
  const chosen: Partial<PgConfig> = { ...pgPresets[preset], ...given };
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
