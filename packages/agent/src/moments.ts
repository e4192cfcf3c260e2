/** The state of running moments as an agent saves it. The class is that of @rl/envs, whose wrappers save the same numbers as JSON. */
import type { RunningMoments } from "@rl/envs";

export interface MomentsState {
  readonly count: number;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

export const momentsState = ({ count, mean, variance }: RunningMoments): MomentsState => ({
  count,
  mean: mean.slice(),
  variance: variance.slice(),
});

export function restoreMoments(moments: RunningMoments, state: MomentsState): void {
  if (state.mean.length !== moments.mean.length || state.variance.length !== moments.mean.length) {
    throw new Error(
      `RunningMoments: the state has ${state.mean.length} columns; expected ${moments.mean.length}. Restore it into moments of the same size.`,
    );
  }
  moments.count = state.count;
  moments.mean.set(state.mean);
  moments.variance.set(state.variance);
}
