import { EnvError, checkKeys, show } from "../errors.ts";
import { createArray, dtypeOf, DTYPES, integerRange, isFloat, type ArrayOfDType, type DType } from "./dtype.ts";
import { sizeOf, Space } from "./space.ts";

export interface BoxOptions<D extends DType = "float32"> {
  /** Smallest value, one for all or one per element; −Infinity for none. */
  readonly low: number | ArrayLike<number>;
  /** Largest value, one for all or one per element; Infinity for none. */
  readonly high: number | ArrayLike<number>;
  /** Shape of a value; taken from `low` or `high` when one of them is a list. */
  readonly shape?: readonly number[];
  /** Element type, default "float32". */
  readonly dtype?: D;
}

/** Arrays of numbers between bounds, each element with its own (bounds included). */
export class Box<D extends DType = "float32"> extends Space<ArrayOfDType[D], ArrayOfDType[D]> {
  readonly shape: readonly number[];
  readonly size: number;
  readonly dtype: D;
  readonly low: ArrayOfDType[D];
  readonly high: ArrayOfDType[D];
  /** 1 where no bound was given below, above: there a signed integer is drawn as if without one, though it ends where its type does. */
  private readonly free: readonly [below: Uint8Array, above: Uint8Array];

  constructor(options: BoxOptions<D>) {
    super();
    checkKeys("new Box", options, ["low", "high", "shape", "dtype"]);
    const { low, high, dtype = "float32" as D } = options;
    if (!DTYPES.includes(dtype)) throw new EnvError(`new Box: dtype is ${show(dtype)}, expected one of ${DTYPES.join(", ")}.`);
    for (const [name, bound] of [
      ["low", low],
      ["high", high],
    ] as const)
      if (typeof bound !== "number" && !Array.isArray(bound) && !ArrayBuffer.isView(bound))
        throw new EnvError(
          `new Box: ${name} is ${show(bound)}, expected a number, or a list with one for each element; −Infinity and Infinity stand for none.`,
        );
    const list = typeof low === "number" ? high : low;
    this.shape = options.shape !== undefined ? options.shape : typeof list === "number" ? [] : [list.length];
    if (!Array.isArray(this.shape) || !this.shape.every((n) => Number.isInteger(n) && n >= 0)) {
      throw new EnvError(`new Box: shape is ${show(this.shape)}, expected whole numbers ≥ 0, such as [4].`);
    }
    this.size = sizeOf(this.shape);
    this.dtype = dtype;
    this.free = [new Uint8Array(this.size), new Uint8Array(this.size)];
    this.low = this.bound("low", low);
    this.high = this.bound("high", high);
    for (let i = 0; i < this.size; i++) {
      if (!(this.low[i]! <= this.high[i]!)) {
        throw new EnvError(
          `new Box: low[${i}] is ${this.low[i]} and high[${i}] is ${this.high[i]}, expected low ≤ high and no NaN; swap or correct them.`,
        );
      }
    }
  }

  private bound(name: string, value: number | ArrayLike<number>): ArrayOfDType[D] {
    const result = createArray(this.dtype, this.size);
    if (typeof value !== "number" && value.length !== this.size) {
      throw new EnvError(
        `new Box: ${name} has ${value.length} elements, expected ${this.size} for shape ${show(this.shape)}; give one number or one per element.`,
      );
    }
    const [least, most] = integerRange(this.dtype);
    const free = this.free[name === "low" ? 0 : 1];
    for (let i = 0; i < this.size; i++) {
      const v = typeof value === "number" ? value : value[i]!;
      if (typeof v !== "number") throw new EnvError(`new Box: ${name}[${i}] is ${show(v)}, expected a number.`);
      if (Number.isNaN(v)) throw new EnvError(`new Box: ${name}[${i}] is NaN, expected a number; −Infinity and Infinity stand for none.`);
      // Infinite bounds of an integer box mean the ends of its type.
      const inside = isFloat(this.dtype) ? v : Math.min(most, Math.max(least, v));
      if (!isFloat(this.dtype) && Number.isFinite(v) && (inside !== v || !Number.isInteger(v))) {
        throw new EnvError(`new Box: ${name}[${i}] is ${v}, expected a whole number in ${least} … ${most} for dtype ${this.dtype}.`);
      }
      result[i] = inside;
      // Gymnasium refuses unsigned boxes without bounds; here they reach to the ends of their type.
      free[i] = least < 0 && v === (name === "low" ? -Infinity : Infinity) ? 1 : 0;
    }
    return result;
  }

