/** What a run is given, checked before anything happens: each error is a sentence that names the option. */
import type { Env, VecEnv } from "@rl/envs";
import type { Logger } from "./logger.ts";
import { checkCount, checkKeys } from "./options.ts";
import type { Trainer } from "./trainer.ts";

/** What a value is, in few words. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return typeof value === "symbol" ? "a symbol" : String(value);
  if (Array.isArray(value)) return "a list";
  const { name } = (value.constructor as { name?: unknown } | undefined) ?? {};
  return typeof name === "string" && name !== "" && name !== "Object" ? `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}` : "an object";
}

const has = (value: unknown, method: string): boolean =>
  typeof value === "object" && value !== null && typeof (value as Record<string, unknown>)[method] === "function";

const METHODS = ["train", "act", "state", "restore"] as const;

export function checkTrainer(call: string, trainer: unknown): asserts trainer is Trainer {
  const missing = METHODS.filter((method) => !has(trainer, method));
  const { scoreMetric } = (trainer ?? {}) as { scoreMetric?: unknown };
  if (missing.length > 0)
    throw new TypeError(
      `${call}: the trainer is ${describe(trainer)}${missing.length < METHODS.length ? ` without ${missing.join(" and ")}` : ""}, expected an object with the methods ${METHODS.join(", ")}${has(trainer, "then") ? "; wait for it with await." : has(trainer, "next") ? "; give the trainer itself, not what its train() returns." : ", such as createPpo({ env: \"CartPole-v1\" }) gives."}`,
    );
  if (scoreMetric !== undefined && typeof scoreMetric !== "string")
    throw new TypeError(`${call}: the trainer's scoreMetric is ${describe(scoreMetric)}, expected the tag of one of its metrics.`);
}

/** Refuses what is neither undefined nor a function. */
export function checkFunctions(call: string, options: object, names: readonly string[]): void {
  for (const name of names) {
    const value = (options as Record<string, unknown>)[name];
    if (value !== undefined && typeof value !== "function") throw new TypeError(`${call}: ${name} is ${describe(value)}, expected a function.`);
  }
}

export function checkSignal(call: string, signal: unknown): void {
  if (signal === undefined) return;
  if (typeof signal !== "object" || signal === null || typeof (signal as AbortSignal).aborted !== "boolean")
    throw new TypeError(`${call}: signal is ${describe(signal)}, expected an AbortSignal, such as new AbortController().signal.`);
}

/** Refuses what is no list of loggers. `names` are those that may be given by name. */
export function checkLoggers(call: string, loggers: unknown, names: readonly string[] = []): asserts loggers is readonly (Logger | string)[] {
  const form = `${names.length === 0 ? "" : `${names.map((name) => `"${name}"`).join(", ")} or `}an object with a method log`;
  if (!Array.isArray(loggers)) throw new TypeError(`${call}: loggers is ${describe(loggers)}, expected a list; each is ${form}.`);
  loggers.forEach((logger: unknown, i) => {
    if (typeof logger === "string" && names.length > 0) return;
    if (!has(logger, "log")) throw new TypeError(`${call}: loggers[${i}] is ${describe(logger)}, expected ${form}.`);
    checkFunctions(`${call}, loggers[${i}]`, logger as object, ["flush", "close"]);
  });
}

/** Throws at an unknown key or a bad value in a run's plans, before anything is written. `evaluate.env` is looked at by `checkEvaluationEnv`. */
export function checkPlans(call: string, options: { readonly evaluate?: object | undefined; readonly checkpoint?: object | undefined }): void {
  const evaluation = options.evaluate as Record<string, number> | undefined;
  const checkpoint = options.checkpoint as Record<string, number> | undefined;
  if (evaluation !== undefined) {
    checkKeys(`${call}, evaluate`, evaluation, ["env", "every", "episodes", "seed"]);
    checkCount(`${call}, evaluate`, "every", evaluation["every"]);
    checkCount(`${call}, evaluate`, "episodes", evaluation["episodes"]);
    checkCount(`${call}, evaluate`, "seed", evaluation["seed"], 0);
  }
  if (checkpoint !== undefined) {
    checkKeys(`${call}, checkpoint`, checkpoint, ["every", "keepEvery", "best"]);
    checkCount(`${call}, checkpoint`, "every", checkpoint["every"]);
    checkCount(`${call}, checkpoint`, "keepEvery", checkpoint["keepEvery"]);
    const best: unknown = checkpoint["best"];
    if (best !== undefined && typeof best !== "boolean")
      throw new TypeError(`${call}, checkpoint: best is ${describe(best)}, expected true or false.`);
  }
}

/** Refuses what cannot be played in, and what the trainer itself plays in: its episodes would be cut, and the training changed. */
export function checkEvaluationEnv(call: string, actor: object, env: unknown): asserts env is Env | VecEnv {
  if (!isEnv(env)) {
    throw new TypeError(
      `${call} is ${describe(env)}${typeof env === "object" && env !== null ? " without reset, step and an observation space" : ""}, expected an environment or a vector of them, such as makeVec("CartPole-v1", 10).`,
    );
  }
  const own = environmentsIn(actor);
  if (environmentsIn(env).some((each) => own.includes(each))) {
    throw new TypeError(
      `${call} is the environment that the trainer learns in, and evaluating there would change how its training goes on; give one of its own, such as makeVec("CartPole-v1", 10).`,
    );
  }
}

function isEnv(value: unknown): value is object {
  if (!has(value, "reset") || !has(value, "step")) return false;
  const { observationSpace, singleObservationSpace } = value as Record<string, unknown>;
  return observationSpace !== undefined || singleObservationSpace !== undefined;
}

/** Enough for a trainer's parts and wrappers around wrappers; data is not looked through. */
const MOST_LOOKED_AT = 20_000;

/** All environments that can be reached from an object by its properties: those behind wrappers and in vectors as well. */
function environmentsIn(root: object): object[] {
  const seen = new Set<object>([root]);
  for (const object of seen) {
    if (seen.size > MOST_LOOKED_AT) break;
    if (Array.isArray(object) && typeof object[0] === "number") continue;
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(object)) as readonly { readonly value?: unknown }[]) {
      if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) seen.add(value);
    }
  }
  return [...seen].filter(isEnv);
}
