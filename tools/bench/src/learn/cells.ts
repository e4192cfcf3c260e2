// What is to be learned, within how many environment steps, and to which score.
import type { Target } from "../bench.ts";

export interface Cell {
  readonly steps: number;
  readonly target: Target;
  /** What would be better still, after the same number of steps or fewer; a number of its own makes a row of its own. */
  readonly stretch?: { readonly steps: number; readonly target: Target };
}

/** Algorithm → environment → cell. A new algorithm is one entry here and one in the CLI's table. */
export const cells: Readonly<Record<string, Readonly<Record<string, Cell>>>> = {
  ppo: {
    "CartPole-v1": { steps: 100_000, target: "≥ 499 return", stretch: { steps: 50_000, target: "≥ 499 return" } },
    "Acrobot-v1": { steps: 500_000, target: "≥ −80 return", stretch: { steps: 500_000, target: "≥ −75 return" } },
    "MountainCar-v0": { steps: 1_000_000, target: "≥ −112 return" },
    "Pendulum-v1": { steps: 100_000, target: "≥ −172 return" },
    "MountainCarContinuous-v0": { steps: 100_000, target: "≥ 90 return", stretch: { steps: 20_000, target: "≥ 88 return" } },
  },
  trpo: {
    "CartPole-v1": { steps: 100_000, target: "≥ 499 return" },
    "Acrobot-v1": { steps: 100_000, target: "≥ −83 return" },
    "MountainCar-v0": { steps: 100_000, target: "≥ −110 return" },
    "Pendulum-v1": { steps: 100_000, target: "≥ −175 return" },
    "MountainCarContinuous-v0": { steps: 50_000, target: "≥ 92 return" },
  },
};

/** Below this a seed counts as failed: it has not learned the task at all. About half way from a random policy to a good one. */
export const failedBelow: Readonly<Record<string, number>> = {
  "CartPole-v1": 250,
  "Acrobot-v1": -250,
  "MountainCar-v0": -160,
  "Pendulum-v1": -600,
  "MountainCarContinuous-v0": 50,
};
