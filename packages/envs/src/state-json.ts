import { Generator } from "@rl/random";
import { EnvError, show } from "./errors.ts";
import type { EnvState, Json } from "./env.ts";
import type { TypedArray } from "./spaces/dtype.ts";

/** A number as JSON that keeps its bits: −0, NaN and ±∞ become strings. */
export function encodeNumber(value: number): Json {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? "-0" : String(value);
}

/** The inverse of `encodeNumber`. */
export function decodeNumber(value: unknown, where: string): number {
  if (typeof value === "number") return value;
  if (value === "-0" || value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  throw new EnvError(`restore: ${where} is ${show(value)}, expected a number; pass what state() returned, unchanged.`);
}

export function encodeArray(values: ArrayLike<number>): Json {
  return Array.from(values, encodeNumber);
}

/** Copies a saved list into an array of the same length. */
export function decodeInto(target: TypedArray, saved: unknown, where: string): void {
  if (!Array.isArray(saved) || saved.length !== target.length) {
    throw new EnvError(
      `restore: ${where} is ${show(saved)}, expected a list of ${target.length} numbers; restore into an environment made with the same id and number of rows.`,
    );
  }
  for (let i = 0; i < target.length; i++) target[i] = decodeNumber(saved[i], `${where}[${i}]`);
}

/** A saved list of `length` things. */
export function listAt(state: EnvState, key: string, length: number): readonly unknown[] {
  const value: unknown = state[key];
  if (!Array.isArray(value) || value.length !== length) {
    throw new EnvError(
      `restore: ${key} is ${show(value)}, expected a list of ${length}; restore into an environment made with the same id and number of rows.`,
    );
  }
  return value;
}

/** A record inside a saved state. */
export function recordAt(state: EnvState, key: string): EnvState {
  const value = state[key];
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new EnvError(`restore: ${key} is ${show(value)}, expected an object; pass what state() returned, unchanged.`);
  }
  return value as EnvState;
}

/** Refuses a state that another kind of environment or wrapper saved. */
export function checkKind(state: EnvState, kind: string): void {
  if (state === null || typeof state !== "object" || state["kind"] !== kind) {
    const got = state === null || typeof state !== "object" ? show(state) : show(state["kind"]);
    throw new EnvError(
      `restore: the state is of kind ${got}, expected ${show(kind)}; restore into the same stack of environment and wrappers.`,
    );
  }
}

export function encodeRng(rng: Generator | undefined): Json {
  return rng === undefined ? null : (rng.state() as unknown as Json);
}

export function decodeRng(saved: unknown): Generator | undefined {
  return saved === null || saved === undefined ? undefined : Generator.fromState(saved as never);
}
