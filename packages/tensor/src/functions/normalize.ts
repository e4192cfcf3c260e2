/** Normalisation layers as functions. */
import { checkKeys } from "@rl/math/options";
import { asFloat } from "../ops/common.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { asTensor, withOut } from "./form.ts";

export interface BatchNormOptions {
  /** Added to the variance; 1e-5 unless given. */
  readonly eps?: number;
  /** Given together: use these moments (evaluation) instead of the batch's (training). One number per channel. */
  readonly runningMean?: TensorLike;
  readonly runningVariance?: TensorLike;
}

/** Per channel (axis 1): (x − mean)/√(variance + eps) · weight + bias, with the batch's own mean and biased variance unless running ones are given. Ioffe and Szegedy 2015. */
export const batchNorm = withOut(
  "batchNorm",
  (x: TensorLike, weight?: TensorLike | null, bias?: TensorLike | null, options: BatchNormOptions = {}): Tensor => {
    checkKeys("batchNorm", options, ["eps", "runningMean", "runningVariance"]);
    const t = asFloat(asTensor("batchNorm", x));
    if (t.rank < 2) throw new TypeError(`batchNorm: got shape [${t.shape.join(", ")}]; expected [N, C, …]; add axes with .unsqueeze(axis)`);
    const { runningMean, runningVariance, eps = 1e-5 } = options;
    if ((runningMean === undefined) !== (runningVariance === undefined))
      throw new TypeError("batchNorm: got only one of runningMean and runningVariance; expected both (evaluation) or neither (training)");
    const C = t.shape[1]!;
    const channel = (v: TensorLike): Tensor => asTensor("batchNorm", v).reshape([C, ...t.shape.slice(2).map(() => 1)]);
    const isGiven = (v: TensorLike | null | undefined): v is TensorLike => v !== undefined && v !== null;
    const w = isGiven(weight) ? channel(weight) : undefined;
    const b = isGiven(bias) ? channel(bias) : undefined;
    if (runningMean === undefined) return normalizeBatch(t, w, b, eps);
    const scale = channel(runningVariance!).add(eps).rsqrt();
    const y = t.sub(channel(runningMean)).mul(w ? scale.mul(w) : scale);
    return (b ? y.add(b) : y).named("batchNorm");
  },
  "options",
);

/**
 * y = d·s + b per channel, with d = x − mean(x), r = 1/√(mean(d²) + eps), s = r·w; w and b [C, 1, …]. The gradient is that of the closed form, which reads x and
 * ∂y twice each, where the mechanical one would write and read five more arrays of that size:
 *
 *   ∂b = Σ∂y,   ∂w = r·Σ∂y·d,   ∂x = s·(∂y − ∂b/N − d·r²·(Σ∂y·d)/N),   N numbers per channel
 */
function normalizeBatch(x: Tensor, w: Tensor | undefined, b: Tensor | undefined, eps: number): Tensor {
  const axes = x.shape.map((_n, i) => i).filter((i) => i !== 1);
  const moments = (t: Tensor): { d: Tensor; r: Tensor } => {
    const d = t.sub(t.mean(axes, true));
    return { d, r: d.square().mean(axes, true).add(eps).rsqrt() };
  };
  const inputs = [x, ...(w ? [w] : []), ...(b ? [b] : [])];
  const forward = (t: Tensor): Tensor => {
    const { d, r } = moments(t);
    const y = d.mul(w ? r.mul(w) : r);
    return b ? y.add(b) : y;
  };
  const N = x.size / x.shape[1]!;
  return x.withRule("batchNorm", inputs, forward, ({ inputs: [t, second], cotangent, needs }) => {
    const { d, r } = moments(t!);
    const db = cotangent.sum(axes, true);
    const dot = cotangent.mul(d).sum(axes, true);
    const dx = (): Tensor => {
      const s = w ? r.mul(second!) : r;
      return cotangent.mul(s).sub(d.mul(dot.mul(s).mul(r.square()).div(N)).add(db.mul(s).div(N)));
    };
    const fitting = (cotangents: (Tensor | undefined)[]): (Tensor | undefined)[] =>
      cotangents.map((c, i) => c?.reshape(inputs[i]!.shape).cast(inputs[i]!.dtype));
    return fitting([needs[0] ? dx() : undefined, ...(w ? [dot.mul(r)] : []), ...(b ? [db] : [])]);
  });
}

/** Over the last axes (as many as weight has; one without): (x − mean)/√(variance + eps) · weight + bias. Ba, Kiros and Hinton 2016. */
export const layerNorm = withOut(
  "layerNorm",
  (x: TensorLike, weight?: TensorLike | null, bias?: TensorLike | null, options: { eps?: number } = {}): Tensor => {
    checkKeys("layerNorm", options, ["eps"]);
    const t = asFloat(asTensor("layerNorm", x));
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
    return y.named("layerNorm");
  },
  "options",
);
