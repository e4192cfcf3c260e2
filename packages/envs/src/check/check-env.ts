import { explainEnv } from "./results.ts";
import { EnvError, checkKeys } from "../errors.ts";
import { countOption } from "../options.ts";
import { checkSeed } from "../seeds.ts";
import { ENV_CHECKS, type AnyEnv, type CheckSettings } from "./env-checks.ts";

export interface CheckEnvOptions {
  /** Seed of resets and actions, default 123. */
  readonly seed?: number;
  /** Random steps per check, default 200. */
  readonly steps?: number;
}

/** The settings in force. */
export function checkSettings(call: string, { seed = 123, steps }: CheckEnvOptions): CheckSettings {
  return { seed: checkSeed(call, seed), steps: countOption(call, "steps", steps, 200) };
}

/** Plays with an environment and throws at the first broken rule of the interface: the message names the call, what came, what was expected
 *  and what to change. Leaves the environment in the middle of an episode. */
export function checkEnv(env: AnyEnv, options: CheckEnvOptions = {}): void {
  checkKeys("checkEnv", options, ["seed", "steps"]);
  const wrong = explainEnv(env);
  if (wrong !== undefined) throw new EnvError(`checkEnv: this is no environment: ${wrong}`);
  const settings = checkSettings("checkEnv", options);
  for (const { run } of ENV_CHECKS) run(() => env, settings);
}
