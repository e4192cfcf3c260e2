/** Named settings per environment; each is one setting for all seeds, and its iterations fill totalSteps exactly. */
import type { TrpoConfig } from "./config.ts";

export const trpoPresets = {
  default: {},
  /** The paper's practical algorithm: a constant δ = 0.01, halving, one learned σ per action component, nothing normalised but the advantages. */
  paper: {
    targetKl: 0.01,
    lineSearchShrink: 0.5,
    gaeLambda: 0.98,
    stateDependentExploration: null,
    normalizeObservations: false,
    normalizeRewards: false,
  },
  // The defaults learn these; 100 iterations of 1000 steps fill 100 000.
  "CartPole-v1": {},
  "MountainCar-v0": {},
  "Acrobot-v1": { gaeLambda: 0.9, valueLearningRate: { linear: [3e-3, 1e-3] } },
  // Kept for longer, the noise teaches swinging up but not standing still.
  "Pendulum-v1": { discount: 0.95, gaeLambda: 0.9, stateDependentExploration: 8 },
  "MountainCarContinuous-v0": { totalSteps: 50_000 },
} as const satisfies Readonly<Record<string, Partial<TrpoConfig>>>;

export type TrpoPreset = keyof typeof trpoPresets;
