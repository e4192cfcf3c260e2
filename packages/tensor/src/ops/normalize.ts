/** Normalisation layers as functions. */
import { checkKeys } from "@rl/math/options";
import type { Tensor, TensorLike } from "../tensor.ts";
import { asFloat, asTensor, named } from "./common.ts";

export interface BatchNormOptions {
  /** Added to the variance; 1e-5 unless given. */
  readonly eps?: number;
  /** Given together: use these moments (evaluation) instead of the batch's (training). One number per channel. */
  readonly runningMean?: TensorLike;
  readonly runningVariance?: TensorLike;
}

/** Per channel (axis 1): (x − mean)/√(variance + eps) · weight + bias, with the batch's own mean and biased variance unless running ones are given. Ioffe and Szegedy 2015. */
export function batchNorm(x: TensorLike, weight?: TensorLike | null, bias?: TensorLike | null, options: BatchNormOptions = {}): Tensor {
  checkKeys("batchNorm", options, ["eps", "runningMean", "runningVariance"]);
  const t = asFloat("batchNorm", x);
  if (t.rank < 2) throw new TypeError(`batchNorm: got shape [${t.shape.join(", ")}]; expected [N, C, …]; add axes with .unsqueeze(axis)`);
  const { runningMean, runningVariance, eps = 1e-5 } = options;
  if ((runningMean === undefined) !== (runningVariance === undefined))
    throw new TypeError("batchNorm: got only one of runningMean and runningVariance; expected both (evaluation) or neither (training)");
  const C = t.shape[1]!;
  const channel = (v: TensorLike): Tensor => asTensor("batchNorm", v).reshape([C, ...t.shape.slice(2).map(() => 1)]);
  const axes = t.shape.map((_n, i) => i).filter((i) => i !== 1);
  const centre = runningMean === undefined ? t.mean(axes, true) : channel(runningMean);
  const deviation = t.sub(centre);
  const spread = runningVariance === undefined ? deviation.square().mean(axes, true) : channel(runningVariance);
  let y = deviation.mul(spread.add(eps).rsqrt());
  if (weight !== undefined && weight !== null) y = y.mul(channel(weight));
  if (bias !== undefined && bias !== null) y = y.add(channel(bias));
  return named("batchNorm", y);
}

/** Over the last axes (as many as weight has; one without): (x − mean)/√(variance + eps) · weight + bias. Ba, Kiros and Hinton 2016. */
export function layerNorm(x: TensorLike, weight?: TensorLike | null, bias?: TensorLike | null, options: { eps?: number } = {}): Tensor {
  checkKeys("layerNorm", options, ["eps"]);
  const t = asFloat("layerNorm", x);
  const count = weight === undefined || weight === null ? 1 : asTensor("layerNorm", weight).rank;
  if (count > t.rank)
    throw new TypeError(
      `layerNorm: got shape [${t.shape.join(", ")}] and a weight of ${count} axes; expected at most ${t.rank}; give a weight of the shape of the last axes`,
    );
  const axes = Array.from({ length: count }, (_v, i) => t.rank - count + i);
  const deviation = t.sub(t.mean(axes, true));
  let y = deviation.mul(
    deviation
      .square()
      .mean(axes, true)
      .add(options.eps ?? 1e-5)
      .rsqrt(),
  );
  if (weight !== undefined && weight !== null) y = y.mul(weight);
  if (bias !== undefined && bias !== null) y = y.add(bias);
  return named("layerNorm", y);
}
