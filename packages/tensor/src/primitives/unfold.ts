/**
 * unfold{kernel: [KH, KW], stride: [SH, SW], dilation: [DH, DW]}: x [N, C, H, W] → [N, OH, OW, C, KH, KW]; float32, float64.
 *   result[n, i, j, c, a, b] = x[n, c, i·SH + a·DH, j·SW + b·DW];   OH = ⌊(H − DH·(KH − 1) − 1)/SH⌋ + 1, OW alike; both must be ≥ 1.
 */
import { expectCount, expectDType, FLOAT, misuse, type Primitive } from "./primitive.ts";
import { checkWindows, outputExtent, visitWindows, windowsOf } from "./shared/windows.ts";

export const unfold: Primitive = {
  name: "unfold",
  infer(inputs, attributes) {
    expectCount("unfold", inputs, 1);
    expectDType("unfold", inputs, 0, FLOAT);
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
  wasm: {
    kind: "view",
    view({ strides, offset }, { shape, attributes }) {
      const [n, c, h, w] = strides as [number, number, number, number];
      const { stride, dilation } = windowsOf(attributes);
      return { shape, strides: [n, stride[0] * h, stride[1] * w, c, dilation[0] * h, dilation[1] * w], offset };
    },
  },
};
