/** What elements take in the engine's memory. */
import type { DType } from "../dtype.ts";
import { sizeOf } from "../shape.ts";

export const elementBytes = (dtype: DType): number => (dtype === "float64" ? 8 : 4);
export const byteLength = (shape: readonly number[], dtype: DType): number => sizeOf(shape) * elementBytes(dtype);
/** Buffers end with room for a whole pair of vectors. */
export const padded = (bytes: number): number => Math.max(64, 64 * Math.ceil(bytes / 64));

const word = new DataView(new ArrayBuffer(4));

/** The 32 bits of an element. */
export function bitsOf(value: number, dtype: DType): number {
  if (dtype === "float32") word.setFloat32(0, value);
  else word.setInt32(0, value);
  return word.getInt32(0);
}
