/** Named settings. */
import type { PgConfig } from "./config.ts";

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
