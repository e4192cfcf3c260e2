/**
 * tf.train.Example (tensorflow/core/example/{example,feature}.proto): a map from names to lists of bytes, float32 or int64.
 *   Example { Features features = 1 }   Features { map<string, Feature> feature = 1 }
 *   Feature { oneof: BytesList = 1, FloatList = 2, Int64List = 3 }   each list { repeated value = 1 }, numbers packed
 */
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
  if (value instanceof Float32Array || typeof value === "number") return writeFloats(feature, typeof value === "number" ? [value] : value);
  if (value instanceof BigInt64Array || value instanceof Int32Array || typeof value === "bigint")
    return writeInts(feature, typeof value === "bigint" ? [value] : value);
  if (value instanceof Uint8Array || typeof value === "string") return writeBytes(feature, [value]);
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    if (items.every((item) => typeof item === "number") && items.length > 0) return writeFloats(feature, items);
    if (items.every((item) => typeof item === "bigint") && items.length > 0) return writeInts(feature, items);
    if (items.every((item) => typeof item === "string" || item instanceof Uint8Array)) return writeBytes(feature, items);
  }
  throw new TypeError(
    `encodeExample: feature "${name}" is ${Array.isArray(value) ? "a mixed list" : Object.prototype.toString.call(value)}, expected bytes or text (Uint8Array, string), float32 (Float32Array, numbers) or int64 (BigInt64Array, Int32Array, bigints), one kind per feature.`,
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

function writeFloats(feature: ProtoWriter, values: ArrayLike<number>): void {
  feature.message(2, (list) => {
    if (values.length === 0) return;
    list.sized(1, () => {
      for (let i = 0; i < values.length; i++) list.float(values[i]!);
    });
  });
}

function writeInts(feature: ProtoWriter, values: ArrayLike<bigint | number>): void {
  feature.message(3, (list) => {
    if (values.length === 0) return;
    list.sized(1, () => {
      for (let i = 0; i < values.length; i++) list.varint64(BigInt(values[i]!));
    });
  });
}

/** The features of one Example. `name` is what errors call it. */
export function decodeExample(bytes: Uint8Array, name = "Example"): Example {
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
      readEntry(features.message(), example);
    }
  }
  return example;
}

function readEntry(entry: ProtoReader, example: Example): void {
  let key = "";
  let value: Feature;
  while (entry.next()) {
    if (entry.field === 1) {
      entry.expect(BYTES, "the feature's name");
      key = entry.string();
    } else if (entry.field === 2) {
      entry.expect(BYTES, "the feature's value");
      value = readFeature(entry.message());
    } else entry.skip();
  }
  example[key] = value;
}

function readFeature(feature: ProtoReader): Feature {
  let value: Feature;
  while (feature.next()) {
    if (feature.field < 1 || feature.field > 3) {
      feature.skip();
      continue;
    }
    feature.expect(BYTES, "the feature's list");
    const list = feature.message();
    value = feature.field === 1 ? readBytes(list) : feature.field === 2 ? readFloats(list) : readInts(list);
  }
  return value;
}

function readBytes(list: ProtoReader): Uint8Array[] {
  const values: Uint8Array[] = [];
  while (list.next()) {
    if (list.field !== 1) {
      list.skip();
      continue;
    }
    list.expect(BYTES, "BytesList.value");
    values.push(list.data());
  }
  return values;
}

// Writers pack the numbers; readers must also take them one by one.
function readFloats(list: ProtoReader): Float32Array {
  const values: number[] = [];
  while (list.next()) {
    if (list.field !== 1) list.skip();
    else if (list.wire === FIXED32) values.push(list.float());
    else {
      list.expect(BYTES, "FloatList.value");
      const packed = list.message();
      while (packed.at < packed.end) values.push(packed.float());
    }
  }
  return Float32Array.from(values);
}

function readInts(list: ProtoReader): BigInt64Array {
  const values: bigint[] = [];
  while (list.next()) {
    if (list.field !== 1) list.skip();
    else if (list.wire === VARINT) values.push(list.int64());
    else {
      list.expect(BYTES, "Int64List.value");
      const packed = list.message();
      while (packed.at < packed.end) values.push(packed.int64());
    }
  }
  return BigInt64Array.from(values);
}
