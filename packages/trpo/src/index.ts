export { createTrpo } from "./trpo.ts";
export type { PathBatch, Step, TrpoState, TrpoTrainer } from "./trpo.ts";
export { trpoDefaults, trpoOptions, trpoPresets, resolveTrpoConfig } from "./config.ts";
export type { TrpoConfig, TrpoOptions, TrpoPreset } from "./config.ts";
export { trpoMetricInfo } from "./metrics.ts";
export type { TrpoMetrics } from "./metrics.ts";
export { trustRegion } from "./trust-region.ts";
export type { Outputs, StepMeasures, TrustRegion, TrustRegionOptions, TrustRegionProblem } from "./trust-region.ts";
export { boundPenalty, surrogate, vineSurrogate } from "./losses.ts";
