/** Mean regret of the policies that golden/bandit.json does not cover, against an independent simulation (golden/policies.json, made in NumPy). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  bernoulliArms,
  discountedUcb,
  exp3,
  exploreThenCommit,
  gaussianThompson,
  klUcb,
  slidingWindowUcb,
  softmax,
  testbed,
  thompson,
  ucb1,
  ucbTuned,
  type PolicyFactory,
} from "../src/index.ts";

interface Golden {
  readonly means: readonly number[];
  readonly policies: Readonly<
    Record<string, { readonly regret: readonly { readonly step: number; readonly mean: number; readonly standardError: number }[] }>
  >;
}
const golden = JSON.parse(readFileSync(new URL("./golden/policies.json", import.meta.url), "utf8")) as Golden;

const policies: Record<string, PolicyFactory> = {
  ucb1: (shared) => ucb1(shared),
  "ucb-tuned": (shared) => ucbTuned(shared),
  "kl-ucb": (shared) => klUcb(shared),
  thompson: (shared) => thompson(shared),
  "gaussian-thompson": (shared) => gaussianThompson(shared),
  "gaussian-thompson unknown": (shared) => gaussianThompson({ ...shared, variance: "unknown" }),
  softmax: (shared) => softmax({ ...shared, temperature: 0.1 }),
  "explore-then-commit": (shared) => exploreThenCommit({ ...shared, pulls: 20 }),
  exp3: (shared) => exp3({ ...shared, gamma: 0.2 }),
  "discounted-ucb": (shared) => discountedUcb({ ...shared, discount: 0.99 }),
  "sliding-window-ucb": (shared) => slidingWindowUcb({ ...shared, window: 200 }),
};

describe("mean regret within 4.5 standard errors of the independent simulation", () => {
  it("covers the same policies", () => expect(Object.keys(policies)).toEqual(Object.keys(golden.policies)));
  it.each(Object.keys(policies))("%s", (name) => {
    const problem = bernoulliArms({ means: golden.means });
    const { regret } = testbed({ arms: 5, tasks: 1000, steps: 1000, seed: 7, problem, policies: { policy: policies[name]! } }).policy!;
    for (const { step, mean, standardError } of golden.policies[name]!.regret) {
      const error = Math.hypot(standardError, regret.standardError[step - 1]!);
      expect(Math.abs(regret.mean[step - 1]! - mean), `after ${step} pulls`).toBeLessThanOrEqual(4.5 * error + 1e-9);
    }
  });
});
