/**
 * Operations in place, with a trailing underscore: they change this tensor's memory (and that of the tensor it is a view of) and return it. Concrete tensors only;
 * inside compile, and for tensors whose value a gradient still needs, use the forms without underscore. Import only through tensor.ts.
 */
import { checkKeys } from "@rl/math/options";
import { backward, clone, detach, to } from "./eager/history.ts";
import { rearrangeInPlace, writeInPlace } from "./eager/in-place.ts";
import { tensor as tensorOf, type RandomSource } from "./create.ts";
import type { Engine } from "./engine.ts";
import { TensorShapes } from "./methods-shape.ts";
import * as activation from "./ops/activation.ts";
import * as arithmetic from "./ops/arithmetic.ts";
import { asTensor, castTo, expandTo } from "./ops/common.ts";
import * as indexing from "./ops/indexing.ts";
import * as logic from "./ops/logic.ts";
import * as reduce from "./ops/reduce.ts";
import * as shaping from "./ops/shape.ts";
import type { Tensor, TensorLike } from "./tensor.ts";

export abstract class TensorInPlace extends TensorShapes {
  /** add in place. */
  add_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("add_", this, arithmetic.add(this, b));
  }
  /** sub in place. */
  sub_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("sub_", this, arithmetic.sub(this, b));
  }
  /** mul in place. */
  mul_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("mul_", this, arithmetic.mul(this, b));
  }
  /** div in place. */
  div_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("div_", this, arithmetic.div(this, b));
  }
  /** fmod in place. */
  fmod_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("fmod_", this, arithmetic.fmod(this, b));
  }
  /** remainder in place. */
  remainder_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("remainder_", this, arithmetic.remainder(this, b));
  }
  /** floorDivide in place. */
  floorDivide_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("floorDivide_", this, arithmetic.floorDivide(this, b));
  }
  /** pow in place. */
  pow_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("pow_", this, arithmetic.pow(this, b));
  }
  /** maximum in place. */
  maximum_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("maximum_", this, arithmetic.maximum(this, b));
  }
  /** minimum in place. */
  minimum_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("minimum_", this, arithmetic.minimum(this, b));
  }
  /** and in place. */
  and_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("and_", this, logic.and(this, b));
  }
  /** or in place. */
  or_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("or_", this, logic.or(this, b));
  }
  /** xor in place. */
  xor_(this: Tensor, b: TensorLike): Tensor {
    return writeInPlace("xor_", this, logic.xor(this, b));
  }
  /** neg in place. */
  neg_(this: Tensor): Tensor {
    return writeInPlace("neg_", this, arithmetic.neg(this));
  }
  /** abs in place. */
  abs_(this: Tensor): Tensor {
    return writeInPlace("abs_", this, arithmetic.abs(this));
  }
  /** sign in place. */
  sign_(this: Tensor): Tensor {
    return writeInPlace("sign_", this, arithmetic.sign(this));
  }
  /** floor in place. */
  floor_(this: Tensor): Tensor {
    return writeInPlace("floor_", this, arithmetic.floor(this));
  }
  /** ceil in place. */
  ceil_(this: Tensor): Tensor {
    return writeInPlace("ceil_", this, arithmetic.ceil(this));
  }
  /** round in place. */
  round_(this: Tensor): Tensor {
    return writeInPlace("round_", this, arithmetic.round(this));
  }
  /** trunc in place. */
  trunc_(this: Tensor): Tensor {
    return writeInPlace("trunc_", this, arithmetic.trunc(this));
  }
  /** sqrt in place. */
  sqrt_(this: Tensor): Tensor {
    return writeInPlace("sqrt_", this, arithmetic.sqrt(this));
  }
  /** exp in place. */
  exp_(this: Tensor): Tensor {
    return writeInPlace("exp_", this, arithmetic.exp(this));
  }
  /** expm1 in place. */
  expm1_(this: Tensor): Tensor {
    return writeInPlace("expm1_", this, arithmetic.expm1(this));
  }
  /** log in place. */
  log_(this: Tensor): Tensor {
    return writeInPlace("log_", this, arithmetic.log(this));
  }
  /** log1p in place. */
  log1p_(this: Tensor): Tensor {
    return writeInPlace("log1p_", this, arithmetic.log1p(this));
  }
  /** log2 in place. */
  log2_(this: Tensor): Tensor {
    return writeInPlace("log2_", this, arithmetic.log2(this));
  }
  /** log10 in place. */
  log10_(this: Tensor): Tensor {
    return writeInPlace("log10_", this, arithmetic.log10(this));
  }
  /** sin in place. */
  sin_(this: Tensor): Tensor {
    return writeInPlace("sin_", this, arithmetic.sin(this));
  }
  /** cos in place. */
  cos_(this: Tensor): Tensor {
    return writeInPlace("cos_", this, arithmetic.cos(this));
  }
  /** tan in place. */
  tan_(this: Tensor): Tensor {
    return writeInPlace("tan_", this, arithmetic.tan(this));
  }
  /** tanh in place. */
  tanh_(this: Tensor): Tensor {
    return writeInPlace("tanh_", this, arithmetic.tanh(this));
  }
  /** erf in place. */
  erf_(this: Tensor): Tensor {
    return writeInPlace("erf_", this, arithmetic.erf(this));
  }
  /** square in place. */
  square_(this: Tensor): Tensor {
    return writeInPlace("square_", this, arithmetic.square(this));
  }
  /** rsqrt in place. */
  rsqrt_(this: Tensor): Tensor {
    return writeInPlace("rsqrt_", this, arithmetic.rsqrt(this));
  }
  /** reciprocal in place. */
  reciprocal_(this: Tensor): Tensor {
    return writeInPlace("reciprocal_", this, arithmetic.reciprocal(this));
  }
  /** not in place. */
  not_(this: Tensor): Tensor {
    return writeInPlace("not_", this, logic.not(this));
  }
  /** relu in place. */
  relu_(this: Tensor): Tensor {
    return writeInPlace("relu_", this, activation.relu(this));
  }
  /** sigmoid in place. */
  sigmoid_(this: Tensor): Tensor {
    return writeInPlace("sigmoid_", this, activation.sigmoid(this));
  }
  /** softplus in place. */
  softplus_(this: Tensor): Tensor {
    return writeInPlace("softplus_", this, activation.softplus(this));
  }
  /** logsigmoid in place. */
  logsigmoid_(this: Tensor): Tensor {
    return writeInPlace("logsigmoid_", this, activation.logsigmoid(this));
  }
  /** silu in place. */
  silu_(this: Tensor): Tensor {
    return writeInPlace("silu_", this, activation.silu(this));
  }
  /** gelu in place. */
  gelu_(this: Tensor): Tensor {
    return writeInPlace("gelu_", this, activation.gelu(this));
  }
  /** softsign in place. */
  softsign_(this: Tensor): Tensor {
    return writeInPlace("softsign_", this, activation.softsign(this));
  }
  /** hardtanh in place. */
  hardtanh_(this: Tensor): Tensor {
    return writeInPlace("hardtanh_", this, activation.hardtanh(this));
  }
  /** elu in place. */
  elu_(this: Tensor, alpha?: number): Tensor {
    return writeInPlace("elu_", this, activation.elu(this, alpha));
  }
  /** leakyRelu in place. */
  leakyRelu_(this: Tensor, negativeSlope?: number): Tensor {
    return writeInPlace("leakyRelu_", this, activation.leakyRelu(this, negativeSlope));
  }
  /** clamp in place. */
  clamp_(this: Tensor, low?: TensorLike | null, high?: TensorLike | null): Tensor {
    return writeInPlace("clamp_", this, arithmetic.clamp(this, low, high));
  }
  /** lerp in place. */
  lerp_(this: Tensor, b: TensorLike, weight: TensorLike): Tensor {
    return writeInPlace("lerp_", this, arithmetic.lerp(this, b, weight));
  }
  /** cumsum in place. */
  cumsum_(this: Tensor, axis: number, reverse?: boolean): Tensor {
    return writeInPlace("cumsum_", this, reduce.cumsum(this, axis, reverse));
  }
  /** scatterAdd in place. */
  scatterAdd_(this: Tensor, indices: TensorLike, updates: TensorLike, axis?: number): Tensor {
    return writeInPlace("scatterAdd_", this, indexing.scatterAdd(this, indices, updates, axis));
  }
  /** Takes over the elements of another tensor (stretched to this shape, converted to this dtype). */
  copy_(this: Tensor, source: TensorLike): Tensor {
    return writeInPlace("copy_", this, expandTo(castTo(asTensor("copy_", source), this.dtype), this.shape));
  }
  /** All elements become one value. */
  fill_(this: Tensor, value: number | boolean): Tensor {
    return writeInPlace("fill_", this, expandTo(castTo(asTensor("fill_", value), this.dtype), this.shape));
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
