/** Options of createTrpo: what may be given, what holds when nothing is, and what follows from it. */
import { checkOptions, networkDefaults, networkRules, rule, type EnvOption, type NetworkOptions, type Rules } from "@rl/agent";
import type { Schedule } from "@rl/nets";
import { trpoPresets, type TrpoPreset } from "./presets.ts";

export interface TrpoConfig extends NetworkOptions {
  /** As in NetworkOptions; default "auto": continuous actions are explored by gSDE with noise that is kept for 8 steps; null with the vine. */
  readonly stateDependentExploration: number | "auto" | null;
  /** Seed of everything: weights, environments, actions, minibatches. Default 0. */
  readonly seed: number;
  /** Environment steps after which training ends, branches of the vine counted in. Default 100 000. */
  readonly totalSteps: number;
  /** Iterations after which training ends, if that comes first. Default Infinity. */
  readonly iterations: number;
  /** Environments side by side. Default 2. */
  readonly numEnvs: number;
  /** Steps of each environment per iteration. Default 500. */
  readonly stepsPerEnv: number;
  /** γ. Default 0.99. */
  readonly discount: number;
  /** "gae" (default), or "return": discounted sums to the end of the rollout, continued by V, minus V. */
  readonly advantage: "gae" | "return";
  /** λ of GAE. Default 0.95. */
  readonly gaeLambda: number;
  /** δ: the largest mean KL divergence of one step; a falling schedule learns faster at first and settles at the end. Default 0.01, the paper's. */
  readonly targetKl: Schedule;
  /** Most iterations of conjugate gradients per step. Default 15. */
  readonly cgIterations: number;
  /** Relative residual at which they stop. Default 1e-5. */
  readonly cgTolerance: number;
  /** λ added to the Fisher matrix's diagonal. Default 0.1. */
  readonly cgDamping: number;
  /** Most points the line search tries. Default 10. */
  readonly lineSearchSteps: number;
  /** Factor between them. Default 0.8. */
  readonly lineSearchShrink: number;
  /** Passes of the value network over the rollout. Default 20. */
  readonly valueEpochs: number;
  /** Rows per step of the value network; larger than the batch: the whole batch. Default 125. */
  readonly valueMinibatchSize: number;
  /** Adam's step size for the value network. Default 1e-3. */
  readonly valueLearningRate: Schedule;
  /** Advantages are shifted and scaled to mean 0 and deviation 1 per batch. Default true. */
  readonly normalizeAdvantages: boolean;
  /** Observations are shifted and scaled by running moments that are saved with the agent. Default true; false with the vine. */
  readonly normalizeObservations: boolean;
  /** Rewards are scaled by the running deviation of discounted returns. Default true; false with the vine. */
  readonly normalizeRewards: boolean;
  /** "single-path" (default), or "vine": short branches from saved states (the environment must have state() and restore()). */
  readonly sampling: "single-path" | "vine";
  /** Vine: states of the roll-out set per iteration. Default 64. */
  readonly vineStates: number;
  /** Vine: actions tried in each of them. Discrete actions with no more choices than this are all tried. Default 4. */
  readonly vineActions: number;
  /** Vine: most steps of a branch. Default 50. */
  readonly vineLength: number;
}

export interface TrpoOptions extends Partial<TrpoConfig> {
  readonly env: EnvOption;
  /** "default", "paper", or an environment's id for settings tuned to it. */
  readonly preset?: TrpoPreset;
}

export const trpoDefaults: TrpoConfig = /* @__PURE__ */ (() => ({
  ...networkDefaults,
  hiddenSizes: [64, 64],
  stateDependentExploration: "auto",
  seed: 0,
  totalSteps: 100_000,
  iterations: Infinity,
  numEnvs: 2,
  stepsPerEnv: 500,
  discount: 0.99,
  advantage: "gae",
  gaeLambda: 0.95,
  targetKl: 0.01,
  cgIterations: 15,
  cgTolerance: 1e-5,
  cgDamping: 0.1,
  lineSearchSteps: 10,
  lineSearchShrink: 0.8,
  valueEpochs: 20,
  valueMinibatchSize: 125,
  valueLearningRate: 1e-3,
  normalizeAdvantages: true,
  normalizeObservations: true,
  normalizeRewards: true,
  sampling: "single-path",
  vineStates: 64,
  vineActions: 4,
  vineLength: 50,
}))();

