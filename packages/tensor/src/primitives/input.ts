/** input{shape, dtype}: an argument of a program. */
import { declaredType, expectCount, type Primitive } from "./primitive.ts";

export const input: Primitive = {
  name: "input",
  infer(inputs, attributes) {
    expectCount("input", inputs, 0);
    return declaredType(attributes);
  },
  evaluate() {
    throw new Error("input: has no elements of its own; an engine fills it from the arguments");
  },
  flops: () => 0,
  wasm: { kind: "source", lower: (to, node) => to.add("input", [], node.attributes, node) },
};
