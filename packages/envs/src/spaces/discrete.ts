import { EnvError, checkKeys, show } from "../errors.ts";
import { isInt32, Space } from "./space.ts";

/** Whole numbers start, start + 1, …, start + n − 1. */
export class Discrete extends Space<number, Int32Array> {
  readonly shape: readonly number[] = [];
  readonly size = 1;
  readonly dtype = "int32";
  /** Number of values. */
  readonly n: number;
  /** Smallest value. */
  readonly start: number;

  constructor(n: number, options?: { readonly start?: number }) {
    super();
    checkKeys("new Discrete", options, ["start"]);
    const start = options?.start === undefined ? 0 : options.start;
    if (!Number.isInteger(n) || n < 1) throw new EnvError(`new Discrete: n is ${show(n)}, expected a whole number ≥ 1.`);
    if (!Number.isInteger(start)) throw new EnvError(`new Discrete: start is ${show(start)}, expected a whole number.`);
    if (!isInt32(start) || !isInt32(start + n - 1))
      throw new EnvError(`new Discrete: values are ${start} … ${start + n - 1}, expected them within 32 bits, −2^31 … 2^31 − 1.`);
    this.n = n;
    this.start = start;
  }

  /** Uniform over all values, or over those whose `mask` entry is not 0 (`start` when none is). */
  sample(mask?: ArrayLike<number>): number {
    if (mask === undefined) return this.start + this.rng.integers(0, this.n);
    if (mask.length !== this.n)
      throw new EnvError(`${this}.sample: the mask has ${mask.length} entries, expected ${this.n}, one per action.`);
    let count = 0;
    for (let i = 0; i < this.n; i++) if (mask[i]) count++;
    if (count === 0) return this.start;
    let left = this.rng.integers(0, count);
    let i = 0;
    while (!mask[i] || left-- > 0) i++;
    return this.start + i;
  }

  contains(value: unknown): value is number {
    return typeof value === "number" && Number.isInteger(value) && value >= this.start && value < this.start + this.n;
  }

  explain(value: unknown): string | undefined {
    return this.contains(value) ? undefined : `it is ${show(value)}, expected a whole number in ${this.start} … ${this.start + this.n - 1}`;
  }

  get flatSize(): number {
    return this.n;
  }

  /** One-hot: 1 at value − start. */
  flatten(value: number): Int32Array {
    const result = new Int32Array(this.n);
    result[value - this.start] = 1;
    return result;
  }

  write(value: number, batch: Int32Array, row: number): void {
    batch[row] = value;
  }

  read(batch: Int32Array, row: number): number {
    return batch[row]!;
  }

  toString(): string {
    return this.start === 0 ? `Discrete(${this.n})` : `Discrete(${this.n}, start=${this.start})`;
  }
}
