/** Gaussians with independent components over the last axis. All methods work inside compile and grad, sampling from given noise too. */
import { softplus, sum, tensor, type Tensor, type TensorLike } from "@rl/tensor";
import type { RandomStream } from "../random-stream.ts";

const HALF_LOG_TWO_PI = 0.9189385332046727;
const LOG_TWO = 0.6931471805599453;

export interface Gaussian {
  readonly mean: Tensor;
  readonly logStd: Tensor;
  /** mean + std·z with z ~ N(0, 1): give a random stream, or a tensor of such numbers shaped like the mean (inside compile only that). */
  sample(source: RandomStream | Tensor): Tensor;
  mode(): Tensor;
  /** Σᵢ −½((xᵢ − μᵢ)/σᵢ)² − log σᵢ − ½ log 2π, one per row. */
  logProbability(values: Tensor): Tensor;
  /** Σᵢ log σᵢ + ½ log 2πe; of the shape of logStd without its last axis. */
  entropy(): Tensor;
  /** KL(this ‖ other) = Σᵢ log σ₂/σ₁ + (σ₁² + (μ₁ − μ₂)²)/(2σ₂²) − ½. */
  kl(other: Gaussian): Tensor;
}

/** mean [B…, D]; logStd [D] or [B…, D], or a number. */
export function gaussian(mean: Tensor, logStd: TensorLike): Gaussian {
  const log = typeof logStd === "object" ? logStd : tensor(Number(logStd), { dtype: mean.dtype }).expand([mean.shape.at(-1)!]);
  if (log.shape.at(-1) !== mean.shape.at(-1))
    throw new TypeError(
      `gaussian: got mean [${mean.shape.join(", ")}] and logStd [${log.shape.join(", ")}]; expected the same last extent; give one logStd per action`,
    );
  return {
    mean,
    logStd: log,
    sample: (source) => mean.add(noiseFor(source, mean).mul(log.exp())),
    mode: () => mean,
    logProbability(values) {
      const z = values.sub(mean).mul(log.neg().exp());
      return sum(z.square().mul(-0.5).sub(log).sub(HALF_LOG_TWO_PI), -1);
    },
    entropy: () => sum(log.add(HALF_LOG_TWO_PI + 0.5), -1),
    kl(other) {
      // Ratios of variances as e^(2(log σ₁ − log σ₂)): no overflow where both are large or small.
      const ratio = log.sub(other.logStd);
      const shift = mean.sub(other.mean).mul(other.logStd.neg().exp());
      return sum(ratio.mul(2).exp().add(shift.square()).mul(0.5).sub(ratio).sub(0.5), -1);
    },
  };
}

function noiseFor(source: RandomStream | Tensor, like: Tensor): Tensor {
  if (!("standardNormal" in source)) return source;
  const data = new Float32Array(like.size);
  for (let i = 0; i < data.length; i++) data[i] = source.standardNormal();
  return tensor(data, { shape: like.shape }).cast(like.dtype);
}

export interface SquashedGaussian {
  readonly base: Gaussian;
  /** tanh of a sample, in (−1, 1), and the sample before tanh, which logProbability takes without loss of precision. */
  sample(source: RandomStream | Tensor): { readonly action: Tensor; readonly before: Tensor };
  mode(): Tensor;
  /** log N(u; μ, σ) − Σᵢ log(1 − tanh²uᵢ) of values before tanh, with log(1 − tanh²u) = 2(log 2 − u − softplus(−2u)). Haarnoja et al. 2018, appendix C. */
  logProbability(before: Tensor): Tensor;
}

/** tanh of a Gaussian. */
export function squashedGaussian(mean: Tensor, logStd: TensorLike): SquashedGaussian {
  const base = gaussian(mean, logStd);
  return {
    base,
    sample(source) {
      const before = base.sample(source);
      return { action: before.tanh(), before };
    },
    mode: () => mean.tanh(),
    logProbability: (before) =>
      base.logProbability(before).sub(
        sum(
          before
            .neg()
            .add(LOG_TWO)
            .sub(softplus(before.mul(-2)))
            .mul(2),
          -1,
        ),
      ),
  };
}
