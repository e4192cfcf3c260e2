/** Every function with values that nobody means: a file that its reader takes, or one sentence and nothing written. */
import { gzipSync } from "node:zlib";
import { misconduct, strangeValues } from "@rl-tools/test-utils/strange";
import { Generator } from "@rl/random";
import { expect, test } from "vitest";
import * as data from "../src/index.ts";

type Loose = (...args: unknown[]) => unknown;
const loose = data as unknown as Record<string, Loose>;
const call = (name: string, ...args: unknown[]): unknown => loose[name]!(...args);
const collect = async (source: unknown): Promise<unknown[]> => {
  const items: unknown[] = [];
  for await (const item of source as AsyncIterable<unknown>) if (items.push(item) > 10) break;
  return items;
};
let written = 0;
const writer = (): Record<string, Loose> =>
  new data.EventFileWriter({ write: () => void written++, now: () => 1, header: false }) as unknown as Record<string, Loose>;
const tensor = { dtype: "F32", shape: [2], data: new Float32Array(2) };

const calls: Readonly<Record<string, (value: unknown) => unknown>> = {
  encodeExample: (v) => data.decodeExample(call("encodeExample", v) as Uint8Array),
  "encodeExample's feature": (v) => data.decodeExample(call("encodeExample", { a: v }) as Uint8Array),
  decodeExample: (v) => call("decodeExample", v),
  "decodeExample's options": (v) => call("decodeExample", new Uint8Array(0), v),
  "decodeExample's maxValues": (v) => call("decodeExample", new Uint8Array(0), { maxValues: v }),
  encodeSafetensors: (v) => data.decodeSafetensors(call("encodeSafetensors", v) as Uint8Array),
  "a tensor": (v) => data.decodeSafetensors(call("encodeSafetensors", { a: v }) as Uint8Array),
  ...Object.fromEntries(
    Object.keys(tensor).map((key) => [
      `a tensor's ${key}`,
      (v: unknown) => data.decodeSafetensors(call("encodeSafetensors", { a: { ...tensor, [key]: v } }) as Uint8Array),
    ]),
  ),
  "a shape's entry": (v) => data.decodeSafetensors(call("encodeSafetensors", { a: { ...tensor, shape: [2, v] } }) as Uint8Array),
  metadata: (v) => data.decodeSafetensors(call("encodeSafetensors", { a: tensor }, v) as Uint8Array),
  "metadata's text": (v) => data.decodeSafetensors(call("encodeSafetensors", { a: tensor }, { step: v }) as Uint8Array),
  decodeSafetensors: (v) => call("decodeSafetensors", v),
  readTfrecords: (v) => collect(call("readTfrecords", v)),
  "readTfrecords' chunk": (v) => collect(call("readTfrecords", [v])),
  ...Object.fromEntries(
    ["compression", "name", "maxRecordBytes", "maxBytes"].map((key) => [
      `readTfrecords' ${key}`,
      (v: unknown) => collect(call("readTfrecords", new Uint8Array(0), { [key]: v })),
    ]),
  ),
  writeTfrecords: (v) => collect(call("writeTfrecords", v)),
  "writeTfrecords' record": (v) => collect(call("writeTfrecords", [v])),
  "writeTfrecords' compression": (v) => collect(call("writeTfrecords", [], { compression: v })),
  frameRecord: (v) => call("frameRecord", v),
  crc32c: (v) => call("crc32c", v),
  "crc32c's crc": (v) => call("crc32c", new Uint8Array(4), v),
  "crc32c's end": (v) => call("crc32c", new Uint8Array(4), 0, 0, v),
  maskCrc: (v) => call("maskCrc", v),
  readEvents: (v) => collect(call("readEvents", v)),
  "new EventFileWriter": (v) => new data.EventFileWriter(v as never),
  "EventFileWriter's write": (v) => new data.EventFileWriter({ write: v as never, now: () => 1 }),
  "EventFileWriter's now": (v) => new data.EventFileWriter({ write: () => undefined, now: (() => v) as never }),
  batch: (v) => collect(call("batch", v, 2)),
  "batch's size": (v) => collect(call("batch", [1], v)),
  shuffle: (v) => collect(call("shuffle", v, 2, new Generator(1))),
  "shuffle's size": (v) => collect(call("shuffle", [1, 2], v, new Generator(1))),
  "shuffle's rng": (v) => collect(call("shuffle", [1, 2], 1, v)),
  "shuffle's draw": (v) => collect(call("shuffle", [1, 2, 3], 2, { integers: () => v })),
};
const events: Readonly<Record<string, (value: unknown) => unknown>> = {
  "scalar's tag": (v) => writer()["scalar"]!(v, 1, 1),
  "scalar's value": (v) => writer()["scalar"]!("x", v, 1),
  "scalar's step": (v) => writer()["scalar"]!("x", 1, v),
  scalars: (v) => writer()["scalars"]!(v, 1),
  "scalars' pair": (v) => writer()["scalars"]!([v], 1),
  "text's tag": (v) => writer()["text"]!(v, "a", 1),
  text: (v) => writer()["text"]!("a", v, 1),
  histogram: (v) => writer()["histogram"]!("a", v, 1),
  "histogram's value": (v) => writer()["histogram"]!("a", [1, v], 1),
  "histogram's bins": (v) => writer()["histogram"]!("a", [1, 2], 1, v),
};

