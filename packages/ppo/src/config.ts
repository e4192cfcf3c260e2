/** Options of createPpo: what may be given, what holds when nothing is, named settings, and what follows from them. */
import { checkGiven, defaultsOf, fixed, option, rule, withDefaults, type EnvOption, type SettingsOf } from "@rl/agent";
import { onPolicyOptions } from "@rl/pg";

export const ppoOptions = /* @__PURE__ */ (() => ({
  ...withDefaults(
    onPolicyOptions,
    {
      numEnvs: 8,
      stepsPerEnv: 125,
      normalizeObservations: true,
      normalizeRewards: true,
      logStdInit: null,
      // Who has found a far goal early can stop carrying noise along.
      noisePersistence: { exponential: [0.5, 0, 0.125] },
    },
    {
      normalizeAdvantages: "advantages are shifted and scaled to mean 0 and deviation 1 per minibatch",
    },
  ),
  restartRollouts: option(rule.boolean, false, "every rollout begins with a reset of all environments; episodes under way are dropped"),
  minibatchSize: option(
    rule.integer({ min: 1 }),
    100,
    "rows per optimiser step; those that do not fill one sit out that epoch, others each time",
  ),
  epochs: option(rule.integer({ min: 1 }), 10, "passes over the rollout per iteration"),
  advantage: fixed(
    option(
      rule.oneOf("gae", "normalized-return"),
      "gae",
      "the second, of the preset `guide`: discounted sums, 0 at an episode's last step, normalised over the rollout, minus V",
    ),
  ),
  learningRate: option(rule.schedule(rule.number({ min: 0 })), { linear: [1e-3, 0] }, "Adam's step size"),
  scheduleUnit: option(rule.oneOf("iteration", "epoch"), "iteration", "whether the learning rate moves within an iteration, too"),
  adamEpsilon: option(rule.number({ above: 0 }), 1e-5, "added to Adam's denominator"),
  clipRange: option(rule.schedule(rule.number({ min: 0 })), 0.2, "ε of the clipped surrogate"),
  valueClipRange: option(rule.nullable(rule.number({ above: 0 })), null, "how far V may move per iteration; null: as far as it will"),
  valueCoefficient: option(rule.number({ min: 0 }), 0.5, "weight of the value loss"),
  entropyCoefficient: option(rule.schedule(rule.number({ min: 0 })), 0, "weight of the entropy bonus"),
  maxGradNorm: option(rule.nullable(rule.number({ above: 0 })), 0.5, "gradients longer than this are shortened to it; null: never"),
  targetKl: option(
    rule.nullable(rule.number({ above: 0 })),
    null,
    "an iteration's updates stop once a minibatch's KL exceeds 1.5 times this; the step that went too far is not taken",
  ),
}))();

export interface PpoConfig extends SettingsOf<typeof ppoOptions> {}

export interface PpoOptions extends Partial<PpoConfig> {
  readonly env: EnvOption;
  /** "default", "guide", or an environment's id for settings tuned to it. */
  readonly preset?: PpoPreset;
}

export const ppoDefaults: PpoConfig = /* @__PURE__ */ defaultsOf(ppoOptions);

/** Named settings; those of an environment are one setting for all seeds. */
export const ppoPresets = {
  default: {},
  /**
   * The setting of a widely read guide, kept to the letter: 100 iterations of 8 actors × 128 steps, 3 epochs, minibatch 256, ε 0.1 and learning rate 2.5e-4 falling to 0,
   * γ 0.99, c₁ 1, c₂ 0.01, networks of three ReLU layers of 100. Its traps come with it: every rollout starts afresh, so that nothing after step 128 is ever
   * seen; an episode cut by the time limit counts as ended; the horizon is not continued by V; the last step of an episode has return 0; returns are normalised
   * over the rollout, so that V learns a moving scale; gradients are not clipped. Its curve is rollout/return_mean, which no policy brings above 44.02 on
   * CartPole: mean over t of Σₖ 0.99ᵏ, k < 128 − t.
   */
  guide: {
    iterations: 100,
    totalSteps: Infinity,
    numEnvs: 8,
    stepsPerEnv: 128,
    restartRollouts: true,
    minibatchSize: 256,
    epochs: 3,
    discount: 0.99,
    advantage: "normalized-return",
    learningRate: { linear: [2.5e-4, 0] },
    scheduleUnit: "epoch",
    adamEpsilon: 1e-8,
    clipRange: { linear: [0.1, 0] },
    valueCoefficient: 1,
    entropyCoefficient: 0.01,
    maxGradNorm: null,
    normalizeAdvantages: false,
    hiddenSizes: [100, 100, 100],
    activation: "relu",
    initialization: "uniform",
    normalizeObservations: false,
    normalizeRewards: false,
  },
  "CartPole-v1": { totalSteps: 50_000, normalizeObservations: false, normalizeRewards: false },
  "Acrobot-v1": {
    totalSteps: 500_000,
    numEnvs: 16,
    minibatchSize: 200,
    epochs: 8,
    learningRate: { linear: [2e-3, 0] },
    normalizeObservations: false,
  },
  "MountainCar-v0": {
    totalSteps: 1_000_000,
    numEnvs: 16,
    minibatchSize: 200,
    epochs: 8,
    learningRate: { linear: [2e-3, 0] },
    entropyCoefficient: 0.01,
  },
  // Noise must change quickly here: kept for a rollout, it learns to swing up but not to stand still.
  "Pendulum-v1": {
    totalSteps: 100_000,
    numEnvs: 4,
    stepsPerEnv: 500,
    epochs: 15,
    discount: 0.95,
    gaeLambda: 0.8,
    learningRate: { linear: [6e-4, 0] },
    activation: "silu",
    stateDependentExploration: 2,
    noisePersistence: 0,
    normalizeObservations: false,
  },
  // Noise must stay here: only a push that goes on for long reaches the goal, and without having been there the policy learns to save its fuel.
  "MountainCarContinuous-v0": { totalSteps: 50_000, numEnvs: 4, stepsPerEnv: 250, noisePersistence: 0.5 },
} as const satisfies Readonly<Record<string, Partial<PpoConfig>>>;

export type PpoPreset = keyof typeof ppoPresets;

/** Checks the options and fills in what was left out: preset first, then defaults. */
export function resolvePpoConfig(options: PpoOptions): PpoConfig {
  const where = "createPpo";
  const { given, preset } = checkGiven(where, options, ppoOptions, ppoPresets, "default");
  const config: PpoConfig = { ...ppoDefaults, ...ppoPresets[preset], ...given };
  const { env } = options;
  const numEnvs = typeof env === "object" && env !== null ? ("numEnvs" in env ? env.numEnvs : 1) : config.numEnvs;
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
