/** Creating tensors. */
import { checkKeys } from "@rl/math/options";
import type { TypedArray } from "../dtype.ts";
import { allocate, type AnyTypedArray, checkRange, dtypeOfArray, DTYPES, holds, type TensorDType } from "../elements.ts";
import { checkShape } from "../ops/common.ts";
import { sizeOf } from "../shape.ts";
import type { NestedArray } from "../tensor/stored.ts";
import { concrete, type RandomSource, Tensor } from "../tensor/tensor.ts";

export interface TensorOptions {
  /** Inferred from nested arrays; [length] for typed arrays. */
  readonly shape?: readonly number[];
  /** float32 unless given; a typed array's own. */
  readonly dtype?: TensorDType;
  /** Record operations on this tensor for backward(). */
  readonly requiresGrad?: boolean;
}

const KEYS = ["dtype", "requiresGrad"];

function checkOptions(name: string, options: TensorOptions, own: readonly string[] = []): void {
  checkKeys(name, options, [...own, ...KEYS]);
  if (options.dtype !== undefined && !DTYPES.includes(options.dtype))
    throw new TypeError(`${name}: got dtype "${String(options.dtype)}"; expected one of ${DTYPES.join(", ")}; choose one`);
  if (options.shape !== undefined) checkShape(name, options.shape);
}

function finish(made: Tensor, options: TensorOptions): Tensor {
  if (options.requiresGrad) made.requiresGrad = true;
  return made;
}

/**
 * A tensor from numbers, nested arrays or a typed array. A typed array of the right type is not copied: the tensor shares its memory, so that writing to
 * one changes the other (`.clone()` for a copy).
 */
export function tensor(data: NestedArray | boolean | AnyTypedArray, options: TensorOptions = {}): Tensor {
  checkOptions("tensor", options, ["shape"]);
  if (ArrayBuffer.isView(data)) return finish(fromArray(data, options), options);
  if (data instanceof Tensor)
    throw new TypeError("tensor: got a tensor; expected numbers, nested arrays or a typed array; use .clone() or .detach()");
  const shape = shapeOf(data);
  const target = options.shape ?? shape;
  const dtype = options.dtype ?? (typeof data === "boolean" ? "bool" : "float32");
  const array = allocate(dtype, sizeOf(shape));
  fill(array, data, dtype);
  return finish(concrete(array, [...checkSize(target, array.length)], dtype), options);
}

function checkSize(shape: readonly number[], length: number): readonly number[] {
  if (sizeOf(shape) !== length)
    throw new TypeError(
      `tensor: got ${length} elements and shape [${shape.join(", ")}]; expected ${sizeOf(shape)} elements; correct the shape or the data`,
    );
  return shape;
}

function fromArray(data: AnyTypedArray, options: TensorOptions): Tensor {
  const own = dtypeOfArray(data);
  if (!own)
    throw new TypeError(
      `tensor: got ${(data as object).constructor.name}; expected Float32Array, Float64Array, Int32Array, Uint8Array, Int8Array, Int16Array or BigInt64Array; copy into one of them`,
    );
  const dtype = options.dtype ?? own;
  const shape = [...checkSize(options.shape ?? [data.length], data.length)];
  if (holds(data, dtype) && dtype !== "bool") return concrete(data as TypedArray, shape, dtype);
  const source = concrete(data as TypedArray, shape, own);
  return source.cast(dtype);
}

/** Towards zero, as typed arrays do; what has no nearest whole number is refused. */
function toInt64(name: string, value: number | boolean | bigint): bigint {
  if (typeof value === "bigint") {
    if (BigInt.asIntN(64, value) === value) return value;
    throw new RangeError(`${name}: got ${value} for dtype int64; expected −2⁶³ to 2⁶³ − 1; choose float64`);
  }
  if (!Number.isFinite(Number(value)))
    throw new TypeError(`${name}: got ${String(value)} for dtype int64; expected a finite number, or choose a floating dtype`);
  checkRange(name, Number(value), "int64");
  return BigInt(Math.trunc(Number(value)));
}

function elementOf(name: string, value: number | boolean | bigint, dtype: TensorDType): number {
  const number = Number(value);
  if (dtype === "bool") return number === 0 ? 0 : 1;
  checkRange(name, number, dtype);
  return number;
}

function shapeOf(data: NestedArray | boolean): number[] {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  return shape;
}

