/** A graph as a function of tensors: applies its nodes one by one, so it can be traced and differentiated. */
import { apply } from "../apply.ts";
import type { TypedArray } from "../dtype.ts";
import type { Graph } from "../graph.ts";
import { applyLoop } from "../loops/loop.ts";
import { loopAttributes } from "../primitives/loop.ts";
import { Tensor } from "../tensor.ts";

export function interpret(graph: Graph): (...inputs: Tensor[]) => Tensor[] {
  return (...inputs) => {
    const values: (Tensor | Tensor[])[] = [];
    graph.nodes.forEach((node, position) => {
      const at = graph.inputs.indexOf(position);
      const from = node.inputs.map((i) => values[i] as Tensor);
      if (at >= 0) values.push(inputs[at]!);
      else if (node.op === "constant") values.push(Tensor._concrete(node.attributes.data as TypedArray, node.shape, node.dtype));
      else if (node.op === "loop") values.push(applyLoop(from, loopAttributes(node.attributes)));
      else if (node.op === "part") values.push((values[node.inputs[0]!] as Tensor[])[node.attributes.index as number]!);
      else values.push(apply(node.op, from, node.attributes));
    });
    return graph.outputs.map((position) => values[position] as Tensor);
  };
}
