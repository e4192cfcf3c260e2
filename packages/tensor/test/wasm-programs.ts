/**
 * Random programs on the wasm engine, as a command (from the root, ten thousand unless told):
 *   node --conditions=@rl/source packages/tensor/test/wasm-programs.ts [COUNT]
 * Each runs plain, in a worker thread, with every value computed again that can be (recompute.ts; by default only large ones are), with joined pairs, and
 * joined in a worker thread; in this thread every operation of every one, as it is and as the passes leave it, is judged by the reference (agreement.ts),
 * plain and joined. Nine of ten are small programs over all primitives and odd numbers, the tenth is a whole training step. A failure is shrunk and printed
 * as code. At the end what was judged, the furthest that each operation is from the reference, and one hash of all results for each of the five: they must
 * be equal.
 */
import process from "node:process";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { primitives } from "../src/primitives/index.ts";
import { WasmEngine } from "../src/wasm/engine.ts";
import { enableWideVectors } from "../src/wasm/node.ts";
import { Judge } from "./judge.ts";
import { Coverage, hashOfAll, runPrograms, type ProgramRun } from "./program-run.ts";

const inWorker = (count: number, wide: boolean): Promise<ProgramRun> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { count, wide } });
    worker.once("message", resolve);
    worker.once("error", reject);
  });

async function main(count: number): Promise<number> {
  const coverage = new Coverage();
  const judge = new Judge();
  const runs: [name: string, run: ProgramRun][] = [];
  const add = async (name: string, start: (progress: (done: number) => void) => Promise<ProgramRun>): Promise<void> => {
    const before = process.cpuUsage();
    const run = await start((done) => process.stderr.write(`  ${name}: ${done}\n`));
    const { user, system } = process.cpuUsage(before);
    runs.push([name, run]);
    console.log(
      `${name.padEnd(22)} ${hashOfAll(run.hashes)}  ${run.failures.length} failures, ${((user + system) / 1e6).toFixed(0)} s of processor time, ${(process.memoryUsage().rss / 1048576).toFixed(0)} MiB`,
    );
    for (const failure of run.failures) console.log(failure);
  };
  await add("plain", (progress) => runPrograms(count, { judge, coverage, progress }));
  await add("plain, worker thread", () => inWorker(count, false));
  const again = new WasmEngine("again", { recomputeFrom: 0 });
  await add("computed again", (progress) => runPrograms(count, { engine: again, progress }));
  const info = enableWideVectors();
  if (info.wide) {
    await add("joined", (progress) => runPrograms(count, { judge, progress }));
    await add("joined, worker thread", () => inWorker(count, true));
  } else console.log(`joined: not here, ${info.reason}`);

  const missing = [...primitives.keys()].filter((name) => !coverage.operations.has(name));
  const unknown = [...coverage.operations].filter((name) => !primitives.has(name));
  console.log(
    `primitives: ${primitives.size - missing.length} of ${primitives.size} occur${missing.length > 0 ? `, not ${missing.join(", ")}` : ""}`,
  );
  console.log(
    `programs with ${[...coverage.counts]
      .sort()
      .map(([what, n]) => `${what} ${n}`)
      .join(", ")}`,
  );
  console.log(judge.summary());
  const [[, first], ...others] = runs as [(typeof runs)[0], ...typeof runs];
  let different = 0;
  for (const [name, { hashes }] of others) {
    const seeds = first.hashes.flatMap((hash, seed) => (hashes[seed] === hash ? [] : [seed]));
    different += seeds.length;
    if (seeds.length > 0) console.log(`${name}: other bits than plain for seeds ${seeds.slice(0, 20).join(", ")}`);
  }
  const failures = runs.reduce((sum, [, run]) => sum + run.failures.length, 0);
  const good = failures === 0 && different === 0 && missing.length === 0 && unknown.length === 0;
  console.log(
    good
      ? `${count} programs agree with the reference; all hashes are equal`
      : `${failures} failures, ${different} programs with other bits`,
  );
  return good ? 0 : 1;
}

if (isMainThread) process.exitCode = await main(Number(process.argv[2] ?? 10_000));
else {
  const { count, wide } = workerData as { count: number; wide: boolean };
  if (wide && !enableWideVectors().wide) throw new Error("no joined pairs in the worker thread");
  parentPort!.postMessage(await runPrograms(count, {}));
}
