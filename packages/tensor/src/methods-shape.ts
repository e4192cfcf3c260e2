/** Reductions, shapes, indexing and windows as methods: thin calls of the functions in src/ops, where the text is. Import only through tensor.ts. */
import * as indexing from "./ops/indexing.ts";
import type { Axes } from "./ops/reduce.ts";
import * as reduce from "./ops/reduce.ts";
import * as shaping from "./ops/shape.ts";
import type { SliceSpec } from "./ops/slice-spec.ts";
import type { ConvOptions, PoolOptions, WindowOptions } from "./ops/windows.ts";
import * as windows from "./ops/windows.ts";
import type { Tensor, TensorLike } from "./tensor.ts";

export abstract class TensorShapes {
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
