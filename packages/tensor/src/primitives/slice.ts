/**
 * slice{start, stop, step}: one entry per axis, 0 ≤ start ≤ stop ≤ extent, step ≥ 1; extent of the result ⌈(stop − start)/step⌉; any dtype.
 */
import { expectCount, misuse, numbers, type Primitive } from "./primitive.ts";
import { readStrided, sizeOf, stridesOf } from "../shape.ts";
import { paddedExtent } from "./shared/padding.ts";

export const slice: Primitive = {
  name: "slice",
  infer(inputs, attributes) {
    expectCount("slice", inputs, 1);
    const { shape, dtype } = inputs[0]!;
    const start = numbers(attributes, "start");
    const stop = numbers(attributes, "stop");
    const step = numbers(attributes, "step");
    const fits = start.length === shape.length && stop.length === shape.length && step.length === shape.length;
    if (
      !fits ||
      shape.some((extent, axis) => !(0 <= start[axis]! && start[axis]! <= stop[axis]! && stop[axis]! <= extent && step[axis]! >= 1))
    ) {
      throw misuse(
        "slice",
        inputs,
        `0 ≤ start ≤ stop ≤ extent and step ≥ 1 on each axis, not start [${start.join(", ")}], stop [${stop.join(", ")}], step [${step.join(", ")}]`,
      );
    }
    return { shape: shape.map((_extent, axis) => Math.ceil((stop[axis]! - start[axis]!) / step[axis]!)), dtype };
  },
  evaluate(inputs, out, { inputTypes, type, attributes }) {
    const strides = stridesOf(inputTypes[0]!.shape);
    const step = numbers(attributes, "step");
    let offset = 0;
    numbers(attributes, "start").forEach((start, axis) => (offset += start * strides[axis]!));
    readStrided(
      out,
      inputs[0]!,
      type.shape,
      strides.map((stride, axis) => stride * step[axis]!),
      offset,
    );
  },
  gradient({ inputs, output, cotangent, attributes }) {
    const step = numbers(attributes, "step");
    const low = numbers(attributes, "start");
    const interior = step.map((s) => s - 1);
    const high = inputs[0]!.shape.map((extent, axis) => extent - low[axis]! - paddedExtent(output.shape[axis]!, 0, 0, interior[axis]!));
    // A last step may reach past the end: then nothing is missing there.
    return [cotangent.padWith(low, high, interior, 0)];
  },
  flops: () => 0,
  wasm: {
    kind: "view",
    view({ strides, offset }, { shape, attributes }) {
      const step = numbers(attributes, "step");
      let from = offset;
      if (sizeOf(shape) > 0) numbers(attributes, "start").forEach((first, axis) => (from += first * strides[axis]!));
      return { shape, strides: strides.map((stride, axis) => stride * step[axis]!), offset: from };
    },
  },
};
