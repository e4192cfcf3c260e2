/** Named settings per environment; each is one setting for all seeds, and its iterations fill totalSteps exactly. */
import type { TrpoConfig } from "./config.ts";

export const trpoPresets = {
  default: {},
  // Close to the defaults. Larger minibatches fit the values too slowly, longer steps unlearn: both cost one seed in ten its last 100 points.
  "CartPole-v1": { numEnvs: 2, stepsPerEnv: 500, valueMinibatchSize: 125 },
  "Acrobot-v1": {
    numEnvs: 2,
    stepsPerEnv: 1000,
    valueEpochs: 10,
    discount: 0.995,
    gaeLambda: 0.97,
    targetKl: 0.02,
    lineSearchShrink: 0.8,
    normalizeObservations: true,
    normalizeRewards: true,
  },
  "MountainCar-v0": {
    numEnvs: 2,
    stepsPerEnv: 1000,
    valueEpochs: 20,
    gaeLambda: 0.95,
    targetKl: { linear: [0.06, 0.005] },
    lineSearchShrink: 0.8,
    normalizeObservations: true,
    normalizeRewards: true,
  },
  // σ starts at a third of its usual size: the torque's range is ±2, and noise of more than that hides what actions do.
  "Pendulum-v1": {
    numEnvs: 2,
    stepsPerEnv: 1000,
    valueEpochs: 15,
    discount: 0.9,
    gaeLambda: 0.95,
    targetKl: 0.02,
    lineSearchShrink: 0.8,
    stateDependentExploration: 4,
    logStdInit: -1,
  },
  // Noise is held for 16 steps: kept for 4, four seeds in ten never reach the goal by chance and learn to stand still.
  "MountainCarContinuous-v0": {
    totalSteps: 50_000,
    numEnvs: 2,
    stepsPerEnv: 1250,
    valueEpochs: 10,
    gaeLambda: 0.95,
    targetKl: 0.02,
    lineSearchShrink: 0.8,
    normalizeObservations: true,
    normalizeRewards: true,
    stateDependentExploration: 16,
  },
} as const satisfies Readonly<Record<string, Partial<TrpoConfig>>>;

export type TrpoPreset = keyof typeof trpoPresets;
