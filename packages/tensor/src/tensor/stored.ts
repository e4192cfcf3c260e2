/**
 * A tensor's memory, and how it came to be: elements in a typed array or in an engine's memory, views of other tensors' memory, the record that differentiation
 * follows, or, while a function is traced, no elements at all. What the members with a leading underscore hold is known in this folder only.
 */
import { nextCreatorId } from "../creation-order.ts";
import type { TypedArray } from "../dtype.ts";
import { allocate, type TensorDType } from "../elements.ts";
import type { Engine, EngineBuffer, Storage } from "../engine.ts";
import type { Attributes } from "../graph.ts";
import { isGradEnabled } from "../mode.ts";
import { Operations } from "../ops/operations.ts";
import { isRowMajor, readStrided, sameShape, stridesOf } from "../shape.ts";
import type { Trace } from "../tracing.ts";

/** A number, or arrays of numbers of any depth, all rows of one length. */
export type NestedArray = number | readonly NestedArray[];

/** How a value came to be: kept by traced tensors always and by concrete ones that are tracked for differentiation. */
export interface Creator {
  /** Increases with time, so that inputs have smaller numbers than results. */
  readonly id: number;
  /** A primitive's name, "leaf" (an end of differentiation), or what `special` is called. */
  readonly op: string;
  readonly inputs: readonly Stored[];
  readonly attributes: Attributes;
  /** The value made. For concrete tensors a snapshot that notices later changes in place. */
  output: Stored | undefined;
  /** Name of the operation the user called, where it is made of several primitives. */
  label: string | undefined;
  /** Where the operation is no primitive: what it does in place of one's rules. */
  special: Special | undefined;
  /** What stands for the value in programs, which know no operations but primitives. */
  stands: Stored | undefined;
  /** Which of the results of its only input it is, where that has several. */
  piece: number | undefined;
}

export interface Special {
  /** Cotangents of the inputs from those of the results (undefined: zero), as far as they are needed. */
  pull(made: Creator, cotangents: readonly (Stored | undefined)[], needs: readonly boolean[]): readonly (Stored | undefined)[];
  /** Symbols only: the result, or results, from other inputs. `at` gives the new value of any symbol that was made before. */
  redo?(made: Creator, inputs: readonly Stored[], at: (symbol: Stored) => Stored): Stored | readonly Stored[];
}

export const NO_ATTRIBUTES: Attributes = /* @__PURE__ */ Object.freeze({});

export function creator(op: string, inputs: readonly Stored[], attributes: Attributes = NO_ATTRIBUTES, special?: Special): Creator {
  return {
    id: nextCreatorId(),
    op,
    inputs,
    attributes,
    output: undefined,
    label: undefined,
    special,
    stands: undefined,
    piece: undefined,
  };
}

/** What console.log prints in Node. (A member whose name is computed would keep the class in every bundle.) */
/* @__NO_SIDE_EFFECTS__ */
function printable(methods: typeof Operations): typeof Operations {
  Object.defineProperty(methods.prototype, Symbol.for("nodejs.util.inspect.custom"), {
    value(this: Operations) {
      return this.toString();
    },
  });
  return methods;
}

export abstract class Stored extends printable(Operations) {
  readonly shape: readonly number[];
  readonly dtype: TensorDType;

  // Internals, used by this package only. A view has a base, which owns the memory, the version and the engine, and a source, whose history it shares.
  // A detached tensor has a base only.
  /** @internal */ _array: TypedArray | undefined = undefined;
  /** @internal */ _buffer: EngineBuffer | undefined = undefined;
  /** @internal */ _base: Stored | undefined = undefined;
  /** @internal */ _source: Stored | undefined = undefined;
  /** @internal */ _strides: readonly number[] | undefined = undefined;
  /** @internal */ _offset = 0;
  /** @internal */ _trace: Trace | undefined = undefined;
  /** @internal */ _creator: Creator | undefined = undefined;
  /** @internal */ _tracked = false;
  /** @internal Counts changes in place of the memory. */
  _version = 0;
  /** @internal Counts changes in place that rewrote the history of differentiation. */
  _history = 0;
  /** @internal Views: the source's count that this history belongs to. */
  _seen = 0;
  /** @internal Snapshots only: the version whose elements they mean; −1 on ordinary tensors. */
  _expected = -1;
  /** @internal Set when a compiled call has consumed the memory: which argument it was. */
  _consumed: string | undefined = undefined;
  /** @internal */ bare: number | boolean | undefined = undefined;
  /** @internal */ _grad: Stored | null = null;

  /** @internal Use tensor(), zeros() and the other functions that create tensors. */
  constructor(shape: readonly number[], dtype: TensorDType) {
    super();
    this.shape = shape;
    this.dtype = dtype;
  }

