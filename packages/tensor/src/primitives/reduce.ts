/**
 * Reductions and running sums.
 *
 * sum{axes}: float32, float64, int32, uint8 (integers wrap). The axes disappear. Reference: float64 accumulator
 *   starting from the first element, rounded once. Empty sum is 0.
 * max{axes}: float32, float64, int32, uint8. The axes disappear. NaN if any is NaN; −0 < +0. Over nothing: −∞, or the dtype's smallest integer.
 *   Gradient: shared equally among the elements that equal the maximum. (min is built as −max(−x); for integers ~max(~x).)
 * argmax{axis}: any dtype → int32. First index of the maximum; the first NaN wins over everything. The axis disappears and must not be empty.
 * cumsum{axis, reverse}: float32, float64, int32. result[i] = Σ_{j ≤ i} x[j], or Σ_{j ≥ i} where reverse. Reference: float64 accumulator, each result rounded.
 */
import type { DType } from "../dtype.ts";
import type { Attributes } from "../graph.ts";
import {
  expectAxis,
  expectCount,
  expectDType,
  isFloat,
  misuse,
  sizeOf,
  splitAt,
  stridesOf,
  walk,
  type Application,
  type Primitive,
} from "./primitive.ts";

const NUMERIC: readonly DType[] = ["float32", "float64", "int32", "uint8"];
const axesOf = (attributes: Attributes): readonly number[] => attributes.axes as readonly number[];

function inferReduction(name: string): Primitive["infer"] {
  return (inputs, attributes) => {
    expectCount(name, inputs, 1);
    expectDType(name, inputs, 0, NUMERIC);
    const { shape, dtype } = inputs[0]!;
    const axes = axesOf(attributes);
    for (const axis of axes) expectAxis(name, inputs, axis, shape.length);
    if (new Set(axes).size !== axes.length) throw misuse(name, inputs, `each axis at most once, not [${axes.join(", ")}]`);
    return { shape: shape.filter((_n, axis) => !axes.includes(axis)), dtype };
  };
}

/** Calls fold(resultIndex, inputIndex) for every input element, in row-major order of the input. */
function reduce({ inputTypes, type, attributes }: Application, fold: (to: number, from: number) => void): void {
  const { shape } = inputTypes[0]!;
  const axes = axesOf(attributes);
  const kept = stridesOf(type.shape);
  let next = 0;
  const strides = shape.map((_n, axis) => (axes.includes(axis) ? 0 : kept[next++]!));
  walk(shape, strides, 0, (start, step, count, position) => {
    for (let i = 0; i < count; i++) fold(start + i * step, position + i);
  });
}

/** The reduced result with its axes back as 1, stretched to the shape of the input. */
const keptShape = (shape: readonly number[], axes: readonly number[]): number[] => shape.map((n, axis) => (axes.includes(axis) ? 1 : n));

export const sum: Primitive = {
  name: "sum",
  infer: inferReduction("sum"),
  evaluate(inputs, out, application) {
    const x = inputs[0]!;
    // −0 is the neutral element: −0 + x = x for every x, so the sum of one element is that element.
    const totals = new Float64Array(out.length).fill(x.length > 0 ? -0 : 0);
    if (isFloat(application.type.dtype)) reduce(application, (to, from) => void (totals[to]! += x[from]!));
    else reduce(application, (to, from) => void (totals[to] = (totals[to]! + x[from]!) | 0));
    out.set(totals);
  },
  gradient: ({ inputs, cotangent, attributes }) => [
    cotangent.reshape(keptShape(inputs[0]!.shape, axesOf(attributes))).expand(inputs[0]!.shape),
  ],
  flops: ({ inputTypes }) => sizeOf(inputTypes[0]!.shape),
};

const LOWEST: Record<DType, number> = { float32: -Infinity, float64: -Infinity, int32: -2147483648, uint8: 0, bool: 0 };

export const max: Primitive = {
  name: "max",
  infer: inferReduction("max"),
  evaluate(inputs, out, application) {
    const x = inputs[0]!;
    out.fill(LOWEST[application.type.dtype]);
    reduce(application, (to, from) => void (out[to] = Math.max(out[to]!, x[from]!)));
  },
  gradient({ inputs, output, cotangent, attributes }) {
    const x = inputs[0]!;
    const kept = keptShape(x.shape, axesOf(attributes));
    const winners = x.equal(output.reshape(kept)).cast(x.dtype);
    const share = cotangent.reshape(kept).div(winners.sum(axesOf(attributes), true));
    return [winners.mul(share)];
  },
  flops: ({ inputTypes }) => sizeOf(inputTypes[0]!.shape),
};

export const argmax: Primitive = {
  name: "argmax",
  infer(inputs, attributes) {
    expectCount("argmax", inputs, 1);
    const { shape } = inputs[0]!;
    const axis = attributes.axis as number;
    expectAxis("argmax", inputs, axis, shape.length);
    if (shape[axis] === 0) throw misuse("argmax", inputs, `at least one element along axis ${axis}`);
    return { shape: shape.filter((_n, i) => i !== axis), dtype: "int32" };
  },
  evaluate(inputs, out, { inputTypes, attributes }) {
    const x = inputs[0]!;
    const { outer, extent, inner } = splitAt(inputTypes[0]!.shape, attributes.axis as number);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let best = 0;
        for (let e = 1; e < extent; e++) {
          const value = x[(o * extent + e) * inner + i]!;
          const leader = x[(o * extent + best) * inner + i]!;
          if (value > leader || (value !== value && leader === leader)) best = e;
        }
        out[o * inner + i] = best;
      }
    }
  },
  flops: ({ inputTypes }) => sizeOf(inputTypes[0]!.shape),
};

export const cumsum: Primitive = {
  name: "cumsum",
  infer(inputs, attributes) {
    expectCount("cumsum", inputs, 1);
    expectDType("cumsum", inputs, 0, ["float32", "float64", "int32"]);
    expectAxis("cumsum", inputs, attributes.axis as number, inputs[0]!.shape.length);
    return inputs[0]!;
  },
  evaluate(inputs, out, { type, attributes }) {
    const x = inputs[0]!;
    const { outer, extent, inner } = splitAt(type.shape, attributes.axis as number);
    const reverse = attributes.reverse as boolean;
    const integer = !isFloat(type.dtype);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let total = 0;
        for (let e = 0; e < extent; e++) {
          const at = (o * extent + (reverse ? extent - 1 - e : e)) * inner + i;
          total += x[at]!;
          if (integer) total |= 0;
          out[at] = total;
        }
      }
    }
  },
  gradient: ({ cotangent, attributes }) => [cotangent.cumsum(attributes.axis as number, !(attributes.reverse as boolean))],
  flops: ({ type }) => sizeOf(type.shape),
};
