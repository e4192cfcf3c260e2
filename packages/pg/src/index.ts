export { gae, discountedReturns, episodeReturns, normalizeAdvantages } from "./advantages.ts";
export type { Advantages, GaeInput, Numbers, ReturnsInput } from "./advantages.ts";
export { EpisodeTracker, RunningMoments, explainedVariance } from "./statistics.ts";
export type { EpisodeTrackerState, MomentsState } from "./statistics.ts";
