import { EnvError, show } from "../errors.ts";
import { sizeOf, Space } from "./space.ts";

/** Arrays of zeros and ones. */
export class MultiBinary extends Space<Int8Array, Int8Array> {
  readonly shape: readonly number[];
  readonly size: number;
  readonly dtype = "int8";

  /** @param n length, or a shape. */
  constructor(n: number | readonly number[]) {
    super();
    this.shape = typeof n === "number" ? [n] : n;
    if (!Array.isArray(this.shape) || this.shape.length === 0 || !this.shape.every((k) => Number.isInteger(k) && k >= 1)) {
      throw new EnvError(`new MultiBinary: n is ${show(n)}, expected a whole number ≥ 1 or a shape of such.`);
    }
    this.size = sizeOf(this.shape);
  }

  /** NumPy draws 8-bit integers four to a 32-bit word; for the range 0 … 1 each is its byte's upper bit. */
  sample(): Int8Array {
    const result = new Int8Array(this.size);
    let word = 0;
    for (let i = 0; i < this.size; i++) {
      word = i % 4 === 0 ? this.rng.integers(0, 4294967296) : Math.floor(word / 256);
      result[i] = (word & 0xff) >>> 7;
    }
    return result;
  }

  contains(value: unknown): value is Int8Array {
    return this.explain(value) === undefined;
  }

  explain(value: unknown): string | undefined {
    if (!(value instanceof Int8Array) || value.length !== this.size)
      return `it is ${show(value)}, expected an Int8Array of length ${this.size}`;
    const wrong = value.findIndex((v) => v !== 0 && v !== 1);
    return wrong < 0 ? undefined : `element ${wrong} is ${value[wrong]}, expected 0 or 1`;
  }

  get flatSize(): number {
    return this.size;
  }

  flatten(value: Int8Array): Int8Array {
    return value.slice();
  }

  write(value: Int8Array, batch: Int8Array, row: number): void {
    for (let i = 0; i < this.size; i++) batch[row * this.size + i] = value[i]!;
  }

  read(batch: Int8Array, row: number): Int8Array {
    return batch.slice(row * this.size, (row + 1) * this.size);
  }

  toString(): string {
    return `MultiBinary(${this.shape.length === 1 ? this.size : `[${this.shape.join(", ")}]`})`;
  }
}
