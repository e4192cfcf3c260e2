/** The losses of policy gradients, one formula each. Rows that only fill up a batch carry weight 0 in `rows`. */
import type { Tensor } from "@rl/tensor";

/** Σ x·rows / Σ rows: the mean over the rows that count. x, rows: [B]. Returns a scalar. */
export function meanOver(x: Tensor, rows: Tensor): Tensor {
  return x.mul(rows).sum().div(rows.sum());
}

/**
 * Policy gradient loss: L = −mean(log π(aₜ|sₜ) · weightₜ); its gradient is that of the expected return (Williams 1992; Sutton et al. 2000).
 * Its value says nothing about progress: the weights change with the policy. logProbability, weight, rows: [B]. Returns the scalar to minimise.
 */
export function policyGradientLoss(logProbability: Tensor, weight: Tensor, rows: Tensor): Tensor {
  return meanOver(logProbability.mul(weight), rows).neg();
}

/** Value loss: L = mean((V(sₜ) − targetₜ)²). value, target, rows: [B]. Returns the scalar to minimise. */
export function valueLoss(value: Tensor, target: Tensor, rows: Tensor): Tensor {
  return meanOver(value.sub(target).square(), rows);
}

/** Entropy loss: L = −mean H(π(·|sₜ)); minimising it keeps the policy random. entropy, rows: [B]. Returns a scalar. */
export function entropyLoss(entropy: Tensor, rows: Tensor): Tensor {
  return meanOver(entropy, rows).neg();
}
