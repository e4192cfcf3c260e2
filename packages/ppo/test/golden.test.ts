/**
 * 20 iterations, fingerprinted: every bit of parameters, optimiser, normalisers, environments and metrics. A changed hash means that the same seed gives
 * other numbers than before: if that was the purpose, put the new hash here and say so in the changeset. The hashes are this package's own, first made on
 * Linux x64 with Node 24; no other program can give them.
 */
import { testHashes } from "@rl-tools/test-envs/pinned-suite";
import { goldenRuns } from "./fixtures/golden-runs.ts";

testHashes(new URL("fixtures/", import.meta.url), goldenRuns, {
  discrete: "3e816f2ecf9f3c3c",
  "discrete, shared layer, value clipping, KL stop": "f9a2872c8f170cf4",
  "discrete, rollouts that restart, normalised returns": "d3603e9bed43bf64",
  continuous: "a844685f7adf06ce",
  "continuous, gSDE": "d5ebf3327d203fd4",
  "continuous, squashed, deviation from the network": "0512bbe704f8828b",
});
