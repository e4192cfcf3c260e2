import { Generator } from "@rl/random";
import { expect, test } from "vitest";
import { batch, shuffle } from "../src/index.ts";
import { collect } from "./golden.ts";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
async function* slowly<T>(items: Iterable<T>): AsyncGenerator<T, void, void> {
  for (const item of items) yield Promise.resolve(item);
}

test("a buffer of one leaves the order as it is; any buffer keeps every item once", () => {
  expect([...shuffle(upTo(20), 1, new Generator(0))]).toEqual(upTo(20));
  for (const size of [1, 2, 7, 19, 20, 21, 1000]) {
    const shuffled = [...shuffle(upTo(20), size, new Generator(3))];
    expect([...shuffled].sort((a, b) => a - b)).toEqual(upTo(20));
  }
  expect([...shuffle([], 5, new Generator(0))]).toEqual([]);
});

test("no item comes earlier than the buffer allows: item i is at i − (size − 1) or later", () => {
  for (const size of [2, 5, 30]) {
    const shuffled = [...shuffle(upTo(200), size, new Generator(1))];
    shuffled.forEach((item, at) => expect(item - at).toBeLessThanOrEqual(size - 1));
    expect(shuffled).not.toEqual(upTo(200));
  }
});

test("a buffer that holds everything gives every permutation the same chance", () => {
  const rng = new Generator(5);
  const counts = new Map<string, number>();
  const runs = 24_000;
  for (let i = 0; i < runs; i++) {
    const key = [...shuffle(upTo(4), 4, rng)].join("");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  // χ² with 23 degrees of freedom: 49.7 is its 99.9 % point.
  let chiSquared = 0;
  for (const count of counts.values()) chiSquared += (count - 1000) ** 2 / 1000;
  expect(chiSquared).toBeLessThan(49.7);
});

test("it holds no more than the buffer, and starts as soon as that is full", () => {
  let taken = 0;
  function* source(): Generator2 {
    for (;;) yield taken++;
  }
  const shuffled = shuffle(source(), 10, new Generator(0));
  shuffled.next();
  expect(taken).toBe(11);
  for (let i = 0; i < 50; i++) shuffled.next();
  expect(taken).toBe(61);
});
type Generator2 = globalThis.Generator<number, void, void>;

test("waiting sources give what others give", async () => {
  expect(await collect(shuffle(slowly(upTo(50)), 8, new Generator(9)))).toEqual([...shuffle(upTo(50), 8, new Generator(9))]);
  expect(await collect(batch(slowly(upTo(7)), 3))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
});

test("batches", () => {
  expect([...batch(upTo(7), 3)]).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  expect([...batch(upTo(7), 3, { dropRemainder: true })]).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
  expect([...batch(upTo(6), 3)]).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
});

test("the order of operations matters: batch then shuffle keeps batches together, shuffle then batch mixes classes", () => {
  const classes = [0, 0, 0, 1, 1, 1, 2, 2, 2];
  for (const items of shuffle(batch(classes, 3), 3, new Generator(0))) expect(new Set(items).size).toBe(1);
  let mixed = 0;
  for (let seed = 0; seed < 20; seed++)
    for (const items of batch(shuffle(classes, 9, new Generator(seed)), 3)) if (new Set(items).size > 1) mixed++;
  // Of three from nine without replacement all are alike with chance 3·(3·2·1)/(9·8·7) = 1/28: 57.9 of 60 are mixed.
  expect(mixed).toBeGreaterThan(50);
});

test("sizes are checked", () => {
  expect(() => shuffle([], 0, new Generator(0))).toThrow("shuffle: bufferSize is 0, expected a whole number of at least 1");
  expect(() => batch([], 1.5)).toThrow("batch: size is 1.5");
  expect(() => batch([], 2, { dropLast: true } as object)).toThrow('batch: unknown option "dropLast"; did you mean "dropRemainder"?');
});
