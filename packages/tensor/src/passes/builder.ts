/** Builds graphs, giving equal nodes one place (common subexpressions). */
import type { DType, TypedArray } from "../dtype.ts";
import { allocate } from "../elements.ts";
import type { Attributes, Graph, Node } from "../graph.ts";
import { primitives } from "../primitives/index.ts";
import { sizeOf } from "../shape.ts";
import { nodeKey } from "./key.ts";

export class GraphBuilder {
  readonly nodes: Node[] = [];
  /** How often each node is used by the graph that is being rewritten. */
  readonly uses: number[] = [];
  private readonly known = new Map<string, number>();

  /** A node as it is; inputs are positions here. Inputs of the program are never merged. */
  push(node: Node): number {
    const key = node.op === "input" ? undefined : nodeKey(node);
    const before = key === undefined ? undefined : this.known.get(key);
    if (before !== undefined) return before;
    if (key !== undefined) this.known.set(key, this.nodes.length);
    return this.nodes.push(node) - 1;
  }

  /** A node of a primitive, with its type from the shape rule. */
  make(op: string, inputs: readonly number[], attributes: Attributes): number {
    const type = primitives.get(op)!.infer(
      inputs.map((position) => this.nodes[position]!),
      attributes,
    );
    return this.push({ op, inputs, attributes, shape: type.shape, dtype: type.dtype });
  }

  constant(data: TypedArray, shape: readonly number[], dtype: DType): number {
    return this.push({ op: "constant", inputs: [], attributes: { data, shape, dtype }, shape, dtype });
  }

  /** A constant with all elements equal, as a scalar stretched to the shape. */
  uniform(value: number, shape: readonly number[], dtype: DType): number {
    const data = allocate(dtype, 1);
    data[0] = value;
    const single = this.constant(data, [], dtype);
    return shape.length === 0 ? single : this.make("broadcast", [single], { shape });
  }
}

/** The graph without nodes that no output needs (inputs stay). */
export function withoutDead(graph: Graph): Graph {
  const needed = new Set<number>(graph.inputs);
  const pending = [...graph.outputs];
  while (pending.length > 0) {
    const position = pending.pop()!;
    if (needed.has(position)) continue;
    needed.add(position);
    pending.push(...graph.nodes[position]!.inputs);
  }
  const places = new Map<number, number>();
  const nodes: Node[] = [];
  graph.nodes.forEach((node, position) => {
    if (!needed.has(position)) return;
    places.set(position, nodes.length);
    nodes.push({ ...node, inputs: node.inputs.map((from) => places.get(from)!) });
  });
  const move = (position: number): number => places.get(position)!;
  return { nodes, inputs: graph.inputs.map(move), outputs: graph.outputs.map(move), donated: graph.donated };
}

/** Number of elements of a node. */
export const nodeSize = (node: Node): number => sizeOf(node.shape);
