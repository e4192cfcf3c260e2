/**
 * 20 iterations, fingerprinted: every bit of parameters, optimiser, normalisers, environments and metrics. A changed hash means that the same seed gives
 * other numbers than before: if that was the purpose, put the new hash here and say so in the changeset. The hashes are this package's own, first made on
 * Linux x64 with Node 24; no other program can give them.
 */
import { testHashes } from "@rl-tools/test-envs/pinned-suite";
import { goldenRuns } from "./fixtures/golden-runs.ts";

testHashes(new URL("fixtures/", import.meta.url), goldenRuns, {
  discrete: "0045872eb533cf68",
  continuous: "dff44cf20eb2f05e",
  "continuous, gSDE": "2b7eafda30885391",
  "continuous, gSDE kept for 16 steps": "a7635f2683debb43",
  "discrete, vine": "4c4436e2083b4c38",
  "continuous, vine": "2994278cbf9e1b11",
});
