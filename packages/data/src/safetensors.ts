/**
 * safetensors (huggingface.co/docs/safetensors): uint64 header length · JSON header · tensor bytes, little endian, without gaps or overlaps.
 * Everything is checked before anything is allocated.
 */
import { parseJson } from "@rl/math/json";
import { quote, show } from "@rl/math/options";
import { DataError } from "./errors.ts";

/** Bytes per element of every type that can be read, in the reference implementation's order. F16, BF16 and F8 come as raw bits, C64 as pairs. */
const SIZES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  C64: 8,
  F64: 8,
  I64: 8,
  U64: 8,
} as const;

export type SafetensorsDType = keyof typeof SIZES;
export type SafetensorsData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

export interface SafetensorsEntry {
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  /** Row-major. BOOL as 0 and 1 in a Uint8Array; F16 and BF16 as bits in a Uint16Array, F8 in a Uint8Array; C64 as pairs in a Float32Array. */
  readonly data: SafetensorsData;
}

const ARRAYS = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  F8_E5M2: Uint8Array,
  F8_E4M3: Uint8Array,
  I16: Int16Array,
  U16: Uint16Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  F32: Float32Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  F64: Float64Array,
  C64: Float32Array,
} as const;

/** Longest header that is read, as in the format's reference implementation. */
const MAX_HEADER = 100_000_000;

/** The bytes of a file. Order, as in the reference implementation: types from wide to narrow, then names; so every tensor is aligned, and equal tensors
 *  give equal bytes. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, SafetensorsEntry> | Readonly<Record<string, SafetensorsEntry>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  if (typeof tensors !== "object" || tensors === null || Array.isArray(tensors) || ArrayBuffer.isView(tensors))
    throw new TypeError(
      `encodeSafetensors: tensors are ${show(tensors)}, expected a Map or an object of names and { dtype, shape, data }.`,
    );
  if (metadata !== undefined) checkMetadata(metadata);
  const entries = [
    ...(tensors instanceof Map
      ? (tensors as ReadonlyMap<string, SafetensorsEntry>)
      : Object.entries(tensors as Readonly<Record<string, SafetensorsEntry>>)),
  ];
  for (const [name, entry] of entries) checkTensor(name, entry);
  const order = Object.keys(SIZES);
  entries.sort(([a, x], [b, y]) => order.indexOf(y.dtype) - order.indexOf(x.dtype) || (a < b ? -1 : a > b ? 1 : 0));
  const header: string[] = [];
  if (metadata !== undefined) header.push(`"__metadata__":${JSON.stringify(metadata)}`);
  let offset = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    const Type: unknown = ARRAYS[dtype];
    const count = shape.reduce((a, b) => a * b, 1) * (dtype === "C64" ? 2 : 1);
    if (name === "__metadata__")
      throw new Error(`encodeSafetensors: a tensor is named "__metadata__", which the format keeps for itself; choose another name.`);
    if (data.constructor !== Type || data.length !== count) {
      throw new Error(
        `encodeSafetensors: tensor ${quote(name)} is a ${data.constructor.name} of ${data.length} elements, expected a ${(Type as { name: string }).name} of ${count} for ${dtype} [${shape.join(", ")}].`,
      );
    }
    header.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [offset, offset + data.byteLength] })}`);
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(`{${header.join(",")}}`);
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset);
  new DataView(bytes.buffer).setUint32(0, headerLength, true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(text, 8);
  let at = 8 + headerLength;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Text to text, as readers demand. */
function checkMetadata(metadata: unknown): void {
  const record = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata) ? metadata : undefined;
  if (record === undefined) throw new TypeError(`encodeSafetensors: metadata is ${show(metadata)}, expected an object of texts.`);
  for (const [key, value] of Object.entries(record as Record<string, unknown>))
    if (typeof value !== "string")
      throw new TypeError(`encodeSafetensors: metadata ${quote(key)} is ${show(value)}, expected text; write String(…).`);
}

/** The parts of an entry, each for itself. */
function checkTensor(name: unknown, entry: unknown): void {
  if (typeof name !== "string") throw new TypeError(`encodeSafetensors: a tensor is named ${show(name)}, expected text.`);
  const { dtype, shape, data } = (typeof entry === "object" && entry !== null ? entry : {}) as Partial<Record<string, unknown>>;
  const problem = (what: string): TypeError => new TypeError(`encodeSafetensors: tensor ${quote(name)} ${what}.`);
  if (typeof dtype !== "string" || !Object.hasOwn(SIZES, dtype))
    throw problem(`has dtype ${show(dtype)}, expected one of ${Object.keys(SIZES).join(", ")}`);
  if (!Array.isArray(shape) || !Array.from(shape as unknown[]).every(isCount))
    throw problem(`has shape ${show(shape)}, expected a list of whole numbers ≥ 0`);
  if (!ArrayBuffer.isView(data) || data instanceof DataView) throw problem(`has data ${show(data)}, expected a typed array`);
  if (dtype === "BOOL" && (data as Uint8Array).some((value) => value > 1))
    throw problem("holds other numbers than 0 and 1, expected those for BOOL");
}

