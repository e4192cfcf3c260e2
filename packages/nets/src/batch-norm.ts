/** Batch normalisation with running moments. Its state is kept apart from its parameters: it is not trained by gradients. */
import { batchNorm, noGrad, ones, zeros, type Tensor } from "@rl/tensor";

export interface BatchNormParams {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

export interface BatchNormState {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** weight 1, bias 0, running mean 0 and variance 1, one of each per channel. */
export function initBatchNorm(channels: number): { readonly params: BatchNormParams; readonly state: BatchNormState } {
  return { params: { weight: ones([channels]), bias: zeros([channels]) }, state: { mean: zeros([channels]), variance: ones([channels]) } };
}

/** Normalises with the running moments; x is [B, C, …]. */
export function applyBatchNorm(params: BatchNormParams, state: BatchNormState, x: Tensor, options: { eps?: number } = {}): Tensor {
  return batchNorm(x, params.weight, params.bias, { ...options, runningMean: state.mean, runningVariance: state.variance });
}

/**
 * Normalises with the batch's own moments and moves the running ones towards them: running ← (1 − momentum)·running + momentum·batch, with the unbiased batch
 * variance, as in PyTorch. Ioffe and Szegedy 2015.
 */
export function trainBatchNorm(
  params: BatchNormParams,
  state: BatchNormState,
  x: Tensor,
  options: { eps?: number; momentum?: number } = {},
): { readonly output: Tensor; readonly state: BatchNormState } {
  const { momentum = 0.1, ...rest } = options;
  if (x.rank >= 2 && x.size === x.shape[1])
    throw new TypeError(
      `trainBatchNorm: got shape [${x.shape.join(", ")}]; expected more than one value per channel, as one has no variance; give a larger batch, or applyBatchNorm`,
    );
  const output = batchNorm(x, params.weight, params.bias, rest);
  const axes = x.shape.map((_n, i) => i).filter((i) => i !== 1);
  const moved = noGrad(() => ({
    mean: state.mean.lerp(x.mean(axes), momentum),
    variance: state.variance.lerp(x.variance(axes, { correction: 1 }), momentum),
  }));
  return { output, state: moved };
}
