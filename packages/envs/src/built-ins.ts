import type { Definition, EnvEntry, NamedOptions } from "./definition.ts";
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

interface BuiltIn {
  readonly kernel: (numEnvs: number, options: NamedOptions) => Kernel;
  readonly optionNames?: readonly string[];
  readonly maxEpisodeSteps: number;
  readonly rewardThreshold?: number;
}

/** The one place where a built-in environment is registered; its types stand above. Time limits and thresholds are Gymnasium's. */
const builtInTable = (): { readonly [Id in keyof BuiltInEnvs]: BuiltIn } => ({
  "CartPole-v0": { kernel: (n, o) => new CartPole(n, o), optionNames: ["suttonBartoReward"], maxEpisodeSteps: 200, rewardThreshold: 195 },
  "CartPole-v1": { kernel: (n, o) => new CartPole(n, o), optionNames: ["suttonBartoReward"], maxEpisodeSteps: 500, rewardThreshold: 475 },
  "MountainCar-v0": { kernel: (n, o) => new MountainCar(n, o), optionNames: ["goalVelocity"], maxEpisodeSteps: 200, rewardThreshold: -110 },
  "MountainCarContinuous-v0": {
    kernel: (n, o) => new MountainCarContinuous(n, o),
    optionNames: ["goalVelocity"],
    maxEpisodeSteps: 999,
    rewardThreshold: 90,
  },
  "Pendulum-v1": { kernel: (n, o) => new Pendulum(n, o), optionNames: ["gravity"], maxEpisodeSteps: 200 },
  "Acrobot-v1": { kernel: (n, o) => new Acrobot(n, o), maxEpisodeSteps: 500, rewardThreshold: -100 },
});

/** The single and the vector form of each kernel, for the registry. */
export const builtIns = (): readonly Definition[] =>
  Object.entries<BuiltIn>(builtInTable()).map(([id, { kernel, ...known }]) => ({
    id,
    ...known,
    entry: (options, spec) => new KernelEnv(kernel(1, options), spec),
    vectorEntry: (numEnvs, options, spec, autoreset) => trust(new KernelVecEnv(kernel(numEnvs, options), autoreset, spec)),
  }));
