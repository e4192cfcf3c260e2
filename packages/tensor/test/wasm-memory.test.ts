/** The engine's memory under random use: tensors made, moved, donated, swapped, dropped and collected while it grows; each must keep the elements of a plain array beside it. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Generator } from "@rl/random";
import { expect, test } from "vitest";
import { compile, createWasmEngine, tensor, type Tensor } from "../src/index.ts";
import { sample } from "./sample.ts";

interface Pair {
  readonly tensor: Tensor;
  readonly shadow: Float32Array;
}

test.each([1, 2, 3].slice(0, sample(1, 3)))("random use, seed %i", async (seed) => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const engine = createWasmEngine(`random use ${seed}`);
  const rng = new Generator(seed);
  const sizes = [0, 1, 3, 64, 1000, 4099, 50_000];
  const size = (): number => sizes[rng.integers(0, sizes.length)]!;
  let alive: Pair[] = [];
  const pick = (): number => rng.integers(0, alive.length);
  const check = ({ tensor: t, shadow }: Pair, what: string): void => {
    const got = t.read();
    expect(got.length, what).toBe(shadow.length);
    for (let i = 0; i < shadow.length; i++)
      if (!Object.is(got[i], shadow[i])) expect.fail(`${what}: [${i}] is ${got[i]}, expected ${shadow[i]}`);
  };
  // Whole numbers of at most 24 bits: every result is exact.
  const flipped = compile((x: Tensor) => x.neg().add(1), { engine, donate: [0] });
  const swapped = compile((pair: { a: Tensor; b: Tensor }) => ({ a: pair.b.add(1), b: pair.a.sub(1) }), { engine, donate: [0] });
  const summed = compile((x: Tensor, y: Tensor) => ({ sum: x.add(y), running: x.sub(y).neg() }), { engine });
  const repeated = compile((x: Tensor) => x.unsqueeze(0).expand([40, x.size]).add(1).flip(0).max(0), { engine });
  const taken = compile((x: Tensor, at: Tensor) => ({ x: x.add(1), row: x.take(at) }), { engine, donate: [0] });
  for (let step = 0; step < 3000; step++) {
    const action = rng.integers(0, 10);
    if (alive.length < 4 || action === 0) {
      const shadow = Float32Array.from({ length: size() }, (_v, i) => ((i * 7 + step) % 1000) - 500);
      const local = tensor(shadow.slice());
      alive.push({ tensor: rng.random() < 0.7 ? local.to(engine) : local, shadow });
    } else if (action === 1) {
      alive.splice(pick(), 1);
    } else if (action <= 3) {
      const [used] = alive.splice(pick(), 1) as [Pair];
      alive.push({ tensor: flipped(used.tensor), shadow: used.shadow.map((x) => 1 - x) });
      expect(() => used.tensor.read()).toThrow("donated");
    } else if (action === 4) {
      const first = pick();
      const second = alive.findIndex((other, i) => i !== first && other.shadow.length === alive[first]!.shadow.length);
      if (second < 0) continue;
      const [a, b] = [alive[first]!, alive[second]!];
      const next = swapped({ a: a.tensor, b: b.tensor });
      alive[first] = { tensor: next.a, shadow: b.shadow.map((x) => x + 1) };
      alive[second] = { tensor: next.b, shadow: a.shadow.map((x) => x - 1) };
    } else if (action === 5) {
      const a = alive[pick()]!;
      const { sum, running } = summed(a.tensor, a.tensor);
      check({ tensor: sum, shadow: a.shadow.map((x) => x + x) }, `sum at step ${step}`);
      check({ tensor: running, shadow: a.shadow.map(() => -0) }, `difference at step ${step}`);
    } else if (action === 6) {
      const a = alive[pick()]!;
      if (a.shadow.length > 0) check({ tensor: repeated(a.tensor), shadow: a.shadow.map((x) => x + 1) }, `repeated at step ${step}`);
    } else if (action === 7) {
      const at = pick();
      const a = alive[at]!;
      if (a.shadow.length === 0) continue;
      const index = rng.random() < 0.3 ? a.shadow.length : rng.integers(0, a.shadow.length);
      const given = [a.tensor, tensor(Int32Array.of(index))] as const;
      if (index < a.shadow.length) {
        const { x, row } = taken(...given);
        expect(row.item()).toBe(a.shadow[index]);
        alive[at] = { tensor: x, shadow: a.shadow.map((v) => v + 1) };
      } else {
        expect(() => taken(...given)).toThrow(`index ${index} is outside`);
        alive.splice(at, 1);
      }
    } else if (action === 8) {
      const a = alive[pick()]!;
      alive.push({ tensor: a.tensor.mul(2).sub(a.tensor), shadow: a.shadow.map((x) => 2 * x - x) });
    } else check(alive[pick()]!, `step ${step}`);
    if (alive.length > 40) alive = alive.slice(20);
    if (step % 100 === 99) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
      alive.forEach((pair, i) => check(pair, `tensor ${i} after step ${step}`));
    }
  }
  alive = [];
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    collect();
  }
  engine.heap.sweep();
  // Programs, their constants and scratch memory stay.
  expect(engine.heap.usedBytes).toBeLessThan(24e6);
});
