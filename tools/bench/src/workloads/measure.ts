/**
 * Times the engine's rows in a process of its own (V8's flags hold for a whole process): measure.ts MODE [row …] prints JSON lines {work, min, median} in
 * microseconds per update. MODE: wide, plain, fused, reference, or profile ROW, which prints the kernels of one row.
 */
import { createWasmEngine, engineInfo, referenceEngine, registerEngine, wasmEngine, type Engine } from "@rl/tensor";
import { enableWideVectors } from "@rl/tensor/node";
import { actor, caller, workloads } from "./rows.ts";

const mode = process.argv[2] ?? "wide";
const wanted = process.argv.slice(3);
if (mode === "wide" || mode === "fused" || mode === "profile") enableWideVectors();

const engines: Record<string, () => Engine> = {
  reference: () => referenceEngine,
  fused: () => createWasmEngine("fused", { fused: true }),
  profile: () => createWasmEngine("profile", { clock: () => performance.now() }),
};
const engine = engines[mode]?.() ?? wasmEngine;
registerEngine(engine);

function timed(call: () => void): { min: number; median: number } {
  call();
  const start = performance.now();
  call();
  const one = performance.now() - start;
  const calls = Math.max(1, Math.floor(2 / one));
  const samples: number[] = [];
  const end = performance.now() + (mode === "reference" ? 500 : one > 20 ? 5000 : 1500);
  do {
    const from = performance.now();
    for (let i = 0; i < calls; i++) call();
    samples.push((performance.now() - from) / calls);
  } while (performance.now() < end || samples.length < 3);
  samples.sort((a, b) => a - b);
  return { min: samples[0]! * 1000, median: samples[samples.length >> 1]! * 1000 };
}

function report(work: string, call: () => void, updates = 1): void {
  const { min, median } = timed(call);
  console.log(JSON.stringify({ work, min: min / updates, median: median / updates }));
}

const asked = (name: string): boolean => wanted.length === 0 || wanted.some((part) => name.includes(part));

if (mode === "profile") {
  const work = workloads.find(({ name }) => asked(name))!;
  const call = caller(work, engine);
  for (let i = 0; i < 200; i++) call();
  const [program] = (engine as ReturnType<typeof createWasmEngine>).programs().slice(-1);
  const kernels = program!.profile().map((kernel) => ({ ...kernel, us: kernel.milliseconds * 1000 }));
  const total = kernels.reduce((sum, { us }) => sum + us, 0);
  const merged = new Map<string, { us: number; flops: number; bytes: number; count: number }>();
  for (const { name, us, flops, bytes } of kernels) {
    const sum = merged.get(name) ?? { us: 0, flops: 0, bytes: 0, count: 0 };
    merged.set(name, { us: sum.us + us, flops: sum.flops + flops, bytes: sum.bytes + bytes, count: sum.count + 1 });
  }
  console.log(`${work.name}: kernels ${total.toFixed(1)} µs (shortest time of each; kernels inside loops once)`);
  console.log("| kernel | calls | µs | share | flops | bytes | GFLOP/s |\n|---|---|---|---|---|---|---|");
  for (const [name, k] of [...merged].sort((a, b) => b[1].us - a[1].us))
    console.log(
      `| ${name} | ${k.count} | ${k.us.toFixed(2)} | ${((100 * k.us) / total).toFixed(1)} % | ${k.flops} | ${k.bytes} | ${(k.flops / k.us / 1000).toFixed(1)} |`,
    );
} else {
  console.log(JSON.stringify({ info: engineInfo() }));
  for (const work of workloads) {
    if (!asked(work.name) || (mode === "reference" && work.heavy)) continue;
    if (mode === "fused" && !work.flops) continue;
    report(work.name, caller(work, engine), work.updates);
  }
  for (const batch of mode === "fused" ? [] : [1, 8])
    if (asked(`action, batch ${batch}`)) report(`action, batch ${batch}`, actor(batch, engine));
}
