/**
 * A trainer's state as two files: typed arrays as safetensors, the rest as JSON. Lossless: NaN, ±∞, −0, bigints, undefined and 64-bit arrays return
 * as they were. In the JSON, `{ "$tensor": name }` stands for an array and `{ "$number": "NaN" }`, `{ "$bigint": "…" }`, `{ "$undefined": true }` for
 * what JSON cannot say; an object of the user's own whose first key starts with "$" is wrapped as `{ "$object": … }`.
 */
import { decodeSafetensors, encodeSafetensors, type SafetensorsDType, type SafetensorsEntry } from "@rl/data";
import { treeProblem } from "@rl/math/json";
import { quote, show } from "@rl/math/options";
import type { StateArray, TrainerState } from "./trainer.ts";

export interface Snapshot {
  /** Bytes of tensors.safetensors. */
  readonly tensors: Uint8Array;
  /** Plain JSON. */
  readonly json: unknown;
}

const DTYPES: Readonly<Record<string, SafetensorsDType>> = {
  Float32Array: "F32",
  Float64Array: "F64",
  Int8Array: "I8",
  Int16Array: "I16",
  Int32Array: "I32",
  BigInt64Array: "I64",
  Uint8Array: "U8",
  Uint8ClampedArray: "U8",
  Uint16Array: "U16",
  Uint32Array: "U32",
  BigUint64Array: "U64",
};

const isArray = (value: unknown): value is StateArray => ArrayBuffer.isView(value) && !(value instanceof DataView);
const isPlain = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Throws, with the path, at anything that is not plain data. */
export function encodeState(state: TrainerState): Snapshot {
  const tensors = new Map<string, SafetensorsEntry>();
  if (typeof state !== "object" || state === null) throw new TypeError(`encodeState: the state is ${show(state)}, expected an object.`);
  const problem = treeProblem(state);
  if (problem !== undefined) throw new TypeError(`The state ${problem}; expected a tree.`);

  const store = (array: StateArray, path: readonly string[], shape: readonly number[]): unknown => {
    const dtype = DTYPES[array.constructor.name];
    if (dtype === undefined)
      throw new TypeError(
        `The state holds a ${array.constructor.name} at ${where(path)}; expected one of ${Object.keys(DTYPES).join(", ")}.`,
      );
    let name = path.join(".") || "state";
    while (tensors.has(name) || name === "__metadata__") name += "~";
    const clamped = array instanceof Uint8ClampedArray;
    tensors.set(name, { dtype, shape, data: clamped ? new Uint8Array(array.buffer, array.byteOffset, array.length) : array });
    return clamped ? { $tensor: name, clamped: true } : { $tensor: name };
  };

  const encode = (value: unknown, path: readonly string[]): unknown => {
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (typeof value === "number")
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? "-0" : String(value) };
    if (typeof value === "bigint") return { $bigint: String(value) };
    if (value === undefined) return { $undefined: true };
    if (isArray(value)) return store(value, path, [value.length]);
    if (typeof value !== "object" || !(Array.isArray(value) || isPlain(value))) {
      throw new TypeError(
        `The state holds ${describe(value)} at ${where(path)}; expected plain data: numbers, strings, booleans, lists, objects and typed arrays.`,
      );
    }
    return Array.isArray(value) ? encodeList(value, path) : encodeObject(value as Record<string, unknown>, path);
  };

  const encodeList = (list: readonly unknown[], path: readonly string[]): unknown[] =>
    Array.from(list, (item, i) => encode(item, [...path, String(i)]));

  const encodeObject = (object: Record<string, unknown>, path: readonly string[]): unknown => {
    const entries = Object.entries(object).map(([key, item]): [string, unknown] => {
      // { shape, data }: the array keeps its shape in the file, under the object's own path.
      if (key === "data" && isArray(item) && isShapeOf(object["shape"], item.length)) return [key, store(item, path, object["shape"])];
      return [key, encode(item, [...path, key])];
    });
    const encoded = fromEntries(entries);
    return entries[0]?.[0].startsWith("$") === true ? { $object: encoded } : encoded;
  };

  const json = encode(state, []);
  return { tensors: encodeSafetensors(tensors, { format: "rl" }), json };
}

/** What stands for numbers that JSON cannot say. */
const NUMBERS: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity, "-0": -0 };
/** Reading digits takes time that grows with the square of their number. */
const MOST_DIGITS = 10_000;

