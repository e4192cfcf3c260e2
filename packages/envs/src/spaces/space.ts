import { Generator } from "@rl/random";
import { EnvError, show } from "../errors.ts";
import { createArray, type ArrayOfDType, type DType, type TypedArray } from "./dtype.ts";

/** What a seed may be: one number, or for Tuple and Dict also one seed per part. */
export type SpaceSeed = number | readonly SpaceSeed[] | { readonly [key: string]: SpaceSeed };

/** The set of values an observation or an action may take. `T` is one value; `B` the array that holds one row per environment. */
export abstract class Space<T = unknown, B extends TypedArray = TypedArray> {
  /** Shape of one value; `[]` for a single number. */
  abstract readonly shape: readonly number[];
  /** Numbers in one row of a batch. */
  abstract readonly size: number;
  /** Element type of a batch of values. */
  abstract readonly dtype: DType;
  private stream: Generator | undefined;

  /** The stream that `sample` draws from; fresh entropy unless `seed` was called. */
  protected get rng(): Generator {
    return (this.stream ??= new Generator());
  }

  /** Starts the sampling stream anew, equal to Gymnasium's for the same seed. */
  seed(seed?: SpaceSeed): void {
    if (seed !== undefined && (typeof seed !== "number" || !Number.isInteger(seed) || seed < 0)) {
      throw new EnvError(`${this}.seed: got ${show(seed)}, expected a whole number ≥ 0.`);
    }
    this.stream = seed === undefined ? new Generator() : new Generator(seed);
  }

  /** A random value, drawn as Gymnasium draws it. */
  abstract sample(): T;
  /** Whether `value` is one of the space's values, of the right type and shape. */
  abstract contains(value: unknown): value is T;
  /** All numbers of a value in one row (Discrete as one-hot), as Gymnasium's `flatten`. */
  abstract flatten(value: T): Float32Array | Float64Array | TypedArray;
  /** Length of what `flatten` gives. */
  abstract readonly flatSize: number;
  /** What is wrong with `value`, or undefined when it belongs to the space. */
  abstract explain(value: unknown): string | undefined;
  /** Writes a value into row `row` of a batch. */
  abstract write(value: T, batch: B, row: number): void;
  /** Reads row `row` of a batch into a new value. */
  abstract read(batch: B, row: number): T;
  abstract toString(): string;
  /** Whether `other` holds the same values. */
  equals(other: unknown): boolean {
    return other instanceof Space && other.constructor === this.constructor && other.toString() === this.toString();
  }

  /** Zeroed array for `rows` values. */
  createBatch(rows: number): B {
    return createArray(this.dtype, rows * this.size) as ArrayOfDType[DType] as B;
  }
}

/** Whether an Int32Array can hold the number. */
export const isInt32 = (value: number): boolean => (value | 0) === value;

/** Product of a shape's lengths. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
