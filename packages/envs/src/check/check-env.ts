import { EnvError, checkKeys, show } from "../errors.ts";
import { ENV_CHECKS, type AnyEnv } from "./env-checks.ts";

export interface CheckEnvOptions {
  /** Seed of resets and actions, default 123. */
  readonly seed?: number;
  /** Random steps per check, default 200. */
  readonly steps?: number;
}

/** Plays with an environment and throws at the first broken rule of the interface: the message names the call, what came, what was expected
 *  and what to change. Leaves the environment in the middle of an episode. */
export function checkEnv(env: AnyEnv, options: CheckEnvOptions = {}): void {
  checkKeys("checkEnv", options, ["seed", "steps"]);
  if (env === null || typeof env !== "object")
    throw new EnvError(`checkEnv: got ${show(env)}, expected an environment; pass new Maze() or make("…").`);
  for (const { run } of ENV_CHECKS) run(() => env, { seed: options.seed ?? 123, steps: options.steps ?? 200 });
}