function fill(array: TypedArray, data: NestedArray | boolean, dtype: TensorDType): void {
  const shape = shapeOf(data);
  let position = 0;
  const visit = (value: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (typeof value !== "number" && typeof value !== "boolean" && typeof value !== "bigint")
        throw new TypeError(
          `tensor: got ${Array.isArray(value) ? "rows of different depth" : String(value)}; expected numbers in nested arrays; make the rows equal in depth`,
        );
      if (dtype === "int64") (array as unknown as BigInt64Array)[position++] = toInt64("tensor", value);
      else array[position++] = elementOf("tensor", value, dtype);
      return;
    }
    if (!Array.isArray(value) || value.length !== shape[depth])
      throw new TypeError(
        `tensor: got rows of different length (${Array.isArray(value) ? value.length : String(value)} where the first has ${shape[depth]}); expected equal rows; fill or cut them`,
      );
    for (const item of value) visit(item, depth + 1);
  };
  visit(data, 0);
}

/** All elements equal to one value. */
export const full = (shape: readonly number[], value: number | boolean, options: Omit<TensorOptions, "shape"> = {}): Tensor =>
  filled("full", shape, value, options);

function filled(name: string, shape: readonly number[], value: number | boolean, options: Omit<TensorOptions, "shape">): Tensor {
  checkOptions(name, options);
  checkShape(name, shape);
  const dtype = options.dtype ?? (typeof value === "boolean" ? "bool" : "float32");
  const array = allocate(dtype, sizeOf(shape));
  // New memory is zero already.
  if (dtype === "int64") (array as unknown as BigInt64Array).fill(toInt64(name, value));
  else if (!Object.is(value, 0)) array.fill(elementOf(name, value, dtype));
  return finish(concrete(array, [...shape], dtype), options);
}

/** Zeros. */
export const zeros = (shape: readonly number[], options: Omit<TensorOptions, "shape"> = {}): Tensor => filled("zeros", shape, 0, options);
/** Ones. */
export const ones = (shape: readonly number[], options: Omit<TensorOptions, "shape"> = {}): Tensor => filled("ones", shape, 1, options);
/** Memory that has not been given values: zeros, as JavaScript guarantees, but no value may be relied on. */
export const empty = (shape: readonly number[], options: Omit<TensorOptions, "shape"> = {}): Tensor => filled("empty", shape, 0, options);

/** start, start + step, … below stop (above it for a negative step). One argument is the stop. */
export function arange(start: number, stop?: number, step = 1, options: Omit<TensorOptions, "shape"> = {}): Tensor {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (!Number.isFinite(from) || !Number.isFinite(to) || !Number.isFinite(step) || step === 0)
    throw new TypeError(`arange: got ${from}, ${to}, step ${step}; expected finite numbers and a step that is not 0; change them`);
  const count = Math.max(0, Math.ceil((to - from) / step));
  const whole = Number.isInteger(from) && Number.isInteger(step);
  return make("arange", [count], (i) => from + i * step, { ...options, dtype: options.dtype ?? (whole ? "int32" : "float32") });
}

/** count numbers from start to stop, both included, at equal distances. */
export function linspace(start: number, stop: number, count: number, options: Omit<TensorOptions, "shape"> = {}): Tensor {
  return make(
    "linspace",
    [count],
    (i) => (i === count - 1 && count > 1 ? stop : start + (i * (stop - start)) / Math.max(count - 1, 1)),
    options,
  );
}

/** The identity matrix; columns = rows unless given. */
export function eye(rows: number, columns = rows, options: Omit<TensorOptions, "shape"> = {}): Tensor {
  return make("eye", [rows, columns], (i) => (Math.floor(i / columns) === i % columns ? 1 : 0), options);
}

/** Normal numbers with the given mean and standard deviation, drawn in row-major order from a generator. */
export function randomNormal(
  shape: readonly number[],
  rng: RandomSource,
  options: Omit<TensorOptions, "shape"> & { mean?: number; std?: number } = {},
): Tensor {
  checkOptions("randomNormal", options, ["mean", "std"]);
  const { mean = 0, std = 1, ...rest } = options;
  return make("randomNormal", shape, () => mean + std * rng.standardNormal(), rest);
}

/** Numbers equally likely anywhere in [low, high), drawn in row-major order from a generator. */
export function randomUniform(
  shape: readonly number[],
  rng: RandomSource,
  options: Omit<TensorOptions, "shape"> & { low?: number; high?: number } = {},
): Tensor {
  checkOptions("randomUniform", options, ["low", "high"]);
  const { low = 0, high = 1, ...rest } = options;
  return make("randomUniform", shape, () => low + (high - low) * rng.random(), rest);
}

function make(name: string, shape: readonly number[], element: (i: number) => number, options: Omit<TensorOptions, "shape">): Tensor {
  checkOptions(name, options);
  checkShape(name, shape);
  const dtype = options.dtype ?? "float32";
  const array = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < array.length; i++) {
    if (dtype === "int64") (array as unknown as BigInt64Array)[i] = toInt64(name, element(i));
    else array[i] = elementOf(name, element(i), dtype);
  }
  return finish(concrete(array, [...shape], dtype), options);
}
