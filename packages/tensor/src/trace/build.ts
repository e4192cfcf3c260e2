/** From traced results back to a graph. */
import type { DType } from "../dtype.ts";
import type { Graph, Node } from "../graph.ts";
import { isGradEnabled } from "../mode.ts";
import { checkAlive, creatorOf, reachesOutside, traceOf } from "../tensor/access.ts";
import { creator, type Creator, type Stored } from "../tensor/stored.ts";
import { symbol, type Tensor } from "../tensor/tensor.ts";
import { isTracked } from "../tensor/view-history.ts";
import type { Trace } from "../tracing.ts";

/** A symbol that stands for an argument. */
export const inputSymbol = (shape: readonly number[], dtype: DType, trace: Trace, tracked = false): Tensor =>
  symbol(shape, dtype, trace, creator("input", []), tracked);

/** Looks through values for which others stand, aliases say, which exist for differentiation only; as far as the values that are given from outside. */
function resolve(value: Stored, given: ReadonlySet<Stored>): Stored {
  let t = value;
  for (;;) {
    const stands = traceOf(t) && !given.has(t) ? creatorOf(t)!.stands : undefined;
    if (stands === undefined) return t;
    t = stands;
  }
}

/** The graph that computes `outputs` from `inputs`. Concrete tensors become constants, except those in `outer`, for which an input stands. */
export function buildGraph(
  inputs: readonly Stored[],
  outputs: readonly Stored[],
  trace: Trace,
  outer: ReadonlyMap<Stored, Stored> = new Map(),
): Graph {
  const given = new Set([...inputs, ...outer.keys()]);
  const order = reachable(outputs, given, trace);
  const nodes: Node[] = [];
  const positions = new Map<Stored, number>();
  for (const input of inputs) {
    positions.set(input, nodes.length);
    nodes.push({
      op: "input",
      inputs: [],
      attributes: { shape: input.shape, dtype: input.dtype as DType },
      shape: input.shape,
      dtype: input.dtype as DType,
    });
  }
  for (const [value, input] of outer) positions.set(value, positions.get(input)!);
  const place = (value: Stored): number => {
    const known = positions.get(value);
    if (known !== undefined) return known;
    if (traceOf(value)) {
      const { op, inputs: from, attributes } = creatorOf(value)!;
      const sources = from.map((input) => place(resolve(input, given)));
      positions.set(value, nodes.length);
      nodes.push({ op, inputs: sources, attributes, shape: value.shape, dtype: value.dtype as DType });
    } else {
      if (isGradEnabled() && isTracked(value)) checkOwn(value, trace);
      positions.set(value, placeConstant(value, nodes));
    }
    return positions.get(value)!;
  };
  for (const value of order) place(value);
  const results = outputs.map((output) => place(resolve(output, given)));
  return { nodes, inputs: inputs.map((_input, i) => i), outputs: results, donated: [] };
}

/** A constant has no gradient: a value that is being differentiated must not become one. */
function checkOwn(value: Stored, trace: Trace): void {
  const made = creatorOf(value);
  const { shape, dtype } = value;
  if (made && !reachesOutside(made, trace.after)) return;
  throw new Error(
    `${trace.label}: got a captured ${dtype}[${shape.join(", ")}] that is being differentiated; expected a constant; give it as an argument, or call inside noGrad`,
  );
}

/** A stretched scalar stays one: its elements are not written out. */
function placeConstant(value: Stored, nodes: Node[]): number {
  const repeated = value.size > 1 && value.strides.every((stride, axis) => stride === 0 || value.shape[axis] === 1);
  if (!repeated) return nodes.push(constantNode(value)) - 1;
  const single = constantNode(value.slice(...value.shape.map(() => 0)));
  const position = nodes.push(single) - 1;
  return (
    nodes.push({ op: "broadcast", inputs: [position], attributes: { shape: value.shape }, shape: value.shape, dtype: single.dtype }) - 1
  );
}

function constantNode(value: Stored): Node {
  if (value.dtype === "int8" || value.dtype === "int16" || value.dtype === "int64")
    throw new TypeError(
      `compile: got a constant of dtype ${value.dtype}, which does not exist inside compiled programs; convert it with .cast("int32") outside`,
    );
  const { shape, dtype } = value;
  return { op: "constant", inputs: [], attributes: { data: value.read(), shape, dtype }, shape, dtype };
}

/** All traced values that the outputs need, oldest first. */
function reachable(outputs: readonly Stored[], given: ReadonlySet<Stored>, trace: Trace): Stored[] {
  const seen = new Set<Stored>();
  const pending = outputs.map((output) => resolve(output, given));
  while (pending.length > 0) {
    const value = pending.pop()!;
    if (seen.has(value) || !traceOf(value) || given.has(value)) continue;
    if (traceOf(value) !== trace) checkAlive(value, `tracing ${trace.label}`);
    seen.add(value);
    for (const input of creatorOf(value)!.inputs) pending.push(resolve(input, given));
  }
  return [...seen].sort((a, b) => creatorOf(a)!.id - creatorOf(b)!.id);
}

/** Values of surrounding traces (and tracked concrete ones) that `outputs` depend on: what a loop's body captures. Aliases stay, so that gradients reach them. */
export function capturedBy(outputs: readonly Tensor[], trace: Trace): Tensor[] {
  const seen = new Set<Stored>();
  const captured: Tensor[] = [];
  const pending: Stored[] = [...outputs];
  while (pending.length > 0) {
    const value = pending.pop()!;
    if (seen.has(value)) continue;
    seen.add(value);
    if (traceOf(value) === trace) pending.push(...sourcesOf(creatorOf(value)!));
    else if (traceOf(value) || isTracked(value)) captured.push(value as Tensor);
  }
  return captured.sort((a, b) => (creatorOf(a)?.id ?? 0) - (creatorOf(b)?.id ?? 0));
}

/** What a value was made from, and what stands for it. */
export const sourcesOf = ({ inputs, stands }: Creator): readonly Stored[] => (stands === undefined ? inputs : [...inputs, stands]);
