/**
 * The tensor: an n-dimensional array of one element type. It is concrete (its elements are in a typed array or in an engine's memory) or, while a
 * function is traced by compile, a symbol. Every operation of the package is also a method here; the functions in src/ops hold the text.
 */
import type { TypedArray } from "./dtype.ts";
import { isFloating, type TensorDType } from "./elements.ts";
import type { Engine, EngineBuffer, Storage } from "./engine.ts";
import { type Creator, creator, NO_ATTRIBUTES } from "./graph-node.ts";
import { readStrided, sameShape, sizeOf, stridesOf, isRowMajor } from "./shape.ts";
import { renewHistory } from "./eager/view-history.ts";
import type { Trace } from "./trace/trace.ts";
import { TensorMethods } from "./methods.ts";

/** A number, or arrays of numbers of any depth, all rows of one length. */
export type NestedArray = number | readonly NestedArray[];

/** What operations take: a number or boolean adopts the dtype of the tensor beside it. */
export type TensorLike = Tensor | number | boolean;

/** What console.log prints in Node. (A member whose name is computed would keep the class in every bundle.) */
/* @__NO_SIDE_EFFECTS__ */
function printable(methods: typeof TensorMethods): typeof TensorMethods {
  Object.defineProperty(methods.prototype, Symbol.for("nodejs.util.inspect.custom"), {
    value(this: Tensor) {
      return this.toString();
    },
  });
  return methods;
}

export class Tensor extends printable(TensorMethods) {
  readonly shape: readonly number[];
  readonly dtype: TensorDType;

  // Internals, used by this package only. A view has a base, which owns the memory, the version and the engine, and a source, whose history it shares.
  // A detached tensor has a base only.
  /** @internal */ _array: TypedArray | undefined = undefined;
  /** @internal */ _buffer: EngineBuffer | undefined = undefined;
  /** @internal */ _base: Tensor | undefined = undefined;
  /** @internal */ _source: Tensor | undefined = undefined;
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
  /** @internal */ _grad: Tensor | null = null;

  /** @internal Use tensor(), zeros() and the other functions that create tensors. */
  constructor(shape: readonly number[], dtype: TensorDType) {
    super();
    this.shape = shape;
    this.dtype = dtype;
  }

  /** @internal */
  static _concrete(array: TypedArray, shape: readonly number[], dtype: TensorDType): Tensor {
    const made = new Tensor(shape, dtype);
    made._array = array;
    return made;
  }

  /** @internal */
  static _stored(storage: Storage, shape: readonly number[], dtype: TensorDType): Tensor {
    const made = new Tensor(shape, dtype);
    if (ArrayBuffer.isView(storage)) made._array = storage;
    else made._buffer = storage;
    return made;
  }

  /** @internal */
  static _traced(shape: readonly number[], dtype: TensorDType, trace: Trace): Tensor {
    const made = new Tensor(shape, dtype);
    made._trace = trace;
    return made;
  }

  /** @internal */
  static _view(source: Tensor, shape: readonly number[], strides: readonly number[], offset: number): Tensor {
    source._checkReadable("view");
    const made = new Tensor(shape, source.dtype);
    made._base = source._base ?? source;
    made._source = source._source ?? source;
    made._seen = made._source._history;
    made._strides = strides;
    made._offset = offset;
    return made;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
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
  rows(): Tensor[] {
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
  _snapshot(): Tensor {
    if (this._trace || this._expected >= 0) return this;
    const made = new Tensor(this.shape, this.dtype);
    const owner = this._base ?? this;
    made._base = owner;
    made._strides = this._strides ?? stridesOf(this.shape);
    made._offset = this._offset;
    made._creator = this._creator;
    made._tracked = this._tracked;
    made._expected = owner._version;
    return made;
  }

  /** @internal The same value under a new creator ("alias" is differentiable, "stop" is not, "leaf" is an end). */
  _alias(op: "alias" | "stop" | "leaf", tracked: boolean): Tensor {
    renewHistory(this);
    const made = new Tensor(this.shape, this.dtype);
    made._trace = this._trace;
    made._tracked = tracked;
    if (!this._trace) {
      made._base = this._base ?? this;
      made._strides = this._strides ?? stridesOf(this.shape);
      made._offset = this._offset;
    }
    if (tracked || this._trace) {
      made._creator = creator(op, [this._snapshot()], NO_ATTRIBUTES);
      made._creator.output = made;
    }
    return made;
  }

  /** @internal */
  _sameType(other: Tensor): boolean {
    return this.dtype === other.dtype && sameShape(this.shape, other.shape);
  }

  /** Whether operations on this tensor are recorded for differentiation. Can be set on tensors the user made. */
  get requiresGrad(): boolean {
    renewHistory(this);
    return this._tracked;
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
        return made.inputs.map((input) => input.gradFn);
      },
    };
  }

  /** The gradient that backward() accumulated; null before. */
  get grad(): Tensor | null {
    return this._grad;
  }
}

/** What `gradFn` shows. */
export interface GradFn {
  readonly name: string;
  readonly inputs: readonly (GradFn | null)[];
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? (Object.is(value, -0) ? "-0" : String(value)) : String(Number(value.toPrecision(6)));
}
