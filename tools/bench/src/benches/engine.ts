/** The engine's rows: our figures by path, PyTorch and JAX on one thread, TensorFlow.js and jax-js beside them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { wasmEngine } from "@rl/tensor";
import { markdownTable } from "markdown-table";
import { defineBench, type BenchContext, type Row, type Target } from "../bench.ts";
import type { PeerReport } from "../peers.ts";
import { figure } from "../report.ts";
import { example, workloads } from "../workloads/rows.ts";

/** A line of a peer or of measure.ts: a figure, or why there is none. */
interface Fact {
  readonly work: string;
  readonly min?: number | undefined;
  readonly median?: number | undefined;
  /** The only call made. */
  readonly once?: boolean;
  readonly failed?: string | undefined;
}

const script = (name: string): string => fileURLToPath(new URL(`../workloads/${name}`, import.meta.url));

/** The JSON lines of a script that runs in a process of its own. */
function* lines<Line>(words: readonly string[], ctx: BenchContext): Generator<Line> {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--conditions=@rl/source", ...words], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  for (const line of stdout.split("\n")) if (line.startsWith("{")) yield JSON.parse(line) as Line;
  if (status !== 0) ctx.log(`${words.slice(0, 2).join(" ")} ended with ${String(status)}: ${stderr.slice(-2000)}`);
}

/** What one script says of each row. */
function facts(label: string, words: readonly string[], ctx: BenchContext): Map<string, Fact> {
  ctx.log(`${label} …`);
  const all = new Map<string, Fact>();
  for (const fact of lines<Fact & { info?: { reason: string } }>(words, ctx)) {
    if (fact.info) ctx.log(fact.info.reason);
    else all.set(fact.work, fact);
    if (fact.failed !== undefined) ctx.log(`${label}, ${fact.work}: ${fact.failed}`);
  }
  return all;
}

/** Our rows in one mode of measure.ts. */
const measured = (mode: string, rows: readonly string[], ctx: BenchContext): Map<string, Fact> =>
  facts(mode, [script("measure.ts"), mode, ...rows], ctx);

/** The clock of a machine changes over minutes: we and the Python peers are measured so many times in turn, and the fastest counts. */
const SITTINGS = 2;
const faster = (before: Map<string, Fact> | undefined, now: Map<string, Fact>): Map<string, Fact> =>
  new Map(
    [...now].map(([work, fact]) => [work, (before?.get(work)?.min ?? Infinity) < (fact.min ?? Infinity) ? before!.get(work)! : fact]),
  );

/** What the Python script says of a row. */
const pythonFact = (report: PeerReport, work: string, peer: string): Fact => ({
  work,
  min: report.get(work, peer, "µs"),
  median: report.median(work, peer),
  failed: report.errors.find((error) => error.work === work && error.peer === peer)?.error,
});

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

const PEERS = ["PyTorch", "JAX jit", "JAX scan", "TF.js wasm", "TF.js cpu", "jax-js wasm", "wasm plain", "wasm fused", "reference"];

const isProduct = (work: string): boolean => work.startsWith("product");
const targetsOf = (work: string): readonly Target[] => (isProduct(work) ? ["≥ 0.9 × PyTorch"] : [TARGETS[work] ?? []].flat());

/** Version of a package as it is installed here. */
const installed = (name: string): string =>
  (JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), "utf8")) as { version: string }).version;

/** Names of rows that contain one of the words; a word that is in none is an error. */
function chosen(names: readonly string[], flag: string, words: readonly string[]): string[] {
  for (const word of words)
    if (!names.some((name) => name.includes(word)))
      throw new Error(
        `engine: got --${flag} "${word}"; expected a part of one of these names: ${names.map((name) => `"${name}"`).join(", ")}.`,
      );
  return names.filter((name) => words.some((word) => name.includes(word)));
}

interface Kernel {
  readonly kernel: string;
  readonly calls: number;
  readonly us: number;
  readonly flops: number;
  readonly bytes: number;
}

/** The kernels of one row, most expensive first. */
function profile(word: string, ctx: BenchContext): void {
  const names = workloads.map(({ name }) => name);
  const work = chosen(names, "profile", [word])[0]!;
  const kernels = [...lines<Kernel>([script("measure.ts"), "profile", work], ctx)].sort((a, b) => b.us - a.us);
  const total = kernels.reduce((sum, { us }) => sum + us, 0);
  const cells = kernels.map(({ kernel, calls, us, flops, bytes }) => [
    kernel,
    String(calls),
    us.toFixed(2),
    `${((100 * us) / total).toFixed(1)} %`,
    ...[flops, bytes].map((count) => count.toLocaleString("en").replaceAll(",", " ")),
    (flops / us / 1000).toFixed(1),
  ]);
  ctx.remark(
    `${work}: one call takes ${figure(total)} µs in its kernels (the shortest time of each in 200 calls; those inside loops once).`,
  );
  ctx.remark(markdownTable([["kernel", "calls", "µs", "share", "flops", "bytes", "GFLOP/s"], ...cells], { align: ["l", ..."rrrrrr"] }));
  ctx.remark(
    "`dot 64×256×4 16,4 1024,4`: the product [64, 4]·[4, 256]; then the bytes from one row and one column to the next, of its left operand and of its right one. " +
      "`7·5504→20` behind them: seven times 5504 bytes further in the left operand, as windows of images are read, for 20 rows further in the result or, behind the stroke, in the right operand. " +
      "`map`: elementwise, with the operations fused into it; `reduce`: a sum or maximum, what goes into it fused, over a shape → a shape. " +
      "Their flops are the operations generated for each element, the polynomials of exp or tanh included.",
  );
}

