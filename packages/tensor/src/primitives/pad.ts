/**
 * pad{low, high, interior, value}: low and high new elements at the ends of each axis and `interior` between neighbours (all ≥ 0), each equal to the number
 * `value` (0 or −∞ in practice); extent low + high + n + max(n − 1, 0)·interior; any dtype.
 */
import { bitsOf } from "../kernels/bytes.ts";
import { expectCount, misuse, numbers, type Primitive } from "./primitive.ts";
import { sizeOf, stridesOf, writeStrided } from "../shape.ts";
import { paddedExtent } from "./shared/padding.ts";

export const pad: Primitive = {
  name: "pad",
  infer(inputs, attributes) {
    expectCount("pad", inputs, 1);
    const { shape, dtype } = inputs[0]!;
    const [low, high, interior] = ["low", "high", "interior"].map((key) => numbers(attributes, key)) as [
      readonly number[],
      readonly number[],
      readonly number[],
    ];
    for (const amounts of [low, high, interior]) {
      if (amounts.length !== shape.length || amounts.some((n) => !Number.isInteger(n) || n < 0))
        throw misuse("pad", inputs, `one whole number ≥ 0 per axis, not [${amounts.join(", ")}]`);
    }
    return { shape: shape.map((extent, axis) => paddedExtent(extent, low[axis]!, high[axis]!, interior[axis]!)), dtype };
  },
  evaluate(inputs, out, { inputTypes, type, attributes }) {
    out.fill(attributes.value as number);
    const strides = stridesOf(type.shape);
    const interior = numbers(attributes, "interior");
    let offset = 0;
    numbers(attributes, "low").forEach((low, axis) => (offset += low * strides[axis]!));
    writeStrided(
      out,
      inputs[0]!,
      inputTypes[0]!.shape,
      strides.map((stride, axis) => stride * (interior[axis]! + 1)),
      offset,
    );
  },
  gradient({ inputs, cotangent, attributes }) {
    const low = numbers(attributes, "low");
    const interior = numbers(attributes, "interior");
    const stop = inputs[0]!.shape.map((extent, axis) => low[axis]! + paddedExtent(extent, 0, 0, interior[axis]!));
    return [
      cotangent.sliceWith(
        low,
        stop,
        interior.map((n) => n + 1),
      ),
    ];
  },
  flops: () => 0,
  wasm: {
    kind: "kernel",
    lower: (to, node, inputs) => to.add("pad", inputs, node.attributes, node),
    emit(e, level, _step, { id, shape, dtype, attributes, operands: [from] }) {
      const size = sizeOf(shape);
      if (size === 0) return;
      e.fillValue(level, id, bitsOf(attributes.value as number, dtype), size);
      if (sizeOf(from!.shape) === 0) return;
      const strides = stridesOf(shape);
      const interior = numbers(attributes, "interior");
      const offset = numbers(attributes, "low").reduce((sum, n, axis) => sum + n * strides[axis]!, 0);
      const to = strides.map((stride, axis) => stride * (interior[axis]! + 1));
      const target = (): void => e.pushValue(level, id, 4 * offset);
      e.copy(from!.shape, to, target, from!.strides, () => e.pushOperand(level, from!));
    },
  },
};
