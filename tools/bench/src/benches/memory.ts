/** What stays in memory: after 100 000 updates, and after thousands of programs that nobody holds. Each in a process of its own. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defineBench } from "../bench.ts";

const main = fileURLToPath(new URL("../workloads/memory-main.ts", import.meta.url));

function measure(...words: string[]): Record<string, number> {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--conditions=@rl/source", main, ...words], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, number>;
}

export default defineBench({
  name: "memory",
  description:
    "Growth of the resident set over 100 000 PPO updates (two 4-64-64 networks, minibatch 64), and of the memory in use over programs that are dropped; after collection.",
  flags: { updates: "number of updates (default 100000)", programs: "number of programs (default 4000)" },
  run(ctx) {
    const count = ctx.flags.updates ?? "100000";
    const dropped = ctx.flags.programs ?? "4000";
    const rows = ["joined", "plain"].map((path) => {
      ctx.log(`${count} updates, ${path}`);
      const { growth, before, after, engineBytes } = measure("updates", count, path);
      return {
        work: `${count} updates, ${path === "plain" ? "single vectors" : "joined pairs"}`,
        ours: Math.max(growth!, 0),
        unit: "MB",
        better: "lower",
        target: "≤ 5 MB",
        note: `resident ${before!.toFixed(1)} MB after 5000, ${after!.toFixed(1)} MB at the end; the engine's memory holds ${engineBytes} bytes more`,
      } as const;
    });
    ctx.log(`${dropped} programs`);
    const { growth, before, after, alive, resident, residentAfter } = measure("programs", dropped, "plain");
    return [
      ...rows,
      {
        work: `${dropped} programs that nobody holds: memory in use`,
        ours: Math.max(growth!, 0),
        unit: "MB",
        better: "lower",
        target: "≤ 5 MB",
        note: `${before!.toFixed(1)} MB after the first ${Number(dropped) / 2}, ${after!.toFixed(1)} MB at the end, V8's and the engine's; resident ${resident!.toFixed(0)} MB and ${residentAfter!.toFixed(0)} MB with what V8 keeps for later`,
      } as const,
      {
        work: `${dropped} programs that nobody holds: still alive`,
        ours: alive,
        unit: "programs",
        better: "lower",
        target: "≤ 40 programs",
        note: "the engine keeps the latest 32 for whoever compiles the same again",
      } as const,
    ];
  },
});
