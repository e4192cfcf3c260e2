/**
 * 20 iterations, fingerprinted: every bit of parameters, optimiser, normalisers, environments and metrics. A changed hash means that the same seed gives
 * other numbers than before: if that was the purpose, put the new hash here and say so in the changeset. The hashes are this package's own, first made on
 * Linux x64 with Node 24; no other program can give them.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createTrpo } from "../src/index.ts";
import { fingerprint, fingerprintOf, goldenRuns, goOn, type GoldenRun } from "./fixtures/golden-runs.ts";

const hashes: Readonly<Record<GoldenRun, string>> = {
  discrete: "f1dad8c27ec8af70",
  continuous: "dd9a06a613d6ebe2",
  "continuous, gSDE": "81922a0873dea91d",
  "continuous, gSDE kept for 16 steps": "2df141e4dcffe9be",
  "discrete, vine": "5b210a7d3da79924",
  "continuous, vine": "2d642b2ffa3319b3",
};
const runs = Object.keys(goldenRuns) as GoldenRun[];

const main = fileURLToPath(new URL("fixtures/golden-main.ts", import.meta.url));

/** The same in a process of its own. */
function elsewhere(...words: string[]): { wide: boolean; worker: boolean; hashes: Record<string, string> } {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--conditions=@rl/source", main, ...words], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as ReturnType<typeof elsewhere>;
}

describe("20 iterations give these bits", () => {
  it.each(runs)("here: %s", (run) => expect(fingerprintOf(run)).toBe(hashes[run]));

  it.each(runs)("stopped after 7 iterations and gone on with from the saved state: %s", (run) => {
    const first = createTrpo(goldenRuns[run]);
    const metrics: unknown[] = [];
    goOn(first, metrics, 7);
    const second = createTrpo(goldenRuns[run]);
    second.restore(structuredClone(first.state()));
    goOn(second, metrics);
    expect(fingerprint([metrics, second.state()])).toBe(hashes[run]);
  });

  it("with pairs of vectors joined", () => expect(elsewhere("wide")).toEqual({ wide: true, worker: false, hashes }));
  it("in a worker thread with pairs joined", () => expect(elsewhere("worker", "wide")).toEqual({ wide: true, worker: true, hashes }));
});
