export { createPpo } from "./ppo.ts";
export type { PpoState, PpoTrainer } from "./ppo.ts";
export { ppoDefaults, ppoOptions, ppoPresets, resolvePpoConfig } from "./config.ts";
export type { PpoConfig, PpoOptions, PpoPreset } from "./config.ts";
export { ppoMetricInfo } from "./metrics.ts";
export type { PpoMetrics } from "./metrics.ts";
export { approximateKl, clipFraction, clippedSurrogate, clippedValueLoss, entropyLoss, normalized, valueLoss } from "./losses.ts";
export { normalizedReturns } from "./normalized-returns.ts";
