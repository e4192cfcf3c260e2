/**
 * tf.train.Example (tensorflow/core/example/{example,feature}.proto): a map from names to lists of bytes, float32 or int64.
 *   Example { Features features = 1 }   Features { map<string, Feature> feature = 1 }
 *   Feature { oneof: BytesList = 1, FloatList = 2, Int64List = 3 }   each list { repeated value = 1 }, numbers packed
 */
import { checkKeys, quote, show } from "@rl/math/options";
import { DataError } from "./errors.ts";
import { BYTES, FIXED32, ProtoReader, ProtoWriter, VARINT } from "./protobuf.ts";

/** What a record holds under one name. Empty lists keep their kind; `undefined` is a feature without any. */
export type Feature = readonly Uint8Array[] | Float32Array | BigInt64Array | undefined;

/** What may be written: text becomes UTF-8 bytes, Int32Array and bigints int64, plain numbers float32. */
export type FeatureInput =
  | Feature
  | Uint8Array
  | string
  | readonly string[]
  | Int32Array
  | bigint
  | readonly bigint[]
  | number
  | readonly number[];

export type Example = Record<string, Feature>;

/** The bytes of one Example, features in the order of the object's keys. */
export function encodeExample(features: Readonly<Record<string, FeatureInput>>): Uint8Array {
  if (
    typeof features !== "object" ||
    features === null ||
    Array.isArray(features) ||
    ArrayBuffer.isView(features) ||
    features instanceof Map
  )
    throw new TypeError(`encodeExample: the features are ${show(features)}, expected an object of names and values.`);
  const writer = new ProtoWriter();
  writer.message(1, (map) => {
    for (const [name, value] of Object.entries(features)) {
      map.message(1, (entry) => {
        entry.stringField(1, name);
        entry.message(2, (feature) => writeFeature(feature, name, value));
      });
    }
  });
  return writer.finish();
}

function writeFeature(feature: ProtoWriter, name: string, value: FeatureInput): void {
  if (value === undefined) return;
  if (value instanceof Float32Array || typeof value === "number")
    return writeFloats(feature, name, typeof value === "number" ? [value] : value);
  if (value instanceof BigInt64Array || value instanceof Int32Array || typeof value === "bigint")
    return writeInts(feature, name, typeof value === "bigint" ? [value] : value);
  if (value instanceof Uint8Array || typeof value === "string") return writeBytes(feature, [value]);
  if (Array.isArray(value)) {
    // Holes count.
    const items = Array.from(value as readonly unknown[]);
    if (items.every((item) => typeof item === "number") && items.length > 0) return writeFloats(feature, name, items);
    if (items.every((item) => typeof item === "bigint") && items.length > 0) return writeInts(feature, name, items);
    if (items.every((item) => typeof item === "string" || item instanceof Uint8Array)) return writeBytes(feature, items);
  }
  throw new TypeError(
    `encodeExample: feature ${quote(name)} is ${Array.isArray(value) ? "a mixed list" : show(value)}, expected bytes or text (Uint8Array, string), float32 (Float32Array, numbers) or int64 (BigInt64Array, Int32Array, bigints), one kind per feature.`,
  );
}

function writeBytes(feature: ProtoWriter, values: readonly (Uint8Array | string)[]): void {
  feature.message(1, (list) => {
    for (const value of values) {
      if (typeof value === "string") list.stringField(1, value);
      else list.bytesField(1, value);
    }
  });
}

function writeFloats(feature: ProtoWriter, name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i]) && !Number.isFinite(Math.fround(values[i]!)))
      throw new RangeError(
        `encodeExample: feature ${quote(name)} holds ${values[i]}, expected numbers within float32, at most 3.4028234663852886e38 in size; scale it.`,
      );
  feature.message(2, (list) => {
    if (values.length === 0) return;
    list.sized(1, () => {
      for (let i = 0; i < values.length; i++) list.float(values[i]!);
    });
  });
}

function writeInts(feature: ProtoWriter, name: string, values: ArrayLike<bigint | number>): void {
  for (let i = 0; i < values.length; i++)
    if (BigInt.asIntN(64, BigInt(values[i]!)) !== BigInt(values[i]!))
      throw new RangeError(
        `encodeExample: feature ${quote(name)} holds ${show(values[i])}, expected integers from -2^63 to 2^63 - 1; split or scale it.`,
      );
  feature.message(3, (list) => {
    if (values.length === 0) return;
    list.sized(1, () => {
      for (let i = 0; i < values.length; i++) list.varint64(BigInt(values[i]!));
    });
  });
}

export interface DecodeExampleOptions {
  /** What errors call it. Default "Example". */
  readonly name?: string;
  /** Most values (numbers, texts, names) in it, each of which takes more memory than it has bytes; default 2²⁴. */
  readonly maxValues?: number;
}

