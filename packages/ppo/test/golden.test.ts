/**
 * 20 iterations, fingerprinted: every bit of parameters, optimiser, normalisers, environments and metrics. A changed hash means that the same seed gives
 * other numbers than before: if that was the purpose, put the new hash here and say so in the changeset. The hashes are this package's own, first made on
 * Linux x64 with Node 24; no other program can give them.
 */
import { testHashes } from "@rl-tools/test-envs/pinned-suite";
import { goldenRuns } from "./fixtures/golden-runs.ts";

testHashes(new URL("fixtures/", import.meta.url), goldenRuns, {
  discrete: "1ffa7743d991dab7",
  "discrete, shared layer, value clipping, KL stop": "3de349cafae00c64",
  "discrete, rollouts that restart, normalised returns": "0f7d4381d6d02c71",
  continuous: "fa9812d2e3590a90",
  "continuous, gSDE": "69ebb4ea8c7fe0fd",
  "continuous, scaled, noise that persists": "34a727e549b9fe25",
  "continuous, squashed, deviation from the network": "ca19653245b62469",
});
