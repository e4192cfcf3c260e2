/**
 * Rearrangements; any dtype; elements are copied unchanged.
 *
 * reshape{shape}: same elements in row-major order.
 * permute{axes}: axis i of the result is axis axes[i] of the input.
 * broadcast{shape}: shapes aligned at the right; missing axes and axes of extent 1 are repeated.
 * slice{start, stop, step}: one entry per axis, 0 ≤ start ≤ stop ≤ extent, step ≥ 1; extent of the result ⌈(stop − start)/step⌉.
 * pad{low, high, interior, value}: low and high new elements at the ends of each axis and `interior` between neighbours (all ≥ 0), each equal to the
 *   number `value` (0 or −∞ in practice); extent low + high + n + max(n − 1, 0)·interior.
 * concat{axis}: one or more inputs, equal except along `axis`.
 * flip{axes}: reversed along each of the axes.
 */
import type { Attributes, ValueType } from "../graph.ts";
import { expectAxis, expectCount, misuse, readStrided, sizeOf, splitAt, stridesOf, writeStrided, type Primitive } from "./primitive.ts";

const numbers = (attributes: Attributes, key: string): readonly number[] => attributes[key] as readonly number[];

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
};

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
};

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
    readStrided(out, inputs[0]!, type.shape, broadcastStrides(inputTypes[0]!, type), 0);
  },
  gradient: ({ inputs, cotangent }) => [cotangent.sumTo(inputs[0]!.shape)],
  flops: () => 0,
};

/** Strides of the source for each axis of the result; 0 where it is repeated. */
export function broadcastStrides(from: ValueType, to: ValueType): number[] {
  const strides = stridesOf(from.shape);
  const missing = to.shape.length - from.shape.length;
  return to.shape.map((_extent, axis) => (axis < missing || from.shape[axis - missing] === 1 ? 0 : strides[axis - missing]!));
}

export const slice: Primitive = {
  name: "slice",
  infer(inputs, attributes) {
    expectCount("slice", inputs, 1);
    const { shape, dtype } = inputs[0]!;
    const start = numbers(attributes, "start");
    const stop = numbers(attributes, "stop");
    const step = numbers(attributes, "step");
    const fits = start.length === shape.length && stop.length === shape.length && step.length === shape.length;
    if (
      !fits ||
      shape.some((extent, axis) => !(0 <= start[axis]! && start[axis]! <= stop[axis]! && stop[axis]! <= extent && step[axis]! >= 1))
    ) {
      throw misuse(
        "slice",
        inputs,
        `0 ≤ start ≤ stop ≤ extent and step ≥ 1 on each axis, not start [${start.join(", ")}], stop [${stop.join(", ")}], step [${step.join(", ")}]`,
      );
    }
    return { shape: shape.map((_extent, axis) => Math.ceil((stop[axis]! - start[axis]!) / step[axis]!)), dtype };
  },
  evaluate(inputs, out, { inputTypes, type, attributes }) {
    const strides = stridesOf(inputTypes[0]!.shape);
    const step = numbers(attributes, "step");
    let offset = 0;
    numbers(attributes, "start").forEach((start, axis) => (offset += start * strides[axis]!));
    readStrided(
      out,
      inputs[0]!,
      type.shape,
      strides.map((stride, axis) => stride * step[axis]!),
      offset,
    );
  },
  gradient({ inputs, output, cotangent, attributes }) {
    const step = numbers(attributes, "step");
    const low = numbers(attributes, "start");
    const interior = step.map((s) => s - 1);
    const high = inputs[0]!.shape.map((extent, axis) => extent - low[axis]! - paddedExtent(output.shape[axis]!, 0, 0, interior[axis]!));
    // A last step may reach past the end: then nothing is missing there.
    return [cotangent.padWith(low, high, interior, 0)];
  },
  flops: () => 0,
};

const paddedExtent = (extent: number, low: number, high: number, interior: number): number =>
  low + high + extent + Math.max(extent - 1, 0) * interior;

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
};

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
};

export const flip: Primitive = {
  name: "flip",
  infer(inputs, attributes) {
    expectCount("flip", inputs, 1);
    for (const axis of numbers(attributes, "axes")) expectAxis("flip", inputs, axis, inputs[0]!.shape.length);
    return inputs[0]!;
  },
  evaluate(inputs, out, { type, attributes }) {
    const strides = stridesOf(type.shape);
    let offset = 0;
    for (const axis of numbers(attributes, "axes")) {
      offset += (type.shape[axis]! - 1) * strides[axis]!;
      strides[axis] = -strides[axis]!;
    }
    readStrided(out, inputs[0]!, type.shape, strides, offset);
  },
  gradient: ({ cotangent, attributes }) => [cotangent.flip(numbers(attributes, "axes"))],
  flops: () => 0,
};
