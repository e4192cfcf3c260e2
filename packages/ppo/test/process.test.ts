/** Stopping at some iteration and going on in a new process is never having stopped. */
import { resumedElsewhere } from "@rl-tools/test-envs/pinned";
import { goOn } from "@rl-tools/test-envs/run-bits";
import { expect, it } from "vitest";
import { goldenRuns } from "./fixtures/golden-runs.ts";

it("all pinned runs, each stopped at another iteration, give the same bits in a new process", () => {
  const main = new URL("fixtures/golden-main.ts", import.meta.url);
  const { resumed, whole } = resumedElsewhere(main, goldenRuns, [13, 2, 11, 8, 19, 5]);
  expect(resumed).toEqual(whole);
});

it.each(Object.entries(goldenRuns))("a state that was restored is the state that was saved: %s", (_, create) => {
  const first = create();
  goOn(first, [], 3);
  const saved = structuredClone(first.state());
  expect(first.state()).toEqual(saved);
  const second = create();
  second.restore(saved);
  expect(second.state()).toEqual(saved);
  second.restore(second.state());
  expect(second.state()).toEqual(saved);
});
