import { createReadStream } from "node:fs";
import { expect, test } from "vitest";
import { EventFileWriter, readEvents, readTfrecords } from "../src/index.ts";
import { collect, goldenBytes, goldenJson, goldenPath, hex } from "./golden.ts";

interface Golden {
  readonly scalars: readonly { readonly tag: string; readonly step: number; readonly value: number; readonly wallTime: number }[];
  readonly text: { readonly tag: string; readonly value: string; readonly step: number };
}
const golden = goldenJson<Golden>("scalars.json");

test("reads TensorBoard's own file", async () => {
  const events = await collect(readEvents(createReadStream(goldenPath("scalars.tfevents"))));
  expect(
    events.filter(({ value }) => value !== undefined).map(({ tag, step, value, wallTime }) => ({ tag, step, value, wallTime })),
  ).toEqual(golden.scalars);
  expect(events.find(({ text }) => text !== undefined)).toMatchObject({
    tag: golden.text.tag,
    text: golden.text.value,
    step: golden.text.step,
  });
});

test("writes scalars with the bytes of TensorBoard's writer", async () => {
  const theirs = await collect(readTfrecords(goldenBytes("scalars.tfevents")));
  const ours: Uint8Array[] = [];
  let now = 0;
  const writer = new EventFileWriter({ write: (bytes) => ours.push(bytes), now: () => now, header: false });
  for (const { tag, step, value, wallTime } of golden.scalars) {
    now = wallTime;
    writer.scalar(tag, value, step);
  }
  const framed = ours.map((frame) => hex(frame.subarray(12, -4)));
  // Their file holds a version record first and the text somewhere; each of our events must be among theirs, in order.
  const all = theirs.map(hex);
  expect(framed).toHaveLength(13);
  expect(all.filter((event) => framed.includes(event))).toEqual(framed);
});

test("steps and numbers of buckets that a file cannot hold are refused, and nothing is written", () => {
  let written = 0;
  const writer = new EventFileWriter({ write: () => written++, now: () => 0, header: false });
  for (const step of [-1, 0.5, NaN]) expect(() => writer.scalar("a", 1, step)).toThrow(`step is ${step}, expected a whole number`);
  for (const bins of [0, 2.5]) expect(() => writer.histogram("a", [1], 0, bins)).toThrow(`bins is ${bins}, expected a whole number`);
  expect(written).toBe(0);
});

test("what is written is read back: steps beyond 32 bits, NaN, text", async () => {
  const chunks: Uint8Array[] = [];
  const writer = new EventFileWriter({ write: (bytes) => chunks.push(bytes), now: () => 1_700_000_000.25 });
  writer.scalars(
    [
      ["a", NaN],
      ["b", -Infinity],
      ["c", 0.1],
    ],
    2 ** 40,
  );
  writer.text("note", "# héllo", 3);
  writer.histogram("weights", Float64Array.of(0, 1, 1, 2, NaN), 4, 2);
  const events = await collect(readEvents(chunks));
  expect(events).toEqual([
    { wallTime: 1_700_000_000.25, step: 2 ** 40, tag: "a", value: NaN },
    { wallTime: 1_700_000_000.25, step: 2 ** 40, tag: "b", value: -Infinity },
    { wallTime: 1_700_000_000.25, step: 2 ** 40, tag: "c", value: Math.fround(0.1) },
    { wallTime: 1_700_000_000.25, step: 3, tag: "note", text: "# héllo" },
    { wallTime: 1_700_000_000.25, step: 4, tag: "weights" },
  ]);
});
