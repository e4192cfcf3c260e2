/**
 * Making the sums of a program visible. Two engines may add in another order, and one engine may where it fuses otherwise; everything else is fixed by the
 * values it is made from. So the sums are added to a program's results, also those inside loops (as stacked rows), and nothing else: a product or sum is
 * stored anyway, and what is fused around it stays as it is, which `agreement.ts` checks by the bits of the program's own results.
 */
import type { Graph, Node } from "../src/graph.ts";
import { loopAttributes, loopResults, type LoopAttributes } from "../src/primitives/loop.ts";
import { isFloat } from "../src/primitives/primitive.ts";
import { sizeOf } from "../src/shape.ts";

/** A graph with more results: positions stay those of the graph it was made from, parts of loops follow at the end. */
export interface Exposed {
  /** Its results: those of the original, then `extras`. */
  readonly graph: Graph;
  /** Number of results of the original. */
  readonly own: number;
  /** Positions of the sums and of all parts of loops. */
  readonly extras: readonly number[];
  readonly loops: readonly ExposedLoop[];
}

export interface ExposedLoop {
  readonly position: number;
  readonly attributes: LoopAttributes;
  readonly body: Exposed;
  /** Positions of the parts, in the order of the loop's results. */
  readonly parts: readonly number[];
}

export const SUMS: ReadonlySet<string> = new Set(["sum", "cumsum", "dot", "scatterAdd", "scatterAddAlong", "fold"]);

/** Whether a node adds up floats in an order that is the engine's own. */
export const isSum = ({ op, dtype }: Node): boolean => SUMS.has(op) && isFloat(dtype);

/** Of one term each: no order, and an engine may well compute it as part of something else. */
function isSingle({ op, inputs, attributes }: Node, nodes: readonly Node[]): boolean {
  const { shape } = nodes[inputs[0]!]!;
  if (op === "dot") return shape.at(-1)! <= 1;
  return op === "sum" && sizeOf((attributes.axes as readonly number[]).map((axis) => shape[axis]!)) <= 1;
}

export function expose(graph: Graph): Exposed {
  const nodes: Node[] = [...graph.nodes];
  const extras = graph.nodes.flatMap((node, i) => (isSum(node) && !isSingle(node, graph.nodes) ? [i] : []));
  const loops: ExposedLoop[] = [];
  graph.nodes.forEach((node, position) => {
    if (node.op !== "loop") return;
    const body = expose(loopAttributes(node.attributes).body);
    const attributes = { ...loopAttributes(node.attributes), body: body.graph };
    nodes[position] = { ...node, attributes: attributes as never };
    const known = new Map(
      graph.nodes.flatMap((part, i) => (part.op === "part" && part.inputs[0] === position ? [[part.attributes.index as number, i]] : [])),
    );
    const parts = loopResults(attributes).map(
      (type, index) => known.get(index) ?? nodes.push({ op: "part", inputs: [position], attributes: { index }, ...type }) - 1,
    );
    loops.push({ position, attributes, body, parts });
    extras.push(...parts);
  });
  return { graph: { ...graph, nodes, outputs: [...graph.outputs, ...extras] }, own: graph.outputs.length, extras, loops };
}
