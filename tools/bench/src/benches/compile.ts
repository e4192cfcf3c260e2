/** How long importing the engine and a compiled function's first call take in a fresh process, and that a second one of the same structure compiles nothing. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defineBench, type Row } from "../bench.ts";

const PROCESSES = 25;
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

interface Cold {
  readonly load: number;
  readonly first: number;
  readonly second: number;
  readonly later: number;
  readonly programs: number;
  readonly more: number;
}

/** Builds the packages as they are published. */
function build(): void {
  const words = ["run", "build", "--filter=@rl-tools/bench^..."];
  const { status, stdout, stderr, error } = spawnSync(here("../../../../node_modules/.bin/turbo"), words, {
    encoding: "utf8",
    cwd: here("../../../.."),
  });
  if (status !== 0) throw new Error(`compile: the packages could not be built:\n${error?.message ?? stdout + stderr}`);
}

function cold(work: string, path: string): Cold {
  const { stdout, stderr, status } = spawnSync(process.execPath, [here("../workloads/compile-main.ts"), work, path], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Cold;
}

const works = [
  { title: "PPO update of 4-64-64 networks", work: "PPO 4-64-64, minibatch 64", target: "≤ 60 ms" },
  { title: "action program", work: "action", target: "≤ 15 ms" },
] as const;
const cases = works.flatMap((each) => (["joined", "plain"] as const).map((path) => ({ ...each, path })));

type Time = "load" | "first" | "second" | "later";
const sorted = (runs: readonly Cold[], key: Time): number[] => runs.map((run) => run[key]).sort((a, b) => a - b);
const median = (values: readonly number[], digits = 1): string => values[values.length >> 1]!.toFixed(digits);

export default defineBench({
  name: "compile",
  description: `Import and first call of a compiled function (trace, graph, passes, module, one run) in a fresh process, from the packages as they are published, nothing warmed up: the least of ${PROCESSES} processes, as in the other tables, and their median. The cases take turns. JAX: a jitted function of the same work, on one thread.`,
  async run(ctx) {
    build();
    const rounds = Array.from({ length: PROCESSES }, () => cases.map(({ work, path }) => cold(work, path)));
    const python = await ctx.python("compile.py", { timeoutSeconds: 600 });
    const beside = (work: string): Pick<Row, "peers"> => (ctx.hasPython ? { peers: python.row(work, "ms", ["JAX jit"]) } : {});
    const theirs = (work: string): string => {
      const ms = python.median(work, "JAX jit");
      return ms === undefined ? "" : `; JAX's ${ms.toFixed(0)}`;
    };
    const load = sorted(rounds.flat(), "load");
    const rows: Row[] = [
      {
        work: "import of @rl/tensor",
        ours: load[0]!,
        unit: "ms",
        better: "lower",
        ...beside("import"),
        note: `median ${median(load)}${theirs("import")}`,
      },
    ];
    cases.forEach(({ title, path, target }, c) => {
      const runs = rounds.map((round) => round[c]!);
      const first = sorted(runs, "first");
      const name = `${title}, ${path === "plain" ? "single vectors" : "joined pairs"}`;
      ctx.log(`${name}: ${first.map((ms) => ms.toFixed(1)).join(", ")} ms`);
      rows.push(
        {
          work: `${name}: first call`,
          ours: first[0]!,
          unit: "ms",
          better: "lower",
          target,
          ...beside(title),
          note: `median ${median(first)}${theirs(title)}; the same compiled again: ${median(sorted(runs, "second"), 2)}; a later call ${median(sorted(runs, "later"), 2)}`,
        },
        {
          work: `${name}: programs that a second trainer compiles`,
          ours: Math.max(...runs.map(({ more }) => more)),
          unit: "programs",
          better: "lower",
          target: "≤ 0 programs",
          note: `the first: ${Math.max(...runs.map(({ programs }) => programs))}`,
        },
      );
    });
    return rows;
  },
});