export default defineBench({
  name: "engine",
  description:
    "Updates of small networks on one core: the wasm engine (joined pairs, strict) beside its other paths, PyTorch, JAX, TensorFlow.js and jax-js. Minimum of many repetitions, ours and the Python peers' in two sittings in turn; results are compared before anything is timed.",
  flags: {
    profile: "part of a row's name (\"DQN\"): print the row's kernels instead, with time, share, flops and bytes",
    rows: 'parts of rows\' names, separated by commas ("LeNet,action"): only these rows',
    peers: 'parts of peers\' names, separated by commas ("PyTorch,JAX"): only beside these',
  },
  partial: ["profile", "rows", "peers"],
  async run(ctx) {
    if (ctx.flags.profile !== undefined) {
      profile(ctx.flags.profile, ctx);
      return [];
    }
    const all = [...workloads.map(({ name }) => name), "action, batch 1", "action, batch 8"];
    const rows = ctx.flags.rows?.split(",").map((word) => word.trim()) ?? [];
    const names = rows.length === 0 ? all : chosen(all, "rows", rows);
    const beside = ctx.flags.peers?.split(",").map((word) => word.trim());
    if (beside !== undefined) chosen(PEERS, "peers", beside);
    /** Whether the peer that a target names, if it names one, is there. */
    const isJudged = (target: Target): boolean => !target.includes("×") || [...peers.keys()].some((peer) => target.endsWith(peer));
    const isBeside = (peer: string): boolean => beside === undefined || beside.some((word) => peer.includes(word));
    let own = measured("wide", rows, ctx);
    const peers = new Map<string, Map<string, Fact>>();
    const folder = mkdtempSync(join(tmpdir(), "engine-"));
    const file = join(folder, "examples.json");
    try {
      const examples = workloads.filter(({ name }) => names.includes(name) || name === "PPO 4-64-64, minibatch 64");
      writeFileSync(file, JSON.stringify(Object.fromEntries(examples.map((work) => [work.name, example(work, wasmEngine)]))));
      const pythons = ["PyTorch", "JAX jit", "JAX scan"].filter(isBeside);
      for (let sitting = 0; sitting < SITTINGS && pythons.length > 0; sitting++) {
        const python = await ctx.python("engine.py", { args: [file], timeoutSeconds: 900 });
        for (const peer of pythons)
          peers.set(peer, faster(peers.get(peer), new Map(names.map((work) => [work, pythonFact(python, work, peer)]))));
        if (sitting > 0) own = faster(own, measured("wide", rows, ctx));
      }
      for (const [peer, main, backend] of [
        ["TF.js wasm", "tfjs-main.ts", "wasm"],
        ["TF.js cpu", "tfjs-main.ts", "cpu"],
        ["jax-js wasm", "jaxjs-main.ts", "wasm"],
      ] as const)
        if (isBeside(peer)) peers.set(peer, facts(peer, [script(main), backend, file], ctx));
      ctx.version("TensorFlow.js", installed("@tensorflow/tfjs"));
      ctx.version("jax-js", installed("@jax-js/jax"));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    for (const peer of ["wasm plain", "wasm fused", "reference"])
      if (isBeside(peer)) peers.set(peer, measured(peer.replace("wasm ", ""), rows, ctx));
    const scale = (work: string, us: number | undefined): number | undefined => {
      const flops = workloads.find(({ name }) => name === work)?.flops;
      return us === undefined || flops === undefined ? us : flops / us / 1000;
    };
    ctx.remark(
      "Rows in one call are for engines with a loop of their own, which PyTorch, TensorFlow.js and jax-js lack; fused multiply-add is measured on products. jax-js runs on its wasm backend (its cpu backend is an interpreter).",
    );
    const medians = names.map((work) => [work, ...[own, ...peers.values()].map((all) => figure(scale(work, all.get(work)?.median)))]);
    ctx.remark("Medians, in the same units:");
    ctx.remark(markdownTable([["work", "ours", ...peers.keys()], ...medians], { align: ["l", ...[own, ...peers].map(() => "r")] }));
    return names.map((work): Row => {
      const product = isProduct(work);
      const those = [...peers].map(([peer, all]) => [peer, all.get(work)] as const);
      const notes = those.flatMap(([peer, fact]) =>
        fact?.failed !== undefined ? [`${peer}: ${fact.failed}`] : fact?.once ? [`${peer}: one call, not warmed up`] : [],
      );
      return {
        work,
        ours: scale(work, own.get(work)?.min),
        unit: product ? "GFLOP/s" : "µs",
        better: product ? "higher" : "lower",
        peers: Object.fromEntries(those.map(([peer, fact]) => [peer, scale(work, fact?.min)])),
        ...(ctx.hasPython || work.startsWith("action") ? { target: targetsOf(work).filter(isJudged) } : {}),
        ...(notes.length > 0 ? { note: notes.join("; ") } : {}),
      };
    });
  },
});
