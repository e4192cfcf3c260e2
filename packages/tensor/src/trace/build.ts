/** From traced results back to a graph. */
import type { DType } from "../dtype.ts";
import type { Graph, Node } from "../graph.ts";
import { isGradEnabled } from "../autodiff/mode.ts";
import { creator, NO_ATTRIBUTES, reachesOutside } from "../graph-node.ts";
import { Tensor } from "../tensor.ts";
import type { Trace } from "./trace.ts";

/** A symbol that stands for an argument. */
export function inputSymbol(shape: readonly number[], dtype: DType, trace: Trace): Tensor {
  const symbol = Tensor._traced(shape, dtype, trace);
  symbol._creator = creator("input", [], NO_ATTRIBUTES);
  symbol._creator.output = symbol;
  return symbol;
}

/** Looks through aliases, which exist for differentiation only, as far as the values that are given from outside. */
function resolve(value: Tensor, given: ReadonlySet<Tensor>): Tensor {
  let t = value;
  for (;;) {
    const made = t._trace && !given.has(t) ? t._creator : undefined;
    if (made?.custom) t = made.custom.value;
    else if (made?.op === "alias" || made?.op === "stop") t = made.inputs[0]!;
    else return t;
  }
}

/** The graph that computes `outputs` from `inputs`. Concrete tensors become constants, except those in `outer`, for which an input stands. */
export function buildGraph(
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  trace: Trace,
  outer: ReadonlyMap<Tensor, Tensor> = new Map(),
): Graph {
  const given = new Set([...inputs, ...outer.keys()]);
  const order = reachable(outputs, given, trace);
  const nodes: Node[] = [];
  const positions = new Map<Tensor, number>();
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
  const place = (value: Tensor): number => {
    const known = positions.get(value);
    if (known !== undefined) return known;
    if (value._trace) {
      const { op, inputs: from, attributes } = value._creator!;
      const sources = from.map((input) => place(resolve(input, given)));
      positions.set(value, nodes.length);
      nodes.push({ op, inputs: sources, attributes, shape: value.shape, dtype: value.dtype as DType });
    } else {
      if (isGradEnabled() && value.requiresGrad) checkOwn(value, trace);
      positions.set(value, placeConstant(value, nodes));
    }
    return positions.get(value)!;
  };
  for (const value of order) place(value);
  const results = outputs.map((output) => place(resolve(output, given)));
  return { nodes, inputs: inputs.map((_input, i) => i), outputs: results, donated: [] };
}

/** A constant has no gradient: a value that is being differentiated must not become one. */
function checkOwn({ _creator: made, shape, dtype }: Tensor, trace: Trace): void {
  if (made && !reachesOutside(made, trace.after)) return;
  throw new Error(
    `${trace.label}: got a captured ${dtype}[${shape.join(", ")}] that is being differentiated; expected a constant; give it as an argument, or call inside noGrad`,
  );
}

/** A stretched scalar stays one: its elements are not written out. */
function placeConstant(value: Tensor, nodes: Node[]): number {
  const repeated = value.size > 1 && value._stridesNow().every((stride, axis) => stride === 0 || value.shape[axis] === 1);
  if (!repeated) return nodes.push(constantNode(value)) - 1;
  const single = constantNode(value.slice(...value.shape.map(() => 0)));
  const position = nodes.push(single) - 1;
  return (
    nodes.push({ op: "broadcast", inputs: [position], attributes: { shape: value.shape }, shape: value.shape, dtype: single.dtype }) - 1
  );
}

function constantNode(value: Tensor): Node {
  if (value.dtype === "int8" || value.dtype === "int16" || value.dtype === "int64")
    throw new TypeError(
      `compile: got a constant of dtype ${value.dtype}, which does not exist inside compiled programs; convert it with .cast("int32") outside`,
    );
  const { shape, dtype } = value;
  return { op: "constant", inputs: [], attributes: { data: value.read(), shape, dtype }, shape, dtype };
}

/** All traced values that the outputs need, oldest first. */
function reachable(outputs: readonly Tensor[], given: ReadonlySet<Tensor>, trace: Trace): Tensor[] {
  const seen = new Set<Tensor>();
  const pending = outputs.map((output) => resolve(output, given));
  while (pending.length > 0) {
    const value = pending.pop()!;
    if (seen.has(value) || !value._trace || given.has(value)) continue;
    if (value._trace !== trace) value._checkTrace(`tracing ${trace.label}`);
    seen.add(value);
    for (const input of value._creator!.inputs) pending.push(resolve(input, given));
  }
  return [...seen].sort((a, b) => a._creator!.id - b._creator!.id);
}

/** Values of surrounding traces (and tracked concrete ones) that `outputs` depend on: what a loop's body captures. Aliases stay, so that gradients reach them. */
export function capturedBy(outputs: readonly Tensor[], trace: Trace): Tensor[] {
  const seen = new Set<Tensor>();
  const captured: Tensor[] = [];
  const pending = [...outputs];
  while (pending.length > 0) {
    const value = pending.pop()!;
    if (seen.has(value)) continue;
    seen.add(value);
    const made = value._creator;
    if (value._trace === trace) pending.push(...made!.inputs, ...(made!.custom ? [made!.custom.value] : []));
    else if (value._trace || value.requiresGrad) captured.push(value);
  }
  return captured.sort((a, b) => (a._creator?.id ?? 0) - (b._creator?.id ?? 0));
}
