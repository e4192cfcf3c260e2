export { gae, discountedReturns, episodeReturns, normalizeAdvantages } from "./advantages.ts";
export type { Advantages, GaeInput, Numbers, ReturnsInput } from "./advantages.ts";
export { explainedVariance } from "./explained-variance.ts";
export { OnPolicy } from "./on-policy.ts";
export type { OnPolicyConfig } from "./on-policy.ts";
export { onPolicyOptions } from "./on-policy-options.ts";
export { Collector, Rollout } from "./rollout.ts";
export type { RolloutShape, SelectActions } from "./rollout.ts";
export { createPg } from "./pg.ts";
export type { PgState, PgTrainer } from "./pg.ts";
export { pgDefaults, pgOptions, pgPresets, resolvePgConfig } from "./config.ts";
export type { AdvantageKind, PgConfig, PgOptions, PgPreset } from "./config.ts";
export { pgMetricInfo } from "./metrics.ts";
export type { PgMetrics } from "./metrics.ts";
// What else one builds an on-policy algorithm of, for those who look for it here.
export { Agent, checkOptions, createNetwork, NotFiniteError, ObservationNormalizer, RewardNormalizer } from "@rl/agent";
export type { ActOptions, EnvOption, MetricInfo, NetworkOptions } from "@rl/agent";
