/** The objectives of TRPO, one formula each. */
import { stopGradient, type Tensor } from "@rl/tensor";

/**
 * Single path: L = mean[ rₜ·Âₜ ], rₜ = π(aₜ|sₜ)/π_old(aₜ|sₜ). Schulman et al. 2015, eq. 14 with q = π_old.
 * logProbability, logProbabilityOld, advantage: [B]. Returns the scalar to maximise.
 */
export function surrogate(logProbability: Tensor, logProbabilityOld: Tensor, advantage: Tensor): Tensor {
  return logProbability.sub(logProbabilityOld).exp().mul(advantage).mean();
}

/**
 * Vine: L = mean over states of Σₖ wₖQ̂ₖ / Σₖ wₖ, wₖ = π(aₖ|s)/π_old(aₖ|s): self-normalised importance sampling, which needs no baseline.
 * Schulman et al. 2015, eq. 16. logProbability, logProbabilityOld, value: [states, actions]. Returns the scalar to maximise.
 */
export function vineSurrogate(logProbability: Tensor, logProbabilityOld: Tensor, value: Tensor): Tensor {
  const weight = logProbability.sub(stopGradient(logProbabilityOld)).exp();
  return weight.mul(value).sum(1).div(weight.sum(1)).mean();
}

/** Value loss: L = mean((V(sₜ) − targetₜ)²). value, target: [B]. Returns the scalar to minimise. */
export function valueLoss(value: Tensor, target: Tensor): Tensor {
  return value.sub(target).square().mean();
}

/**
 * C = 4εγ/(1 − γ)², ε = max |Â|: the penalty for which L(π) − C·max KL is a lower bound of the improvement (Schulman et al. 2015, theorem 1).
 * It is far too careful to act on; logged to show the bound at work.
 */
export function boundPenalty(largestAdvantage: number, discount: number): number {
  return discount < 1 ? (4 * largestAdvantage * discount) / ((1 - discount) * (1 - discount)) : Infinity;
}