/** Branches start from saved states, which running moments and noise that is kept do not belong to. */
const vineDefaults = { normalizeObservations: false, normalizeRewards: false, stateDependentExploration: null } as const;

const orInfinity = (value: unknown): string | undefined => (value === Infinity ? undefined : rule.integer({ min: 1 })(value));

export const trpoRules = (): Rules<TrpoOptions> => ({
  ...networkRules(),
  env: rule.anything,
  preset: rule.oneOf(...Object.keys(trpoPresets)),
  seed: rule.integer({ min: 0 }),
  totalSteps: orInfinity,
  iterations: orInfinity,
  numEnvs: rule.integer({ min: 1 }),
  stepsPerEnv: rule.integer({ min: 1 }),
  discount: rule.number({ min: 0, max: 1 }),
  advantage: rule.oneOf("gae", "return"),
  gaeLambda: rule.number({ min: 0, max: 1 }),
  targetKl: rule.schedule(rule.number({ above: 0 })),
  cgIterations: rule.integer({ min: 1 }),
  cgTolerance: rule.number({ min: 0, max: 1 }),
  cgDamping: rule.number({ min: 0 }),
  lineSearchSteps: rule.integer({ min: 1 }),
  lineSearchShrink: rule.number({ above: 0, max: 0.99 }),
  valueEpochs: rule.integer({ min: 1 }),
  valueMinibatchSize: rule.integer({ min: 1 }),
  valueLearningRate: rule.schedule(rule.number({ min: 0 })),
  normalizeAdvantages: rule.boolean,
  normalizeObservations: rule.boolean,
  normalizeRewards: rule.boolean,
  sampling: rule.oneOf("single-path", "vine"),
  vineStates: rule.integer({ min: 1 }),
  vineActions: rule.integer({ min: 2 }),
  vineLength: rule.integer({ min: 1 }),
});

/** Checks the options and fills in what was left out: with the vine what it needs, then the preset, then defaults. */
export function resolveTrpoConfig(options: TrpoOptions): TrpoConfig {
  const where = "createTrpo";
  checkOptions(where, options, trpoRules());
  if (options.env === undefined)
    throw new Error(`${where}: env is missing; expected an environment id such as "CartPole-v1", an Env or a VecEnv.`);
  const { env: _, preset = "default", ...given } = options;
  const config: TrpoConfig = {
    ...trpoDefaults,
    ...trpoPresets[preset],
    ...(given.sampling === "vine" ? vineDefaults : {}),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
  if (config.sharedLayers > 0) {
    throw new Error(
      `${where}: sharedLayers is ${config.sharedLayers}; expected 0. The trust region holds for the policy alone: a value function that moves its layers would break it.`,
    );
  }
  if (config.sampling === "vine") {
    for (const key of ["normalizeObservations", "normalizeRewards", "squashActions"] as const) {
      if (config[key])
        throw new Error(
          `${where}: ${key} with sampling "vine"; expected false. Branches start from saved states, which running moments do not belong to.`,
        );
    }
    if (config.stateDependentExploration !== null)
      throw new Error(`${where}: stateDependentExploration with sampling "vine"; expected null.`);
  }
  return config;
}

/** What usually makes TRPO's numbers overflow, for NotFiniteError. */
export function overflowCauses({ sampling }: TrpoConfig): string {
  return sampling === "vine"
    ? "a targetKl that is too high, observations or rewards of very large or different sizes (scale them in the environment: the vine takes no normalisers)"
    : "a valueLearningRate or targetKl that is too high, observations or rewards of very large or different sizes (normalizeObservations, normalizeRewards)";
}
