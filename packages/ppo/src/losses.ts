/** The losses of PPO, one formula each. All inputs [B] unless said; each returns a scalar to minimise. */
import { minimum, type Tensor } from "@rl/tensor";

/**
 * Clipped surrogate: L = −mean min(rₜÂₜ, clip(rₜ, 1−ε, 1+ε)Âₜ), rₜ = π(aₜ|sₜ)/π_old(aₜ|sₜ). Schulman et al. 2017, eq. 7.
 * clipRange: scalar ε.
 */
export function clippedSurrogate(logProbability: Tensor, logProbabilityOld: Tensor, advantage: Tensor, clipRange: Tensor | number): Tensor {
  const ratio = logProbability.sub(logProbabilityOld).exp();
  return minimum(ratio.mul(advantage), clipAround(ratio, 1, clipRange).mul(advantage))
    .mean()
    .neg();
}

/** Value loss: L = mean((V(sₜ) − targetₜ)²). */
export function valueLoss(value: Tensor, target: Tensor): Tensor {
  return value.sub(target).square().mean();
}

/**
 * Value loss with the prediction held within a range of the old one: L = mean max((V − R)², (clip(V, V_old − ε, V_old + ε) − R)²).
 * From the authors' code; Engstrom et al. 2020 and Andrychowicz et al. 2021 find no gain, so it is off by default.
 */
export function clippedValueLoss(value: Tensor, valueOld: Tensor, target: Tensor, range: number): Tensor {
  const held = clipAround(value.sub(valueOld), 0, range).add(valueOld);
  return value.sub(target).square().maximum(held.sub(target).square()).mean();
}

/** Entropy loss: L = −mean H(π(·|sₜ)); minimising it keeps the policy random. */
export function entropyLoss(entropy: Tensor): Tensor {
  return entropy.mean().neg();
}

/** KL(π_old ‖ π) from samples: mean((r − 1) − ln r), unbiased and never negative (Schulman 2020, "Approximating KL divergence", k3). */
export function approximateKl(logProbability: Tensor, logProbabilityOld: Tensor): Tensor {
  const difference = logProbability.sub(logProbabilityOld);
  return difference.expm1().sub(difference).mean();
}

/** Share of ratios outside 1 ± ε, where the surrogate has no gradient or is about to lose it. */
export function clipFraction(logProbability: Tensor, logProbabilityOld: Tensor, clipRange: Tensor | number): Tensor {
  return logProbability.sub(logProbabilityOld).exp().sub(1).abs().greater(clipRange).cast("float32").mean();
}

/** Advantages of a minibatch with mean 0 and deviation 1 (divisor B − 1): (Â − mean) / (std + 1e-8). */
export function normalized(advantage: Tensor): Tensor {
  return advantage.sub(advantage.mean()).div(advantage.std(0, { correction: 1 }).add(1e-8));
}

/** clip(x, middle − range, middle + range); range may be a traced scalar. */
function clipAround(x: Tensor, middle: number, range: Tensor | number): Tensor {
  if (typeof range === "number") return x.clamp(middle - range, middle + range);
  return minimum(x, range.add(middle)).maximum(range.neg().add(middle));
}
