/** File formats: are our files what the formats' own readers expect, and how fast are they read and written? */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  crc32c,
  decodeExample,
  decodeSafetensors,
  encodeExample,
  encodeSafetensors,
  EventFileWriter,
  frameRecord,
  TfrecordDecoder,
  writeTfrecords,
  type SafetensorsEntry,
} from "@rl/data";
import { Generator } from "@rl/random";
import { defineBench, type BenchContext, type Row } from "../bench.ts";
import { time } from "../time.ts";

const rng = new Generator(0);
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => rng.integers(0, 256));

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

interface Written {
  readonly examples: { readonly floats: number[]; readonly ints: string[]; readonly bytes: string[] }[];
  readonly scalars: (readonly [tag: string, step: number, value: number])[];
  readonly tensors: Record<string, { readonly dtype: string; readonly shape: readonly number[]; readonly data: string[] }>;
}

/** Writes one file of each kind and what it holds, for the readers in Python. */
async function writeFiles(folder: string): Promise<void> {
  const examples = Array.from({ length: 50 }, (_, i) => ({
    floats: Float32Array.from({ length: i }, () => rng.standardNormal()),
    ints: BigInt64Array.from({ length: 4 }, (__, k) => (k === 0 ? -(2n ** 63n) : BigInt(rng.integers(-(2 ** 40), 2 ** 40)))),
    bytes: [bytes(i), new TextEncoder().encode("héllo ✓")],
  }));
  const records = examples.map((example) => encodeExample(example));
  for (const [name, compression] of [
    ["plain.tfrecord", "none"],
    ["gzip.tfrecord", "gzip"],
    ["zlib.tfrecord", "zlib"],
  ] as const)
    fs.writeFileSync(path.join(folder, name), await joined(writeTfrecords(records, { compression })));

  const chunks: Uint8Array[] = [];
  const writer = new EventFileWriter({ write: (chunk) => chunks.push(chunk), now: () => 1_700_000_000 });
  const scalars = Array.from({ length: 100 }, (_, i) => [`train/metric_${i % 3}`, i * 2 ** 33, Math.fround(rng.standardNormal())] as const);
  for (const [tag, step, value] of scalars) writer.scalar(tag, value, step);
  writer.text("config", "**héllo**", 7);
  writer.histogram("weights", Float64Array.of(0, 1, 1, 2, 4), 8, 4);
  fs.writeFileSync(path.join(folder, "events.out.tfevents.1700000000.rl"), Buffer.concat(chunks));

  const entries: Record<string, SafetensorsEntry> = {
    f32: { dtype: "F32", shape: [3, 5], data: Float32Array.from({ length: 15 }, () => rng.standardNormal()) },
    f64: { dtype: "F64", shape: [2, 1, 2], data: Float64Array.from({ length: 4 }, () => rng.standardNormal()) },
    i64: { dtype: "I64", shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) },
    u64: { dtype: "U64", shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
    i32: { dtype: "I32", shape: [3], data: Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1) },
    u32: { dtype: "U32", shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
    i16: { dtype: "I16", shape: [1], data: Int16Array.of(-32768) },
    u16: { dtype: "U16", shape: [1], data: Uint16Array.of(65535) },
    i8: { dtype: "I8", shape: [1], data: Int8Array.of(-128) },
    u8: { dtype: "U8", shape: [0, 4], data: new Uint8Array(0) },
    bool: { dtype: "BOOL", shape: [2], data: Uint8Array.of(1, 0) },
    "policy.0.weights ✓": { dtype: "F32", shape: [], data: Float32Array.of(0.1) },
  };
  fs.writeFileSync(path.join(folder, "tensors.safetensors"), encodeSafetensors(entries, { format: "rl", note: "héllo" }));

  const written: Written = {
    examples: examples.map((example) => ({
      floats: [...example.floats],
      ints: Array.from(example.ints, String),
      bytes: example.bytes.map((item) => Buffer.from(item).toString("hex")),
    })),
    scalars: [...scalars],
    tensors: Object.fromEntries(
      Object.entries(entries).map(([name, { dtype, shape, data }]) => [
        name,
        { dtype, shape, data: Array.from(data as ArrayLike<number>, String) },
      ]),
    ),
  };
  fs.writeFileSync(path.join(folder, "written.json"), JSON.stringify(written));
}

