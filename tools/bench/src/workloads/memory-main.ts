/**
 * memory-main.ts [updates = 100000]: one PPO update after another on resident state, in one synchronous loop; prints how much the resident set grew after the
 * first tenth. Then a thousand programs that fall out of use: prints what the engine's memory still holds.
 */
import { compile, wasmEngine, type Tensor } from "@rl/tensor";
import { enableWideVectors } from "@rl/tensor/node";
import { caller, workloads } from "./rows.ts";

enableWideVectors();
const updates = Number(process.argv[2] ?? 100_000);
const call = caller(workloads[0]!, wasmEngine);
let before = 0;
for (let i = 0; i < updates; i++) {
  call();
  if (i === Math.floor(updates / 10)) before = process.memoryUsage().rss;
}
const grown = (process.memoryUsage().rss - before) / 1048576;
console.log(`${updates} updates: resident set ${(before / 1048576).toFixed(1)} MiB after a tenth, grown by ${grown.toFixed(2)} MiB since`);

const one = (n: number): number =>
  (
    compile(
      (x: Tensor) =>
        x
          .mul(n)
          .add(n + 0.5)
          .sum(),
      { engine: wasmEngine },
    ) as unknown as (x: Float32Array) => Tensor
  )(new Float32Array(1000)).item();
const used = wasmEngine.heap.usedBytes;
for (let n = 1; n <= 1000; n++) {
  one(n);
  if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
(globalThis as { gc?: () => void }).gc?.();
await new Promise((resolve) => setTimeout(resolve, 100));
wasmEngine.heap.sweep();
console.log(
  `1000 programs: ${wasmEngine.programs().length} still held, engine memory in use grew by ${((wasmEngine.heap.usedBytes - used) / 1024).toFixed(0)} KiB`,
);
process.exitCode = grown <= 5 ? 0 : 1;
