/** Arithmetic, comparisons, products and activations as methods: thin calls of the functions in src/ops, where the text is. Import only through tensor.ts. */
import { TensorInPlace } from "./methods-in-place.ts";
import type { TensorDType } from "./elements.ts";
import * as arithmetic from "./ops/arithmetic.ts";
import * as activation from "./ops/activation.ts";
import * as logic from "./ops/logic.ts";
import * as linear from "./ops/linear.ts";
import type { Tensor, TensorLike } from "./tensor.ts";

export abstract class TensorMethods extends TensorInPlace {
  /** this + b. */
  add(this: Tensor, b: TensorLike): Tensor {
    return arithmetic.add(this, b);
  }
  /** this − b. */
  sub(this: Tensor, b: TensorLike): Tensor {
    return arithmetic.sub(this, b);
  }
  /** this · b, element by element. */
  mul(this: Tensor, b: TensorLike): Tensor {
    return arithmetic.mul(this, b);
  }
  /** this / b; float32 for integers. */
  div(this: Tensor, b: TensorLike): Tensor {
    return arithmetic.div(this, b);
  }
  /** Remainder with the sign of this. */
  fmod(this: Tensor, b: TensorLike): Tensor {
    return arithmetic.fmod(this, b);
  }
  /** Remainder with the sign of b. */
  remainder(this: Tensor, b: TensorLike): Tensor {
    return arithmetic.remainder(this, b);
  }
  /** ⌊this / b⌋; integers stay integers. */
  floorDivide(this: Tensor, b: TensorLike): Tensor {
    return arithmetic.floorDivide(this, b);
  }
  /** thisᵇ. */
  pow(this: Tensor, b: TensorLike): Tensor {
    return arithmetic.pow(this, b);
  }
  /** The larger of two; NaN if either is. */
  maximum(this: Tensor, b: TensorLike): Tensor {
    return arithmetic.maximum(this, b);
  }
  /** The smaller of two; NaN if either is. */
  minimum(this: Tensor, b: TensorLike): Tensor {
    return arithmetic.minimum(this, b);
  }
  /** this = b → bool. */
  equal(this: Tensor, b: TensorLike): Tensor {
    return logic.equal(this, b);
  }
  /** this ≠ b → bool. */
  notEqual(this: Tensor, b: TensorLike): Tensor {
    return logic.notEqual(this, b);
  }
  /** this < b → bool. */
  less(this: Tensor, b: TensorLike): Tensor {
    return logic.less(this, b);
  }
  /** this ≤ b → bool. */
  lessEqual(this: Tensor, b: TensorLike): Tensor {
    return logic.lessEqual(this, b);
  }
  /** this > b → bool. */
  greater(this: Tensor, b: TensorLike): Tensor {
    return logic.greater(this, b);
  }
  /** this ≥ b → bool. */
  greaterEqual(this: Tensor, b: TensorLike): Tensor {
    return logic.greaterEqual(this, b);
  }
  /** Logical or bitwise and. */
  and(this: Tensor, b: TensorLike): Tensor {
    return logic.and(this, b);
  }
  /** Logical or bitwise or. */
  or(this: Tensor, b: TensorLike): Tensor {
    return logic.or(this, b);
  }
  /** Exclusive or. */
  xor(this: Tensor, b: TensorLike): Tensor {
    return logic.xor(this, b);
  }
  /** Matrix product over the last two axes. */
  matmul(this: Tensor, b: TensorLike): Tensor {
    return linear.matmul(this, b);
  }
  /** Sum of products of two vectors. */
  dot(this: Tensor, b: TensorLike): Tensor {
    return linear.dot(this, b);
  }
  /** All products of the elements of two vectors. */
  outer(this: Tensor, b: TensorLike): Tensor {
    return linear.outer(this, b);
  }
  /** −this. */
  neg(this: Tensor): Tensor {
    return arithmetic.neg(this);
  }
  /** |this|. */
  abs(this: Tensor): Tensor {
    return arithmetic.abs(this);
  }
  /** −1, 0 or 1. */
  sign(this: Tensor): Tensor {
    return arithmetic.sign(this);
  }
  /** The largest whole number ≤ this. */
  floor(this: Tensor): Tensor {
    return arithmetic.floor(this);
  }
  /** The smallest whole number ≥ this. */
  ceil(this: Tensor): Tensor {
    return arithmetic.ceil(this);
  }
  /** The nearest whole number, halves to even. */
  round(this: Tensor): Tensor {
    return arithmetic.round(this);
  }
  /** Without the fraction. */
  trunc(this: Tensor): Tensor {
    return arithmetic.trunc(this);
  }
  /** Square root. */
  sqrt(this: Tensor): Tensor {
    return arithmetic.sqrt(this);
  }
  /** eˣ. */
  exp(this: Tensor): Tensor {
    return arithmetic.exp(this);
  }
  /** eˣ − 1. */
  expm1(this: Tensor): Tensor {
    return arithmetic.expm1(this);
  }
  /** Natural logarithm. */
  log(this: Tensor): Tensor {
    return arithmetic.log(this);
  }
  /** log(1 + x). */
  log1p(this: Tensor): Tensor {
    return arithmetic.log1p(this);
  }
  /** Logarithm to base 2. */
  log2(this: Tensor): Tensor {
    return arithmetic.log2(this);
  }
  /** Logarithm to base 10. */
  log10(this: Tensor): Tensor {
    return arithmetic.log10(this);
  }
  /** Sine. */
  sin(this: Tensor): Tensor {
    return arithmetic.sin(this);
  }
  /** Cosine. */
  cos(this: Tensor): Tensor {
    return arithmetic.cos(this);
  }
  /** Tangent. */
  tan(this: Tensor): Tensor {
    return arithmetic.tan(this);
  }
  /** Hyperbolic tangent. */
  tanh(this: Tensor): Tensor {
    return arithmetic.tanh(this);
  }
  /** Error function. */
  erf(this: Tensor): Tensor {
    return arithmetic.erf(this);
  }
  /** x². */
  square(this: Tensor): Tensor {
    return arithmetic.square(this);
  }
  /** 1/√x. */
  rsqrt(this: Tensor): Tensor {
    return arithmetic.rsqrt(this);
  }
  /** 1/x. */
  reciprocal(this: Tensor): Tensor {
    return arithmetic.reciprocal(this);
  }
  /** Logical or bitwise complement. */
  not(this: Tensor): Tensor {
    return logic.not(this);
  }
  /** Whether NaN → bool. */
  isNaN(this: Tensor): Tensor {
    return logic.isNaN(this);
  }
  /** Whether neither NaN nor infinite → bool. */
  isFinite(this: Tensor): Tensor {
    return logic.isFinite(this);
  }
  /** max(x, 0). */
  relu(this: Tensor): Tensor {
    return activation.relu(this);
  }
  /** 1/(1 + e^−x). */
  sigmoid(this: Tensor): Tensor {
    return activation.sigmoid(this);
  }
  /** log(1 + eˣ). */
  softplus(this: Tensor): Tensor {
    return activation.softplus(this);
  }
  /** log sigmoid(x). */
  logsigmoid(this: Tensor): Tensor {
    return activation.logsigmoid(this);
  }
  /** x · sigmoid(x). */
  silu(this: Tensor): Tensor {
    return activation.silu(this);
  }
  /** x/2 · (1 + erf(x/√2)). */
  gelu(this: Tensor): Tensor {
    return activation.gelu(this);
  }
  /** x/(1 + |x|). */
  softsign(this: Tensor): Tensor {
    return activation.softsign(this);
  }
  /** Limited to [−1, 1]. */
  hardtanh(this: Tensor): Tensor {
    return activation.hardtanh(this);
  }
  /** Zeros of this shape and dtype. */
  zerosLike(this: Tensor): Tensor {
    return arithmetic.zerosLike(this);
  }
  /** Ones of this shape and dtype. */
  onesLike(this: Tensor): Tensor {
    return arithmetic.onesLike(this);
  }
  /** x where x > 0, else alpha·(eˣ − 1). */
  elu(this: Tensor, alpha?: number): Tensor {
    return activation.elu(this, alpha);
  }
  /** x where x > 0, else negativeSlope · x. */
  leakyRelu(this: Tensor, negativeSlope?: number): Tensor {
    return activation.leakyRelu(this, negativeSlope);
  }
  /** Limited to [low, high]. */
  clamp(this: Tensor, low?: TensorLike | null, high?: TensorLike | null): Tensor {
    return arithmetic.clamp(this, low, high);
  }
  /** this + weight · (b − this). */
  lerp(this: Tensor, b: TensorLike, weight: TensorLike): Tensor {
    return arithmetic.lerp(this, b, weight);
  }
  /** Conversion to another dtype. */
  cast(this: Tensor, dtype: TensorDType): Tensor {
    return arithmetic.cast(this, dtype);
  }
  /** a where this holds, else b. */
  where(this: Tensor, a: TensorLike, b: TensorLike): Tensor {
    return logic.where(this, a, b);
  }
  /** e^xᵢ / Σⱼ e^xⱼ along an axis (the last unless given). */
  softmax(this: Tensor, axis?: number): Tensor {
    return activation.softmax(this, axis);
  }
  /** log softmax along an axis (the last unless given). */
  logSoftmax(this: Tensor, axis?: number): Tensor {
    return activation.logSoftmax(this, axis);
  }
}
