/**
 * The tensor: an n-dimensional array of one element type. It is concrete (its elements are in a typed array or in an engine's memory) or, while a function is
 * traced by compile, a symbol. The operations, which are methods of the classes in src/ops, come to life here: `bind` records them in a trace or does them.
 */
import { checkKeys } from "@rl/math/options";
import type { TypedArray } from "../dtype.ts";
import { isFloating, type TensorDType } from "../elements.ts";
import type { Engine, Storage } from "../engine.ts";
import type { Attributes } from "../graph.ts";
import { castTo } from "../ops/common.ts";
import type { Like, Rule } from "../ops/value.ts";
import type { Trace } from "../tracing.ts";
import { hold, symbolic } from "./access.ts";
import { customGradient, detach, stopGradient } from "./custom.ts";
import { apply } from "./evaluate.ts";
import { backward, clone, to } from "./history.ts";
import { changeInPlace, rearrangeInPlace, writeInPlace } from "./in-place.ts";
import { creator, type Creator, NO_ATTRIBUTES, Stored } from "./stored.ts";
import { isTracked, renewHistory } from "./view-history.ts";

/** What operations take: a number or boolean adopts the dtype of the tensor beside it. */
export type TensorLike = Like<Tensor>;

/** The part of @rl/random's Generator that is needed here. */
export interface RandomSource {
  standardNormal(): number;
  random(): number;
}

/** What `gradFn` shows. */
export interface GradFn {
  readonly name: string;
  readonly inputs: readonly (GradFn | null)[];
}

export class Tensor extends Stored {
  /** @internal */
  make(shape: readonly number[], dtype: TensorDType): this {
    return new Tensor(shape, dtype) as this;
  }
  /** @internal */
  bind(op: string, inputs: readonly this[], attributes: Attributes = NO_ATTRIBUTES): this {
    return apply(this, op, inputs, attributes) as this;
  }
  /** @internal */
  stopped(): this {
    return stopGradient(this);
  }
  /** @internal */
  withRule(name: string, inputs: readonly this[], forward: (...inputs: this[]) => this, rule: Rule<this>): this {
    return customGradient(name, inputs, forward, rule);
  }
  /** @internal */
  change(name: string, operation: (x: this) => this): this {
    return changeInPlace(name, this, operation);
  }
  /** @internal */
  write(name: string, value: this): this {
    return writeInPlace(name, this, value);
  }
  /** @internal */
  rearrange(name: string, rearranged: this): this {
    return rearrangeInPlace(name, this, rearranged);
  }

  /** A copy with memory of its own; gradients pass through it. */
  clone(): this {
    return clone(this);
  }
  /** The same memory without history: gradients stop here. */
  detach(): this {
    return detach(this);
  }
  /** Under another dtype ("float64"), or in the memory of another engine ("wasm", "reference"; "local" for an ordinary typed array). */
  to(target: string | Engine): this {
    return to(this, target);
  }

  /** All elements become normal numbers drawn from a generator, in row-major order. */
  normal_(rng: RandomSource, options: { mean?: number; std?: number } = {}): this {
    checkKeys("normal_", options, ["mean", "std"]);
    const { mean = 0, std = 1 } = options;
    return this.write(
      "normal_",
      drawn(this, () => mean + std * rng.standardNormal()),
    );
  }
  /** All elements become uniform numbers in [low, high) drawn from a generator, in row-major order. */
  uniform_(rng: RandomSource, options: { low?: number; high?: number } = {}): this {
    checkKeys("uniform_", options, ["low", "high"]);
    const { low = 0, high = 1 } = options;
    return this.write(
      "uniform_",
      drawn(this, () => low + (high - low) * rng.random()),
    );
  }

  /** Adds the gradients of this scalar (or, with a gradient of this shape, of sum(this · gradient)) to `.grad` of every tensor with requiresGrad it was computed from. */
  backward(gradient?: Tensor, options: { createGraph?: boolean } = {}): void {
    checkKeys("backward", options, ["createGraph"]);
    backward(this, gradient, options.createGraph ?? false);
  }
  /** Forgets the accumulated gradient: `.grad` is null again. */
  zeroGrad(): void {
    this._grad = null;
  }

  /** Whether operations on this tensor are recorded for differentiation. Can be set on tensors the user made. */
  get requiresGrad(): boolean {
    return isTracked(this);
  }

  set requiresGrad(value: boolean) {
    if (this._trace)
      throw new Error("requiresGrad: got a traced tensor; inside compile use grad or valueAndGrad, which say what is differentiated");
    renewHistory(this);
    if (this._creator && this._creator.op !== "leaf") {
      throw new Error(
        `requiresGrad: this tensor was computed by ${this.gradFn?.name ?? this._creator.op}, so its flag follows its inputs; use .detach() for a copy of the value without history, or set the flag of a tensor you made`,
      );
    }
    if (value && !isFloating(this.dtype))
      throw new TypeError(`requiresGrad: got a tensor of dtype ${this.dtype}; expected float32 or float64, which alone have gradients`);
    this._tracked = value;
    if (!value) this._creator = undefined;
    else if (!this._creator) {
      this._creator = creator("leaf", [], NO_ATTRIBUTES);
      this._creator.output = this;
    }
  }

  /** The operation that made this tensor and what it was made from; null for tensors the user made. */
  get gradFn(): GradFn | null {
    renewHistory(this);
    const made = this._creator;
    if (!made || !this._tracked || made.op === "leaf") return null;
    return {
      name: made.label ?? made.op,
      get inputs() {
        return made.inputs.map((input) => (input as Tensor).gradFn);
      },
    };
  }

  /** The gradient that backward() accumulated; null before. */
  get grad(): Tensor | null {
    return this._grad as Tensor | null;
  }
}

function drawn<T extends Stored>(like: T, next: () => number): T {
  const values = new Float64Array(like.size);
  for (let i = 0; i < values.length; i++) values[i] = next();
  return castTo(like.concrete(values, like.shape, "float64"), like.dtype);
}

/** A tensor of the elements of an array, whose memory it shares. */
export function concrete(array: TypedArray, shape: readonly number[], dtype: TensorDType): Tensor {
  return hold(new Tensor(shape, dtype), array);
}

/** A tensor of rank 0. */
export function rankZero(value: number | boolean, dtype: TensorDType): Tensor {
  return new Tensor([], dtype).scalar(value, dtype);
}

/** A tensor of what an engine gave. */
export const stored = (storage: Storage, shape: readonly number[], dtype: TensorDType): Tensor => hold(new Tensor(shape, dtype), storage);

/** A symbol of a tracing. */
export const symbol = (shape: readonly number[], dtype: TensorDType, trace: Trace, made: Creator, tracked = false): Tensor =>
  symbolic(new Tensor(shape, dtype), trace, made, tracked);
