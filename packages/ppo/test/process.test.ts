import { testResuming } from "@rl-tools/test-envs/pinned-suite";
import { goldenRuns } from "./fixtures/golden-runs.ts";

testResuming(new URL("fixtures/", import.meta.url), goldenRuns, [13, 2, 11, 8, 19, 7, 5]);