async function verify(ctx: BenchContext): Promise<Row[]> {
  if (!ctx.hasPython) return [];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rl-formats-"));
  try {
    await writeFiles(folder);
    const report = await ctx.python("data_read.py", { args: [folder] });
    const kinds = [
      "Example records in TFRecord files (plain, gzip, zlib)",
      "TensorBoard events (scalars, text, histogram)",
      "safetensors (11 types)",
    ];
    return kinds.map((kind) => ({
      work: `${kind}: values of ours that their reader reads otherwise`,
      ours: report.get(kind, "mismatches", "values"),
      unit: "values",
      better: "lower",
      target: "≤ 0 values",
      note: `${report.get(kind, "compared", "values") ?? 0} compared`,
    }));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export default defineBench({
  name: "data",
  description: "TFRecord, Example, TensorBoard events and safetensors: read by their own readers, and speed on one core.",
  async run(ctx) {
    const verified = await verify(ctx);
    const peers = await ctx.python("data.py");
    const megabytes = (work: string, length: number, fn: () => unknown, names: readonly string[]): Row => {
      const timing = time(fn);
      return { work, ours: (1e-6 * length) / timing.min, unit: "MB/s", better: "higher", peers: peers.row(work, "MB/s", names) };
    };
    const thousands = (work: string, count: number, fn: () => unknown, names: readonly string[]): Row => {
      const timing = time(fn);
      return { work, ours: (1e-3 * count) / timing.min, unit: "k/s", better: "higher", peers: peers.row(work, "k/s", names) };
    };
    const megabyte = bytes(1_000_000);
    const records = Array.from({ length: 1000 }, () => bytes(1000));
    const file = Buffer.concat(records.map((record) => frameRecord(record)));
    const transition = { observation: new Float32Array(4), nextObservation: new Float32Array(4), action: [1n], reward: 1, done: [0n] };
    const example = encodeExample(transition);
    const tensors = {
      w: { dtype: "F32", shape: [1000, 1000], data: Float32Array.from({ length: 1_000_000 }, () => rng.random()) },
    } as const;
    const saved = encodeSafetensors(tensors);
    const scalars = Array.from({ length: 12 }, (_, i) => [`train/metric_${i}`, i / 7] as const);
    const writer = new EventFileWriter({ write: () => undefined, now: () => 1_700_000_000 });
    return [
      ...verified,
      megabytes("CRC-32C of 1 MB", 1e6, () => crc32c(megabyte), ["google-crc32c (C)", "TensorBoard (Python)"]),
      megabytes("TFRecord: frame 1000 records of 1 kB", 1e6, () => records.map((record) => frameRecord(record)), ["TensorBoard (Python)"]),
      megabytes(
        "TFRecord: read 1000 records of 1 kB",
        1e6,
        () => {
          const decoder = new TfrecordDecoder();
          let count = 0;
          for (const record of decoder.push(file)) count += record.length;
          return count;
        },
        ["TensorBoard (Python)"],
      ),
      thousands("Example: encode a transition", 1, () => encodeExample(transition), ["protobuf (C)"]),
      thousands("Example: decode a transition", 1, () => decodeExample(example), ["protobuf (C)"]),
      thousands("events: write 12 scalars of a step", 1, () => writer.scalars(scalars, 1000), ["TensorBoard (Python)"]),
      megabytes("safetensors: encode 4 MB", 4e6, () => encodeSafetensors(tensors), ["safetensors (Rust)"]),
      megabytes("safetensors: decode 4 MB", 4e6, () => decodeSafetensors(saved), ["safetensors (Rust)"]),
    ];
  },
});
