/** All passes: constant folding, algebra and common subexpressions in one walk, repeated until nothing changes; then dead code. Results keep their bits. */
import type { TypedArray } from "../dtype.ts";
import { allocate } from "../elements.ts";
import type { Graph, Node } from "../graph.ts";
import { primitives } from "../primitives/index.ts";
import { simplify } from "./algebra.ts";
import { GraphBuilder, nodeSize, withoutDead } from "./builder.ts";

export function optimize(graph: Graph): Graph {
  let current = withoutDead(graph);
  for (let round = 0; round < 4; round++) {
    const next = rewrite(current);
    if (next.nodes.length === current.nodes.length && next.nodes.every((node, i) => node.op === current.nodes[i]!.op)) return next;
    current = next;
  }
  return current;
}

function rewrite(graph: Graph): Graph {
  const builder = new GraphBuilder();
  const uses = new Array<number>(graph.nodes.length).fill(0);
  for (const { inputs } of graph.nodes) for (const from of inputs) uses[from]!++;
  for (const output of graph.outputs) uses[output]!++;
  const places: number[] = [];
  graph.nodes.forEach((node, position) => {
    const moved: Node = { ...node, inputs: node.inputs.map((from) => places[from]!) };
    const place = fold(builder, moved) ?? simplify(builder, moved) ?? builder.push(moved);
    places.push(place);
    builder.uses[place] = (builder.uses[place] ?? 0) + uses[position]!;
  });
  const move = (position: number): number => places[position]!;
  return withoutDead({ nodes: builder.nodes, inputs: graph.inputs.map(move), outputs: graph.outputs.map(move), donated: graph.donated });
}

const NOT_FOLDED = new Set(["input", "constant", "iota", "broadcast", "loop", "part"]);

/** A node of constants that is no larger than they are (or small) becomes a constant. */
function fold(builder: GraphBuilder, node: Node): number | undefined {
  if (node.op === "constant") return uniformConstant(builder, node);
  if (NOT_FOLDED.has(node.op) || node.inputs.length === 0) return undefined;
  const sources = node.inputs.map((from) => builder.nodes[from]!);
  if (sources.some((source) => source.op !== "constant")) return undefined;
  if (nodeSize(node) > Math.max(64, ...sources.map(nodeSize))) return undefined;
  const out = allocate(node.dtype, nodeSize(node));
  try {
    primitives.get(node.op)!.evaluate(
      sources.map((source) => source.attributes.data as TypedArray),
      out,
      { inputTypes: sources, type: node, attributes: node.attributes },
    );
  } catch (error) {
    if (error instanceof RangeError) return undefined; // An index out of range is reported when the program runs.
    throw error;
  }
  return builder.constant(out, node.shape, node.dtype);
}

/** A large constant of equal elements becomes a scalar that is stretched. */
function uniformConstant(builder: GraphBuilder, node: Node): number | undefined {
  const data = node.attributes.data as TypedArray;
  if (node.shape.length === 0 || data.length === 0) return undefined;
  const first = data[0]!;
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], first)) return undefined;
  return builder.uniform(first, node.shape, node.dtype);
}
