/** constant{data, shape, dtype}: data holds the elements, row-major. */
import type { DType, TypedArray } from "../dtype.ts";
import { bitsOf } from "../kernels/bytes.ts";
import { declaredType, expectCount, type Primitive } from "./primitive.ts";
import { sizeOf } from "../shape.ts";

export const constant: Primitive = {
  name: "constant",
  infer(inputs, attributes) {
    expectCount("constant", inputs, 0);
    const type = declaredType(attributes);
    const data = attributes.data as TypedArray;
    if (data.length !== sizeOf(type.shape))
      throw new TypeError(`constant: got ${data.length} elements for shape [${type.shape.join(", ")}]; expected ${sizeOf(type.shape)}`);
    return type;
  },
  evaluate(_inputs, out, { attributes }) {
    out.set(attributes.data as TypedArray);
  },
  flops: () => 0,
  wasm: {
    kind: "source",
    lower(to, node) {
      const data = node.attributes.data as TypedArray;
      return to.constant(node, data, uniform(data, node.dtype));
    },
  },
};

/** The 32 bits of every element when all are the same: elementwise loops then need no array. */
function uniform(data: TypedArray, dtype: DType): number | undefined {
  if (data.length === 0) return undefined;
  const first = data[0]!;
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], first)) return undefined;
  return bitsOf(first, dtype);
}
