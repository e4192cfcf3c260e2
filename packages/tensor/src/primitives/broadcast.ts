/** broadcast{shape}: shapes aligned at the right; missing axes and axes of extent 1 are repeated; any dtype. */
import { broadcastView } from "../kernels/views.ts";
import { expectCount, misuse, numbers, type Primitive } from "./primitive.ts";
import { broadcastStrides, readStrided } from "../shape.ts";

export const broadcast: Primitive = {
  name: "broadcast",
  infer(inputs, attributes) {
    expectCount("broadcast", inputs, 1);
    const from = inputs[0]!.shape;
    const shape = numbers(attributes, "shape");
    const missing = shape.length - from.length;
    const fits = missing >= 0 && from.every((extent, axis) => extent === 1 || extent === shape[axis + missing]);
    if (!fits)
      throw misuse("broadcast", inputs, `a shape that stretches to [${shape.join(", ")}] (aligned at the right, each extent equal or 1)`);
    return { shape, dtype: inputs[0]!.dtype };
  },
  evaluate(inputs, out, { inputTypes, type }) {
    readStrided(out, inputs[0]!, type.shape, broadcastStrides(inputTypes[0]!.shape, type.shape), 0);
  },
  gradient: ({ inputs, cotangent }) => [cotangent.sumTo(inputs[0]!.shape)],
  flops: () => 0,
  wasm: { kind: "view", view: (input, node) => broadcastView(input, node.shape) },
};
