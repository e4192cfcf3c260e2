/**
 * Two-dimensional sliding windows; what convolution and pooling are built from. float32, float64. Padding is a pad node in front.
 *
 * unfold{kernel: [KH, KW], stride: [SH, SW], dilation: [DH, DW]}: x [N, C, H, W] → [N, OH, OW, C, KH, KW];
 *   result[n, i, j, c, a, b] = x[n, c, i·SH + a·DH, j·SW + b·DW];   OH = ⌊(H − DH·(KH − 1) − 1)/SH⌋ + 1, OW alike; both must be ≥ 1.
 * fold{kernel, stride, dilation, size: [H, W]}: the adjoint, y [N, OH, OW, C, KH, KW] → [N, C, H, W]; each element is the sum of all window elements that
 *   were read from it, in row-major order of y. Reference: sums in float64, rounded once.
 *
 * A convolution is unfold → reshape [N·OH·OW, C·KH·KW] → dot with the permuted weights: an engine may read the windows through the index map.
 */
import type { Attributes, ValueType } from "../graph.ts";
import { expectCount, expectDType, misuse, sizeOf, type Primitive } from "./primitive.ts";

interface Windows {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** The window's part of an application's attributes; a fold has a size beside it. */
function windowsOf(attributes: Attributes): Windows {
  const { kernel, stride, dilation } = attributes as unknown as Windows;
  return { kernel, stride, dilation };
}

function outputExtent(extent: number, { kernel, stride, dilation }: Windows, axis: 0 | 1): number {
  return Math.floor((extent - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
}

function checkWindows(name: string, inputs: readonly ValueType[], { kernel, stride, dilation }: Windows): void {
  for (const pair of [kernel, stride, dilation]) {
    if (pair.length !== 2 || pair.some((n) => !Number.isInteger(n) || n < 1))
      throw misuse(name, inputs, `kernel, stride and dilation as two whole numbers ≥ 1, not [${pair.join(", ")}]`);
  }
}

/** Calls visit(position in the windows, position in the image) in row-major order of the windows. */
function visitWindows(
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

export const unfold: Primitive = {
  name: "unfold",
  infer(inputs, attributes) {
    expectCount("unfold", inputs, 1);
    expectDType("unfold", inputs, 0, ["float32", "float64"]);
    const windows = windowsOf(attributes);
    checkWindows("unfold", inputs, windows);
    const { shape, dtype } = inputs[0]!;
    if (shape.length !== 4) throw misuse("unfold", inputs, "an image batch [N, C, H, W]");
    const height = outputExtent(shape[2]!, windows, 0);
    const width = outputExtent(shape[3]!, windows, 1);
    if (height < 1 || width < 1)
      throw misuse(
        "unfold",
        inputs,
        `an image at least as large as the window [${windows.kernel.join(", ")}] with dilation [${windows.dilation.join(", ")}]`,
      );
    return { shape: [shape[0]!, height, width, shape[1]!, ...windows.kernel], dtype };
  },
  evaluate(inputs, out, { inputTypes, type, attributes }) {
    const x = inputs[0]!;
    visitWindows(inputTypes[0]!.shape, type.shape, windowsOf(attributes), (window, pixel) => void (out[window] = x[pixel]!));
  },
  gradient: ({ inputs, cotangent, attributes }) => [cotangent.fold(windowsOf(attributes), inputs[0]!.shape.slice(2))],
  flops: () => 0,
};

export const fold: Primitive = {
  name: "fold",
  infer(inputs, attributes) {
    expectCount("fold", inputs, 1);
    expectDType("fold", inputs, 0, ["float32", "float64"]);
    const windows = windowsOf(attributes);
    checkWindows("fold", inputs, windows);
    const { shape, dtype } = inputs[0]!;
    const size = attributes.size as readonly number[];
    const fits =
      shape.length === 6 &&
      shape[1] === outputExtent(size[0]!, windows, 0) &&
      shape[2] === outputExtent(size[1]!, windows, 1) &&
      shape[4] === windows.kernel[0] &&
      shape[5] === windows.kernel[1];
    if (!fits)
      throw misuse("fold", inputs, `windows [N, OH, OW, C, ${windows.kernel.join(", ")}] of an image of size [${size.join(", ")}]`);
    return { shape: [shape[0]!, shape[3]!, ...size], dtype };
  },
  evaluate(inputs, out, { inputTypes, type, attributes }) {
    const y = inputs[0]!;
    const totals = new Float64Array(out.length);
    visitWindows(type.shape, inputTypes[0]!.shape, windowsOf(attributes), (window, pixel) => void (totals[pixel]! += y[window]!));
    out.set(totals);
  },
  gradient: ({ cotangent, attributes }) => [cotangent.unfold(windowsOf(attributes))],
  flops: ({ inputTypes }) => sizeOf(inputTypes[0]!.shape),
};
