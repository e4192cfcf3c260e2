/** The reference engine: evaluates a graph node by node with each primitive's reference code. Slow, obviously right, the oracle for all others. */
import type { TypedArray } from "./dtype.ts";
import { allocate } from "./elements.ts";
import type { Engine, Program, Storage } from "./engine.ts";
import type { Graph, Node, ValueType } from "./graph.ts";
import { primitives } from "./primitives/index.ts";
import { loopAttributes, type LoopAttributes } from "./primitives/loop.ts";
import { sizeOf } from "./shape.ts";

/** Elements of a node; a loop has several results. */
type Value = TypedArray | TypedArray[];

/** Results of a graph for arrays of inputs. Results may share memory with inputs and constants. */
export function evaluateGraph(graph: Graph, inputs: readonly TypedArray[]): TypedArray[] {
  const values = new Array<Value | undefined>(graph.nodes.length);
  graph.inputs.forEach((position, i) => (values[position] = inputs[i]!));
  graph.nodes.forEach((node, position) => {
    if (values[position] === undefined)
      values[position] = evaluateNode(
        node,
        node.inputs.map((from) => values[from]!),
        node.inputs.map((from) => graph.nodes[from]!),
      );
  });
  return graph.outputs.map((position) => values[position] as TypedArray);
}

function evaluateNode(node: Node, inputs: readonly Value[], inputTypes: readonly ValueType[]): Value {
  if (node.op === "part") return (inputs[0] as TypedArray[])[node.attributes.index as number]!;
  if (node.op === "loop") return evaluateLoop(loopAttributes(node.attributes), inputs as readonly TypedArray[]);
  const primitive = primitives.get(node.op);
  if (!primitive) throw new Error(`reference: there is no primitive "${node.op}"`);
  const out = allocate(node.dtype, sizeOf(node.shape));
  primitive.evaluate(inputs as readonly TypedArray[], out, { inputTypes, type: node, attributes: node.attributes });
  return out;
}

function evaluateLoop(loop: LoopAttributes, inputs: readonly TypedArray[]): TypedArray[] {
  const { body, count, stop } = loop;
  const constants = inputs.slice(0, loop.constants);
  let carry = inputs.slice(loop.constants, loop.constants + loop.carry);
  const scanned = inputs.slice(loop.constants + loop.carry);
  const rowTypes = body.outputs.slice(loop.carry).map((position) => body.nodes[position]!);
  const stacked = rowTypes.map(({ shape, dtype }) => allocate(dtype, count * sizeOf(shape)));
  for (let index = 0; index < count; index++) {
    const rows = scanned.map((array) => array.subarray((index * array.length) / count, ((index + 1) * array.length) / count));
    const results = evaluateGraph(body, [Int32Array.of(index), ...constants, ...carry, ...rows]);
    carry = results.slice(0, loop.carry);
    stacked.forEach((array, i) => array.set(results[loop.carry + i]!, index * sizeOf(rowTypes[i]!.shape)));
    if (stop >= 0 && carry[stop]![0]) break;
  }
  return [...carry, ...stacked];
}

function compileReference(graph: Graph): Program {
  const typeOf = (position: number): ValueType => ({ shape: graph.nodes[position]!.shape, dtype: graph.nodes[position]!.dtype });
  const inputs = graph.inputs.map(typeOf);
  const outputs = graph.outputs.map(typeOf);
  const run = (storages: readonly Storage[]): Storage[] =>
    // Copies: a result may be an input, a constant, or another result.
    evaluateGraph(graph, storages as readonly TypedArray[]).map((array) => array.slice());
  return { inputs, outputs, run };
}

/** Plain TypeScript on typed arrays; slow, and the measure of rightness for the other engines. */
export const referenceEngine: Engine = {
  name: "reference",
  compile: compileReference,
  upload: (data) => data.slice(),
};
