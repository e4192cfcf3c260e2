/** Named settings; those of an environment are one setting for all seeds. */
import type { PpoConfig } from "./config.ts";

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
    normalizeObservations: false,
  },
  // Noise must stay here: only a push that goes on for long reaches the goal, and without having been there the policy learns to save its fuel.
  "MountainCarContinuous-v0": { totalSteps: 50_000, numEnvs: 4, stepsPerEnv: 250 },
} as const satisfies Readonly<Record<string, Partial<PpoConfig>>>;

export type PpoPreset = keyof typeof ppoPresets;
