/** Element types an observation or action array may have. */
export type DType = "float32" | "float64" | "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32";

export type TypedArray = Float32Array | Float64Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

export interface ArrayOfDType {
  float32: Float32Array;
  float64: Float64Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
}

const CONSTRUCTORS: { readonly [D in DType]: new (length: number) => ArrayOfDType[D] } = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
};

export const DTYPES = /* @__PURE__ */ Object.keys(CONSTRUCTORS) as DType[];

export function createArray<D extends DType>(dtype: D, length: number): ArrayOfDType[D] {
  return new CONSTRUCTORS[dtype](length);
}

/** The dtype of a typed array, or undefined for anything else. */
export function dtypeOf(value: unknown): DType | undefined {
  // A plain loop: vectors ask in every step, and a callback would be made anew each time.
  for (let i = 0; i < DTYPES.length; i++) if (value instanceof CONSTRUCTORS[DTYPES[i]!]) return DTYPES[i];
  return undefined;
}

export function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64";
}

/** Smallest and largest whole number of an integer dtype. */
export function integerRange(dtype: DType): readonly [low: number, high: number] {
  switch (dtype) {
    case "int8":
      return [-128, 127];
    case "uint8":
      return [0, 255];
    case "int16":
      return [-32768, 32767];
    case "uint16":
      return [0, 65535];
    case "int32":
      return [-2147483648, 2147483647];
    case "uint32":
      return [0, 4294967295];
    default:
      return [-Infinity, Infinity];
  }
}
