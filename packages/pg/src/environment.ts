/** From what a user gives as `env` to the vector environment that a trainer walks. */
import { makeVec, SyncVectorEnv, type Env, type EnvId, type VecEnv } from "@rl/envs";

type AnyEnv = Env<never, never> | Env<unknown, unknown> | Env;
type AnyVecEnv = Omit<VecEnv, "step"> & { step(actions: never): ReturnType<VecEnv["step"]> };

/** An id ("CartPole-v1"), an environment, a function that makes one, or a vector environment. */
export type EnvOption = EnvId | (string & {}) | AnyEnv | (() => AnyEnv) | AnyVecEnv;

export const envExpected = 'an environment id such as "CartPole-v1", an Env, a function that makes one, or a VecEnv';

/** `numEnvs` copies of what was given; a vector environment is taken as it is, and has its own number. */
export function resolveEnv(where: string, env: EnvOption, numEnvs: number | undefined, defaultNumEnvs: number): VecEnv {
  if (typeof env === "string") return makeVec(env as string, numEnvs ?? defaultNumEnvs) as VecEnv;
  if (typeof env === "function") {
    return new SyncVectorEnv(
      Array.from({ length: numEnvs ?? defaultNumEnvs }, () => env as () => Env<unknown, unknown>),
    ) as unknown as VecEnv;
  }
  if (typeof env !== "object" || env === null) throw new Error(`${where}: env is ${String(env)}; expected ${envExpected}.`);
  if ("numEnvs" in env) {
    if (numEnvs !== undefined && numEnvs !== env.numEnvs) {
      throw new Error(
        `${where}: numEnvs is ${numEnvs}, but env is a vector of ${env.numEnvs}; leave numEnvs out or make the vector with ${numEnvs}.`,
      );
    }
    return env as VecEnv;
  }
  if ("observationSpace" in env) {
    if (numEnvs !== undefined && numEnvs !== 1)
      throw new Error(`${where}: numEnvs is ${numEnvs}, but env is one environment; give its id, a function that makes it, or numEnvs: 1.`);
    return new SyncVectorEnv([() => env as Env<unknown, unknown>]) as unknown as VecEnv;
  }
  throw new Error(`${where}: env is an object without numEnvs or observationSpace; expected ${envExpected}.`);
}

/** What states and messages call an environment. */
export function envName(env: VecEnv): string {
  return env.spec?.id ?? `${env.singleObservationSpace} → ${env.singleActionSpace}`;
}
