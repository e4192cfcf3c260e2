/** part(loop){index}: result `index` of a loop; its type is that of the result (see loop.ts). */
import type { Primitive } from "./primitive.ts";

export const part: Primitive = {
  name: "part",
  infer() {
    throw new Error("part: its type comes from the loop; use loopResults(attributes of the loop)[index]");
  },
  evaluate(inputs, out) {
    out.set(inputs[0]!);
  },
  flops: () => 0,
  wasm: { kind: "source", lower: (to, node, inputs) => to.add("part", inputs, node.attributes, node) },
};
