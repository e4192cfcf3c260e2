/**
 * Two-dimensional sliding windows; what convolution and pooling are built from. Padding is a pad node in front.
 *
 * A convolution is unfold → reshape [N·OH·OW, C·KH·KW] → dot with the permuted weights: an engine may read the windows through the index map.
 */
import type { Attributes, ValueType } from "../../graph.ts";
import { misuse } from "../primitive.ts";

interface Windows {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** The window's part of an application's attributes; a fold has a size beside it. */
export function windowsOf(attributes: Attributes): Windows {
  const { kernel, stride, dilation } = attributes as unknown as Windows;
  return { kernel, stride, dilation };
}

export function outputExtent(extent: number, { kernel, stride, dilation }: Windows, axis: 0 | 1): number {
  return Math.floor((extent - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
}

export function checkWindows(name: string, inputs: readonly ValueType[], { kernel, stride, dilation }: Windows): void {
  for (const pair of [kernel, stride, dilation]) {
    if (pair.length !== 2 || pair.some((n) => !Number.isInteger(n) || n < 1))
      throw misuse(name, inputs, `kernel, stride and dilation as two whole numbers ≥ 1, not [${pair.join(", ")}]`);
  }
}

/** Calls visit(position in the windows, position in the image) in row-major order of the windows. */
export function visitWindows(
  image: readonly number[],
  windows: readonly number[],
  { stride, dilation }: Windows,
  visit: (window: number, pixel: number) => void,
): void {
  const [N, C, H, W] = image as [number, number, number, number];
  const [, OH, OW, , KH, KW] = windows as [number, number, number, number, number, number];
  let window = 0;
  for (let n = 0; n < N; n++)
    for (let i = 0; i < OH; i++)
      for (let j = 0; j < OW; j++)
        for (let c = 0; c < C; c++)
          for (let a = 0; a < KH; a++) {
            const row = ((n * C + c) * H + i * stride[0] + a * dilation[0]) * W + j * stride[1];
            for (let b = 0; b < KW; b++) visit(window++, row + b * dilation[1]);
          }
}
