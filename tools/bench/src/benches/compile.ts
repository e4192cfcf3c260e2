/** How long a compiled function's first call takes in a fresh process, and that a second one of the same structure compiles nothing. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defineBench } from "../bench.ts";

const PROCESSES = 11;
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

const cases = [
  ["PPO update of 4-64-64 networks", "PPO 4-64-64, minibatch 64", "≤ 60 ms"],
  ["action program", "action", "≤ 15 ms"],
] as const;

export default defineBench({
  name: "compile",
  description: `First call of a compiled function in a fresh process (trace, graph, passes, module, one run), nothing warmed up: the least of ${PROCESSES} processes, as in the other tables, and their median and worst.`,
  run(ctx) {
    return cases.flatMap(([title, work, target]) =>
      ["joined", "plain"].flatMap((path) => {
        const runs = Array.from({ length: PROCESSES }, () => cold(work, path));
        const sorted = (key: "first" | "second" | "later"): number[] => runs.map((run) => run[key]).sort((a, b) => a - b);
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
            note: `median ${first[PROCESSES >> 1]!.toFixed(1)}, worst ${first.at(-1)!.toFixed(1)}; the same compiled again: ${sorted("second")[PROCESSES >> 1]!.toFixed(2)}; a later call ${sorted("later")[PROCESSES >> 1]!.toFixed(2)}`,
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
      }),
    );
  },
});
