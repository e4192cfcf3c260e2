/** What TRPO measures each iteration, and what each number means. */
import type { MetricInfo } from "@rl/agent";

export interface TrpoMetrics {
  /** Mean undiscounted return of the last 100 training episodes; NaN before the first ends. */
  readonly "rollout/ep_rew_mean": number;
  /** Mean length of the same episodes. */
  readonly "rollout/ep_len_mean": number;
  /** Iterations so far. */
  readonly "time/iterations": number;
  /** Environment steps so far, branches of the vine counted in. */
  readonly "time/total_timesteps": number;
  /** L(θ) − L(θ_old) of the accepted step; 0 when none was. */
  readonly "train/policy_objective": number;
  /** Mean KL(π_old ‖ π) of the accepted step; 0 when none was. */
  readonly "train/kl_divergence_loss": number;
  /** 1 when the line search accepted a step, else 0. */
  readonly "train/is_line_search_success": number;
  /** Share of the longest step that was accepted. */
  readonly "train/step_fraction": number;
  /** policy_objective − C·KL, C = 4 max|Â| γ/(1 − γ)². */
  readonly "train/lower_bound": number;
  /** Relative residual of the linear system when conjugate gradients stopped. */
  readonly "train/cg_residual": number;
  /** Iterations they took. */
  readonly "train/cg_iterations": number;
  /** Length of the objective's gradient. */
  readonly "train/grad_norm": number;
  /** Mean squared error of the value function after its fit; NaN with the vine, which has none. */
  readonly "train/value_loss": number;
  /** How much of the returns' variance the values explained before the fit; NaN with the vine. */
  readonly "train/explained_variance": number;
  /** Adam's step size for the value network. */
  readonly "train/learning_rate": number;
  /** Policy steps so far, accepted or not. */
  readonly "train/n_updates": number;
  /** Mean σ of a Gaussian policy; NaN for discrete actions. */
  readonly "train/std": number;
}

/** For tables, tooltips and logs: what a metric means and which values are healthy. */
export const trpoMetricInfo: Readonly<Record<keyof TrpoMetrics, MetricInfo>> = {
  "rollout/ep_rew_mean": {
    meaning: "mean return of recent training episodes (actions drawn at random from the policy)",
    healthy: "rises; the measure of progress",
  },
  "rollout/ep_len_mean": { meaning: "mean length of the same episodes", healthy: "depends on the task" },
  "time/iterations": { meaning: "iterations so far", healthy: "counts up" },
  "time/total_timesteps": { meaning: "environment steps so far, branches of the vine counted in", healthy: "counts up" },
  "train/policy_objective": {
    meaning: "gain of the surrogate mean(ratio · advantage) by this step",
    healthy: "above 0 whenever a step was accepted",
  },
  "train/kl_divergence_loss": { meaning: "mean KL(old ‖ new) of this step", healthy: "at most targetKl, most often close to it" },
  "train/is_line_search_success": {
    meaning: "1 when a step was accepted",
    healthy: "1 nearly always; long runs of 0 mean a bad direction: raise cgIterations or cgDamping",
  },
  "train/step_fraction": {
    meaning: "share of the longest step that was taken",
    healthy: "1 or one shrink below; far smaller means the quadratic model is poor",
  },
  "train/lower_bound": {
    meaning: "surrogate gain minus C·KL, the bound that makes each step safe in theory",
    healthy: "below 0 nearly always: C is huge. Its rise towards 0 is what the theory sees",
  },
  "train/cg_residual": { meaning: "‖g − (F + λI)s‖/‖g‖ when conjugate gradients stopped", healthy: "well below 1" },
  "train/cg_iterations": { meaning: "iterations of conjugate gradients", healthy: "up to cgIterations" },
  "train/grad_norm": { meaning: "length of the objective's gradient", healthy: "steady or falling" },
  "train/value_loss": {
    meaning: "mean squared error of the value function after its fit",
    healthy: "falls for a fixed policy; rises when returns grow",
  },
  "train/explained_variance": {
    meaning: "1 − Var(returns − values)/Var(returns)",
    healthy: "towards 1; below 0 the values are worse than a constant",
  },
  "train/learning_rate": { meaning: "step size of the value network", healthy: "as scheduled" },
  "train/n_updates": { meaning: "policy steps so far", healthy: "counts up" },
  "train/std": { meaning: "mean σ of a Gaussian policy", healthy: "falls as the policy becomes sure" },
};
