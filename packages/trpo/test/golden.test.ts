/**
 * 20 iterations, fingerprinted: every bit of parameters, optimiser, normalisers, environments and metrics. A changed hash means that the same seed gives
 * other numbers than before: if that was the purpose, put the new hash here and say so in the changeset. The hashes are this package's own, first made on
 * Linux x64 with Node 24; no other program can give them.
 */
import { testHashes } from "@rl-tools/test-envs/pinned-suite";
import { goldenRuns } from "./fixtures/golden-runs.ts";

testHashes(new URL("fixtures/", import.meta.url), goldenRuns, {
  discrete: "f1dad8c27ec8af70",
  continuous: "dd9a06a613d6ebe2",
  "continuous, gSDE": "81922a0873dea91d",
  "continuous, gSDE kept for 16 steps": "2df141e4dcffe9be",
  "discrete, vine": "5b210a7d3da79924",
  "continuous, vine": "2d642b2ffa3319b3",
});
