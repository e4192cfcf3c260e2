/** reshape{shape}: the same elements in row-major order; any dtype. */
import { reshapeView } from "../kernels/views.ts";
import { expectCount, misuse, numbers, type Primitive } from "./primitive.ts";
import { sizeOf } from "../shape.ts";

export const reshape: Primitive = {
  name: "reshape",
  infer(inputs, attributes) {
    expectCount("reshape", inputs, 1);
    const shape = numbers(attributes, "shape");
    if (sizeOf(shape) !== sizeOf(inputs[0]!.shape))
      throw misuse("reshape", inputs, `${sizeOf(shape)} elements for the new shape [${shape.join(", ")}]`);
    return { shape, dtype: inputs[0]!.dtype };
  },
  evaluate(inputs, out) {
    out.set(inputs[0]!);
  },
  gradient: ({ inputs, cotangent }) => [cotangent.reshape(inputs[0]!.shape)],
  flops: () => 0,
  wasm: { kind: "view", view: (input, node) => reshapeView(input, node.shape) },
};
