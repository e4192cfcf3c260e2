/** Losses. Each is the mean over all elements unless reduction says "sum" or "none". Squares are those of the error itself: |x|² has no second derivative at 0. */
import { checkKeys } from "@rl/math/options";
import type { Tensor, TensorLike } from "../tensor.ts";
import { logSoftmax, softplus } from "./activation.ts";
import { abs, mul, square, sub } from "./arithmetic.ts";
import { asFloat, asTensor, named, pair } from "./common.ts";

export type Reduction = "mean" | "sum" | "none";

function reduceLoss(name: string, loss: Tensor, reduction: Reduction = "mean"): Tensor {
  if (reduction === "none") return loss;
  if (reduction !== "mean" && reduction !== "sum")
    throw new TypeError(`${name}: got reduction "${String(reduction)}"; expected one of "mean", "sum" and "none"; choose one`);
  return named(name, reduction === "mean" ? loss.mean() : loss.sum());
}

/** (prediction − target)². */
export function mse(prediction: TensorLike, target: TensorLike, options: { reduction?: Reduction } = {}): Tensor {
  checkKeys("mse", options, ["reduction"]);
  return reduceLoss("mse", square(sub(asFloat("mse", prediction), target)), options.reduction);
}

/** d = |prediction − target|: d²/2 where d < delta, else delta·(d − delta/2). Huber 1964. */
export function huber(prediction: TensorLike, target: TensorLike, options: { delta?: number; reduction?: Reduction } = {}): Tensor {
  checkKeys("huber", options, ["delta", "reduction"]);
  const delta = options.delta ?? 1;
  const error = sub(asFloat("huber", prediction), target);
  const d = abs(error);
  return reduceLoss("huber", d.less(delta).where(mul(square(error), 0.5), mul(sub(d, delta / 2), delta)), options.reduction);
}

/** d = |prediction − target|: d²/(2·beta) where d < beta, else d − beta/2. */
export function smoothL1(prediction: TensorLike, target: TensorLike, options: { beta?: number; reduction?: Reduction } = {}): Tensor {
  checkKeys("smoothL1", options, ["beta", "reduction"]);
  const beta = options.beta ?? 1;
  const error = sub(asFloat("smoothL1", prediction), target);
  const d = abs(error);
  return reduceLoss("smoothL1", d.less(beta).where(mul(square(error), 0.5 / beta), sub(d, beta / 2)), options.reduction);
}

/** −[t·log σ(x) + (1 − t)·log(1 − σ(x))] = softplus(x) − t·x, from logits x and targets t in [0, 1]. */
export function binaryCrossEntropyWithLogits(logits: TensorLike, target: TensorLike, options: { reduction?: Reduction } = {}): Tensor {
  checkKeys("binaryCrossEntropyWithLogits", options, ["reduction"]);
  const [x, t] = pair("binaryCrossEntropyWithLogits", logits, target, { floats: true });
  return reduceLoss("binaryCrossEntropyWithLogits", sub(softplus(x), mul(t, x)), options.reduction);
}

/** −log softmax(logits)[class]: logits [B, C], classes int [B]. */
export function crossEntropy(logits: TensorLike, classes: TensorLike, options: { reduction?: Reduction } = {}): Tensor {
  checkKeys("crossEntropy", options, ["reduction"]);
  const x = asFloat("crossEntropy", logits);
  const c = asTensor("crossEntropy", classes);
  if (x.rank !== 2 || c.rank !== 1 || c.shape[0] !== x.shape[0])
    throw new TypeError(
      `crossEntropy: got logits [${x.shape.join(", ")}] and classes [${c.shape.join(", ")}]; expected [B, C] and [B]; give classes as integers, not one-hot`,
    );
  return reduceLoss("crossEntropy", logSoftmax(x, -1).gather(c.unsqueeze(1), 1).squeeze(1).neg(), options.reduction);
}
