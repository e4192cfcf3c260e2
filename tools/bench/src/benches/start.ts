/** How long a trainer takes to be made. Wide networks spend that time on their starting weights. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defineBench, type Row, type Target } from "../bench.ts";

const PROCESSES = 9;
const main = fileURLToPath(new URL("../workloads/start-main.ts", import.meta.url));

interface Times {
  readonly first: number;
  readonly later: number;
}
interface Case {
  readonly what: "matrix" | "trainer";
  readonly width: number;
  readonly targets?: { readonly [K in keyof Times]?: Target };
}

const cases: readonly Case[] = [
  { what: "matrix", width: 64 },
  { what: "matrix", width: 256, targets: { later: "≤ 20 ms" } },
  { what: "matrix", width: 1024, targets: { first: "≤ 300 ms", later: "≤ 300 ms" } },
  { what: "trainer", width: 64, targets: { first: "≤ 200 ms" } },
  { what: "trainer", width: 256, targets: { first: "≤ 200 ms" } },
  { what: "trainer", width: 1024 },
];

const once = ({ what, width }: Case): Times =>
  JSON.parse(execFileSync(process.execPath, ["--conditions=@rl/source", main, what, String(width)], { encoding: "utf8" })) as Times;

export default defineBench({
  name: "start",
  description: `Orthogonal starting weights, and a whole PPO trainer with two hidden layers: the first in a fresh process, after the imports and with nothing warmed up, and a later one; the least of ${PROCESSES} processes, and their median. The cases take turns. PyTorch: \`orthogonal_\` of a float32 matrix on one thread.`,
  async run(ctx) {
    const rounds = Array.from({ length: PROCESSES }, () => cases.map(once));
    const python = await ctx.python("start.py");
    return cases.flatMap(({ what, width, targets }, i) =>
      (["first", "later"] as const).map((key): Row => {
        const times = rounds.map((round) => round[i]![key]).sort((a, b) => a - b);
        const name = what === "matrix" ? `orthogonal matrix, ${width} × ${width}` : `createPpo, two layers of ${width}`;
        const work = `${name}: ${key === "first" ? "first in a process" : "later"}`;
        const target = targets?.[key];
        return {
          work,
          ours: times[0]!,
          unit: "ms",
          better: "lower",
          ...(what === "matrix" && ctx.hasPython ? { peers: python.row(work, "ms", ["PyTorch"]) } : {}),
          ...(target ? { target } : {}),
          note: `median ${times[PROCESSES >> 1]!.toFixed(1)}`,
        };
      }),
    );
  },
});
