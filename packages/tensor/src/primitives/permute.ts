/** permute{axes}: axis i of the result is axis axes[i] of the input; any dtype. */
import { permuteView } from "../kernels/views.ts";
import { expectAxis, expectCount, misuse, numbers, type Primitive } from "./primitive.ts";
import { readStrided, stridesOf } from "../shape.ts";

export const permute: Primitive = {
  name: "permute",
  infer(inputs, attributes) {
    expectCount("permute", inputs, 1);
    const { shape, dtype } = inputs[0]!;
    const axes = numbers(attributes, "axes");
    if (axes.length !== shape.length || new Set(axes).size !== axes.length)
      throw misuse("permute", inputs, `each axis once, not [${axes.join(", ")}]`);
    for (const axis of axes) expectAxis("permute", inputs, axis, shape.length);
    return { shape: axes.map((axis) => shape[axis]!), dtype };
  },
  evaluate(inputs, out, { inputTypes, type, attributes }) {
    const strides = stridesOf(inputTypes[0]!.shape);
    readStrided(
      out,
      inputs[0]!,
      type.shape,
      numbers(attributes, "axes").map((axis) => strides[axis]!),
      0,
    );
  },
  gradient({ cotangent, attributes }) {
    const inverse: number[] = [];
    numbers(attributes, "axes").forEach((axis, i) => (inverse[axis] = i));
    return [cotangent.permute(inverse)];
  },
  flops: () => 0,
  wasm: { kind: "view", view: (input, node) => permuteView(input, numbers(node.attributes, "axes")) },
};
