/** What PPO measures each iteration, and what each number means. Losses are means over the iteration's minibatches, each before its own step. */
import type { MetricInfo } from "@rl/agent";

export interface PpoMetrics {
  /** Mean undiscounted return of the last 100 training episodes; NaN before the first ends. */
  readonly "rollout/ep_rew_mean": number;
  /** Mean length of the same episodes. */
  readonly "rollout/ep_len_mean": number;
  /** Mean over the rollout's steps of the value targets: λ-returns, or the preset guide's discounted sums before they are normalised. In units of the rewards that the update sees. */
  readonly "rollout/return_mean": number;
  /** Iterations so far. */
  readonly "time/iterations": number;
  /** Environment steps so far. */
  readonly "time/total_timesteps": number;
  /** policy_gradient_loss + valueCoefficient · value_loss + entropyCoefficient · entropy_loss. */
  readonly "train/loss": number;
  /** The clipped surrogate. */
  readonly "train/policy_gradient_loss": number;
  /** Mean squared error of the value function. */
  readonly "train/value_loss": number;
  /** −mean entropy. */
  readonly "train/entropy_loss": number;
  /** KL(π_old ‖ π) estimated from the samples. */
  readonly "train/approx_kl": number;
  /** Share of ratios outside 1 ± ε. */
  readonly "train/clip_fraction": number;
  /** ε of this iteration. */
  readonly "train/clip_range": number;
  /** How much of the returns' variance the values explained before the update. */
  readonly "train/explained_variance": number;
  /** Euclidean length of the gradient before clipping. */
  readonly "train/grad_norm": number;
  /** Step size at the start of this iteration. */
  readonly "train/learning_rate": number;
  /** Optimiser steps so far. */
  readonly "train/n_updates": number;
  /** Mean σ of a Gaussian policy; NaN for discrete actions. */
  readonly "train/std": number;
}

/** For tables, tooltips and logs: what a metric means and which values are healthy. */
export const ppoMetricInfo: Readonly<Record<keyof PpoMetrics, MetricInfo>> = {
  "rollout/ep_rew_mean": {
    meaning: "mean return of recent training episodes (actions drawn at random from the policy)",
    healthy: "rises; the measure of progress",
  },
  "rollout/ep_len_mean": { meaning: "mean length of the same episodes", healthy: "depends on the task" },
  "rollout/return_mean": {
    meaning: "mean value target of the rollout's steps, from the rewards the update sees (normalised where that is on)",
    healthy:
      "rises with the returns, up to about 1/(1 − γ) times the mean reward; the measure of progress, and of the best agent, with restartRollouts",
  },
  "time/iterations": { meaning: "iterations so far", healthy: "counts up" },
  "time/total_timesteps": { meaning: "environment steps so far", healthy: "counts up" },
  "train/loss": { meaning: "surrogate + weighted value and entropy losses", healthy: "not a measure of progress; should not blow up" },
  "train/policy_gradient_loss": { meaning: "the clipped surrogate, to minimise", healthy: "slightly below 0" },
  "train/value_loss": { meaning: "mean squared error of the value function", healthy: "falls for a fixed policy; rises when returns grow" },
  "train/entropy_loss": {
    meaning: "−mean entropy of the policy",
    healthy: "rises slowly towards 0 (discrete); a jump to 0 early means exploration has stopped",
  },
  "train/approx_kl": {
    meaning: "KL(old ‖ new) estimated from samples",
    healthy: "0.003 to 0.03; above that lower the learning rate, the epochs or set targetKl",
  },
  "train/clip_fraction": { meaning: "share of ratios outside 1 ± ε", healthy: "0.05 to 0.3" },
  "train/clip_range": { meaning: "ε", healthy: "as scheduled" },
  "train/explained_variance": {
    meaning: "1 − Var(returns − values)/Var(returns)",
    healthy: "towards 1; below 0 the values are worse than a constant",
  },
  "train/grad_norm": {
    meaning: "length of the gradient before clipping",
    healthy: "steady; growth by orders of magnitude means the learning rate is too high",
  },
  "train/learning_rate": { meaning: "step size", healthy: "as scheduled" },
  "train/n_updates": { meaning: "optimiser steps so far", healthy: "counts up" },
  "train/std": { meaning: "mean σ of a Gaussian policy", healthy: "falls as the policy becomes sure; below 0.05 it no longer explores" },
};
