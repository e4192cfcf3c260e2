/**
 * Operations in place, with a trailing underscore: they change this tensor's memory (and that of the tensor it is a view of) and return it. Concrete tensors only;
 * inside compile, and for tensors whose value a gradient still needs, use the forms without underscore. Import only through tensor.ts.
 */
import { checkKeys } from "@rl/math/options";
import { backward, clone, detach, to } from "./eager/history.ts";
import { changeInPlace, rearrangeInPlace, writeInPlace } from "./eager/in-place.ts";
import { tensor as tensorOf, type RandomSource } from "./create.ts";
import type { Engine } from "./engine.ts";
import { TensorShapes } from "./methods-shape.ts";
import * as activation from "./ops/activation.ts";
import * as arithmetic from "./ops/arithmetic.ts";
import { castTo, elementFor, expandTo } from "./ops/common.ts";
import * as indexing from "./ops/indexing.ts";
import * as logic from "./ops/logic.ts";
import * as reduce from "./ops/reduce.ts";
import * as shaping from "./ops/shape.ts";
import type { Tensor, TensorLike } from "./tensor.ts";

export abstract class TensorInPlace extends TensorShapes {
  /** add in place. */
  add_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("add_", this, (x) => arithmetic.add(x, b));
  }
  /** sub in place. */
  sub_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("sub_", this, (x) => arithmetic.sub(x, b));
  }
  /** mul in place. */
  mul_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("mul_", this, (x) => arithmetic.mul(x, b));
  }
  /** div in place. */
  div_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("div_", this, (x) => arithmetic.div(x, b));
  }
  /** fmod in place. */
  fmod_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("fmod_", this, (x) => arithmetic.fmod(x, b));
  }
  /** remainder in place. */
  remainder_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("remainder_", this, (x) => arithmetic.remainder(x, b));
  }
  /** floorDivide in place. */
  floorDivide_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("floorDivide_", this, (x) => arithmetic.floorDivide(x, b));
  }
  /** pow in place. */
  pow_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("pow_", this, (x) => arithmetic.pow(x, b));
  }
  /** maximum in place. */
  maximum_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("maximum_", this, (x) => arithmetic.maximum(x, b));
  }
  /** minimum in place. */
  minimum_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("minimum_", this, (x) => arithmetic.minimum(x, b));
  }
  /** and in place. */
  and_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("and_", this, (x) => logic.and(x, b));
  }
  /** or in place. */
  or_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("or_", this, (x) => logic.or(x, b));
  }
  /** xor in place. */
  xor_(this: Tensor, b: TensorLike): Tensor {
    return changeInPlace("xor_", this, (x) => logic.xor(x, b));
  }
  /** neg in place. */
  neg_(this: Tensor): Tensor {
    return changeInPlace("neg_", this, (x) => arithmetic.neg(x));
  }
  /** abs in place. */
  abs_(this: Tensor): Tensor {
    return changeInPlace("abs_", this, (x) => arithmetic.abs(x));
  }
  /** sign in place. */
  sign_(this: Tensor): Tensor {
    return changeInPlace("sign_", this, (x) => arithmetic.sign(x));
  }
  /** floor in place. */
  floor_(this: Tensor): Tensor {
    return changeInPlace("floor_", this, (x) => arithmetic.floor(x));
  }
  /** ceil in place. */
  ceil_(this: Tensor): Tensor {
    return changeInPlace("ceil_", this, (x) => arithmetic.ceil(x));
  }
  /** round in place. */
  round_(this: Tensor): Tensor {
    return changeInPlace("round_", this, (x) => arithmetic.round(x));
  }
  /** trunc in place. */
  trunc_(this: Tensor): Tensor {
    return changeInPlace("trunc_", this, (x) => arithmetic.trunc(x));
  }
  /** sqrt in place. */
  sqrt_(this: Tensor): Tensor {
    return changeInPlace("sqrt_", this, (x) => arithmetic.sqrt(x));
  }
  /** exp in place. */
  exp_(this: Tensor): Tensor {
    return changeInPlace("exp_", this, (x) => arithmetic.exp(x));
  }
  /** expm1 in place. */
  expm1_(this: Tensor): Tensor {
    return changeInPlace("expm1_", this, (x) => arithmetic.expm1(x));
  }
  /** log in place. */
  log_(this: Tensor): Tensor {
    return changeInPlace("log_", this, (x) => arithmetic.log(x));
  }
  /** log1p in place. */
  log1p_(this: Tensor): Tensor {
    return changeInPlace("log1p_", this, (x) => arithmetic.log1p(x));
  }
  /** log2 in place. */
  log2_(this: Tensor): Tensor {
    return changeInPlace("log2_", this, (x) => arithmetic.log2(x));
  }
  /** log10 in place. */
  log10_(this: Tensor): Tensor {
    return changeInPlace("log10_", this, (x) => arithmetic.log10(x));
  }
  /** sin in place. */
  sin_(this: Tensor): Tensor {
    return changeInPlace("sin_", this, (x) => arithmetic.sin(x));
  }
  /** cos in place. */
  cos_(this: Tensor): Tensor {
    return changeInPlace("cos_", this, (x) => arithmetic.cos(x));
  }
  /** tan in place. */
  tan_(this: Tensor): Tensor {
    return changeInPlace("tan_", this, (x) => arithmetic.tan(x));
  }
  /** tanh in place. */
  tanh_(this: Tensor): Tensor {
    return changeInPlace("tanh_", this, (x) => arithmetic.tanh(x));
  }
  /** erf in place. */
  erf_(this: Tensor): Tensor {
    return changeInPlace("erf_", this, (x) => arithmetic.erf(x));
  }
  /** square in place. */
  square_(this: Tensor): Tensor {
    return changeInPlace("square_", this, (x) => arithmetic.square(x));
  }
  /** rsqrt in place. */
  rsqrt_(this: Tensor): Tensor {
    return changeInPlace("rsqrt_", this, (x) => arithmetic.rsqrt(x));
  }
  /** reciprocal in place. */
  reciprocal_(this: Tensor): Tensor {
    return changeInPlace("reciprocal_", this, (x) => arithmetic.reciprocal(x));
  }
  /** not in place. */
  not_(this: Tensor): Tensor {
    return changeInPlace("not_", this, (x) => logic.not(x));
  }
  /** relu in place. */
  relu_(this: Tensor): Tensor {
    return changeInPlace("relu_", this, (x) => activation.relu(x));
  }
  /** sigmoid in place. */
  sigmoid_(this: Tensor): Tensor {
    return changeInPlace("sigmoid_", this, (x) => activation.sigmoid(x));
  }
  /** softplus in place. */
  softplus_(this: Tensor): Tensor {
    return changeInPlace("softplus_", this, (x) => activation.softplus(x));
  }
  /** logsigmoid in place. */
  logsigmoid_(this: Tensor): Tensor {
    return changeInPlace("logsigmoid_", this, (x) => activation.logsigmoid(x));
  }
  /** silu in place. */
  silu_(this: Tensor): Tensor {
    return changeInPlace("silu_", this, (x) => activation.silu(x));
  }
  /** gelu in place. */
  gelu_(this: Tensor): Tensor {
    return changeInPlace("gelu_", this, (x) => activation.gelu(x));
  }
  /** softsign in place. */
  softsign_(this: Tensor): Tensor {
    return changeInPlace("softsign_", this, (x) => activation.softsign(x));
  }
  /** hardtanh in place. */
  hardtanh_(this: Tensor): Tensor {
    return changeInPlace("hardtanh_", this, (x) => activation.hardtanh(x));
  }
  /** elu in place. */
  elu_(this: Tensor, alpha?: number): Tensor {
    return changeInPlace("elu_", this, (x) => activation.elu(x, alpha));
  }
  /** leakyRelu in place. */
  leakyRelu_(this: Tensor, negativeSlope?: number): Tensor {
    return changeInPlace("leakyRelu_", this, (x) => activation.leakyRelu(x, negativeSlope));
  }
  /** clamp in place. */
  clamp_(this: Tensor, low?: TensorLike | null, high?: TensorLike | null): Tensor {
    return changeInPlace("clamp_", this, (x) => arithmetic.clamp(x, low, high));
  }
  /** lerp in place. */
  lerp_(this: Tensor, b: TensorLike, weight: TensorLike): Tensor {
    return changeInPlace("lerp_", this, (x) => arithmetic.lerp(x, b, weight));
  }
  /** cumsum in place. */
  cumsum_(this: Tensor, axis: number, reverse?: boolean): Tensor {
    return changeInPlace("cumsum_", this, (x) => reduce.cumsum(x, axis, reverse));
  }
  /** scatterAdd in place. */
  scatterAdd_(this: Tensor, indices: TensorLike, updates: TensorLike, axis?: number): Tensor {
    return changeInPlace("scatterAdd_", this, (x) => indexing.scatterAdd(x, indices, updates, axis));
  }
  /** Takes over the elements of another tensor (stretched to this shape, converted to this dtype). */
  copy_(this: Tensor, source: TensorLike): Tensor {
    return writeInPlace("copy_", this, expandTo(elementFor("copy_", source, this.dtype), this.shape));
  }
  /** All elements become one value. */
  fill_(this: Tensor, value: number | boolean): Tensor {
    return writeInPlace("fill_", this, expandTo(elementFor("fill_", value, this.dtype), this.shape));
  }
  /** All elements become 0. */
  zero_(this: Tensor): Tensor {
    return this.fill_(0);
  }
  /** All elements become normal numbers drawn from a generator, in row-major order. */
  normal_(this: Tensor, rng: RandomSource, options: { mean?: number; std?: number } = {}): Tensor {
    checkKeys("normal_", options, ["mean", "std"]);
    const { mean = 0, std = 1 } = options;
    return writeInPlace(
      "normal_",
      this,
      drawn(this, () => mean + std * rng.standardNormal()),
    );
  }
  /** All elements become uniform numbers in [low, high) drawn from a generator, in row-major order. */
  uniform_(this: Tensor, rng: RandomSource, options: { low?: number; high?: number } = {}): Tensor {
    checkKeys("uniform_", options, ["low", "high"]);
    const { low = 0, high = 1 } = options;
    return writeInPlace(
      "uniform_",
      this,
      drawn(this, () => low + (high - low) * rng.random()),
    );
  }
  /** Transposes a matrix in place: shape and strides change, elements stay. */
  t_(this: Tensor): Tensor {
    return rearrangeInPlace("t_", this, shaping.t(this));
  }
  /** transpose in place. */
  transpose_(this: Tensor, axes?: readonly number[]): Tensor {
    return rearrangeInPlace("transpose_", this, shaping.transpose(this, axes));
  }
  /** squeeze in place. */
  squeeze_(this: Tensor, axis?: number | readonly number[]): Tensor {
    return rearrangeInPlace("squeeze_", this, shaping.squeeze(this, axis));
  }
  /** unsqueeze in place. */
  unsqueeze_(this: Tensor, axis: number): Tensor {
    return rearrangeInPlace("unsqueeze_", this, shaping.unsqueeze(this, axis));
  }
  /** A copy with memory of its own; gradients pass through it. */
  clone(this: Tensor): Tensor {
    return clone(this);
  }
  /** The same memory without history: gradients stop here. */
  detach(this: Tensor): Tensor {
    return detach(this);
  }
  /** Under another dtype ("float64"), or in the memory of another engine ("wasm", "reference"; "local" for an ordinary typed array). */
  to(this: Tensor, target: string | Engine): Tensor {
    return to(this, target);
  }
  /** Adds the gradients of this scalar (or, with a gradient of this shape, of sum(this · gradient)) to `.grad` of every tensor with requiresGrad it was computed from. */
  backward(this: Tensor, gradient?: Tensor, options: { createGraph?: boolean } = {}): void {
    checkKeys("backward", options, ["createGraph"]);
    backward(this, gradient, options.createGraph ?? false);
  }
  /** Forgets the accumulated gradient: `.grad` is null again. */
  zeroGrad(this: Tensor): void {
    this._grad = null;
  }
}

function drawn(like: Tensor, next: () => number): Tensor {
  const values = new Float64Array(like.size);
  for (let i = 0; i < values.length; i++) values[i] = next();
  return castTo(tensorOf(values, { shape: like.shape }), like.dtype);
}