export interface Safetensors {
  readonly tensors: Map<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The tensors of a file, each in an array of its own. `name` is what errors call the file. */
export function decodeSafetensors(bytes: Uint8Array, name = "input"): Safetensors {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`decodeSafetensors: the file is ${show(bytes)}, expected a Uint8Array.`);
  if (typeof name !== "string") throw new TypeError(`decodeSafetensors: name is ${show(name)}, expected text.`);
  const fail = (offset: number, problem: string): never => {
    throw new DataError(name, offset, problem);
  };
  if (bytes.length < 8) fail(0, `the file has ${bytes.length} bytes; expected at least 8, the length of the header.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  if (headerLength > MAX_HEADER)
    fail(0, `the header claims ${headerLength} bytes, expected at most ${MAX_HEADER}. This is not a safetensors file, or it is damaged.`);
  if (headerLength > bytes.length - 8)
    fail(
      0,
      `the header claims ${headerLength} bytes, but the file ends ${bytes.length - 8} bytes after it begins. The file was cut off, or it is damaged.`,
    );
  const header = parseHeader(bytes.subarray(8, 8 + headerLength), fail);
  const start = 8 + headerLength;
  const total = bytes.length - start;

  const tensors = new Map<string, SafetensorsEntry>();
  const spans: { readonly name: string; readonly begin: number; readonly end: number }[] = [];
  let metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(header)) {
    if (key === "__metadata__") {
      if (!isRecord(value) || !Object.values(value).every((text) => typeof text === "string"))
        fail(8, `"__metadata__" is ${show(value)}, expected an object of strings.`);
      metadata = value as Record<string, string>;
      continue;
    }
    const { dtype, shape, begin, end } = checkEntry(key, value, start, total, fail);
    spans.push({ name: key, begin, end });
    const Type = ARRAYS[dtype];
    const buffer = bytes.buffer.slice(bytes.byteOffset + start + begin, bytes.byteOffset + start + end) as ArrayBuffer;
    tensors.set(key, { dtype, shape, data: new Type(buffer) });
  }
  spans.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const span of spans) {
    if (span.begin !== at)
      fail(
        start + Math.min(span.begin, at),
        `tensor ${quote(span.name)} begins at ${span.begin} of the data, expected ${at}, where the one before ends: tensors must not overlap or leave gaps.`,
      );
    at = span.end;
  }
  if (at !== total) fail(start + at, `the tensors end here, but the file goes on for ${total - at} bytes.`);
  return { tensors, metadata };
}

type Fail = (offset: number, problem: string) => never;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  if (bytes[0] !== 0x7b)
    fail(8, `the header starts with byte ${bytes[0] ?? "none"}, expected "{". This is not a safetensors file, or it is damaged.`);
  let header: unknown;
  try {
    header = parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    return fail(8, `the header ${cause instanceof SyntaxError ? cause.message : "is not UTF-8"}.`);
  }
  return isRecord(header) ? header : fail(8, "the header is not a JSON object.");
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function checkEntry(
  key: string,
  value: unknown,
  start: number,
  total: number,
  fail: Fail,
): { dtype: SafetensorsDType; shape: number[]; begin: number; end: number } {
  if (!isRecord(value)) return fail(8, `tensor ${quote(key)} is ${show(value)}, expected an object with dtype, shape and data_offsets.`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(SIZES, dtype))
    return fail(8, `tensor ${quote(key)} has dtype ${show(dtype)}, expected one of ${Object.keys(SIZES).join(", ")}.`);
  if (!Array.isArray(shape) || !shape.every(isCount))
    return fail(8, `tensor ${quote(key)} has shape ${show(shape)}, expected a list of whole numbers ≥ 0.`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    return fail(8, `tensor ${quote(key)} has data_offsets ${show(offsets)}, expected [begin, end].`);
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > total)
    return fail(
      start + Math.min(begin, total),
      `tensor ${quote(key)} takes bytes ${begin} … ${end} of the data, but there are only ${total}. The file was cut off, or its header is damaged.`,
    );
  const size = shape.reduce<number>((a, b) => a * b, SIZES[dtype as SafetensorsDType]);
  if (size !== end - begin)
    return fail(start + begin, `tensor ${quote(key)} takes ${end - begin} bytes, expected ${size} for ${dtype} [${shape.join(", ")}].`);
  return { dtype: dtype as SafetensorsDType, shape, begin, end };
}
