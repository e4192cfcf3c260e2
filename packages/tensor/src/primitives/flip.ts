/** flip{axes}: reversed along each of the axes; any dtype. */
import { expectAxis, expectCount, numbers, type Primitive } from "./primitive.ts";
import { readStrided, sizeOf, stridesOf } from "../shape.ts";

export const flip: Primitive = {
  name: "flip",
  infer(inputs, attributes) {
    expectCount("flip", inputs, 1);
    for (const axis of numbers(attributes, "axes")) expectAxis("flip", inputs, axis, inputs[0]!.shape.length);
    return inputs[0]!;
  },
  evaluate(inputs, out, { type, attributes }) {
    const strides = stridesOf(type.shape);
    let offset = 0;
    for (const axis of numbers(attributes, "axes")) {
      offset += (type.shape[axis]! - 1) * strides[axis]!;
      strides[axis] = -strides[axis]!;
    }
    readStrided(out, inputs[0]!, type.shape, strides, offset);
  },
  gradient: ({ cotangent, attributes }) => [cotangent.flip(numbers(attributes, "axes"))],
  flops: () => 0,
  wasm: {
    kind: "view",
    view({ shape, strides, offset }, { attributes }) {
      if (sizeOf(shape) === 0) return { shape, strides, offset };
      const flipped = [...strides];
      let from = offset;
      for (const axis of numbers(attributes, "axes")) {
        from += (shape[axis]! - 1) * strides[axis]!;
        flipped[axis] = -strides[axis]!;
      }
      return { shape, strides: flipped, offset: from };
    },
  },
};
