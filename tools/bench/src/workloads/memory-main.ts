/** memory-main.ts updates COUNT | programs COUNT [plain]: what stays in memory, as JSON. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { compile, tensor, wasmEngine, zeros, type Tensor } from "@rl/tensor";
import { enableWideVectors } from "@rl/tensor/node";
import { normals, stream } from "./parts.ts";
import { ppoBatch, ppoInitial, ppoUpdate } from "./ppo.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const settled = async (): Promise<number> => {
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    collect();
  }
  return process.memoryUsage().rss / 1048576;
};
const [kind, words, path] = process.argv.slice(2);
const count = Number(words);
if (path !== "plain") enableWideVectors();

async function updates(): Promise<Record<string, number>> {
  const step = compile(ppoUpdate, { engine: "wasm", donate: [0] });
  const shape = { hidden: 64, batch: 64, observation: 4, actions: 2 };
  let state = ppoInitial(shape);
  const fixed = ppoBatch(shape);
  const rng = stream(7);
  const run = async (n: number): Promise<void> => {
    for (let i = 0; i < n; i++) {
      state = step(state, { ...fixed, observations: normals(rng, 64, 4), advantages: normals(rng, 64) });
      if (i % 1000 === 999) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await run(5000);
  const before = await settled();
  const used = wasmEngine.heap.usedBytes;
  await run(count);
  const after = await settled();
  return { before, after, growth: after - before, engineBytes: wasmEngine.heap.usedBytes - used };
}

/** What is in use of V8's heap, outside it, and of the engine's memory; the resident set also holds what V8 keeps for later. */
function inUse(): number {
  wasmEngine.heap.sweep();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external + wasmEngine.heap.usedBytes) / 1048576;
}

async function programs(): Promise<Record<string, number>> {
  const make = async (n: number): Promise<void> => {
    for (let i = 0; i < n; i++) {
      // Each program is another one: its constants differ.
      const constant = tensor(Float32Array.from({ length: 2000 }, (_v, k) => k + i));
      compile((x: Tensor) => x.mul(constant).tanh().sum())(zeros([2000]));
      if (i % 20 === 19) await new Promise((resolve) => setImmediate(resolve));
      // V8 sees little of what a module holds and would let thousands wait for a collection.
      if (i % 200 === 199) collect();
    }
  };
  await make(count / 2);
  const resident = await settled();
  const before = inUse();
  await make(count);
  const residentAfter = await settled();
  const after = inUse();
  return { before, after, growth: after - before, alive: wasmEngine.programs().length, resident, residentAfter };
}

console.log(JSON.stringify(await (kind === "updates" ? updates() : programs())));
