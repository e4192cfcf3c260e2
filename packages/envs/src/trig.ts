import { cos, sin } from "@rl/math";

/** sines[i] = sin(angles[i]), cosines[i] = cos(angles[i]) for from ≤ i < to. */
export function sincosColumn(angles: Float64Array, sines: Float64Array, cosines: Float64Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    sines[i] = sin(angles[i]!);
    cosines[i] = cos(angles[i]!);
  }
}

/** cosines[i] = cos(angles[i]) for from ≤ i < to. */
export function cosColumn(angles: Float64Array, cosines: Float64Array, from: number, to: number): void {
  for (let i = from; i < to; i++) cosines[i] = cos(angles[i]!);
}
