/** From what a user gives as `env` to the vector environment that a trainer walks. */
import type { VecEnv } from "@rl/envs";

export { resolveEnv, type EnvOption } from "@rl/envs";

/** What states and messages call an environment. */
export function envName(env: VecEnv): string {
  return env.spec?.id ?? `${env.singleObservationSpace} → ${env.singleActionSpace}`;
}
