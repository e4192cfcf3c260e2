import { createReadStream } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import {
  crc32c,
  DataError,
  decodeExample,
  encodeExample,
  framedLength,
  maskCrc,
  readTfrecords,
  writeTfrecords,
  type Example,
} from "../src/index.ts";
import { collect, goldenBytes, goldenJson, goldenPath, hex, joined } from "./golden.ts";

interface Golden {
  readonly examples: readonly {
    readonly observation: readonly number[];
    readonly action: readonly string[];
    readonly image_hex: readonly string[];
  }[];
}
const golden = goldenJson<Golden>("tfrecord.json").examples;

function expectGolden(example: Example, i: number): void {
  const { observation, action, image_hex } = golden[i]!;
  expect(example["observation"]).toEqual(Float32Array.from(observation));
  expect(example["action"]).toEqual(BigInt64Array.from(action, BigInt));
  expect((example["image"] as Uint8Array[]).map(hex)).toEqual(image_hex);
}

test("reads TensorFlow's file, plain and gzipped, in chunks of any size", async () => {
  for (const name of ["plain.tfrecord", "gzip.tfrecord.gz"]) {
    for (const highWaterMark of [1, 7, 12, 13, 64, 100_000]) {
      const records = await collect(readTfrecords(createReadStream(goldenPath(name), { highWaterMark })));
      expect(records).toHaveLength(golden.length);
      records.forEach((record, i) => expectGolden(decodeExample(record), i));
    }
  }
});

test("reads every kind of source", async () => {
  const bytes = goldenBytes("plain.tfrecord");
  const sources = [
    bytes,
    bytes.buffer as ArrayBuffer,
    new Blob([bytes as Uint8Array<ArrayBuffer>]),
    new Blob([bytes as Uint8Array<ArrayBuffer>]).stream(),
    [bytes.subarray(0, 5), bytes.subarray(5)],
  ];
  for (const source of sources) expect(await collect(readTfrecords(source))).toHaveLength(7);
});

test("writes the same examples in as many bytes, and reads them back", async () => {
  const records = golden.map(({ observation, action, image_hex }) =>
    encodeExample({
      observation: Float32Array.from(observation),
      action: BigInt64Array.from(action, BigInt),
      image: image_hex.map((text) => Buffer.from(text, "hex")),
    }),
  );
  const [plain, theirs] = [await joined(writeTfrecords(records)), goldenBytes("plain.tfrecord")];
  expect(plain).toHaveLength(theirs.length);
  // Maps have no order in protocol buffers: what counts is that it reads back the same.
  (await collect(readTfrecords(plain))).forEach((record, i) => expectGolden(decodeExample(record), i));
  expect(plain).toHaveLength(records.reduce((sum, record) => sum + framedLength(record.length), 0));
});

test("compresses and unpacks by itself", async () => {
  const records = [new Uint8Array(0), new Uint8Array(100_000).fill(7), Uint8Array.from([1, 2, 3])];
  for (const compression of ["gzip", "zlib"] as const) {
    const packed = await joined(writeTfrecords(records, { compression }));
    expect(packed.length).toBeLessThan(2000);
    expect((await collect(readTfrecords(packed))).map(hex)).toEqual(records.map(hex));
    expect((await collect(readTfrecords(packed, { compression }))).map(hex)).toEqual(records.map(hex));
  }
});

const broken: readonly (readonly [name: string, offset: number, before: number])[] = [
  ["bad_length_crc.tfrecord", 0, 0],
  ["bad_data_crc.tfrecord", 12, 0],
  ["huge_length.tfrecord", 0, 0],
  ["truncated.tfrecord", 789, 6],
];
test.each(broken)("%s: the error names file and offset, after the good records", async (name, offset, before) => {
  for (const highWaterMark of [5, 100_000]) {
    let count = 0;
    const read = async (): Promise<void> => {
      for await (const _ of readTfrecords(createReadStream(goldenPath(name), { highWaterMark }))) count++;
    };
    const error: unknown = await read().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({ file: goldenPath(name), offset });
    expect((error as Error).message).toContain(`${goldenPath(name)}, byte ${offset}: `);
    expect(count).toBe(before);
  }
});

test("a length with a right checksum but no data behind it allocates nothing", async () => {
  const frame = new Uint8Array(40);
  const view = new DataView(frame.buffer);
  view.setUint32(0, 2_000_000_000, true);
  view.setUint32(8, maskCrc(crc32c(frame, 0, 0, 8)), true);
  const before = process.memoryUsage().arrayBuffers;
  await expect(collect(readTfrecords(frame, { name: "liar" }))).rejects.toThrow(
    "liar, byte 0: the file ends after 40 bytes of this record; expected a record of 2000000000 bytes",
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  view.setUint32(4, 5, true);
  view.setUint32(8, maskCrc(crc32c(frame, 0, 0, 8)), true);
  await expect(collect(readTfrecords(frame))).rejects.toThrow(
    "input, byte 0: the record claims 23474836480 bytes, expected at most 2147483647",
  );
});

test("a cut gzip stream is named as such", async () => {
  const packed = new Uint8Array(gzipSync(goldenBytes("plain.tfrecord")));
  const read = collect(readTfrecords(packed.subarray(0, packed.length - 20), { name: "cut.gz" }));
  await expect(read).rejects.toThrow(/^cut\.gz, byte \d+: the gzip data is broken or cut off/);
});

test("every single flipped bit is found", async () => {
  const good = goldenBytes("plain.tfrecord").subarray(0, 150);
  const first = (await collect(readTfrecords(goldenBytes("plain.tfrecord"))))[0]!;
  const frame = good.subarray(0, framedLength(first.length));
  for (let bit = 0; bit < 8 * frame.length; bit++) {
    const bad = frame.slice();
    bad[bit >> 3]! ^= 1 << (bit & 7);
    await expect(collect(readTfrecords(bad, { compression: "none" }))).rejects.toBeInstanceOf(DataError);
  }
});

test("a missing file is Node's own error", async () => {
  await expect(collect(readTfrecords(createReadStream("nowhere.tfrecord")))).rejects.toMatchObject({ code: "ENOENT" });
});

test("unknown options are refused", () => {
  expect(() => readTfrecords(new Uint8Array(0), { compresion: "gzip" } as object)).toThrow('unknown option "compresion"');
});
