import { Generator } from "@rl/random";
import { EnvError, show } from "./errors.ts";
import type { EnvState, Json } from "./env.ts";
import { createArray, dtypeOf, type DType, type TypedArray } from "./spaces/dtype.ts";

/** A number as JSON that keeps its bits: −0, NaN and ±∞ become strings. */
export function encodeNumber(value: number): Json {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? "-0" : String(value);
}

/** The inverse of `encodeNumber`. */
export function decodeNumber(value: Json | undefined, where: string): number {
  if (typeof value === "number") return value;
  if (value === "-0" || value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  throw new EnvError(`restore: ${where} is ${show(value)}, expected a number; pass what state() returned, unchanged.`);
}

export function encodeArray(values: ArrayLike<number>): Json {
  return Array.from(values, encodeNumber);
}

/** Copies a saved list into an array of the same length. */
export function decodeInto(target: TypedArray, saved: Json | undefined, where: string): void {
  if (!Array.isArray(saved) || saved.length !== target.length) {
    throw new EnvError(`restore: ${where} is ${show(saved)}, expected a list of ${target.length} numbers; restore into an environment made with the same id and number of rows.`);
  }
  for (let i = 0; i < target.length; i++) target[i] = decodeNumber(saved[i], `${where}[${i}]`);
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
    throw new EnvError(`restore: the state is of kind ${got}, expected ${show(kind)}; restore into the same stack of environment and wrappers.`);
  }
}

export function encodeRng(rng: Generator | undefined): Json {
  return rng === undefined ? null : (rng.state() as unknown as Json);
}

export function decodeRng(saved: Json | undefined): Generator | undefined {
  return saved === null || saved === undefined ? undefined : Generator.fromState(saved as never);
}

/** Any value of an info, observation or sub-state as JSON, typed arrays by name. */
export function encodeValue(value: unknown): Json {
  if (typeof value === "number") return encodeNumber(value);
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "string") return value;
  const dtype = dtypeOf(value);
  if (dtype !== undefined) return { dtype, data: encodeArray(value as TypedArray) };
  if (Array.isArray(value)) return { list: value.map(encodeValue) };
  return { fields: Object.fromEntries(Object.entries(value).map(([key, v]) => [key, encodeValue(v)])) };
}

/** The inverse of `encodeValue`. */
export function decodeValue(saved: Json | undefined): unknown {
  if (saved === null || saved === undefined || typeof saved === "boolean" || typeof saved === "number") return saved ?? undefined;
  if (typeof saved === "string") return ["-0", "NaN", "Infinity", "-Infinity"].includes(saved) ? Number(saved) : saved;
  const record = saved as EnvState;
  if (typeof record["dtype"] === "string") {
    const data = record["data"] as readonly Json[];
    const array = createArray(record["dtype"] as DType, data.length);
    decodeInto(array, data, "data");
    return array;
  }
  if (Array.isArray(record["list"])) return record["list"].map(decodeValue);
  return Object.fromEntries(Object.entries(recordAt(record, "fields")).map(([key, v]) => [key, decodeValue(v)]));
}
