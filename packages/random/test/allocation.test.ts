/** Draws take nothing from the heap. */
import { getHeapStatistics } from "node:v8";
import { expect, it } from "vitest";
import { Generator } from "@rl/random";

const DRAWS = 20_000;

/** The least that the heap grew over DRAWS draws, of many readings: a collection can only make a reading smaller than 0, and compiling happens in the first ones. */
function bytesTaken(draw: (n: number) => void): number {
  const readings: number[] = [];
  for (let i = 0; i < 60; i++) {
    const used = getHeapStatistics().used_heap_size;
    draw(DRAWS);
    const grown = getHeapStatistics().used_heap_size - used;
    if (grown >= 0) readings.push(grown);
  }
  return readings.toSorted((a, b) => a - b)[readings.length >> 2] as number;
}

const rng = new Generator(3);
const f64 = new Float64Array(500);
const f32 = new Float32Array(500);
const i32 = new Int32Array(500);
const sink = new Float64Array(1);
const fill = (one: () => unknown) => (n: number) => {
  for (let i = 0; i < n; i += 500) one();
};

it.each<[string, (n: number) => void]>([
  [
    "random",
    (n) => {
      for (let i = 0; i < n; i++) sink[0] = rng.random();
    },
  ],
  [
    "uniform",
    (n) => {
      for (let i = 0; i < n; i++) sink[0] = rng.uniform(-1, 1);
    },
  ],
  [
    "standardNormal",
    (n) => {
      for (let i = 0; i < n; i++) sink[0] = rng.standardNormal();
    },
  ],
  [
    "exponential",
    (n) => {
      for (let i = 0; i < n; i++) sink[0] = rng.exponential();
    },
  ],
  [
    "integers",
    (n) => {
      for (let i = 0; i < n; i++) sink[0] = rng.integers(0, 10);
    },
  ],
  ["fillRandom", fill(() => rng.fillRandom(f64))],
  ["fillStandardNormal", fill(() => rng.fillStandardNormal(f32))],
  ["fillExponential", fill(() => rng.fillExponential(f64))],
  ["fillNormal", fill(() => rng.fillNormal(f32, 1, 2))],
  ["fillUniform", fill(() => rng.fillUniform(f64, -1, 2))],
  ["fillIntegers", fill(() => rng.fillIntegers(i32, 0, 6))],
  ["shuffle", fill(() => rng.shuffle(i32))],
])("%s takes less than a byte per draw", (_, draw) => {
  // A boxed number would be 12 bytes or more a draw. The ziggurats' rare path, one draw in eighty, boxes some until it is compiled.
  expect(bytesTaken(draw)).toBeLessThan(DRAWS);
});

it("would notice a box per draw", () => {
  const boxes: unknown[] = [];
  const taken = bytesTaken((n) => {
    boxes.length = 0;
    for (let i = 0; i < n; i++) boxes.push({ value: rng.random() });
  });
  expect(taken).toBeGreaterThan(DRAWS * 10);
});
