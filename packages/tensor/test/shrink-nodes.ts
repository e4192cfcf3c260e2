/** Smaller forms of a graph without a look into loops: see shrink.ts. */
import type { Graph, Node } from "../src/graph.ts";
import { sameShape } from "../src/shape.ts";

/** Graphs in which a node's readers read one of its inputs, of the same type, instead. */
export function* bypasses(graph: Graph): Generator<Graph> {
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (!isInner(node) || node.op === "part") continue;
    for (const from of new Set(node.inputs)) {
      const source = graph.nodes[from]!;
      if (source.op === "loop" || source.dtype !== node.dtype || !sameShape(source.shape, node.shape)) continue;
      const to = (position: number): number => (position === i ? from : position);
      const nodes = graph.nodes.map((other) => (other.inputs.includes(i) ? { ...other, inputs: other.inputs.map(to) } : other));
      yield { ...graph, nodes, outputs: graph.outputs.map(to) };
    }
  }
}

export const isInner = (node: Node): boolean => !isLeaf(node) && node.op !== "loop";
export const isLeaf = (node: Node): boolean => node.op === "input" || node.op === "constant";
