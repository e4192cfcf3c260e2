/**
 * A trainer's state as two files: typed arrays as safetensors, the rest as JSON. Lossless: NaN, ±∞, −0, bigints, undefined and 64-bit arrays return
 * as they were. In the JSON, `{ "$tensor": name }` stands for an array and `{ "$number": "NaN" }`, `{ "$bigint": "…" }`, `{ "$undefined": true }` for
 * what JSON cannot say; an object of the user's own whose first key starts with "$" is wrapped as `{ "$object": … }`.
 */
import { decodeSafetensors, encodeSafetensors, type SafetensorsDType, type SafetensorsEntry } from "@rl/data";
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
  const open = new Set<object>();

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
    if (open.has(value)) throw new TypeError(`The state holds itself at ${where(path)}; expected a tree.`);
    open.add(value);
    const encoded = Array.isArray(value) ? encodeList(value, path) : encodeObject(value as Record<string, unknown>, path);
    open.delete(value);
    return encoded;
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

/** The state that `encodeState` was given. `names` are what errors call the two files. */
export function decodeState(snapshot: Snapshot, names: { readonly tensors?: string; readonly json?: string } = {}): TrainerState {
  const { tensors } = decodeSafetensors(snapshot.tensors, names.tensors ?? "tensors.safetensors");
  const jsonName = names.json ?? "state.json";

  const decode = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(decode);
    if (typeof value !== "object" || value === null) return value;
    const object = value as Record<string, unknown>;
    const [key, special] = Object.entries(object)[0] ?? [];
    if (key === undefined || !key.startsWith("$")) return decodeObject(object);
    if (key === "$number" && typeof special === "string") return Number(special);
    if (key === "$bigint" && typeof special === "string") return BigInt(special);
    if (key === "$undefined") return undefined;
    if (key === "$object" && isPlain(special)) return decodeObject(special);
    if (key === "$tensor" && typeof special === "string") {
      const found = tensors.get(special);
      if (found === undefined)
        throw new Error(
          `${jsonName} asks for tensor "${special}", which ${names.tensors ?? "tensors.safetensors"} does not hold. The two files are not of one checkpoint.`,
        );
      const { data } = found;
      return object["clamped"] === true ? new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.length) : data;
    }
    throw new Error(
      `${jsonName} holds ${JSON.stringify(key)}, which is none of $number, $bigint, $undefined, $object, $tensor. It was written by a newer version, or it is damaged.`,
    );
  };

  const decodeObject = (object: Record<string, unknown>): unknown =>
    fromEntries(Object.entries(object).map(([key, item]) => [key, decode(item)]));

  const state = decode(snapshot.json);
  if (typeof state !== "object" || state === null) throw new Error(`${jsonName} holds ${describe(state)} as state, expected an object.`);
  return state;
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
