/** Options that every trainer has. */
import { fixed, option } from "./table.ts";
import { rule } from "./rules.ts";

export const runOptions = /* @__PURE__ */ (() => ({
  seed: option(rule.integer({ min: 0 }), 0, "of everything: weights, environments, actions, minibatches"),
  totalSteps: option(rule.integerOrInfinity(), 100_000, "environment steps after which training ends"),
  iterations: option(rule.integerOrInfinity(), Infinity, "iterations after which training ends, if that comes first"),
  numEnvs: option(rule.integer({ min: 1 }), 1, "environments side by side"),
  discount: fixed(option(rule.number({ min: 0, max: 1 }), 0.99, "γ")),
  normalizeObservations: option(
    rule.boolean,
    false,
    "observations are shifted and scaled by running moments, which are saved with the agent and stand still in `act`",
  ),
  normalizeRewards: option(
    rule.boolean,
    false,
    "rewards are scaled by the running deviation of their discounted sums, which start again with each episode, also one that a time limit ended",
  ),
}))();
