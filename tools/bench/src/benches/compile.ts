/** How long a compiled function's first call takes in a fresh process, and that a second one of the same structure compiles nothing. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defineBench } from "../bench.ts";

const PROCESSES = 25;
const main = fileURLToPath(new URL("../workloads/compile-main.ts", import.meta.url));

interface Cold {
  readonly first: number;
  readonly second: number;
  readonly later: number;
  readonly programs: number;
  readonly more: number;
}

function cold(work: string, path: string): Cold {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--conditions=@rl/source", main, work, path], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Cold;
}

const works = [
  { title: "PPO update of 4-64-64 networks", work: "PPO 4-64-64, minibatch 64", target: "≤ 60 ms" },
  { title: "action program", work: "action", target: "≤ 15 ms" },
] as const;
const cases = works.flatMap((each) => (["joined", "plain"] as const).map((path) => ({ ...each, path })));

export default defineBench({
  name: "compile",
  description: `First call of a compiled function in a fresh process (trace, graph, passes, module, one run), nothing warmed up: the least of ${PROCESSES} processes, as in the other tables, and their median. The cases take turns.`,
  run(ctx) {
    const rounds = Array.from({ length: PROCESSES }, () => cases.map(({ work, path }) => cold(work, path)));
    return cases.flatMap(({ title, path, target }, c) => {
      const runs = rounds.map((round) => round[c]!);
      const sorted = (key: "first" | "second" | "later"): number[] => runs.map((run) => run[key]).sort((a, b) => a - b);
      const median = (key: "first" | "second" | "later", digits: number): string => sorted(key)[PROCESSES >> 1]!.toFixed(digits);
      const first = sorted("first");
      const name = `${title}, ${path === "plain" ? "single vectors" : "joined pairs"}`;
      ctx.log(`${name}: ${first.map((ms) => ms.toFixed(1)).join(", ")} ms`);
      return [
        {
          work: `${name}: first call`,
          ours: first[0]!,
          unit: "ms",
          better: "lower",
          target,
          note: `median ${median("first", 1)}; the same compiled again: ${median("second", 2)}; a later call ${median("later", 2)}`,
        },
        {
          work: `${name}: programs that a second trainer compiles`,
          ours: Math.max(...runs.map(({ more }) => more)),
          unit: "programs",
          better: "lower",
          target: "≤ 0 programs",
          note: `the first: ${Math.max(...runs.map(({ programs }) => programs))}`,
        },
      ] as const;
    });
  },
});
