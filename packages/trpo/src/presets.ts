/** Named settings per environment; each is one setting for all seeds. */
import type { TrpoConfig } from "./config.ts";

export const trpoPresets = {
  default: {},
  "CartPole-v1": { numEnvs: 2, stepsPerEnv: 512, valueEpochs: 20, valueMinibatchSize: 512, cgDamping: 1e-3 },
  "Acrobot-v1": { numEnvs: 2, stepsPerEnv: 1024, valueEpochs: 10, gaeLambda: 0.95, normalizeObservations: true, normalizeRewards: true },
  "MountainCar-v0": { numEnvs: 2, stepsPerEnv: 1024, valueEpochs: 20, gaeLambda: 0.95, normalizeObservations: true, normalizeRewards: true },
  "Pendulum-v1": { numEnvs: 2, stepsPerEnv: 1024, valueEpochs: 15, discount: 0.9, gaeLambda: 0.95, stateDependentExploration: 4 },
  "MountainCarContinuous-v0": { totalSteps: 50_000, numEnvs: 2, stepsPerEnv: 2048, valueEpochs: 10, gaeLambda: 0.95, normalizeObservations: true, normalizeRewards: true, stateDependentExploration: 4 },
} as const satisfies Readonly<Record<string, Partial<TrpoConfig>>>;

export type TrpoPreset = keyof typeof trpoPresets;
