/** Named settings; those of an environment are one setting for all seeds. */
import type { PpoConfig } from "./config.ts";

export const ppoPresets = {
  default: {},
  /**
   * The setting of a widely read guide, kept to the letter: 100 iterations of 8 actors × 128 steps, 3 epochs, minibatch 256, ε 0.1 and learning rate 2.5e-4 falling to 0,
   * γ 0.99, c₁ 1, c₂ 0.01, networks of three ReLU layers of 100. Its traps come with it: an episode cut by the time limit counts as ended, the horizon is not
   * continued by V, the last step of an episode has return 0, returns are normalised over the rollout so that V learns a moving scale, gradients are not clipped.
   */
  guide: {
    iterations: 100,
    totalSteps: Infinity,
    numEnvs: 8,
    stepsPerEnv: 128,
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
  },
  "CartPole-v1": { totalSteps: 100_000, numEnvs: 8, stepsPerEnv: 32, minibatchSize: 256, epochs: 20, discount: 0.98, gaeLambda: 0.8, learningRate: { linear: [1e-3, 0] }, clipRange: { linear: [0.2, 0] } },
  "Acrobot-v1": { totalSteps: 500_000, numEnvs: 16, stepsPerEnv: 256, minibatchSize: 64, epochs: 4, gaeLambda: 0.94, learningRate: 3e-4, normalizeObservations: true, normalizeRewards: true },
  "MountainCar-v0": { totalSteps: 1_000_000, numEnvs: 16, stepsPerEnv: 16, minibatchSize: 64, epochs: 4, gaeLambda: 0.98, learningRate: 3e-4, normalizeObservations: true, normalizeRewards: true },
  "Pendulum-v1": { totalSteps: 100_000, numEnvs: 4, stepsPerEnv: 1024, minibatchSize: 64, epochs: 10, discount: 0.9, gaeLambda: 0.95, learningRate: 1e-3, stateDependentExploration: 4 },
  "MountainCarContinuous-v0": {
    totalSteps: 100_000, numEnvs: 1, stepsPerEnv: 256, minibatchSize: 256, epochs: 10, discount: 0.9999, gaeLambda: 0.9, learningRate: 7.77e-5, clipRange: 0.1, entropyCoefficient: 0.00429,
    maxGradNorm: 5, valueCoefficient: 0.19, normalizeObservations: true, normalizeRewards: true, stateDependentExploration: 4, logStdInit: -3.29,
  },
} as const satisfies Readonly<Record<string, Partial<PpoConfig>>>;

export type PpoPreset = keyof typeof ppoPresets;
