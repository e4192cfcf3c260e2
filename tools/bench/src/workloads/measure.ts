/**
 * Times the engine's rows in a process of its own (V8's flags hold for a whole process): measure.ts MODE [row …] prints JSON lines {work, min, median} in
 * microseconds per update. MODE: wide, plain, fused, reference, or profile ROW, which prints the kernels of one row {kernel, calls, us, flops, bytes}.
 */
import { createWasmEngine, engineInfo, referenceEngine, registerEngine, wasmEngine, type Engine } from "@rl/tensor";
import { enableWideVectors } from "@rl/tensor/node";
import { actor, caller, workloads } from "./rows.ts";
import { timed } from "./timed.ts";

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

/** After a first call, which compiles. V8 takes seconds to optimise the largest program. */
function report(work: string, call: () => void, updates = 1): void {
  call();
  const { min, median } = timed(call, mode === "reference" ? 0.5 : work.startsWith("pixel") ? 5 : 1.5, 2);
  console.log(JSON.stringify({ work, min: min / updates, median: median / updates }));
}

const asked = (name: string): boolean => wanted.length === 0 || wanted.some((part) => name.includes(part));

if (mode === "profile") {
  const call = caller(
    workloads.find(({ name }) => asked(name))!,
    engine,
  );
  for (let i = 0; i < 200; i++) call();
  const [program] = (engine as ReturnType<typeof createWasmEngine>).programs().slice(-1);
  const merged = new Map<string, { kernel: string; calls: number; us: number; flops: number; bytes: number }>();
  for (const { name, milliseconds, flops, bytes } of program!.profile()) {
    const sum = merged.get(name) ?? { kernel: name, calls: 0, us: 0, flops: 0, bytes: 0 };
    const { calls, us } = sum;
    merged.set(name, { kernel: name, calls: calls + 1, us: us + milliseconds * 1000, flops: sum.flops + flops, bytes: sum.bytes + bytes });
  }
  for (const kernel of merged.values()) console.log(JSON.stringify(kernel));
} else {
  console.log(JSON.stringify({ info: engineInfo() }));
  for (const work of workloads) {
    if (!asked(work.name) || (mode === "fused" && !work.flops)) continue;
    report(work.name, caller(work, engine), work.updates);
  }
  for (const batch of mode === "fused" ? [] : [1, 8])
    if (asked(`action, batch ${batch}`)) report(`action, batch ${batch}`, actor(batch, engine));
}
