/**
 * Values without inputs.
 *
 * input{shape, dtype}: argument of a program.
 * constant{data, shape, dtype}: data holds the elements, row-major.
 * iota{axis, shape, dtype}: each element is its index along `axis` (float32, float64, int32).
 */
import type { DType, TypedArray } from "../dtype.ts";
import type { Attributes, ValueType } from "../graph.ts";
import { expectAxis, expectCount, sizeOf, splitAt, type Primitive } from "./primitive.ts";

const typeOf = (attributes: Attributes): ValueType => ({ shape: attributes.shape as readonly number[], dtype: attributes.dtype as DType });

export const input: Primitive = {
  name: "input",
  infer(inputs, attributes) {
    expectCount("input", inputs, 0);
    return typeOf(attributes);
  },
  evaluate() {
    throw new Error("input: has no elements of its own; an engine fills it from the arguments");
  },
  flops: () => 0,
};

export const constant: Primitive = {
  name: "constant",
  infer(inputs, attributes) {
    expectCount("constant", inputs, 0);
    const type = typeOf(attributes);
    const data = attributes.data as TypedArray;
    if (data.length !== sizeOf(type.shape))
      throw new TypeError(`constant: got ${data.length} elements for shape [${type.shape.join(", ")}]; expected ${sizeOf(type.shape)}`);
    return type;
  },
  evaluate(_inputs, out, { attributes }) {
    out.set(attributes.data as TypedArray);
  },
  flops: () => 0,
};

export const iota: Primitive = {
  name: "iota",
  infer(inputs, attributes) {
    expectCount("iota", inputs, 0);
    const type = typeOf(attributes);
    expectAxis("iota", [type], attributes.axis as number, type.shape.length);
    return type;
  },
  evaluate(_inputs, out, { type, attributes }) {
    const { outer, extent, inner } = splitAt(type.shape, attributes.axis as number);
    let position = 0;
    for (let o = 0; o < outer; o++) for (let e = 0; e < extent; e++) for (let i = 0; i < inner; i++) out[position++] = e;
  },
  flops: () => 0,
};