test("files and streams", async () => {
  const problems: string[] = [];
  for (const [shown, value] of Object.entries(strangeValues()))
    for (const [name, run] of Object.entries(calls)) {
      const problem = await misconduct(() => run(value));
      if (problem !== undefined) problems.push(`${name}: ${shown}: ${problem}`);
    }
  expect(problems).toEqual([]);
});

test("events: what is refused is not written", async () => {
  for (const [shown, value] of Object.entries(strangeValues()))
    for (const [name, run] of Object.entries(events)) {
      const before = written;
      let refused = true;
      expect(
        await misconduct(() => {
          run(value);
          refused = false;
        }),
        `${name}: ${shown}`,
      ).toBeUndefined();
      expect(written - before, `${name}: ${shown}`).toBe(refused ? 0 : 1);
    }
});

test("the rows that led to this", async () => {
  expect(() => call("encodeSafetensors", { a: tensor }, { step: 5 })).toThrow('metadata "step" is 5, expected text');
  expect(() => call("encodeSafetensors", { a: { ...tensor, shape: [-2, -1] } })).toThrow(
    "has shape [-2, -1], expected a list of whole numbers ≥ 0",
  );
  expect(() => data.encodeExample({ i: 2n ** 63n })).toThrow(
    'feature "i" holds 9223372036854775808n, expected integers from -2^63 to 2^63 - 1',
  );
  for (const i of [1e300, [0, -3.5e38]])
    expect(() => data.encodeExample({ i })).toThrow(/feature "i" holds (1e\+300|-3.5e\+38), expected numbers within float32/);
  expect(data.decodeExample(data.encodeExample({ i: [3.4028234663852886e38, Infinity] }))["i"]).toEqual(
    Float32Array.of(3.4028234663852886e38, Infinity),
  );
  expect(data.decodeExample(data.encodeExample({ i: [-(2n ** 63n), 2n ** 63n - 1n] }))["i"]).toEqual(
    BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
  );
  const records = [Uint8Array.of(1, 2, 3)];
  for (const compression of ["GZIP", "ZLIB", "", "gzip"] as const) {
    const chunks = (await collect(data.writeTfrecords(records, { compression }))) as Uint8Array[];
    expect(await collect(data.readTfrecords(chunks, { compression }))).toEqual(records);
    expect(await collect(data.readTfrecords(chunks))).toEqual(records);
    if (compression === "GZIP") expect(Array.from(chunks[0]!.subarray(0, 2))).toEqual([0x1f, 0x8b]);
  }
  expect(() => writer()["scalar"]!("x", undefined, 1)).toThrow('the value of "x" is undefined, expected a number');
});

test("what a file may grow to is bounded, and bytes are not copied", async () => {
  const bomb = gzipSync(data.frameRecord(new Uint8Array(2_000_000)));
  await expect(collect(data.readTfrecords(bomb, { maxBytes: 1_000_000 }))).rejects.toThrow(
    "the gzip data unpacks to more than 1000000 bytes. Raise maxBytes",
  );
  const many = data.encodeExample({ a: Array.from({ length: 1000 }, () => new Uint8Array(0)) });
  expect(() => data.decodeExample(many, { maxValues: 1000 })).toThrow("it holds more than 1000 values. Raise maxValues");
  expect(data.decodeExample(many, { maxValues: 1001 })["a"]).toHaveLength(1000);
  const record = data.encodeExample({ a: Uint8Array.of(7, 8) });
  const [bytes] = data.decodeExample(record)["a"] as Uint8Array[];
  expect(bytes!.buffer).toBe(record.buffer);
});
