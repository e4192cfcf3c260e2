/** States of environments made by `defineEnv` as plain JSON: what JSON cannot hold (−0, NaN, ±∞, typed arrays) stands under a key of its own. */
import { treeProblem } from "@rl/math/json";
import { EnvError, show } from "./errors.ts";
import { createArray, dtypeOf, DTYPES, type DType, type TypedArray } from "./spaces/dtype.ts";
import { checkList, decodeNumber, encodeArray, encodeNumber } from "./state-json.ts";
import type { Json } from "./env.ts";

const NUMBER = "$number";
const ARRAY = "$array";

/** `call` says what gave the state. */
export function encodeState(call: string, state: unknown): Json {
  const problem = treeProblem(state);
  if (problem !== undefined)
    throw new EnvError(`${call}: the state ${problem}, expected numbers, strings, booleans, null, typed arrays, lists and records.`);
  return encode(call, state, "state");
}

function encode(call: string, value: unknown, path: string): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") {
    const number = encodeNumber(value);
    return typeof number === "number" ? number : { [NUMBER]: number };
  }
  if (Array.isArray(value)) return value.map((part, i) => encode(call, part, `${path}[${i}]`));
  if (typeof value === "object") {
    const dtype = dtypeOf(value);
    if (dtype !== undefined) return { [ARRAY]: dtype, values: encodeArray(value as TypedArray) };
    const prototype: unknown = Object.getPrototypeOf(value);
    if ((prototype === Object.prototype || prototype === null) && !(NUMBER in value) && !(ARRAY in value))
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, encode(call, part, `${path}.${key}`)]));
  }
  throw new EnvError(
    `${call}: ${path} is ${show(value)}, expected numbers, strings, booleans, null, typed arrays, lists and records; keep anything else outside.`,
  );
}

/** The inverse. `like` is a state of the environment: the saved one must have its keys, and the types of what is not null in both. */
export function decodeState<S>(saved: unknown, like: S): S {
  const problem = treeProblem(saved);
  if (problem !== undefined) throw new EnvError(`restore: state ${problem}; pass what state() returned, unchanged.`);
  return decode(saved, like, "state") as S;
}

function decode(saved: unknown, like: unknown, path: string): unknown {
  const value = decodeValue(saved, path);
  if (value === null || like === null || like === undefined) return decodeParts(value, undefined, path);
  const kind = kindOf(like);
  if (kindOf(value) !== kind)
    throw new EnvError(`restore: ${path} is ${show(value)}, expected ${kind}; pass what state() returned, unchanged.`);
  if (kind === "an object") {
    const [keys, wanted] = [Object.keys(value as object), Object.keys(like as object)];
    const wrong = wanted.find((key) => !keys.includes(key)) ?? keys.find((key) => !wanted.includes(key));
    if (wrong !== undefined && path === "state")
      throw new EnvError(
        `restore: ${path} has the keys ${keys.join(", ")}, expected ${wanted.join(", ")}; restore into the same environment.`,
      );
  }
  return decodeParts(value, like, path);
}

function decodeParts(value: unknown, like: unknown, path: string): unknown {
  if (Array.isArray(value)) {
    const list = like as readonly unknown[] | undefined;
    return value.map((part, i) => decode(part, likeOf(list, part, `${path}[${i}]`), `${path}[${i}]`));
  }
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const parts = like as Readonly<Record<string, unknown>> | undefined;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, decode(part, parts?.[key], `${path}.${key}`)]));
}

/** What an element of a list must be like: an element of its kind, where there is one; anything, where one was null; else the first. */
function likeOf(list: readonly unknown[] | undefined, part: unknown, path: string): unknown {
  if (list === undefined) return undefined;
  const kind = kindOf(decodeValue(part, path));
  return list.find((other) => kindOf(other) === kind) ?? (list.includes(null) ? null : list[0]);
}

/** One value: special numbers and typed arrays are read, the parts of lists and records are not. */
function decodeValue(saved: unknown, path: string): unknown {
  if (typeof saved === "object" && saved !== null) {
    const given = saved as Readonly<Record<string, unknown>>;
    if (NUMBER in given) return decodeNumber(given[NUMBER], path);
    if (ARRAY in given) {
      const { values } = given;
      if (!DTYPES.includes(given[ARRAY] as DType) || !Array.isArray(values))
        throw new EnvError(
          `restore: ${path} is ${show(saved)}, expected an array of one of ${DTYPES.join(", ")}; pass what state() returned, unchanged.`,
        );
      const array = createArray(given[ARRAY] as DType, values.length);
      checkList(array, values, path);
      for (let i = 0; i < array.length; i++) array[i] = decodeNumber(values[i], path);
      return array;
    }
  }
  return saved;
}

function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  if (Array.isArray(value)) return "a list";
  return dtypeOf(value) === undefined ? "an object" : `a ${dtypeOf(value)} array`;
}
