/** Element types, and the typed array that holds each. `bool` is one byte per element, 0 or 1. */
export type DType = "float32" | "float64" | "int32" | "bool" | "uint8";

export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;
