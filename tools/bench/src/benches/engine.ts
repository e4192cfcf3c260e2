/** The engine's rows: our figures by path, PyTorch and JAX on one thread beside them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { wasmEngine } from "@rl/tensor";
import { defineBench, type BenchContext, type Row, type Target } from "../bench.ts";
import { example, workloads } from "../workloads/rows.ts";

interface Figure {
  readonly min: number;
  readonly median: number;
}

const script = fileURLToPath(new URL("../workloads/measure.ts", import.meta.url));

/** Runs measure.ts in a process of its own. */
function measured(mode: string, rows: readonly string[], ctx: BenchContext): Map<string, Figure> {
  ctx.log(`${mode} …`);
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--conditions=@rl/source", script, mode, ...rows], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`measure.ts ${mode} ended with ${String(status)}: ${stderr.slice(-2000)}`);
  const figures = new Map<string, Figure>();
  for (const line of stdout.trim().split("\n")) {
    const fact = JSON.parse(line) as { work?: string; info?: { reason: string } } & Figure;
    if (fact.work !== undefined) figures.set(fact.work, fact);
    else if (fact.info) ctx.log(fact.info.reason);
  }
  return figures;
}

/** A peer in JavaScript on the same arguments; a row whose result differs is left out with its reason. */
function javaScript(name: string, main: string, backend: string, file: string, ctx: BenchContext): Map<string, Figure> {
  ctx.log(`${name} ${backend} …`);
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL(`../workloads/${main}`, import.meta.url)), backend, file],
    { encoding: "utf8" },
  );
  if (status !== 0) ctx.log(`${name} ${backend} stopped: ${stderr.slice(-600)}`);
  const figures = new Map<string, Figure>();
  for (const line of stdout.split("\n")) {
    if (!line.startsWith("{")) continue;
    const fact = JSON.parse(line) as { work: string; failed?: string } & Figure;
    if (fact.failed === undefined) figures.set(fact.work, fact);
    else ctx.log(`${name} ${backend}, ${fact.work}: ${fact.failed}`);
  }
  return figures;
}

/** What is to be reached with joined pairs, strict. */
const TARGETS: Record<string, Target | readonly Target[]> = {
  "PPO 4-64-64, minibatch 64": "≤ 0.9 × JAX jit",
  "PPO 4-64-64, minibatch 64, 64 updates in one call": "≤ 1.3 × JAX scan",
  "PPO 4-64-64, minibatch 256": "≤ 1.0 × JAX jit",
  "PPO 17-256-256-6, minibatch 256": ["≤ 0.5 × PyTorch", "≤ 1.6 × JAX jit"],
  "action, batch 1": "≤ 4 µs",
  "action, batch 8": "≤ 8 µs",
  "DQN [256,256], batch 64": ["≤ 0.5 × PyTorch", "≤ 1.5 × JAX jit"],
  "DDPG [400,300], batch 256": "≤ 0.8 × PyTorch",
  "Fisher-vector product, 1024 states": ["≤ 0.5 × PyTorch", "≤ 1.5 × JAX jit"],
  "pixel DQN, batch 128": "≤ 1.0 × PyTorch",
  "LeNet, batch 64": "≤ 1.0 × PyTorch",
};

/** Version of a package as it is installed here. */
const installed = (name: string): string =>
  (JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8")) as { version: string }).version;

export default defineBench({
  name: "engine",
  description:
    "Updates of small networks on one core: the wasm engine (joined pairs, strict) beside its other paths, PyTorch and JAX. Minimum of many repetitions.",
  flags: {
    profile: "a row: print its kernels, flops, bytes and share instead",
    rows: "only rows whose name contains one of these, separated by commas",
  },
  async run(ctx) {
    if (ctx.flags.profile !== undefined) {
      const { stdout } = spawnSync(process.execPath, ["--conditions=@rl/source", script, "profile", ctx.flags.profile], {
        encoding: "utf8",
      });
      ctx.remark(stdout);
      return [];
    }
    const rows = ctx.flags.rows?.split(",") ?? [];
    const names = [...workloads.map(({ name }) => name), "action, batch 1", "action, batch 8"].filter(
      (name) => rows.length === 0 || rows.some((part) => name.includes(part)),
    );
    const wide = measured("wide", rows, ctx);
    const folder = mkdtempSync(join(tmpdir(), "engine-"));
    const file = join(folder, "examples.json");
    const others = new Map<string, Map<string, Figure>>();
    let peers;
    try {
      {
        const examples = Object.fromEntries(
          workloads
            .filter(({ name }) => names.includes(name) || name === "PPO 4-64-64, minibatch 64")
            .map((work) => [work.name, example(work, wasmEngine)]),
        );
        writeFileSync(file, JSON.stringify(examples));
      }
      peers = await ctx.python("engine.py", { args: [file], timeoutSeconds: 900 });
      for (const backend of ["wasm", "cpu"])
        others.set(`TF.js ${backend}`, javaScript("TensorFlow.js", "tfjs-main.ts", backend, file, ctx));
      others.set("jax-js wasm", javaScript("jax-js", "jaxjs-main.ts", "wasm", file, ctx));
      ctx.version("TensorFlow.js", installed("@tensorflow/tfjs"));
      ctx.version("jax-js", installed("@jax-js/jax"));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const plain = measured("plain", rows, ctx);
    const reference = measured("reference", rows, ctx);
    const fused = measured("fused", rows, ctx);
    const flops = new Map(workloads.map(({ name, flops: count }) => [name, count]));
    return names.map((work): Row => {
      const count = flops.get(work);
      const own = wide.get(work);
      const scaled = (us: number | undefined): number | undefined => (us === undefined ? undefined : count ? count / us / 1000 : us);
      const theirs = peers.row(work, "µs", ["PyTorch", "JAX jit", "JAX scan"]);
      return {
        work,
        ours: scaled(own?.min),
        unit: count ? "GFLOP/s" : "µs",
        better: count ? "higher" : "lower",
        peers: {
          ...Object.fromEntries(Object.entries(theirs).map(([peer, us]) => [peer, scaled(us)])),
          ...Object.fromEntries([...others].map(([peer, figures]) => [peer, scaled(figures.get(work)?.min)])),
          "wasm plain": scaled(plain.get(work)?.min),
          "wasm fused": scaled(fused.get(work)?.min),
          reference: scaled(reference.get(work)?.min),
        },
        ...(ctx.hasPython || work.startsWith("action") ? { target: count ? "≥ 0.9 × PyTorch" : (TARGETS[work] ?? []) } : {}),
        note: own ? `median ${scaled(own.median)!.toFixed(1)}` : "",
      };
    });
  },
});
