/** Named settings per environment; each is one setting for all seeds, and its iterations fill totalSteps exactly. */
import type { TrpoConfig } from "./config.ts";

export const trpoPresets = {
  default: {},
  /** The paper's practical algorithm: δ = 0.01, halving, one learned σ per action component, nothing normalised but the advantages. */
  paper: {
    targetKl: 0.01,
    lineSearchShrink: 0.5,
    gaeLambda: 0.98,
    stateDependentExploration: null,
    normalizeObservations: false,
    normalizeRewards: false,
  },
  // The table's setting: long steps first, short ones at the end. The default δ learns this task, too.
  "CartPole-v1": { targetKl: { linear: [0.06, 0.005] } },
  "Acrobot-v1": { gaeLambda: 0.9, targetKl: { linear: [0.06, 0.001] }, valueLearningRate: { linear: [3e-3, 1e-3] } },
  // The first steps must be long: who reaches the goal by chance has to remember it.
  "MountainCar-v0": { discount: 0.995, targetKl: { linear: [0.1, 0.001] }, valueLearningRate: { linear: [3e-3, 1e-3] } },
  // Kept for longer, the noise teaches swinging up but not standing still.
  "Pendulum-v1": { discount: 0.95, gaeLambda: 0.9, targetKl: { linear: [0.06, 0.001] }, stateDependentExploration: 8 },
  // Kept for a whole rollout, the noise reaches the goal on every seed even where the first steps are this long.
  "MountainCarContinuous-v0": { totalSteps: 50_000, targetKl: { linear: [0.06, 0.001] }, stateDependentExploration: Infinity },
} as const satisfies Readonly<Record<string, Partial<TrpoConfig>>>;

export type TrpoPreset = keyof typeof trpoPresets;
