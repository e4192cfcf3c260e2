/** A gigabyte of parameters where there is none to be had; donated state of a call that fails; programs that nobody holds. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { keptFor } from "../src/tensor/single.ts";
import { compile, createWasmEngine, tensor, zeros, type Tensor } from "../src/index.ts";

const fixture = fileURLToPath(new URL("fixtures-memory.ts", import.meta.url));

function gigabyte(flags: readonly string[], limit?: number): { said: string; still: number } {
  const command = [process.execPath, ...flags, "--conditions=@rl/source", fixture];
  const shell = limit === undefined ? command : ["sh", "-c", `ulimit -v ${limit}; exec "$@"`, "sh", ...command];
  // Node's loader of TypeScript takes gigabytes of addresses, unless what it made is in a cache: with one, other limits would be those that fail.
  const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" };
  const { stdout, stderr } = spawnSync(shell[0]!, shell.slice(1), { encoding: "utf8", env });
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout) as { said: string; still: number };
}

describe("one gigabyte of parameters", () => {
  test("where WebAssembly gives 512 MiB: the error says how much, for what, and what to do; the process goes on", () => {
    const { said, still } = gigabyte(["--wasm-max-mem-pages=8192"]);
    expect(said).toMatch(/^RangeError: wasm engine: could not get 1024\.\d MiB for argument 0; \S+ MiB are in use already; .*drop tensors/);
    expect(still).toBe(6);
  });
  test.skipIf(process.platform !== "linux")("where the system gives little: each limit ends in an error that says what to do", () => {
    // Depending on the limit, the array, the reservation of address space or the growth of the memory is what fails.
    for (const kilobytes of [4e6, 8e6]) {
      const { said, still } = gigabyte([], kilobytes);
      expect(said, String(kilobytes)).toMatch(
        /^RangeError: (tensor|wasm engine): could not (get 1024\.\d|reserve \d+\.\d) MiB .*(drop|give)/,
      );
      expect(still).toBe(6);
    }
  });
});

test("donated state of a call that fails on the way is dead, not half changed", () => {
  const step = compile((state: Tensor, at: Tensor) => ({ state: state.add(1), row: state.take(at).sum() }), { donate: [0] });
  const at = (index: number): Tensor => tensor(Int32Array.of(index));
  const first = step(tensor([1, 2, 3]), at(0));
  expect(first.row.item()).toBe(1);
  expect(() => step(first.state, at(7))).toThrow("index 7 is outside 0 … 2; check the indices");
  expect(() => [...first.state.read()]).toThrow(/donated/);
  expect(step(tensor([1, 2, 3]), at(2)).row.item()).toBe(3);
});

test("donated state of a call that cannot have its memory stays", () => {
  const engine = createWasmEngine("full");
  const { heap } = engine;
  const step = compile((s: { a: Tensor; b: Tensor }) => ({ a: s.a.add(1), b: s.b.add(1) }), { engine, donate: [0] });
  const resident = step({ a: tensor([1]), b: tensor([2]) });
  const mixed = { a: resident.a, b: tensor([5]) };
  const allocate = heap.allocate.bind(heap);
  heap.allocate = () => {
    throw new RangeError("no memory");
  };
  expect(() => step(mixed)).toThrow("no memory");
  expect([mixed.a.item(), mixed.b.item()]).toEqual([2, 5]);
  heap.allocate = allocate;
  const next = step(mixed);
  expect([next.a.item(), next.b.item()]).toEqual([3, 6]);
  expect(() => mixed.a.item()).toThrow("donated");
});

test("programs that nobody holds are collected, with their memory", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const engine = createWasmEngine("dropped");
  // Each has a constant of 40 KB of its own.
  for (let n = 0; n < 300; n++) {
    const constant = tensor(Float32Array.from({ length: 10_000 }, (_v, i) => i + n));
    compile((x: Tensor) => x.add(constant).mul(n).sum(), { engine })(zeros([10_000]));
    if (n % 50 === 49) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }
  }
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  await new Promise((resolve) => setImmediate(resolve));
  engine.heap.sweep();
  // The engine itself keeps the latest 32.
  expect(engine.programs().length).toBeLessThanOrEqual(40);
  expect(engine.heap.usedBytes).toBeLessThan(40 * 50_000 + 200_000);
});

test("donated state that is dropped at once, gigabytes of it, stays a few hundred megabytes of memory", async () => {
  const engine = createWasmEngine("fresh state");
  const next = compile((x: Tensor) => x.add(1), { engine, donate: [0] });
  const state = new Float32Array(1_000_000);
  for (let n = 0; n < 500; n++) {
    next(tensor(state));
    if (n % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(engine.heap.memory.buffer.byteLength).toBeLessThan(1e9);
});

test("single operations on an engine's tensors are kept up to a bound, the latest", () => {
  const engine = createWasmEngine("eager");
  for (let n = 1; n <= 400; n++) expect(zeros([n]).to(engine).add(1).sum().item()).toBe(n);
  expect(keptFor(engine)).toBe(256);
});

test("scratch memory that could not be enlarged is not used while it belongs to somebody else", () => {
  const engine = createWasmEngine("arena");
  const small = compile((x: Tensor) => x.exp().cumsum(0).cumsum(0), { engine });
  const x = tensor(new Float32Array(5000).fill(0.001));
  const before = small(x).read();
  const n = 1 << 30;
  const input = { op: "input", inputs: [], attributes: { shape: [n], dtype: "float32" }, shape: [n], dtype: "float32" } as const;
  const sum = { op: "sum", inputs: [0], attributes: { axes: [0] }, shape: [], dtype: "float32" } as const;
  const large = engine.compile({ nodes: [input, sum], inputs: [0], outputs: [1], donated: [] });
  expect(() => large.run([new Float32Array(1)])).toThrow("could not get 4096");
  // What was scratch memory is free now and becomes these tensors'.
  const kept = Array.from({ length: 200 }, (_v, i) => tensor(new Float32Array(1000).fill(i)).to(engine));
  expect(small(x).read()).toEqual(before);
  kept.forEach((one, i) =>
    expect(
      one.read().every((element) => element === i),
      `tensor ${i}`,
    ).toBe(true),
  );
});