  /** @internal A tensor of the same class without elements. */
  abstract make(shape: readonly number[], dtype: TensorDType): this;

  /** @internal */
  concrete(array: TypedArray, shape: readonly number[], dtype: TensorDType): this {
    const made = this.make(shape, dtype);
    made._array = array;
    return made;
  }

  /** @internal */
  scalar(value: number | boolean, dtype: TensorDType): this {
    const array = allocate(dtype, 1);
    if (dtype === "int64") (array as unknown as BigInt64Array)[0] = BigInt(Math.trunc(Number(value)));
    else array[0] = Number(value);
    return this.concrete(array, [], dtype);
  }

  /** @internal With memory of its own, which can change in place; inside programs one number that is repeated. */
  filled(value: number): this {
    const { shape, dtype } = this;
    const element = this.scalar(value, dtype);
    if (this._trace) return sameShape([], shape) ? element : this.bind("broadcast", [element], { shape });
    return this.concrete(allocate(dtype, this.size).fill(element._array![0]!), shape, dtype);
  }

  /** @internal */
  unchanged(): this | undefined {
    if (this._trace === undefined && this._engine() === undefined) return undefined;
    return isGradEnabled() ? this : this.stopped();
  }

  /** @internal */
  named(name: string): this {
    if (this._creator && this._tracked && isGradEnabled()) this._creator.label = name;
    return this;
  }

  /** Whether the elements lie in row-major order without gaps. */
  get isContiguous(): boolean {
    return !this._strides || isRowMajor(this.shape, this._strides);
  }

  /** Whether this tensor shares the memory of another. */
  get isView(): boolean {
    return this._base !== undefined;
  }

  /** Steps between neighbours along each axis, in elements. */
  get strides(): readonly number[] {
    return this._stridesNow();
  }

  /** Name of the engine whose memory holds the elements; "local" for ordinary typed arrays, "traced" inside compile. */
  get device(): string {
    return this._trace ? "traced" : (this._engine()?.name ?? "local");
  }

  /**
   * The elements in row-major order. Shares memory with the tensor where it is contiguous: writing to the array changes the tensor. A view whose
   * elements are scattered (a transpose, a column) gives a copy. Throws for tensors that live in an engine's memory: `read()` copies from there.
   */
  data(): TypedArray {
    this._checkNumber("data()");
    const engine = this._engine();
    if (engine)
      throw new Error(
        `data(): this tensor lives in the memory of engine "${engine.name}", which cannot be shared; call .read() for a copy of the elements or .to("local") for a local tensor`,
      );
    if (this.dtype === "int64") throw new TypeError('data(): int64 elements are BigInts; call .bigints(), or convert with .cast("int32")');
    return this._elements();
  }

  /** The elements of an int64 tensor; shares memory as `data()` does. */
  bigints(): BigInt64Array {
    this._checkNumber("bigints()");
    if (this.dtype !== "int64") throw new TypeError(`bigints(): got ${this.dtype}; expected int64; call .data()`);
    return this._elements() as unknown as BigInt64Array;
  }

  /** A fresh copy of the elements in row-major order, wherever they are. */
  read(): TypedArray {
    this._checkNumber("read()");
    const buffer = (this._base ?? this)._buffer;
    return buffer ? buffer.read() : this._elements().slice();
  }

  /** The one element of a tensor of size 1, as a number. */
  item(): number {
    this._checkNumber("item()");
    if (this.size !== 1)
      throw new TypeError(
        `item(): got shape [${this.shape.join(", ")}]; expected exactly one element; reduce it first (.mean(), .sum()) or call .toArray()`,
      );
    return Number(this._local()[0]);
  }

  /** Nested arrays of numbers; a plain number for rank 0. */
  toArray(): NestedArray {
    this._checkNumber("toArray()");
    const elements = this._local();
    let position = 0;
    const nest = (axis: number): NestedArray => {
      if (axis === this.rank) return Number(elements[position++]);
      const rows: NestedArray[] = [];
      for (let i = 0; i < this.shape[axis]!; i++) rows.push(nest(axis + 1));
      return rows;
    };
    return nest(0);
  }

  /** `Tensor float32[2, 3] [[1, 2, 3], [4, 5, 6]]`; long tensors are shortened. */
  override toString(): string {
    const head = `Tensor ${this.dtype}[${this.shape.join(", ")}]`;
    if (this._trace) return `${head} (traced)`;
    if (this._consumed || this._base?._consumed) return `${head} (donated)`;
    if (this.size > 100) return `${head} (${this.size} elements)`;
    const show = (value: NestedArray): string => (typeof value === "number" ? shortNumber(value) : `[${value.map(show).join(", ")}]`);
    return `${head} ${show(this.toArray())}`;
  }

