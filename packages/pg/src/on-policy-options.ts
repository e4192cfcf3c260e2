/** Options that every on-policy algorithm has: a line here is an option of all of them. */
import { networkOptions, option, rule, runOptions } from "@rl/agent";

export const onPolicyOptions = /* @__PURE__ */ (() => ({
  ...runOptions,
  stepsPerEnv: option(rule.integer({ min: 1 }), 64, "steps of each environment per iteration"),
  gaeLambda: option(rule.number({ min: 0, max: 1 }), 0.95, "λ of GAE"),
  normalizeAdvantages: option(rule.boolean, true, "advantages are shifted and scaled to mean 0 and deviation 1 per batch"),
  ...networkOptions,
}))();
