/** What the checks of a trainer's contract are made of. */
import type { Env } from "@rl/envs";

/** What a trainer is made with; the rest of its settings is `create`'s own, small ones for quick iterations. */
export interface Given {
  readonly env: string | (() => Env<never, never> | Env);
  readonly seed: number;
  readonly iterations: number;
  readonly totalSteps: number;
}

export interface ContractTrainer {
  readonly metricInfo: Readonly<Record<string, unknown>>;
  train(): Iterable<object>;
  act(observations: Float32Array, options?: { readonly deterministic?: boolean }): ArrayLike<number>;
  values?(observations: Float32Array): ArrayLike<number>;
  state(): object;
  restore(state: object): void;
}

export interface ContractCheck {
  readonly name: string;
  readonly run: () => void | Promise<void>;
}

export type Create = (given: Given) => ContractTrainer;

class ContractError extends Error {
  override readonly name = "ContractError";
}
export function demand(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new ContractError(sentence);
}

/** Equal to the bit, NaN and −0 included; typed arrays by their elements. Returns the path of the first difference. */
export function difference(a: unknown, b: unknown, path = ""): string | undefined {
  if (Object.is(a, b)) return undefined;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return `${path} (${String(a)} and ${String(b)})`;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) {
    const found = difference((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function same(what: string, a: unknown, b: unknown): void {
  const found = difference(a, b);
  demand(found === undefined, `${what}: they differ at ${found ?? ""}; expected the same bits.`);
}

export function refused(what: string, body: () => void, words?: RegExp): Error {
  try {
    body();
  } catch (error) {
    const { message } = error as Error;
    demand(words === undefined || words.test(message), `${what} is refused with "${message}"; expected words like ${String(words)}.`);
    return error as Error;
  }
  throw new ContractError(`${what} is taken; expected an error of one sentence.`);
}

/** Trains for at most `count` more iterations. */
export function go(trainer: ContractTrainer, count = Infinity): object[] {
  const metrics: object[] = [];
  for (const each of trainer.train()) if (metrics.push(each) >= count) break;
  return metrics;
}
