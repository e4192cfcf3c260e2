/**
 * What an operation may know of a tensor. Operations are methods of a chain of classes that begins here and ends with `operations.ts`; each says which primitives
 * it applies by the one verb `bind`. What a primitive's application is, a record in a trace or a result at once, says the class above the chain, and the
 * gradient rules of the primitives see no more than the chain either.
 */
import type { TensorDType } from "../elements.ts";
import type { Attributes } from "../graph.ts";
import { sizeOf } from "../shape.ts";

/** What operations take beside a tensor: a number or boolean adopts its dtype. */
export type Like<T> = T | number | boolean;

/** What a gradient rule is given, and returns: a cotangent for each input, undefined where it is zero. */
export interface RuleContext<T> {
  readonly inputs: readonly T[];
  readonly output: T;
  /** ∂L/∂output. */
  readonly cotangent: T;
  /** needs[i]: whether the cotangent of input i will be used. */
  readonly needs: readonly boolean[];
}
export type Rule<T> = (context: RuleContext<T>) => readonly (T | undefined)[];

export abstract class Value {
  abstract readonly shape: readonly number[];
  abstract readonly dtype: TensorDType;
  /** Whether this tensor shares the memory of another. */
  abstract get isView(): boolean;

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }
  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** A copy with memory of its own; gradients pass through it. */
  abstract clone(): this;
  /** The elements of an int64 tensor; shares memory as `data()` does. */
  abstract bigints(): BigInt64Array;

  /** @internal Applies a primitive. */
  abstract bind(op: string, inputs: readonly this[], attributes?: Attributes): this;
  /** @internal The bare number that stood here when an operation was called as a function: it adopts the dtype of what is beside it. */
  abstract readonly bare: number | boolean | undefined;
  /** @internal A tensor of rank 0. */
  abstract scalar(value: number | boolean, dtype: TensorDType): this;
  /** @internal One number everywhere, in this shape and dtype. */
  abstract filled(value: number): this;
  /** @internal The same value with derivative zero. */
  abstract stopped(): this;
  /** @internal The value of `forward(...inputs)` with a gradient rule of its own; see customGradient. */
  abstract withRule(name: string, inputs: readonly this[], forward: (...inputs: this[]) => this, rule: Rule<this>): this;
  /** @internal Names the result after the operation the user called, for gradFn. */
  abstract named(name: string): this;
  /**
   * @internal What an operation that changes nothing may give back instead of doing it: a traced or engine's tensor itself, without history inside noGrad. A view of
   * other tensors is a tensor of its own, so that changing the shape of one in place leaves the other alone.
   */
  abstract unchanged(): this | undefined;
  /** @internal Writes the result of an operation on this tensor into its memory. */
  abstract change(name: string, operation: (x: this) => this): this;
  /** @internal Writes a value into this tensor's memory. */
  abstract write(name: string, value: this): this;
  /** @internal Takes over shape and strides of a rearrangement of this tensor, without moving elements. */
  abstract rearrange(name: string, rearranged: this): this;
}
