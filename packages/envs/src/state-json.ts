import { Generator } from "@rl/random";
import { EnvError, show } from "./errors.ts";
import type { EnvState, Json } from "./env.ts";
import { dtypeOf, integerRange, isFloat, type TypedArray } from "./spaces/dtype.ts";

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

/** What numbers of a saved list may be, besides what the array's own type can hold. */
interface Limits {
  /** Refuse NaN and ±∞. */
  readonly finite?: boolean;
  readonly least?: number;
  readonly most?: number;
}

/** Refuses a saved list that `decodeInto` could not copy whole and exactly: call it for every part before anything changes. */
export function checkList(
  target: TypedArray,
  saved: unknown,
  where: string,
  { finite = false, least = -Infinity, most = Infinity }: Limits = {},
): void {
  if (!Array.isArray(saved) || saved.length !== target.length) {
    throw new EnvError(
      `restore: ${where} is ${show(saved)}, expected a list of ${target.length} numbers; restore into an environment made with the same id and number of rows.`,
    );
  }
  const dtype = dtypeOf(target)!;
  const whole = !isFloat(dtype);
  const [low, high] = integerRange(dtype);
  for (let i = 0; i < saved.length; i++) {
    const value = decodeNumber(saved[i], `${where}[${i}]`);
    if (finite && !Number.isFinite(value)) {
      throw new EnvError(`restore: ${where}[${i}] is ${value}, expected a finite number; pass what state() returned, unchanged.`);
    }
    if (dtype === "float32" && !Object.is(Math.fround(value), value))
      throw new EnvError(
        `restore: ${where}[${i}] is ${value}, expected a number that float32 holds exactly; pass what state() returned, unchanged.`,
      );
    if ((whole && !Number.isInteger(value)) || value < Math.max(low, least) || value > Math.min(high, most)) {
      const range = `${whole ? "a whole number" : "a number"} in ${Math.max(low, least)} … ${Math.min(high, most)}`;
      throw new EnvError(`restore: ${where}[${i}] is ${value}, expected ${range}; pass what state() returned, unchanged.`);
    }
  }
}

/** Copies a saved list into an array of the same length, or changes nothing. */
export function decodeInto(target: TypedArray, saved: unknown, where: string, limits?: Limits): void {
  checkList(target, saved, where, limits);
  const list = saved as readonly unknown[];
  for (let i = 0; i < target.length; i++) target[i] = decodeNumber(list[i], where);
}

/** A saved whole number ≥ 0. */
export function countAt(state: EnvState, key: string, where = key, most = Number.MAX_SAFE_INTEGER): number {
  const value = state[key];
  if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) > most)
    throw new EnvError(`restore: ${where} is ${show(value)}, expected a whole number ≥ 0; pass what state() returned, unchanged.`);
  return value as number;
}

/** A saved finite number. */
export function finiteAt(state: EnvState, key: string): number {
  const value = decodeNumber(state[key], key);
  if (!Number.isFinite(value))
    throw new EnvError(`restore: ${key} is ${value}, expected a finite number; pass what state() returned, unchanged.`);
  return value;
}

/** A saved true or false. */
export function flagAt(state: EnvState, key: string): boolean {
  const value = state[key];
  if (typeof value !== "boolean")
    throw new EnvError(`restore: ${key} is ${show(value)}, expected true or false; pass what state() returned, unchanged.`);
  return value;
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

/** A saved stream; null stands for none yet. */
export function decodeRng(saved: unknown): Generator | undefined {
  if (saved === null) return undefined;
  if (typeof saved !== "object")
    throw new EnvError(`restore: a random stream is ${show(saved)}, expected an object or null; pass what state() returned, unchanged.`);
  return Generator.fromState(saved as never);
}
