/** Files of @rl/data beside writers in plain Python: TFRecord frames with Examples, safetensors, TensorBoard events. The same bytes; and our readers give back what went in. */
import * as data from "@rl/data";
import type { Generator } from "@rl/random";
import { EXACT } from "../compare.ts";
import { defineGenerator } from "../define.ts";
import { chance, int, list, normal, pick } from "../draw.ts";
import { literal, type Json } from "../json.ts";

/** A feature or a tensor: its name, its kind, its values. */
type Part = readonly [name: string, kind: string, values: readonly Json[], shape: readonly number[]];

const word = (rng: Generator): string => list(int(rng, 1, 5), () => pick(rng, ["a", "b", "_", "/", "é", "7", "世"])).join("");
const whole = (rng: Generator, bits: number): number => Math.round(rng.uniform(-1, 1) * 2 ** int(rng, 1, bits)) + 0;

// A name of digits alone would come first in any object of JavaScript, so none begins with one.
function feature(rng: Generator, i: number): Part {
  const kind = pick(rng, ["float", "int", "bytes"]);
  const n = int(rng, 0, 5);
  const value = (): Json => (kind === "float" ? Math.fround(normal(rng, 100)) : kind === "int" ? whole(rng, 50) : word(rng));
  return [`k${word(rng)}${i}`, kind, list(n, value), []];
}

const types: Readonly<Record<string, string>> = {
  F32: "Float32Array",
  F64: "Float64Array",
  I32: "Int32Array",
  U8: "Uint8Array",
  I16: "Int16Array",
};

function array(rng: Generator, i: number): Part {
  const kind = pick(rng, Object.keys(types));
  const shape = list(int(rng, 0, 3), () => int(rng, 0, 3));
  const n = shape.reduce((a, b) => a * b, 1);
  return [`k${word(rng)}${i}`, kind, list(n, () => (kind.startsWith("F") ? Math.fround(normal(rng, 100)) : int(rng, 0, 100))), shape];
}

const values: Readonly<Record<string, (list: readonly Json[]) => string>> = {
  float: (items) => `Float32Array.from(${literal(items)})`,
  int: (items) => `BigInt64Array.from([${items.map((x) => `${String(x === "-0" ? 0 : x)}n`).join(", ")}])`,
  bytes: (items) => `${literal(items)}`,
};

export const filesGenerator = defineGenerator<{
  kind: string;
  records: readonly (readonly Part[])[];
  metadata: readonly (readonly [string, string])[];
}>({
  name: "files",
  about: "TFRecord, tf.train.Example and safetensors beside writers in plain Python: the same bytes, read back as they went in",
  python: "files_peer",
  tolerance: EXACT,
  make(rng) {
    const kind = pick(rng, ["tfrecord", "safetensors", "events"]);
    const part = kind === "tfrecord" ? feature : array;
    const scalar = (): Part => [
      word(rng),
      "scalar",
      [Math.fround(normal(rng, 100)), int(rng, 0, 2 ** pick(rng, [4, 40])), int(rng, 0, 2e9)],
      [],
    ];
    const count = kind === "safetensors" ? 1 : int(rng, 0, 4);
    return {
      kind,
      records: list(count, () => (kind === "events" ? [scalar()] : list(int(rng, 0, 4), (i) => part(rng, i)))),
      metadata: kind === "safetensors" && chance(rng, 0.5) ? [["name", word(rng)]] : [],
    };
  },
  valid: ({ kind, records }) =>
    (kind !== "safetensors" || records.length === 1) &&
    records.every(
      (parts) =>
        (kind !== "events" || (parts.length === 1 && parts[0]![2].length === 3)) &&
        (kind !== "safetensors" || parts.every(([, , items, shape]) => items.length === shape.reduce((a, b) => a * b, 1))),
    ),
  code({ kind, records, metadata }) {
    if (kind === "events")
      return [
        `const chunks = [];`,
        `let now = 0;`,
        `const events = new data.EventFileWriter({ write: (bytes) => chunks.push(...bytes), now: () => now });`,
        ...records.map((parts) => {
          const [tag, , [value, step, time]] = parts[0]!;
          return `now = ${literal(time!)}; events.scalar(${literal(tag)}, ${literal(value!)}, ${literal(step!)});`;
        }),
        `const read = [];`,
        `for await (const { tag, step, value } of data.readEvents([Uint8Array.from(chunks)])) read.push([tag, step, value]);`,
        `return { bytes: chunks, read };`,
      ].join("\n");
    if (kind === "safetensors") {
      const entries = records[0]!.map(
        ([name, dtype, items, shape]) =>
          `${JSON.stringify(name)}: { dtype: "${dtype}", shape: ${literal(shape)}, data: ${types[dtype]}.from(${literal(items)}) }`,
      );
      return [
        `const bytes = data.encodeSafetensors({ ${entries.join(", ")} }${metadata.length > 0 ? `, ${literal(Object.fromEntries(metadata))}` : ""});`,
        `const { tensors } = data.decodeSafetensors(bytes);`,
        `const read = [...tensors].map(([name, t]) => [name, t.dtype, t.shape, [...t.data]]).sort(([a], [b]) => (a < b ? -1 : 1));`,
        `return { bytes: [...bytes], read };`,
      ].join("\n");
    }
    return [
      `const records = [${records.map((record) => `data.encodeExample({ ${record.map(([name, type, items]) => `${JSON.stringify(name)}: ${values[type]!(items)}`).join(", ")} })`).join(", ")}];`,
      `const chunks = [];`,
      `for await (const chunk of data.writeTfrecords(records)) chunks.push(...chunk);`,
      `const read = [];`,
      `for await (const record of data.readTfrecords([Uint8Array.from(chunks)]))`,
      `  read.push(Object.entries(data.decodeExample(record)).map(([name, items]) => [name, Array.from(items, (x) => (typeof x === "object" ? new TextDecoder().decode(x) : typeof x === "bigint" ? Number(x) : x))]));`,
      `return { bytes: chunks, read };`,
    ].join("\n");
  },
  scope: { data },
  imports: `import * as data from "@rl/data";`,
});
