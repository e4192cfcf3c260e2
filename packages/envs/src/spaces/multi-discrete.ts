import { EnvError, checkKeys, show } from "../errors.ts";
import { isInt32, Space } from "./space.ts";

/** Several Discrete choices at once: element i is a whole number in start[i] … start[i] + nvec[i] − 1. */
export class MultiDiscrete extends Space<Int32Array, Int32Array> {
  readonly shape: readonly number[];
  readonly size: number;
  readonly dtype = "int32";
  readonly nvec: Int32Array;
  readonly start: Int32Array;

  constructor(nvec: ArrayLike<number>, options?: { readonly start?: ArrayLike<number> }) {
    super();
    checkKeys("new MultiDiscrete", options, ["start"]);
    if (!(Array.isArray(nvec) || ArrayBuffer.isView(nvec)) || nvec.length === 0)
      throw new EnvError(`new MultiDiscrete: nvec is ${show(nvec)}, expected a list of whole numbers ≥ 1, such as [3, 2].`);
    this.nvec = Int32Array.from(nvec);
    this.size = this.nvec.length;
    this.shape = [this.size];
    this.start = options?.start === undefined ? new Int32Array(this.size) : Int32Array.from(options.start);
    if (Array.from(nvec).some((n) => !Number.isInteger(n) || n < 1)) {
      throw new EnvError(`new MultiDiscrete: nvec is ${show(nvec)}, expected whole numbers ≥ 1.`);
    }
    // Not of the copies: those were cut to 32 bits.
    const starts = Array.from(options?.start ?? this.start);
    const wrong = starts.findIndex((start, i) => {
      const n = (nvec as ArrayLike<number>)[i] ?? 1;
      return !isInt32(start) || !isInt32(n) || !isInt32(start + n - 1);
    });
    if (wrong >= 0) {
      throw new EnvError(
        `new MultiDiscrete: element ${wrong} has ${nvec[wrong]} values from ${starts[wrong]}, expected whole numbers within 32 bits, −2^31 … 2^31 − 1.`,
      );
    }
    if (this.start.length !== this.size) {
      throw new EnvError(`new MultiDiscrete: start has ${this.start.length} elements, expected ${this.size}, one per entry of nvec.`);
    }
  }

  /** Uniform over all values; with a mask, one number per choice of each element in a row, over those that are not 0 (the start where none is). */
  sample(mask?: ArrayLike<number>): Int32Array {
    if (mask !== undefined) return this.sampleMasked(mask);
    return this.nvec.map((n, i) => Math.floor(this.rng.random() * n) + this.start[i]!);
  }

  private sampleMasked(mask: ArrayLike<number>): Int32Array {
    if (mask.length !== this.flatSize)
      throw new EnvError(`${this}.sample: the mask has ${mask.length} entries, expected ${this.flatSize}, one per choice of each element.`);
    let from = 0;
    return this.nvec.map((n, i) => {
      const allowed = Array.from({ length: n }, (_, k) => k).filter((k) => mask[from + k]);
      from += n;
      return this.start[i]! + (allowed.length === 0 ? 0 : allowed[this.rng.integers(0, allowed.length)]!);
    });
  }

  contains(value: unknown): value is Int32Array {
    return this.explain(value) === undefined;
  }

  explain(value: unknown): string | undefined {
    if (!(value instanceof Int32Array) || value.length !== this.size)
      return `it is ${show(value)}, expected an Int32Array of length ${this.size}`;
    for (let i = 0; i < this.size; i++) {
      const low = this.start[i]!;
      const high = low + this.nvec[i]! - 1;
      if (value[i]! < low || value[i]! > high) return `element ${i} is ${value[i]}, expected a whole number in ${low} … ${high}`;
    }
    return undefined;
  }

  get flatSize(): number {
    return this.nvec.reduce((a, b) => a + b, 0);
  }

  /** One-hot codes of all elements in a row. */
  flatten(value: Int32Array): Int32Array {
    const result = new Int32Array(this.flatSize);
    let offset = 0;
    for (let i = 0; i < this.size; i++) {
      result[offset + value[i]! - this.start[i]!] = 1;
      offset += this.nvec[i]!;
    }
    return result;
  }

  write(value: Int32Array, batch: Int32Array, row: number): void {
    for (let i = 0; i < this.size; i++) batch[row * this.size + i] = value[i]!;
  }

  read(batch: Int32Array, row: number): Int32Array {
    return batch.slice(row * this.size, (row + 1) * this.size);
  }

  toString(): string {
    const start = this.start.some((s) => s !== 0) ? `, start=[${this.start.join(", ")}]` : "";
    return `MultiDiscrete([${this.nvec.join(", ")}]${start})`;
  }
}
