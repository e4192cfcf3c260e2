/** What a policy gradient measures each iteration, and what each number means. */
import type { MetricInfo } from "@rl/agent";

export interface PgMetrics {
  /** Mean undiscounted return of the iteration's whole episodes, or of the last 100 where rollouts have a fixed length; NaN before the first ends. */
  readonly "rollout/ep_rew_mean": number;
  /** Mean length of the same episodes. */
  readonly "rollout/ep_len_mean": number;
  /** Iterations so far. */
  readonly "time/iterations": number;
  /** Environment steps so far. */
  readonly "time/total_timesteps": number;
  /** The whole loss before the update. */
  readonly "train/loss": number;
  /** −mean(log π(a|s) · weight). */
  readonly "train/policy_gradient_loss": number;
  /** Mean squared error of the value function; NaN without one. */
  readonly "train/value_loss": number;
  /** −mean entropy. */
  readonly "train/entropy_loss": number;
  /** How much of the returns' variance the values explain; NaN without a value function. */
  readonly "train/explained_variance": number;
  /** Euclidean length of the policy's gradient before clipping. */
  readonly "train/grad_norm": number;
  /** Step size of this iteration. */
  readonly "train/learning_rate": number;
  /** Optimiser steps of the policy so far. */
  readonly "train/n_updates": number;
  /** Mean σ of a Gaussian policy; NaN for discrete actions. */
  readonly "train/std": number;
}

/** For tables, tooltips and logs: what a metric means and which values are healthy. */
export const pgMetricInfo: Readonly<Record<keyof PgMetrics, MetricInfo>> = {
  "rollout/ep_rew_mean": {
    meaning: "mean return of recent training episodes (actions drawn at random from the policy)",
    healthy: "rises; the measure of progress",
  },
  "rollout/ep_len_mean": { meaning: "mean length of the same episodes", healthy: "depends on the task" },
  "time/iterations": { meaning: "iterations so far", healthy: "counts up" },
  "time/total_timesteps": { meaning: "environment steps so far", healthy: "counts up" },
  "train/loss": {
    meaning: "the loss before the update",
    healthy:
      "not a measure of progress: its weights change with the policy, and a better policy may have a larger loss. Watch the mean return",
  },
  "train/policy_gradient_loss": {
    meaning: "−mean(log π(a|s) · weight)",
    healthy: "near 0 with normalised advantages; not a measure of progress",
  },
  "train/value_loss": { meaning: "mean squared error of the value function", healthy: "falls for a fixed policy; rises when returns grow" },
  "train/entropy_loss": {
    meaning: "−mean entropy of the policy",
    healthy: "rises slowly towards 0 (discrete); a jump to 0 early means exploration has stopped",
  },
  "train/explained_variance": {
    meaning: "1 − Var(returns − values)/Var(returns)",
    healthy: "towards 1; below 0 the values are worse than a constant",
  },
  "train/grad_norm": {
    meaning: "length of the policy's gradient before clipping",
    healthy: "steady; growth by orders of magnitude means the learning rate is too high",
  },
  "train/learning_rate": { meaning: "step size", healthy: "as scheduled" },
  "train/n_updates": { meaning: "optimiser steps so far", healthy: "counts up" },
  "train/std": { meaning: "mean σ of a Gaussian policy", healthy: "falls as the policy becomes sure; below 0.05 it no longer explores" },
};
