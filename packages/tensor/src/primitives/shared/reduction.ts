/** sum and max: the axes disappear. */
import type { Attributes, Node } from "../../graph.ts";
import type { Lowering } from "../../kernels/rules.ts";
import { type Operand, memoryOrder, permuteView, through } from "../../kernels/views.ts";
import { expectAxis, expectCount, expectDType, misuse, numbers, NUMERIC, type Application, type Primitive } from "../primitive.ts";
import { stridesOf, walk } from "../../shape.ts";

export const axesOf = (attributes: Attributes): readonly number[] => numbers(attributes, "axes");

/* @__NO_SIDE_EFFECTS__ */
export function inferReduction(name: string): Primitive["infer"] {
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
export function reduce({ inputTypes, type, attributes }: Application, fold: (to: number, from: number) => void): void {
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
export const keptShape = (shape: readonly number[], axes: readonly number[]): number[] =>
  shape.map((n, axis) => (axes.includes(axis) ? 1 : n));

/** Walks through the input in the order in which it lies in memory, and leaves the result in that order. */
export function lowerReduction(to: Lowering, node: Node, inputs: readonly Operand[]): Operand {
  const x = inputs[0]!;
  const order = memoryOrder(inputs);
  if (!order) return to.add(node.op, [x], node.attributes, node);
  const axes = axesOf(node.attributes);
  const kept = order.filter((axis) => !axes.includes(axis));
  const shape = kept.map((axis) => x.shape[axis]!);
  const reduced = order.flatMap((axis, i) => (axes.includes(axis) ? [i] : []));
  const made = to.add(node.op, [through(x.value, permuteView(x, order))], { axes: reduced }, { shape, dtype: node.dtype });
  const sorted = [...kept].sort((a, b) => a - b);
  const back = sorted.map((axis) => kept.indexOf(axis));
  return through(made.value, permuteView(made, back));
}
