/** Losses. Each is the mean over all elements unless reduction says "sum" or "none". Squares are those of the error itself: |x|² has no second derivative at 0. */
import { checkKeys } from "@rl/math/options";
import { asFloat, FLOATS, pairOf, shown } from "../ops/common.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { asTensor, withOut } from "./form.ts";

export type Reduction = "mean" | "sum" | "none";

const floats = (name: string, x: TensorLike): Tensor => asFloat(asTensor(name, x));

function reduceLoss(name: string, loss: Tensor, reduction: Reduction = "mean"): Tensor {
  if (reduction === "none") return loss;
  if (reduction !== "mean" && reduction !== "sum")
    throw new TypeError(`${name}: got reduction "${String(reduction)}"; expected one of "mean", "sum" and "none"; choose one`);
  return (reduction === "mean" ? loss.mean() : loss.sum()).named(name);
}

/** Where one form of a loss ends and the other begins. */
function bound(name: string, key: string, value: number): number {
  if (typeof value === "number" && value >= 0 && value < Infinity) return value;
  throw new RangeError(`${name}: got ${key} ${shown(value)}; expected a finite number ≥ 0; for squared errors everywhere use mse`);
}

/** error² where it is asked for, else 0: of an infinite one, which is not asked for, the derivative would be 0·∞. */
const squareWhere = (asked: Tensor, error: Tensor): Tensor => asked.where(error, 0).square();

/** (prediction − target)². */
export const mse = withOut(
  "mse",
  (prediction: TensorLike, target: TensorLike, options: { reduction?: Reduction } = {}): Tensor => {
    checkKeys("mse", options, ["reduction"]);
    return reduceLoss("mse", floats("mse", prediction).sub(target).square(), options.reduction);
  },
  "options",
);

/** d = |prediction − target|: d²/2 where d < delta, else delta·(d − delta/2). Huber 1964. */
export const huber = withOut(
  "huber",
  (prediction: TensorLike, target: TensorLike, options: { delta?: number; reduction?: Reduction } = {}): Tensor => {
    checkKeys("huber", options, ["delta", "reduction"]);
    const delta = bound("huber", "delta", options.delta ?? 1);
    if (delta === 0) throw new RangeError("huber: got delta 0; expected a number > 0; for |error| use smoothL1 with beta 0");
    const error = floats("huber", prediction).sub(target);
    const d = error.abs();
    const near = d.less(delta);
    return reduceLoss("huber", near.where(squareWhere(near, error).mul(0.5), d.sub(delta / 2).mul(delta)), options.reduction);
  },
  "options",
);

/** d = |prediction − target|: d²/(2·beta) where d < beta, else d − beta/2. */
export const smoothL1 = withOut(
  "smoothL1",
  (prediction: TensorLike, target: TensorLike, options: { beta?: number; reduction?: Reduction } = {}): Tensor => {
    checkKeys("smoothL1", options, ["beta", "reduction"]);
    const beta = bound("smoothL1", "beta", options.beta ?? 1);
    const error = floats("smoothL1", prediction).sub(target);
    const d = error.abs();
    if (beta === 0) return reduceLoss("smoothL1", d, options.reduction);
    const near = d.less(beta);
    return reduceLoss("smoothL1", near.where(squareWhere(near, error).mul(0.5 / beta), d.sub(beta / 2)), options.reduction);
  },
  "options",
);

/** −[t·log σ(x) + (1 − t)·log(1 − σ(x))] = softplus(x) − t·x, from logits x and targets t in [0, 1]. */
export const binaryCrossEntropyWithLogits = withOut(
  "binaryCrossEntropyWithLogits",
  (logits: TensorLike, target: TensorLike, options: { reduction?: Reduction } = {}): Tensor => {
    checkKeys("binaryCrossEntropyWithLogits", options, ["reduction"]);
    const name = "binaryCrossEntropyWithLogits";
    const [x, t] = pairOf(name, asTensor(name, logits), logits, target, FLOATS);
    return reduceLoss(name, x.softplus().sub(t.mul(x)), options.reduction);
  },
  "options",
);

/** −log softmax(logits)[class]: logits [B, C], classes int [B]. */
export const crossEntropy = withOut(
  "crossEntropy",
  (logits: TensorLike, classes: TensorLike, options: { reduction?: Reduction } = {}): Tensor => {
    checkKeys("crossEntropy", options, ["reduction"]);
    const x = floats("crossEntropy", logits);
    const c = asTensor("crossEntropy", classes);
    if (x.rank !== 2 || c.rank !== 1 || c.shape[0] !== x.shape[0])
      throw new TypeError(
        `crossEntropy: got logits [${x.shape.join(", ")}] and classes [${c.shape.join(", ")}]; expected [B, C] and [B]; give classes as integers, not one-hot`,
      );
    return reduceLoss("crossEntropy", x.logSoftmax(-1).gather(c.unsqueeze(1), 1).squeeze(1).neg(), options.reduction);
  },
  "options",
);
