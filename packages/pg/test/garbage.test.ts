/** A step of a rollout leaves nothing to the garbage collector. */
import { garbageOf } from "@rl-tools/test-envs/garbage";
import { expect, it } from "vitest";

it.each(["categorical", "multi-discrete, masks, normalised", "Gaussian"])("%s: none from a step of 8 environments", (name) => {
  expect(garbageOf(new URL("fixtures/garbage.ts", import.meta.url), name, 0.1)).toBeLessThan(0.1);
});
