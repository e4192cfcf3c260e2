/** The door: whatever reaches a trainer or an evaluation becomes a checked vector of environments here, or is refused in one sentence. */
import { isClass } from "./check/results.ts";
import { explainVec } from "./check/vec-results.ts";
import { CheckedVecEnv } from "./checked-vec-env.ts";
import type { Env } from "./env.ts";
import { EnvError, show } from "./errors.ts";
import { makeVec, type EnvId } from "./registry.ts";
import { checkRows, SyncVectorEnv } from "./sync-vector-env.ts";
import { isTrusted } from "./trusted.ts";
import type { VecEnv } from "./vec-env.ts";

type AnyEnv = Env<never, never> | Env<unknown, unknown> | Env;
type AnyVecEnv = Omit<VecEnv, "step"> & { step(actions: never): ReturnType<VecEnv["step"]> };

/** An id ("CartPole-v1"), an environment, a function that makes one, or a vector environment. */
export type EnvOption = EnvId | (string & {}) | AnyEnv | (() => AnyEnv) | AnyVecEnv;

const EXPECTED = 'expected an environment id such as "CartPole-v1", an Env, a function that makes one, or a VecEnv';

/** `numEnvs` environments of what was given, as one vector whose results are checked in every step; a vector has its own number. `where` names the call
 *  for messages: "createPpo", "evaluate". */
export function resolveEnv(where: string, env: EnvOption, numEnvs: number | undefined, defaultNumEnvs: number): VecEnv {
  const count = numEnvs ?? defaultNumEnvs;
  if (!Number.isInteger(count) || count < 1) throw new EnvError(`${where}: numEnvs is ${show(count)}, expected a whole number ≥ 1.`);
  if (typeof env === "string") return checked(where, makeVec(env, count), undefined);
  if (isClass(env)) throw new EnvError(`${where}: env is the class ${env.name}; ${EXPECTED}. Write () => new ${env.name}().`);
  if (typeof env === "function") return fromMaker(where, env, numEnvs, count);
  refuseOthers(where, "env", env);
  if (isVector(env)) return checked(where, env as VecEnv, numEnvs);
  if (count !== 1 && numEnvs !== undefined) {
    throw new EnvError(
      `${where}: numEnvs is ${numEnvs}, but env is one environment; give its id, a function that makes it, or numEnvs: 1.`,
    );
  }
  return fromRows(where, [env as Env<never, never>]);
}

/** A function is called once for each row; one that makes a vector is called once. */
function fromMaker(where: string, make: () => unknown, numEnvs: number | undefined, count: number): VecEnv {
  const first = made(where, make);
  if (isVector(first)) return checked(where, first as VecEnv, numEnvs);
  return fromRows(where, [first as Env<never, never>, ...Array.from({ length: count - 1 }, () => made(where, make) as Env<never, never>)]);
}

function made(where: string, make: () => unknown): object {
  const env = make();
  refuseOthers(where, "the function given as env returned", env);
  return env as object;
}

/** Refuses what is no object, and promises. `subject` is what the value was. */
function refuseOthers(where: string, subject: string, env: unknown): void {
  const is = subject === "env" ? "env is" : subject;
  if (isClass(env)) throw new EnvError(`${where}: ${is} the class ${env.name}; ${EXPECTED}. Write () => new ${env.name}().`);
  if (typeof env !== "object" || env === null) throw new EnvError(`${where}: ${is} ${show(env)}; ${EXPECTED}.`);
  if (typeof (env as { readonly then?: unknown }).then === "function") {
    throw new EnvError(
      `${where}: ${is} a promise; ${EXPECTED}. Await what is needed first, and give the environment or a function that makes it at once.`,
    );
  }
  if (
    !isVector(env) &&
    !("observationSpace" in env) &&
    !("observation_space" in env) &&
    typeof (env as { readonly step?: unknown }).step !== "function"
  ) {
    throw new EnvError(`${where}: ${is} ${Array.isArray(env) ? "a list" : "an object"} without numEnvs or observationSpace; ${EXPECTED}.`);
  }
}

const isVector = (env: object): boolean => "singleObservationSpace" in env || ("numEnvs" in env && !("observationSpace" in env));

function fromRows(where: string, envs: readonly Env<never, never>[]): VecEnv {
  checkRows(where, envs);
  return new SyncVectorEnv(envs.map((env) => () => env)) as unknown as VecEnv;
}

/** A vector behind its checks; the built-in ones, and those that check their rows themselves, need none. */
function checked(where: string, vec: VecEnv, numEnvs: number | undefined): VecEnv {
  const wrong = explainVec(vec);
  if (wrong !== undefined) throw new EnvError(`${where}: env is no vector of environments: ${wrong}`);
  if (numEnvs !== undefined && numEnvs !== vec.numEnvs) {
    throw new EnvError(
      `${where}: numEnvs is ${numEnvs}, but env is a vector of ${vec.numEnvs}; leave numEnvs out or make the vector with ${numEnvs}.`,
    );
  }
  const checksItself = vec instanceof CheckedVecEnv || (vec instanceof SyncVectorEnv && vec.step === SyncVectorEnv.prototype.step);
  return checksItself || isTrusted(vec) ? vec : new CheckedVecEnv(vec);
}

/** Whether two of what `resolveEnv` takes are, or stand around, the same environment: a step of one would move the other. */
export function sharesEnv(a: unknown, b: unknown): boolean {
  const inside = new Set(parts(a));
  return parts(b).some((part) => inside.has(part));
}

/** An environment or vector and everything inside of it. */
function parts(env: unknown, found: object[] = []): object[] {
  if (typeof env !== "object" || env === null || found.includes(env)) return found;
  found.push(env);
  const { env: inner, vec, envs, kernel } = env as { env?: unknown; vec?: unknown; envs?: unknown; kernel?: unknown };
  for (const part of [inner, vec, kernel, ...(Array.isArray(envs) ? (envs as unknown[]) : [])]) parts(part, found);
  return found;
}
