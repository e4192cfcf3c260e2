/**
 * 20 iterations, fingerprinted: every bit of parameters, optimiser, normalisers, environments and metrics. A changed hash means that the same seed gives
 * other numbers than before: if that was the purpose, put the new hash here and say so in the changeset. The hashes are this package's own, first made on
 * Linux x64 with Node 24; no other program can give them.
 */
import { describe, expect, it } from "vitest";
import { createTrpo } from "../src/index.ts";
import { fingerprint, goldenRuns, goOn, type GoldenRun } from "./fixtures/golden-runs.ts";

const hashes: Readonly<Record<GoldenRun, string>> = {
  discrete: "f1dad8c27ec8af70",
  continuous: "dd9a06a613d6ebe2",
  "continuous, gSDE": "81922a0873dea91d",
};
const runs = Object.keys(goldenRuns) as GoldenRun[];

describe("20 iterations give these bits", () => {
  it.each(runs)("%s", (run) => {
    const trainer = createTrpo(goldenRuns[run]);
    const metrics: unknown[] = [];
    goOn(trainer, metrics);
    expect(metrics).toHaveLength(20);
    expect(fingerprint([metrics, trainer.state()])).toBe(hashes[run]);
  });

  it.each(runs)("%s, stopped after 7 iterations and gone on with from the saved state", (run) => {
    const first = createTrpo(goldenRuns[run]);
    const metrics: unknown[] = [];
    goOn(first, metrics, 7);
    const second = createTrpo(goldenRuns[run]);
    second.restore(structuredClone(first.state()));
    goOn(second, metrics);
    expect(fingerprint([metrics, second.state()])).toBe(hashes[run]);
  });
});