/** The features of one Example, or a DataError. Bytes are views of the record, not copies: `slice()` those that are to outlive it. */
export function decodeExample(bytes: Uint8Array, options: DecodeExampleOptions | string = {}): Example {
  const { name = "Example", maxValues = 2 ** 24 } = typeof options === "string" ? { name: options } : checkOptions(options);
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`decodeExample: the record is ${show(bytes)}, expected a Uint8Array.`);
  if (typeof name !== "string") throw new TypeError(`decodeExample: name is ${show(name)}, expected text.`);
  if (!Number.isSafeInteger(maxValues) || maxValues < 0)
    throw new RangeError(`decodeExample: maxValues is ${show(maxValues)}, expected a whole number ≥ 0.`);
  const budget: Budget = { left: maxValues, most: maxValues, name };
  // No prototype: a feature may be called "__proto__".
  const example = Object.create(null) as Example;
  const reader = new ProtoReader(bytes, name);
  while (reader.next()) {
    if (reader.field !== 1) {
      reader.skip();
      continue;
    }
    reader.expect(BYTES, "Example.features");
    const features = reader.message();
    while (features.next()) {
      if (features.field !== 1) {
        features.skip();
        continue;
      }
      features.expect(BYTES, "Features.feature");
      readEntry(features.message(), example, budget);
    }
  }
  return example;
}

function checkOptions(options: DecodeExampleOptions): DecodeExampleOptions {
  checkKeys("decodeExample", options, ["name", "maxValues"]);
  return options;
}

/** How many values may still come. */
interface Budget {
  left: number;
  readonly most: number;
  readonly name: string;
}

function spend(budget: Budget, count: number, at: number): void {
  budget.left -= count;
  if (budget.left < 0) throw new DataError(budget.name, at, `it holds more than ${budget.most} values. Raise maxValues if it really does.`);
}

function readEntry(entry: ProtoReader, example: Example, budget: Budget): void {
  spend(budget, 1, entry.at);
  let key = "";
  let value: Feature;
  while (entry.next()) {
    if (entry.field === 1) {
      entry.expect(BYTES, "the feature's name");
      key = entry.string();
    } else if (entry.field === 2) {
      entry.expect(BYTES, "the feature's value");
      value = readFeature(entry.message(), budget);
    } else entry.skip();
  }
  example[key] = value;
}

function readFeature(feature: ProtoReader, budget: Budget): Feature {
  let value: Feature;
  while (feature.next()) {
    if (feature.field < 1 || feature.field > 3) {
      feature.skip();
      continue;
    }
    feature.expect(BYTES, "the feature's list");
    const list = feature.message();
    value = feature.field === 1 ? readBytes(list, budget) : feature.field === 2 ? readFloats(list, budget) : readInts(list, budget);
  }
  return value;
}

function readBytes(list: ProtoReader, budget: Budget): Uint8Array[] {
  const values: Uint8Array[] = [];
  while (list.next()) {
    if (list.field !== 1) {
      list.skip();
      continue;
    }
    list.expect(BYTES, "BytesList.value");
    spend(budget, 1, list.at);
    values.push(list.view());
  }
  return values;
}

// Writers pack the numbers; readers must also take them one by one. Counted first, so that each goes straight to its place.
function readFloats(list: ProtoReader, budget: Budget): Float32Array {
  const values = new Float32Array(count(list, FIXED32, budget, (packed) => (packed.end - packed.at) >>> 2, "FloatList.value"));
  let at = 0;
  while (list.next()) {
    if (list.field !== 1) list.skip();
    else if (list.wire === FIXED32) values[at++] = list.float();
    else for (const packed = list.message(); packed.at < packed.end;) values[at++] = packed.float();
  }
  return values;
}

function readInts(list: ProtoReader, budget: Budget): BigInt64Array {
  const values = new BigInt64Array(count(list, VARINT, budget, (packed) => packed.varints(), "Int64List.value"));
  let at = 0;
  while (list.next()) {
    if (list.field !== 1) list.skip();
    else if (list.wire === VARINT) values[at++] = list.int64();
    else for (const packed = list.message(); packed.at < packed.end;) values[at++] = packed.int64();
  }
  return values;
}

/** How many numbers a list holds, on a reader of its own. */
function count(list: ProtoReader, single: number, budget: Budget, packedCount: (packed: ProtoReader) => number, what: string): number {
  const ahead = list.again();
  let total = 0;
  while (ahead.next()) {
    if (ahead.field !== 1) {
      ahead.skip();
      continue;
    }
    let found = 1;
    if (ahead.wire === single) ahead.skip();
    else {
      ahead.expect(BYTES, what);
      found = packedCount(ahead.message());
    }
    total += found;
    spend(budget, found, ahead.at);
  }
  return total;
}