/** The state that `encodeState` was given. `names` are what errors call the two files. */
export function decodeState(snapshot: Snapshot, names: { readonly tensors?: string; readonly json?: string } = {}): TrainerState {
  const { tensors: bytes, json } = (snapshot ?? {}) as Partial<Snapshot>;
  if (!(bytes instanceof Uint8Array) || json === undefined)
    throw new TypeError(
      `decodeState: the snapshot is ${show(snapshot)}, expected { tensors, json } as encodeState gives it: bytes and plain JSON.`,
    );
  const jsonName = names.json ?? "state.json";
  const problem = treeProblem(json);
  if (problem !== undefined) throw new Error(`${jsonName} ${problem}; expected a state as encodeState gives it.`);
  const reader = new StateReader(
    decodeSafetensors(bytes, names.tensors ?? "tensors.safetensors").tensors,
    jsonName,
    names.tensors ?? "tensors.safetensors",
  );
  const state = reader.decode(json, []);
  if (typeof state !== "object" || state === null) throw new Error(`${jsonName} holds ${show(state)} as state, expected an object.`);
  return state;
}

/** Turns what stands in state.json into what it stands for. */
class StateReader {
  private readonly tensors: ReturnType<typeof decodeSafetensors>["tensors"];
  private readonly file: string;
  private readonly tensorFile: string;

  constructor(tensors: ReturnType<typeof decodeSafetensors>["tensors"], file: string, tensorFile: string) {
    this.tensors = tensors;
    this.file = file;
    this.tensorFile = tensorFile;
  }

  decode(value: unknown, path: readonly string[]): unknown {
    if (Array.isArray(value)) return value.map((item, i) => this.decode(item, [...path, String(i)]));
    if (typeof value !== "object" || value === null) return value;
    const object = value as Record<string, unknown>;
    const [key, special] = Object.entries(object)[0] ?? [];
    return key?.startsWith("$") === true ? this.special(key, special, object, path) : this.object(object, path);
  }

  private object(object: Record<string, unknown>, path: readonly string[]): unknown {
    return fromEntries(Object.entries(object).map(([key, item]) => [key, this.decode(item, [...path, key])]));
  }

  private special(key: string, value: unknown, object: Record<string, unknown>, path: readonly string[]): unknown {
    const wrong = (expected: string): never => {
      throw new Error(`${this.file} holds ${quote(key)}: ${show(value)} at ${where(path)}, expected ${expected}; it is damaged.`);
    };
    const alone = Object.keys(object).length === 1;
    switch (key) {
      case "$number":
        return alone && typeof value === "string" && Object.hasOwn(NUMBERS, value)
          ? NUMBERS[value]
          : wrong(Object.keys(NUMBERS).join(", "));
      case "$bigint":
        return alone && typeof value === "string" && value.length <= MOST_DIGITS && /^-?\d+$/.test(value)
          ? BigInt(value)
          : wrong(`at most ${MOST_DIGITS} digits`);
      case "$undefined":
        return alone && value === true ? undefined : wrong("true");
      case "$object":
        return alone && isPlain(value) ? this.object(value, path) : wrong("an object");
      case "$tensor":
        return typeof value === "string" ? this.tensor(value, object["clamped"] === true) : wrong("the name of a tensor");
      default:
        throw new Error(
          `${this.file} holds ${quote(key)} at ${where(path)}, which is none of $number, $bigint, $undefined, $object, $tensor. It was written by a newer version, or it is damaged.`,
        );
    }
  }

  private tensor(name: string, clamped: boolean): unknown {
    const found = this.tensors.get(name);
    if (found === undefined)
      throw new Error(
        `${this.file} asks for tensor ${quote(name)}, which ${this.tensorFile} does not hold. The two files are not of one checkpoint.`,
      );
    const { data } = found;
    return clamped ? new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.length) : data;
  }
}

/** Like Object.fromEntries, and safe for a key "__proto__". */
function fromEntries(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries);
}

function isShapeOf(shape: unknown, length: number): shape is readonly number[] {
  return (
    Array.isArray(shape) &&
    shape.every((size) => Number.isSafeInteger(size) && (size as number) >= 0) &&
    shape.reduce<number>((a, b) => a * (b as number), 1) === length
  );
}

const where = (path: readonly string[]): string => (path.length === 0 ? "its root" : path.join("."));

function describe(value: unknown): string {
  if (typeof value === "object" && value !== null)
    return `a ${(value.constructor as { name?: string } | undefined)?.name ?? "object without plain prototype"}`;
  return typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : String(value);
}
