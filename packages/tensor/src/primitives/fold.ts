/**
 * fold{kernel, stride, dilation, size: [H, W]}: the adjoint of unfold, y [N, OH, OW, C, KH, KW] → [N, C, H, W]; float32, float64. Each element is the sum of
 * all window elements that were read from it, in row-major order of y. Reference: sums in float64, rounded once.
 */
import { foldDot } from "../kernels/window-products.ts";
import { foldKernel } from "../kernels/windows.ts";
import { expectCount, expectDType, FLOAT, misuse, type Primitive } from "./primitive.ts";
import { sizeOf } from "../shape.ts";
import { checkWindows, outputExtent, visitWindows, windowsOf } from "./shared/windows.ts";

export const fold: Primitive = {
  name: "fold",
  infer(inputs, attributes) {
    expectCount("fold", inputs, 1);
    expectDType("fold", inputs, 0, FLOAT);
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
  wasm: {
    kind: "kernel",
    lower: foldDot,
    emit(e, level, _step, { id, shape, attributes, operands: [y] }) {
      const size = sizeOf(shape);
      if (size === 0) return;
      e.fillValue(level, id, 0, size);
      const windows = y!.shape;
      if (sizeOf(windows) === 0) return;
      const { stride, dilation } = windowsOf(attributes);
      e.plainCall(
        "fold",
        `${windows.join("×")} → ${shape.join("×")} /${stride.join()} ${dilation.join()}`,
        () => foldKernel(windows, shape, stride, dilation),
        [() => e.pushValue(level, id), () => e.pushOperand(level, y!)],
        sizeOf(windows),
      );
    },
  },
};
