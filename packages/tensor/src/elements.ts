/** Element types of tensors and the arrays that hold them. */
import type { DType, TypedArray } from "./dtype.ts";

/** All element types of a tensor. int8, int16 and int64 exist outside compiled programs only; int64 is held by a BigInt64Array. */
export type TensorDType = DType | "int8" | "int16" | "int64";

/** What a tensor's own memory can be. */
export type AnyTypedArray = TypedArray | Int8Array | Int16Array | BigInt64Array;

const CONSTRUCTORS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int64: BigInt64Array,
} as const;

export const DTYPES = /* @__PURE__ */ Object.keys(CONSTRUCTORS) as readonly TensorDType[];

/** Zeros. */
export function allocate(dtype: TensorDType, length: number): TypedArray {
  const kind = CONSTRUCTORS[dtype];
  try {
    return new kind(length) as TypedArray;
  } catch (cause) {
    throw new RangeError(
      `tensor: could not get ${((length * kind.BYTES_PER_ELEMENT) / 1048576).toFixed(1)} MiB for ${length} elements of ${dtype}; expected that much free memory; drop tensors that are not needed, use smaller ones, or give the process more`,
      { cause },
    );
  }
}

/** The dtype that a typed array stands for by itself, or undefined when it is none of ours. */
export function dtypeOfArray(data: unknown): TensorDType | undefined {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof Uint8Array) return "uint8";
  if (data instanceof Int8Array) return "int8";
  if (data instanceof Int16Array) return "int16";
  if (data instanceof BigInt64Array) return "int64";
  return undefined;
}

export function holds(data: unknown, dtype: TensorDType): boolean {
  return data instanceof CONSTRUCTORS[dtype];
}

/** Smallest and largest element of the integer types. */
export const LIMITS: Partial<Record<TensorDType, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
  int64: [-9223372036854775808, 9223372036854774784], // −2⁶³, and the largest float64 below 2⁶³
};

/** Refuses a number that an integer type cannot hold: writing it would make it another. */
export function checkRange(name: string, value: number, dtype: TensorDType): void {
  const limits = LIMITS[dtype];
  if (!limits || (value >= limits[0] && value <= limits[1])) return;
  throw new RangeError(
    `${name}: got ${value} for dtype ${dtype}; expected ${limits[0]} to ${limits[1]}; choose a wider dtype, or convert the tensor with .cast first`,
  );
}

export const isFloating = (dtype: TensorDType): boolean => dtype === "float32" || dtype === "float64";

const RANK: Record<TensorDType, number> = { bool: 0, uint8: 1, int8: 1, int16: 2, int32: 3, int64: 4, float32: 5, float64: 6 };

/** The dtype of an operation on two dtypes: the wider of bool < uint8, int8 < int16 < int32 < int64 < float32 < float64; uint8 with int8 gives int16. */
export function promote(a: TensorDType, b: TensorDType): TensorDType {
  if (a === b) return a;
  if (RANK[a] === RANK[b]) return "int16";
  return RANK[a] > RANK[b] ? a : b;
}
