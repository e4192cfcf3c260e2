/** Losses. Each is the mean over all elements unless reduction says "sum" or "none". Squares are those of the error itself: |x|² has no second derivative at 0. */
import { checkKeys } from "@rl/math/options";
import { asFloat, beside, FLOATS, pairOf, shown, stretched } from "../ops/common.ts";
import { Tensor, type TensorLike } from "../tensor/tensor.ts";
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

/**
 * −[w·t·log σ(x) + (1 − t)·log(1 − σ(x))] from logits x and targets t in [0, 1]; w = posWeight (1 unless given; stretched to the shape of x) is what a positive
 * counts beside a negative.
 */
export const binaryCrossEntropyWithLogits = withOut(
  "binaryCrossEntropyWithLogits",
  (logits: TensorLike, target: TensorLike, options: { posWeight?: TensorLike; reduction?: Reduction } = {}): Tensor => {
    const name = "binaryCrossEntropyWithLogits";
    checkKeys(name, options, ["posWeight", "reduction"]);
    const [x, t] = pairOf(name, asTensor(name, logits), logits, target, FLOATS);
    if (options.posWeight === undefined) return reduceLoss(name, x.softplus().sub(t.mul(x)), options.reduction);
    // −log σ(x) = softplus(−x) and −log(1 − σ(x)) = x + softplus(−x), so that both share one function.
    const counts = stretched(name, "posWeight", beside(name, x, options.posWeight), x.shape)
      .sub(1)
      .mul(t)
      .add(1);
    return reduceLoss(name, x.sub(t.mul(x)).add(counts.mul(x.neg().softplus())), options.reduction);
  },
  "options",
);

export interface CrossEntropyOptions {
  /** What an example of each class counts, [C]; the mean is then Σ loss / Σ weight of the examples' classes. */
  weight?: Tensor;
  /** A class whose examples count nothing; it need not be one of 0 … C − 1. The mean over none but such is NaN. */
  ignoreIndex?: number;
  /** ε in [0, 1]: the target is 1 − ε for the class and ε/C for every one. */
  labelSmoothing?: number;
  reduction?: Reduction;
}

/** −log softmax(logits)[class]: logits [B, C], classes int [B]. */
export const crossEntropy = withOut(
  "crossEntropy",
  (logits: TensorLike, classes: TensorLike, options: CrossEntropyOptions = {}): Tensor => {
    checkKeys("crossEntropy", options, ["weight", "ignoreIndex", "labelSmoothing", "reduction"]);
    const x = floats("crossEntropy", logits);
    const c = asTensor("crossEntropy", classes);
    if (x.rank !== 2 || c.rank !== 1 || c.shape[0] !== x.shape[0])
      throw new TypeError(
        `crossEntropy: got logits [${x.shape.join(", ")}] and classes [${c.shape.join(", ")}]; expected [B, C] and [B]; give classes as integers, not one-hot`,
      );
    const { weight, ignoreIndex, labelSmoothing = 0, reduction } = options;
    if (weight !== undefined || ignoreIndex !== undefined || labelSmoothing !== 0)
      return weighted(x, c, weight, ignoreIndex, labelSmoothing, reduction);
    return reduceLoss("crossEntropy", x.logSoftmax(-1).gather(c.unsqueeze(1), 1).squeeze(1).neg(), reduction);
  },
  "options",
);

/** Cross-entropy whose examples do not all count alike, or whose targets are smoothed. */
function weighted(
  x: Tensor,
  classes: Tensor,
  given: Tensor | undefined,
  ignored: number | undefined,
  smoothing: number,
  reduction: Reduction | undefined,
): Tensor {
  const count = x.shape[1]!;
  if (given !== undefined && !(given instanceof Tensor && given.rank === 1 && given.shape[0] === count))
    throw new TypeError(
      `crossEntropy: got weight ${shown(given)} for ${count} classes; expected a tensor [${count}]; give one weight per class`,
    );
  if (ignored !== undefined && !Number.isInteger(ignored))
    throw new TypeError(
      `crossEntropy: got ignoreIndex ${shown(ignored)}; expected a whole number; give the class that is to count nothing`,
    );
  if (!(typeof smoothing === "number" && smoothing >= 0 && smoothing <= 1))
    throw new RangeError(`crossEntropy: got labelSmoothing ${shown(smoothing)}; expected a number in [0, 1]; 0 is none`);
  const counts = ignored === undefined ? undefined : classes.notEqual(ignored);
  const present = counts?.where(classes, 0) ?? classes;
  const logs = x.logSoftmax(-1);
  const weight = given?.cast(x.dtype);
  const own = weight?.take(present);
  let loss = logs.gather(present.unsqueeze(1), 1).squeeze(1).neg();
  if (own) loss = loss.mul(own);
  if (smoothing > 0) {
    const every = (weight ? logs.mul(weight) : logs).sum(1).neg();
    loss = loss.mul(1 - smoothing).add(every.mul(smoothing / count));
  }
  if (counts) loss = counts.where(loss, 0);
  if (reduction !== undefined && reduction !== "mean") return reduceLoss("crossEntropy", loss, reduction);
  const each = own ?? x.scalar(1, x.dtype).expand(classes.shape);
  return loss
    .sum()
    .div((counts ? counts.where(each, 0) : each).sum())
    .named("crossEntropy");
}