  /** Lets a concrete tensor of one element stand in comparisons and arithmetic of JavaScript; a traced one explains what to use instead. */
  [Symbol.toPrimitive](hint: string): number | string {
    if (hint === "string") return this.toString();
    this._checkNumber("a JavaScript comparison or arithmetic");
    return this.item();
  }

  /** Rows along the first axis; of a concrete tensor, as views. */
  rows(): this[] {
    if (this.rank === 0) throw new TypeError("rows: got a scalar; expected at least one axis; add one with .unsqueeze(0)");
    return Array.from({ length: this.shape[0]! }, (_v, i) => this.slice(i));
  }

  /** @internal The engine whose memory holds the elements, if any. */
  _engine(): Engine | undefined {
    return (this._base ?? this)._buffer?.engine;
  }

  /** @internal */
  _stridesNow(): readonly number[] {
    return this._strides ?? stridesOf(this.shape);
  }

  /** @internal Elements of a local tensor, contiguous; shared where possible. */
  _elements(): TypedArray {
    this._checkReadable("reading");
    const owner = this._base ?? this;
    const array = owner._array;
    if (!array)
      throw new Error(
        `reading: this tensor lives in the memory of engine "${this.device}"; call .read() for a copy of the elements or .to("local") for a local tensor`,
      );
    if (array.length === 0 && owner.size > 0)
      throw new Error(
        `reading: got a tensor of ${owner.size} elements whose memory is gone; its buffer was transferred or detached; transfer a copy (.read()) instead`,
      );
    if (!this._strides) return array;
    if (this.isContiguous) return array.subarray(this._offset, this._offset + this.size);
    const out = new (array.constructor as new (n: number) => TypedArray)(this.size);
    readStrided(out, array, this.shape, this._strides, this._offset);
    return out;
  }

  /** @internal Elements wherever they are: shared when local, a copy when on an engine. */
  _local(): TypedArray {
    this._checkReadable("reading");
    const buffer = (this._base ?? this)._buffer;
    return buffer ? buffer.read() : this._elements();
  }

  /** @internal What to give to an engine. */
  _storageFor(engine: Engine, use: string): Storage {
    this._checkReadable(use);
    const buffer = (this._base ?? this)._buffer;
    if (!buffer) return this._elements();
    if (buffer.engine !== engine) {
      throw new Error(
        `${use}: got a tensor of engine "${buffer.engine.name}"; expected one of engine "${engine.name}" or a local one; move it with .to("${engine.name}")`,
      );
    }
    return buffer;
  }

  /** @internal */
  _checkTrace(use: string): void {
    const trace = this._trace;
    if (trace) {
      if (!trace.alive)
        throw new Error(
          `${use}: got a value that belonged to the tracing of ${trace.label}, which has ended; return it from the function instead of keeping it in a variable outside`,
        );
    } else this._checkReadable(use);
  }

  /** @internal Refuses memory that a compiled call has consumed, and saved values that were changed in place. */
  _checkReadable(use: string): void {
    const owner = this._base ?? this;
    if (owner._consumed)
      throw new Error(
        `${use}: this tensor was donated to a compiled call as ${owner._consumed}, which took over its memory; use the call's result instead, or leave the argument out of "donate"`,
      );
    if (this._expected >= 0 && owner._version !== this._expected) {
      const made =
        this._creator && this._creator.op !== "leaf" ? `the result of ${this._creator.label ?? this._creator.op}` : "a tensor you made";
      throw new Error(
        `backward: ${made}, ${this.dtype}[${this.shape.join(", ")}], is needed for the gradient but was changed in place afterwards (version ${owner._version}, expected ${this._expected}); use the form without underscore, or change a .clone()`,
      );
    }
  }

  /** @internal */
  _checkNumber(use: string): void {
    if (!this._trace) return this._checkReadable(use);
    throw new Error(
      `${use}: got a traced ${this.dtype}[${this.shape.join(", ")}] inside ${this._trace.label}, which has no elements yet; choose with where(condition, a, b) instead of if, repeat with loop or scan, or return the value and read it outside`,
    );
  }

  /** @internal The same value as of now, for the record of differentiation. */
  _snapshot(): this {
    if (this._trace || this._expected >= 0) return this;
    const made = this.make(this.shape, this.dtype);
    const owner = this._base ?? this;
    made._base = owner;
    made._strides = this._strides ?? stridesOf(this.shape);
    made._offset = this._offset;
    made._creator = this._creator;
    made._tracked = this._tracked;
    made._expected = owner._version;
    return made;
  }
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? (Object.is(value, -0) ? "-0" : String(value)) : String(Number(value.toPrecision(6)));
}
