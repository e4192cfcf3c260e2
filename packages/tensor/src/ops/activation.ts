/** Activation functions, all elementwise but the softmaxes. */
import { apply } from "../apply.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { customGradient } from "../autodiff/custom.ts";
import { stopGradient } from "../autodiff/stop.ts";
import { abs, add, div, erf, exp, expm1, log, maximum, minimum, mul, neg, sub } from "./arithmetic.ts";
import { asFloat, axisIn, named } from "./common.ts";
import { argmax, largest, sum } from "./reduce.ts";

/** max(x, 0); derivative 0 at 0. */
export function relu(x: TensorLike): Tensor {
  return apply("relu", [asFloat("relu", x)]);
}
/** 1/(1 + e^−x). */
export const sigmoid = (x: TensorLike): Tensor => apply("sigmoid", [asFloat("sigmoid", x)]);
/** log(1 + eˣ). */
export const softplus = (x: TensorLike): Tensor => apply("softplus", [asFloat("softplus", x)]);
/** log(1/(1 + e^−x)) = −softplus(−x). */
export const logsigmoid = (x: TensorLike): Tensor => named("logsigmoid", neg(softplus(neg(asFloat("logsigmoid", x)))));
/** x · sigmoid(x), also called swish. */
export const silu = (x: TensorLike): Tensor => named("silu", mul(x, sigmoid(x)));
/** x/2 · (1 + erf(x/√2)). */
export const gelu = (x: TensorLike): Tensor => named("gelu", mul(mul(x, 0.5), add(1, erf(mul(x, 0.7071067811865476)))));
/** x where x > 0, else alpha·(eˣ − 1). */
export function elu(x: TensorLike, alpha = 1): Tensor {
  const t = asFloat("elu", x);
  const positive = t.greater(0);
  return named("elu", positive.where(t, mul(alpha, expm1(positive.where(0, t)))));
}
/** x where x > 0, else negativeSlope · x. */
export function leakyRelu(x: TensorLike, negativeSlope = 0.01): Tensor {
  const t = asFloat("leakyRelu", x);
  return named("leakyRelu", t.greater(0).where(t, mul(t, negativeSlope)));
}
/** x/(1 + |x|). */
export function softsign(x: TensorLike): Tensor {
  const t = asFloat("softsign", x);
  return named("softsign", div(t, add(1, abs(t))));
}
/** x limited to [−1, 1]. */
export const hardtanh = (x: TensorLike): Tensor => named("hardtanh", maximum(minimum(x, 1), -1));

/** e^xᵢ / Σⱼ e^xⱼ along an axis. The largest element is subtracted first, so no overflow. */
export function softmax(x: TensorLike, axis = -1): Tensor {
  const t = asFloat("softmax", x);
  const at = axisIn("softmax", axis, t.rank);
  const forward = (x: Tensor): Tensor => {
    const powers = exp(sub(x, largest(x, [at])));
    return div(powers, sum(powers, at, true));
  };
  // yᵢ·(cᵢ − Σⱼ yⱼcⱼ). In float32 the cotangent of the likeliest class is taken off c first: Σy = 1, so nothing changes, but nothing cancels when that y is near 1.
  return customGradient("softmax", [t], forward, ({ output: y, cotangent }) => {
    const likeliest = (): Tensor => stopGradient(cotangent.gather(argmax(stopGradient(y), at, true), at));
    const d = t.dtype === "float32" ? sub(cotangent, likeliest()) : cotangent;
    return [mul(y, sub(d, sum(mul(y, d), at, true)))];
  });
}
/** log softmax = (x − m) − log Σ e^(x−m), m the largest element, along an axis. Subtracting m first keeps all digits however large the elements are. */
export function logSoftmax(x: TensorLike, axis = -1): Tensor {
  const t = asFloat("logSoftmax", x);
  const at = axisIn("logSoftmax", axis, t.rank);
  const shifted = sub(t, stopGradient(largest(t, [at])));
  return named("logSoftmax", sub(shifted, log(sum(exp(shifted), at, true))));
}
