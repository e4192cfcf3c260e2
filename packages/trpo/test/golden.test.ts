/**
 * 20 iterations, fingerprinted: every bit of parameters, optimiser, normalisers, environments and metrics. A changed hash means that the same seed gives
 * other numbers than before: if that was the purpose, put the new hash here and say so in the changeset. The hashes are this package's own, first made on
 * Linux x64 with Node 24; no other program can give them.
 */
import { elsewhere, fingerprintOf, fingerprintOfResumed, inChromium } from "@rl-tools/test-envs/pinned";
import { noChromium } from "@rl-tools/test-utils/browser";
import { describe, expect, it } from "vitest";
import { goldenRuns } from "./fixtures/golden-runs.ts";

const hashes: Readonly<Record<keyof typeof goldenRuns, string>> = {
  discrete: "f1dad8c27ec8af70",
  continuous: "dd9a06a613d6ebe2",
  "continuous, gSDE": "81922a0873dea91d",
  "continuous, gSDE kept for 16 steps": "2df141e4dcffe9be",
  "discrete, vine": "5b210a7d3da79924",
  "continuous, vine": "2d642b2ffa3319b3",
};
const runs = Object.keys(hashes) as (keyof typeof goldenRuns)[];

const main = new URL("fixtures/golden-main.ts", import.meta.url);

describe("20 iterations give these bits", () => {
  it.each(runs)("here: %s", (run) => expect(fingerprintOf(goldenRuns[run])).toBe(hashes[run]));

  it.each(runs)("stopped after 7 iterations and gone on with from the saved state: %s", (run) =>
    expect(fingerprintOfResumed(goldenRuns[run], 7)).toBe(hashes[run]),
  );

  it("with pairs of vectors joined", () => expect(elsewhere(main, "wide")).toEqual({ wide: true, worker: false, hashes }));
  it("in a worker thread with pairs joined", () => expect(elsewhere(main, "worker", "wide")).toEqual({ wide: true, worker: true, hashes }));
  it.skipIf(noChromium() !== undefined)(
    `in a web page${noChromium() === undefined ? "" : ` (${noChromium()})`}`,
    async () => expect(await inChromium(new URL("fixtures/golden-page.ts", import.meta.url))).toEqual(hashes),
    120_000,
  );
});
