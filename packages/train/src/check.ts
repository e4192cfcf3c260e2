/** What a run is given, checked before anything happens: each error is a sentence that names the option. */
import { show } from "@rl/math/options";
import type { Logger } from "./logger.ts";
import { checkCount, checkKeys } from "./options.ts";
import type { Trainer } from "./trainer.ts";

const has = (value: unknown, method: string): boolean =>
  typeof value === "object" && value !== null && typeof (value as Record<string, unknown>)[method] === "function";

const METHODS = ["train", "act", "state", "restore"] as const;

export function checkTrainer(call: string, trainer: unknown): asserts trainer is Trainer {
  const missing = METHODS.filter((method) => !has(trainer, method));
  const { scoreMetric } = (trainer ?? {}) as { scoreMetric?: unknown };
  if (missing.length > 0)
    throw new TypeError(
      `${call}: the trainer is ${show(trainer)}${missing.length < METHODS.length ? ` without ${missing.join(" and ")}` : ""}, expected an object with the methods ${METHODS.join(", ")}${has(trainer, "then") ? "; wait for it with await." : has(trainer, "next") ? "; give the trainer itself, not what its train() returns." : ', such as createPpo({ env: "CartPole-v1" }) gives.'}`,
    );
  if (scoreMetric !== undefined && typeof scoreMetric !== "string")
    throw new TypeError(`${call}: the trainer's scoreMetric is ${show(scoreMetric)}, expected the tag of one of its metrics.`);
}

/** Refuses what is neither undefined nor a function. */
export function checkFunctions(call: string, options: object, names: readonly string[]): void {
  for (const name of names) {
    const value = (options as Record<string, unknown>)[name];
    if (value !== undefined && typeof value !== "function") throw new TypeError(`${call}: ${name} is ${show(value)}, expected a function.`);
  }
}

export function checkSignal(call: string, signal: unknown): void {
  if (signal === undefined) return;
  if (typeof signal !== "object" || signal === null || typeof (signal as AbortSignal).aborted !== "boolean")
    throw new TypeError(`${call}: signal is ${show(signal)}, expected an AbortSignal, such as new AbortController().signal.`);
}

/** Refuses what is no list of loggers. `names` are those that may be given by name. */
export function checkLoggers(
  call: string,
  loggers: unknown,
  names: readonly string[] = [],
): asserts loggers is readonly (Logger | string)[] {
  const form = `${names.length === 0 ? "" : `${names.map((name) => `"${name}"`).join(", ")} or `}an object with a method log`;
  if (!Array.isArray(loggers)) throw new TypeError(`${call}: loggers is ${show(loggers)}, expected a list; each is ${form}.`);
  loggers.forEach((logger: unknown, i) => {
    if (typeof logger === "string" && names.length > 0) return;
    if (!has(logger, "log")) throw new TypeError(`${call}: loggers[${i}] is ${show(logger)}, expected ${form}.`);
    checkFunctions(`${call}, loggers[${i}]`, logger as object, ["flush", "close"]);
  });
}

/** Throws at an unknown key or a bad value in a run's plans, before anything is written. `evaluate.env` is looked at by `openEvaluation`. */
export function checkPlans(
  call: string,
  options: { readonly evaluate?: object | undefined; readonly checkpoint?: object | undefined },
): void {
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
      throw new TypeError(`${call}, checkpoint: best is ${show(best)}, expected true or false.`);
  }
}
