import type { Definition, EnvEntry } from "./definition.ts";
import { Acrobot, type AcrobotOptions } from "./envs/acrobot.ts";
import { CartPole, type CartPoleOptions } from "./envs/cart-pole.ts";
import { MountainCarContinuous } from "./envs/mountain-car-continuous.ts";
import { MountainCar, type MountainCarOptions } from "./envs/mountain-car.ts";
import { Pendulum, type PendulumOptions } from "./envs/pendulum.ts";
import type { Kernel } from "./kernel.ts";
import { KernelEnv } from "./kernel-env.ts";
import { KernelVecEnv } from "./kernel-vec-env.ts";
import type { Box } from "./spaces/box.ts";
import type { Discrete } from "./spaces/discrete.ts";
import { trust } from "./trusted.ts";

/** Types of the built-in environments by id. */
export interface BuiltInEnvs {
  "CartPole-v0": EnvEntry<Box, Discrete, CartPoleOptions>;
  "CartPole-v1": EnvEntry<Box, Discrete, CartPoleOptions>;
  "MountainCar-v0": EnvEntry<Box, Discrete, MountainCarOptions>;
  "MountainCarContinuous-v0": EnvEntry<Box, Box, MountainCarOptions>;
  "Pendulum-v1": EnvEntry<Box, Box, PendulumOptions>;
  "Acrobot-v1": EnvEntry<Box, Discrete, AcrobotOptions>;
}

/** The single and the vector form of a kernel, for the registry. */
function fromKernel(
  id: keyof BuiltInEnvs,
  make: (numEnvs: number, options: Readonly<Record<string, unknown>>) => Kernel,
  optionNames: readonly string[],
  maxEpisodeSteps: number,
  rewardThreshold: number | undefined,
): Definition {
  return {
    id,
    optionNames,
    maxEpisodeSteps,
    rewardThreshold,
    entry: (options, spec) => new KernelEnv(make(1, options), spec),
    vectorEntry: (numEnvs, options, spec, autoreset) => trust(new KernelVecEnv(make(numEnvs, options), autoreset, spec)),
  };
}

/** Time limits and thresholds are Gymnasium's. */
export const builtIns = (): readonly Definition[] => [
  fromKernel("CartPole-v0", (n, options) => new CartPole(n, options), ["suttonBartoReward"], 200, 195),
  fromKernel("CartPole-v1", (n, options) => new CartPole(n, options), ["suttonBartoReward"], 500, 475),
  fromKernel("MountainCar-v0", (n, options) => new MountainCar(n, options), ["goalVelocity"], 200, -110),
  fromKernel("MountainCarContinuous-v0", (n, options) => new MountainCarContinuous(n, options), ["goalVelocity"], 999, 90),
  fromKernel("Pendulum-v1", (n, options) => new Pendulum(n, options), ["gravity"], 200, undefined),
  fromKernel("Acrobot-v1", (n, options) => new Acrobot(n, options), [], 500, -100),
];
