/** Distributions over whole numbers 0 … n − 1. All methods work inside compile and grad, sampling from given noise too. */
import { gather, logSoftmax, sum, tensor, type Tensor, type TensorLike } from "@rl/tensor";
import type { RandomStream } from "../random-stream.ts";

export interface Categorical {
  /** log softmax of the logits, [B…, n]. */
  readonly logProbabilities: Tensor;
  /** [B…, n]. */
  readonly probabilities: Tensor;
  /**
   * One choice per row, int32 [B…], by the exponential race argmaxᵢ (logits − log Eᵢ), Eᵢ ~ Exp(1). Give a random stream, or such numbers in a float tensor
   * [B…, n] (all > 0): inside compile only those.
   */
  sample(source: RandomStream | Tensor): Tensor;
  /** The likeliest choice, int32 [B…]. */
  mode(): Tensor;
  /** log p of choices int [B…]. */
  logProbability(choices: TensorLike): Tensor;
  /** −Σ p log p, in nats. */
  entropy(): Tensor;
  /** KL(this ‖ other) = Σ p (log p − log q), in nats. */
  kl(other: Categorical): Tensor;
}

/**
 * Log-probabilities as products with probabilities see them: 0·(−∞) would be NaN where it must be 0. e^(−10⁴) is 0 in every float, so nothing else changes,
 * and gradients of any weight stay finite.
 */
const finite = (x: Tensor): Tensor => x.clamp(-1e4, null);

/** From this size on floats are so coarse that noise added to them would be rounded to a few values. */
const COARSE = 1024;

/** Logits of the same probabilities that noise can be added to: coarse ones without the largest, all others to the bit as they are. */
function withRoomForNoise(logits: Tensor): Tensor {
  const largest = logits.max(-1, true);
  return logits.sub(largest.abs().greater(COARSE).where(largest, 0));
}

/** p ∝ e^logits over the last axis. Logits may be as large as floats are, and −∞ for choices that cannot be. */
export function categorical(logits: Tensor): Categorical {
  const logProbabilities = logSoftmax(logits, -1);
  const probabilities = logProbabilities.exp();
  return {
    logProbabilities,
    probabilities,
    sample: (source) => withRoomForNoise(logits).sub(noiseFor(source, logits).log()).argmax(-1),
    mode: () => logits.argmax(-1),
    logProbability: (choices) => gather(logProbabilities, tensorOf(choices).unsqueeze(-1), -1).squeeze(-1),
    entropy: () => sum(probabilities.mul(finite(logProbabilities)), -1).neg(),
    // Where p is 0, log q may be −∞: 0·∞ would be NaN where the term is 0. Where only q is 0, the divergence is ∞.
    kl: (other) => sum(probabilities.mul(finite(logProbabilities).sub(probabilities.greater(0).where(other.logProbabilities, 0))), -1),
  };
}

const tensorOf = (choices: TensorLike): Tensor => (typeof choices === "object" ? choices : tensor(Number(choices), { dtype: "int32" }));

function noiseFor(source: RandomStream | Tensor, like: Tensor): Tensor {
  if (!("exponential" in source)) return source;
  const data = new Float32Array(like.size);
  for (let i = 0; i < data.length; i++) data[i] = source.exponential();
  return tensor(data, { shape: like.shape }).cast(like.dtype);
}

/** Several independent categorical distributions side by side: logits [B, Σ sizes], choices int [B, sizes.length]. */
export interface MultiCategorical {
  readonly parts: readonly Categorical[];
  /** int32 [B, parts]. Noise: Exp(1) numbers [B, Σ sizes], or a random stream. */
  sample(source: RandomStream | Tensor): Tensor;
  mode(): Tensor;
  /** Sum over the parts, [B]. */
  logProbability(choices: Tensor): Tensor;
  entropy(): Tensor;
  kl(other: MultiCategorical): Tensor;
}

export function multiCategorical(logits: Tensor, sizes: readonly number[]): MultiCategorical {
  if (sizes.length === 0 || logits.shape.at(-1) !== sizes.reduce((a, b) => a + b, 0)) {
    throw new TypeError(
      `multiCategorical: got logits [${logits.shape.join(", ")}] and sizes [${sizes.join(", ")}]; expected sizes that add up to the last extent; build the head for their sum`,
    );
  }
  const parts = logits.split(sizes, -1).map(categorical);
  const total = (list: readonly Tensor[]): Tensor => list.reduce((a, b) => a.add(b));
  const join = (list: readonly Tensor[]): Tensor =>
    list[0]!.unsqueeze(-1).concat(
      list.slice(1).map((t) => t.unsqueeze(-1)),
      -1,
    );
  return {
    parts,
    sample(source) {
      const noise = "exponential" in source ? parts.map(() => source) : source.split(sizes, -1);
      return join(parts.map((part, i) => part.sample(noise[i]!)));
    },
    mode: () => join(parts.map((part) => part.mode())),
    logProbability: (choices) => total(parts.map((part, i) => part.logProbability(choices.narrow(-1, i, i + 1).squeeze(-1)))),
    entropy: () => total(parts.map((part) => part.entropy())),
    kl(other) {
      if (other.parts.length !== parts.length)
        throw new TypeError(
          `multiCategorical.kl: got a distribution of ${other.parts.length} parts; expected ${parts.length}, as this one has; compare distributions of the same sizes`,
        );
      return total(parts.map((part, i) => part.kl(other.parts[i]!)));
    },
  };
}
