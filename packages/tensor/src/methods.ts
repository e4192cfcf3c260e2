/** Every operation as a method: thin calls of the functions in src/ops, where the text is. Import only through tensor.ts, which extends this class. */
import { TensorInPlace } from "./methods-in-place.ts";
import type { TensorDType } from "./elements.ts";
import * as arithmetic from "./ops/arithmetic.ts";
import * as activation from "./ops/activation.ts";
import * as logic from "./ops/logic.ts";
import * as reduce from "./ops/reduce.ts";
import * as shaping from "./ops/shape.ts";
import * as indexing from "./ops/indexing.ts";
import * as linear from "./ops/linear.ts";
import * as windows from "./ops/windows.ts";
import type { Axes } from "./ops/reduce.ts";
import type { SliceSpec } from "./ops/slice-spec.ts";
import type { ConvOptions, PoolOptions, WindowOptions } from "./ops/windows.ts";
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
  /** Σ over axes (all unless given). */
  sum(this: Tensor, axis?: Axes, keepDims?: boolean): Tensor {
    return reduce.sum(this, axis, keepDims);
  }
  /** Mean over axes. */
  mean(this: Tensor, axis?: Axes, keepDims?: boolean): Tensor {
    return reduce.mean(this, axis, keepDims);
  }
  /** Largest element over axes. */
  max(this: Tensor, axis?: Axes, keepDims?: boolean): Tensor {
    return reduce.max(this, axis, keepDims);
  }
  /** Smallest element over axes. */
  min(this: Tensor, axis?: Axes, keepDims?: boolean): Tensor {
    return reduce.min(this, axis, keepDims);
  }
  /** log Σ eˣ over axes. */
  logsumexp(this: Tensor, axis?: Axes, keepDims?: boolean): Tensor {
    return reduce.logsumexp(this, axis, keepDims);
  }
  /** Product over axes. */
  prod(this: Tensor, axis?: Axes, keepDims?: boolean): Tensor {
    return reduce.prod(this, axis, keepDims);
  }
  /** √Σx² over axes. */
  norm(this: Tensor, axis?: Axes, keepDims?: boolean): Tensor {
    return reduce.norm(this, axis, keepDims);
  }
  /** Whether all are true → bool. */
  all(this: Tensor, axis?: Axes, keepDims?: boolean): Tensor {
    return reduce.all(this, axis, keepDims);
  }
  /** Whether any is true → bool. */
  any(this: Tensor, axis?: Axes, keepDims?: boolean): Tensor {
    return reduce.any(this, axis, keepDims);
  }
  /** Index of the first largest element. */
  argmax(this: Tensor, axis?: number, keepDims?: boolean): Tensor {
    return reduce.argmax(this, axis, keepDims);
  }
  /** Index of the first smallest element. */
  argmin(this: Tensor, axis?: number, keepDims?: boolean): Tensor {
    return reduce.argmin(this, axis, keepDims);
  }
  /** Σ(x − x̄)²/(n − correction); correction 1 unless given. */
  variance(this: Tensor, axis?: Axes, options?: { correction?: number; keepDims?: boolean }): Tensor {
    return reduce.variance(this, axis, options);
  }
  /** √variance. */
  std(this: Tensor, axis?: Axes, options?: { correction?: number; keepDims?: boolean }): Tensor {
    return reduce.std(this, axis, options);
  }
  /** Running sum along an axis. */
  cumsum(this: Tensor, axis: number, reverse?: boolean): Tensor {
    return reduce.cumsum(this, axis, reverse);
  }
  /** Summed down to a shape that broadcasts to this one: the adjoint of expand. */
  sumTo(this: Tensor, shape: readonly number[]): Tensor {
    return reduce.sumTo(this, shape);
  }
  /** Same elements under another shape; one extent may be −1. */
  reshape(this: Tensor, shape: readonly number[]): Tensor {
    return shaping.reshape(this, shape);
  }
  /** One axis of all elements from start to end. */
  flatten(this: Tensor, start?: number, end?: number): Tensor {
    return shaping.flatten(this, start, end);
  }
  /** Axis i of the result is axis axes[i]. */
  permute(this: Tensor, axes: readonly number[]): Tensor {
    return shaping.permute(this, axes);
  }
  /** permute; without axes the last two change places. */
  transpose(this: Tensor, axes?: readonly number[]): Tensor {
    return shaping.transpose(this, axes);
  }
  /** A matrix transposed; vectors and scalars stay. */
  t(this: Tensor): Tensor {
    return shaping.t(this);
  }
  /** Repeats axes of extent 1 up to a shape. */
  expand(this: Tensor, shape: readonly number[]): Tensor {
    return shaping.expand(this, shape);
  }
  /** Removes axes of extent 1. */
  squeeze(this: Tensor, axis?: number | readonly number[]): Tensor {
    return shaping.squeeze(this, axis);
  }
  /** Inserts an axis of extent 1. */
  unsqueeze(this: Tensor, axis: number): Tensor {
    return shaping.unsqueeze(this, axis);
  }
  /** Part of this tensor: x.slice(0), x.slice([1, null], null), x.slice("1:, ::2"). */
  slice(this: Tensor, ...spec: readonly SliceSpec[]): Tensor {
    return shaping.slice(this, ...spec);
  }
  /** slice with all numbers written out. */
  sliceWith(this: Tensor, start: readonly number[], stop: readonly number[], step: readonly number[]): Tensor {
    return shaping.sliceWith(this, start, stop, step);
  }
  /** Positions start … stop − 1 of one axis. */
  narrow(this: Tensor, axis: number, start: number, stop: number): Tensor {
    return shaping.narrow(this, axis, start, stop);
  }
  /** Reverses axes. */
  flip(this: Tensor, axes: number | readonly number[]): Tensor {
    return shaping.flip(this, axes);
  }
  /** New elements at the ends of axes. */
  pad(this: Tensor, widths: readonly (readonly [number, number])[], value?: number): Tensor {
    return shaping.pad(this, widths, value);
  }
  /** pad with new elements between neighbours too. */
  padWith(this: Tensor, low: readonly number[], high: readonly number[], interior: readonly number[], value: number): Tensor {
    return shaping.padWith(this, low, high, interior, value);
  }
  /** Parts along an axis. */
  split(this: Tensor, size: number | readonly number[], axis?: number): Tensor[] {
    return shaping.split(this, size, axis);
  }
  /** Repeats the whole tensor. */
  tile(this: Tensor, counts: readonly number[]): Tensor {
    return shaping.tile(this, counts);
  }
  /** Rows at indices. */
  take(this: Tensor, indices: TensorLike, axis?: number): Tensor {
    return indexing.take(this, indices, axis);
  }
  /** Elements at indices along an axis. */
  gather(this: Tensor, indices: TensorLike, axis: number): Tensor {
    return indexing.gather(this, indices, axis);
  }
  /** This with updates added at rows. */
  scatterAdd(this: Tensor, indices: TensorLike, updates: TensorLike, axis?: number): Tensor {
    return indexing.scatterAdd(this, indices, updates, axis);
  }
  /** This with updates added at elements along an axis. */
  scatterAddAlong(this: Tensor, indices: TensorLike, updates: TensorLike, axis: number): Tensor {
    return indexing.scatterAddAlong(this, indices, updates, axis);
  }
  /** 1 at each index, 0 elsewhere. */
  oneHot(this: Tensor, count: number): Tensor {
    return indexing.oneHot(this, count);
  }
  /** Sliding windows of images. */
  unfold(this: Tensor, options: WindowOptions): Tensor {
    return windows.unfold(this, options);
  }
  /** The adjoint of unfold. */
  fold(this: Tensor, options: WindowOptions, size: readonly number[]): Tensor {
    return windows.fold(this, options, size);
  }
  /** Convolution of images [N, C, H, W]. */
  conv2d(this: Tensor, weight: TensorLike, bias?: TensorLike | null, options?: ConvOptions): Tensor {
    return windows.conv2d(this, weight, bias, options);
  }
  /** Largest element of each window. */
  maxPool2d(this: Tensor, options: PoolOptions): Tensor {
    return windows.maxPool2d(this, options);
  }
  /** Mean of each window. */
  avgPool2d(this: Tensor, options: PoolOptions): Tensor {
    return windows.avgPool2d(this, options);
  }
  /** This joined with others along an axis. */
  concat(this: Tensor, others: readonly TensorLike[], axis?: number): Tensor {
    return shaping.concat([this, ...others], axis);
  }
}
