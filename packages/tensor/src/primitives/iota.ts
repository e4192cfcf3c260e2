/** iota{axis, shape, dtype}: each element is its index along `axis`; float32, float64, int32. */
import { allocate } from "../elements.ts";
import { declaredType, expectAxis, expectCount, type Primitive } from "./primitive.ts";
import { sizeOf, splitAt } from "../shape.ts";

export const iota: Primitive = {
  name: "iota",
  infer(inputs, attributes) {
    expectCount("iota", inputs, 0);
    const type = declaredType(attributes);
    expectAxis("iota", [type], attributes.axis as number, type.shape.length);
    return type;
  },
  evaluate(_inputs, out, { type, attributes }) {
    const { outer, extent, inner } = splitAt(type.shape, attributes.axis as number);
    let position = 0;
    for (let o = 0; o < outer; o++) for (let e = 0; e < extent; e++) for (let i = 0; i < inner; i++) out[position++] = e;
  },
  flops: () => 0,
  wasm: {
    kind: "source",
    lower(to, node) {
      const data = allocate(node.dtype, sizeOf(node.shape));
      iota.evaluate([], data, { inputTypes: [], type: node, attributes: node.attributes });
      return to.constant(node, data, undefined);
    },
  },
};
