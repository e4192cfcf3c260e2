/** Options of createPpo: what may be given, what holds when nothing is, and what follows from it. */
import type { Schedule } from "@rl/nets";
import { checkOptions, networkDefaults, networkRules, rule, type EnvOption, type NetworkOptions, type Rules } from "@rl/agent";
import { ppoPresets, type PpoPreset } from "./presets.ts";

export interface PpoConfig extends NetworkOptions {
  /** As in NetworkOptions; default null. */
  readonly logStdInit: number | null;
  /** As in NetworkOptions; default "auto": continuous actions are explored by gSDE with noise that is kept for a rollout. */
  readonly stateDependentExploration: number | "auto" | null;
  /** Seed of everything: weights, environments, actions, minibatches. Default 0. */
  readonly seed: number;
  /** Environment steps after which training ends; Infinity for none. Default 100 000. */
  readonly totalSteps: number;
  /** Iterations after which training ends, if that comes first. Default Infinity. */
  readonly iterations: number;
  /** Environments side by side. Default 8. */
  readonly numEnvs: number;
  /** Steps of each environment per iteration. Default 125. */
  readonly stepsPerEnv: number;
  /** Every rollout begins with a reset of all environments, and episodes that are under way are dropped. Default false. */
  readonly restartRollouts: boolean;
  /** Rows per optimiser step; rows that do not fill one sit out that epoch, others each time. Default 100. */
  readonly minibatchSize: number;
  /** Passes over the rollout per iteration. Default 10. */
  readonly epochs: number;
  /** γ. Default 0.99. */
  readonly discount: number;
  /** λ of GAE. Default 0.95. */
  readonly gaeLambda: number;
  /** "gae" (default), or "normalized-return": discounted sums, 0 at an episode's last step, normalised over the rollout, minus V (the preset "guide"). */
  readonly advantage: "gae" | "normalized-return";
  /** Adam's step size: a number, { linear: [from, to] }, … Default { linear: [1e-3, 0] }. */
  readonly learningRate: Schedule;
  /** The schedules advance per "iteration" (default) or also per "epoch" within it. */
  readonly scheduleUnit: "iteration" | "epoch";
  /** Added to Adam's denominator. Default 1e-5. */
  readonly adamEpsilon: number;
  /** ε of the clipped surrogate. Default 0.2. */
  readonly clipRange: Schedule;
  /** Range of the value function's clipping; null: none. Default null. */
  readonly valueClipRange: number | null;
  /** Weight of the value loss. Default 0.5. */
  readonly valueCoefficient: number;
  /** Weight of the entropy bonus. Default 0. */
  readonly entropyCoefficient: Schedule;
  /** Gradients longer than this are shortened to it; null: never. Default 0.5. */
  readonly maxGradNorm: number | null;
  /** An iteration's updates stop once a minibatch's KL exceeds 1.5 times this; null: never. Default null. */
  readonly targetKl: number | null;
  /** Advantages are shifted and scaled per minibatch. Default true. */
  readonly normalizeAdvantages: boolean;
  /** Observations are shifted and scaled by running moments that are saved with the agent. Default true. */
  readonly normalizeObservations: boolean;
  /** Rewards are scaled by the running deviation of discounted returns. Default true. */
  readonly normalizeRewards: boolean;
}

export interface PpoOptions extends Partial<PpoConfig> {
  readonly env: EnvOption;
  /** "default", "guide", or an environment's id for settings tuned to it. */
  readonly preset?: PpoPreset;
}

export const ppoDefaults: PpoConfig = /* @__PURE__ */ (() => ({
  ...networkDefaults,
  hiddenSizes: [64, 64],
  logStdInit: null,
  stateDependentExploration: "auto",
  seed: 0,
  totalSteps: 100_000,
  iterations: Infinity,
  numEnvs: 8,
  stepsPerEnv: 125,
  restartRollouts: false,
  minibatchSize: 100,
  epochs: 10,
  discount: 0.99,
  gaeLambda: 0.95,
  advantage: "gae",
  learningRate: { linear: [1e-3, 0] },
  scheduleUnit: "iteration",
  adamEpsilon: 1e-5,
  clipRange: 0.2,
  valueClipRange: null,
  valueCoefficient: 0.5,
  entropyCoefficient: 0,
  maxGradNorm: 0.5,
  targetKl: null,
  normalizeAdvantages: true,
  normalizeObservations: true,
  normalizeRewards: true,
}))();

const orInfinity = (value: unknown): string | undefined => (value === Infinity ? undefined : rule.integer({ min: 1 })(value));

export const ppoRules = (): Rules<PpoOptions> => ({
  ...networkRules(),
  env: rule.anything,
  preset: rule.oneOf(...Object.keys(ppoPresets)),
  seed: rule.integer({ min: 0 }),
  totalSteps: orInfinity,
  iterations: orInfinity,
  numEnvs: rule.integer({ min: 1 }),
  stepsPerEnv: rule.integer({ min: 1 }),
  restartRollouts: rule.boolean,
  minibatchSize: rule.integer({ min: 1 }),
  epochs: rule.integer({ min: 1 }),
  discount: rule.number({ min: 0, max: 1 }),
  gaeLambda: rule.number({ min: 0, max: 1 }),
  advantage: rule.oneOf("gae", "normalized-return"),
  learningRate: rule.schedule(rule.number({ min: 0 })),
  scheduleUnit: rule.oneOf("iteration", "epoch"),
  adamEpsilon: rule.number({ above: 0 }),
  clipRange: rule.schedule(rule.number({ min: 0 })),
  valueClipRange: rule.nullable(rule.number({ above: 0 })),
  valueCoefficient: rule.number({ min: 0 }),
  entropyCoefficient: rule.schedule(rule.number({ min: 0 })),
  maxGradNorm: rule.nullable(rule.number({ above: 0 })),
  targetKl: rule.nullable(rule.number({ above: 0 })),
  normalizeAdvantages: rule.boolean,
  normalizeObservations: rule.boolean,
  normalizeRewards: rule.boolean,
});

/** Checks the options and fills in what was left out: preset first, then defaults. */
export function resolvePpoConfig(options: PpoOptions): PpoConfig {
  const where = "createPpo";
  checkOptions(where, options, ppoRules());
  if (options.env === undefined)
    throw new Error(`${where}: env is missing; expected an environment id such as "CartPole-v1", an Env or a VecEnv.`);
  const { env, preset = "default", ...given } = options;
  const config: PpoConfig = {
    ...ppoDefaults,
    ...ppoPresets[preset],
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
  const numEnvs = typeof env === "object" ? ("numEnvs" in env ? env.numEnvs : 1) : config.numEnvs;
  const batch = numEnvs * config.stepsPerEnv;
  if (config.minibatchSize > batch) {
    throw new Error(
      `${where}: minibatchSize is ${config.minibatchSize}, but a rollout has ${numEnvs} × ${config.stepsPerEnv} = ${batch} rows; expected at most ${batch}.`,
    );
  }
  if (config.normalizeAdvantages && config.minibatchSize === 1) {
    throw new Error(
      `${where}: minibatchSize 1 with normalizeAdvantages; expected at least 2 rows to take a deviation of, or normalizeAdvantages: false.`,
    );
  }
  return config;
}
