/** concat{axis}: one or more inputs, equal except along `axis`, one behind the other; any dtype. */
import { expectAxis, misuse, type Primitive } from "./primitive.ts";
import { sizeOf, splitAt, stridesOf } from "../shape.ts";

export const concat: Primitive = {
  name: "concat",
  infer(inputs, attributes) {
    if (inputs.length === 0) throw misuse("concat", inputs, "at least one input");
    const axis = attributes.axis as number;
    const first = inputs[0]!;
    expectAxis("concat", inputs, axis, first.shape.length);
    let extent = 0;
    for (const { shape, dtype } of inputs) {
      const fits =
        dtype === first.dtype && shape.length === first.shape.length && shape.every((n, i) => i === axis || n === first.shape[i]);
      if (!fits) throw misuse("concat", inputs, `one dtype and equal shapes except along axis ${axis}`);
      extent += shape[axis]!;
    }
    return { shape: first.shape.map((n, i) => (i === axis ? extent : n)), dtype: first.dtype };
  },
  evaluate(inputs, out, { inputTypes, type, attributes }) {
    const axis = attributes.axis as number;
    const { outer, extent, inner } = splitAt(type.shape, axis);
    let before = 0;
    inputs.forEach((x, k) => {
      const row = inputTypes[k]!.shape[axis]! * inner;
      for (let o = 0; o < outer; o++) for (let i = 0; i < row; i++) out[o * extent * inner + before + i] = x[o * row + i]!;
      before += row;
    });
  },
  gradient({ inputs, cotangent, attributes, needs }) {
    const axis = attributes.axis as number;
    let before = 0;
    return inputs.map((x, k) => {
      const start = x.shape.map((_n, i) => (i === axis ? before : 0));
      before += x.shape[axis]!;
      const stop = x.shape.map((n, i) => (i === axis ? before : n));
      return needs[k]
        ? cotangent.sliceWith(
            start,
            stop,
            x.shape.map(() => 1),
          )
        : undefined;
    });
  },
  flops: () => 0,
  wasm: {
    kind: "kernel",
    lower: (to, node, inputs) => to.add("concat", inputs, node.attributes, node),
    emit(e, level, _step, { id, shape, attributes, operands }) {
      const axis = attributes.axis as number;
      const strides = stridesOf(shape);
      let before = 0;
      for (const from of operands) {
        const offset = 4 * before * strides[axis]!;
        const target = (): void => e.pushValue(level, id, offset);
        if (sizeOf(from.shape) > 0) e.copy(from.shape, strides, target, from.strides, () => e.pushOperand(level, from));
        before += from.shape[axis]!;
      }
    },
  },
};