  /** Bounded elements uniform, half-bounded ones exponential from the bound, unbounded ones standard normal; groups in Gymnasium's order. */
  sample(): ArrayOfDType[D] {
    const { rng, low, high, size } = this;
    const [freeBelow, freeAbove] = this.free;
    const float = isFloat(this.dtype);
    const drawn = new Float64Array(size);
    const each = (belowBounded: boolean, aboveBounded: boolean, draw: (i: number) => number): void => {
      for (let i = 0; i < size; i++) {
        if ((freeBelow[i] === 0) === belowBounded && (freeAbove[i] === 0) === aboveBounded) drawn[i] = draw(i);
      }
    };
    each(false, false, () => rng.standardNormal());
    each(true, false, (i) => rng.exponential() + low[i]!);
    const above = float ? 0 : 1;
    each(false, true, (i) => -rng.exponential() + (high[i]! + above));
    each(true, true, (i) => rng.uniform(low[i]!, high[i]! + above));
    const result = createArray(this.dtype, size);
    const [least, most] = integerRange(this.dtype);
    const signed = least < 0;
    for (let i = 0; i < size; i++) {
      // Signed integers keep two from the ends of their type, as Gymnasium's clip does, but never leave their bounds for it, as there.
      const value = float ? drawn[i]! : Math.min(most - (signed ? 2 : 0), Math.max(least + (signed ? 2 : 0), Math.floor(drawn[i]!)));
      result[i] = float ? value : Math.min(high[i]!, Math.max(low[i]!, value));
    }
    return result;
  }

  contains(value: unknown): value is ArrayOfDType[D] {
    return this.explain(value) === undefined;
  }

  explain(value: unknown): string | undefined {
    const wanted = this.low.constructor.name;
    if (dtypeOf(value) !== this.dtype) return `it is ${show(value)}, expected a ${wanted} of length ${this.size}`;
    const array = value as ArrayOfDType[D];
    if (array.length !== this.size) return `its length is ${array.length}, expected ${this.size} (shape ${show(this.shape)})`;
    for (let i = 0; i < array.length; i++) {
      if (!(array[i]! >= this.low[i]! && array[i]! <= this.high[i]!)) {
        return `element ${i} is ${array[i]}, expected a value in ${this.low[i]} … ${this.high[i]}`;
      }
    }
    return undefined;
  }

  get flatSize(): number {
    return this.size;
  }

  flatten(value: ArrayOfDType[D]): ArrayOfDType[D] {
    return value.slice() as ArrayOfDType[D];
  }

  write(value: ArrayOfDType[D], batch: ArrayOfDType[D], row: number): void {
    const offset = row * this.size;
    for (let i = 0; i < this.size; i++) batch[offset + i] = value[i]!;
  }

  read(batch: ArrayOfDType[D], row: number): ArrayOfDType[D] {
    return batch.slice(row * this.size, (row + 1) * this.size) as ArrayOfDType[D];
  }

  override equals(other: unknown): boolean {
    if (!(other instanceof Box)) return false;
    const box = other as Box<DType>;
    if (box.dtype !== this.dtype || String(box.shape) !== String(this.shape)) return false;
    for (let i = 0; i < this.size; i++) if (box.low[i] !== this.low[i] || box.high[i] !== this.high[i]) return false;
    return true;
  }

  toString(): string {
    const short = (list: ArrayLike<number>): string => {
      const items = Array.from(list);
      if (items.every((item) => item === items[0])) return String(items[0]);
      const shown = items.slice(0, 6).map((item) => (Object.is(item, -0) ? "-0" : String(item)));
      return `[${shown.join(", ")}${items.length > 6 ? ", …" : ""}]`;
    };
    return `Box(${short(this.low)}, ${short(this.high)}, [${this.shape.join(", ")}], ${this.dtype})`;
  }
}
