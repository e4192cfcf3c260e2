/** Smaller forms of a loop in a failing program: see shrink.ts. */
import { allocate } from "../src/elements.ts";
import type { Graph, Node } from "../src/graph.ts";
import { withoutDead } from "../src/passes/builder.ts";
import { loopAttributes, loopResults, type LoopAttributes } from "../src/primitives/loop.ts";
import { sizeOf } from "../src/shape.ts";
import { constantNode } from "./random-maker.ts";
import type { RandomProgram } from "./random-programs.ts";
import { bypasses, isLeaf } from "./shrink-nodes.ts";

/** The loop at `at`: with a carry that stays as it is, with fewer inputs or results, with a smaller body, or run once. */
export function* smallerLoops(
  program: RandomProgram,
  at: number,
  tidy: (program: RandomProgram) => RandomProgram,
): Generator<RandomProgram> {
  const { graph, inputs } = program;
  const node = graph.nodes[at]!;
  const loop = loopAttributes(node.attributes);
  const { body, constants, carry } = loop;
  const withBody = (next: Graph): RandomProgram => ({
    graph: replaced(graph, at, { ...loop, body: withoutDead(next) }, node.inputs),
    inputs,
  });
  if (loop.stop >= 0) yield { graph: replaced(graph, at, { ...loop, stop: -1 }, node.inputs), inputs };
  for (let j = 0; j < carry; j++) {
    const own = body.inputs[1 + constants + j]!;
    if (body.outputs[j] !== own) yield withBody({ ...body, outputs: body.outputs.map((position, k) => (k === j ? own : position)) });
  }
  const read = new Set(
    graph.nodes.flatMap((other) => (other.op === "part" && other.inputs[0] === at ? [other.attributes.index as number] : [])),
  );
  for (let k = carry; k < body.outputs.length; k++)
    if (!read.has(k))
      yield {
        graph: replaced(graph, at, { ...loop, body: withoutDead({ ...body, outputs: without(body.outputs, k) }) }, node.inputs, k),
        inputs,
      };
  // A row that nothing reads may be any value of the body: early ones need least.
  for (let k = carry; k < body.outputs.length; k++)
    if (!read.has(k))
      for (let j = 0; j < body.outputs[k]!; j++)
        if (!isLeaf(body.nodes[j]!) && body.nodes[j]!.op !== "loop")
          yield withBody({ ...body, outputs: body.outputs.map((position, i) => (i === k ? j : position)) });
  for (let p = 0; p < node.inputs.length; p++) {
    const place = body.inputs[1 + p]!;
    const j = p - constants;
    const carried = j >= 0 && j < carry;
    if (body.nodes.some((other) => other.inputs.includes(place)) || (carried && (read.has(j) || loop.stop >= 0))) continue;
    const outputs = carried ? without(body.outputs, j) : body.outputs;
    if (outputs.includes(place)) continue;
    const smaller: LoopAttributes = {
      ...loop,
      constants: constants - (j < 0 ? 1 : 0),
      carry: carry - (carried ? 1 : 0),
      scanned: loop.scanned - (j >= carry ? 1 : 0),
      body: withoutDead({ ...body, inputs: without(body.inputs, 1 + p), outputs }),
    };
    yield tidy({ graph: replaced(graph, at, smaller, without(node.inputs, p), carried ? j : undefined), inputs });
  }
  for (const next of bypasses(body)) yield withBody(next);
  for (let j = 0; j < body.nodes.length; j++) {
    const { shape, dtype, op } = body.nodes[j]!;
    if (op === "loop" || isLeaf(body.nodes[j]!)) continue;
    const ones = constantNode(allocate(dtype, sizeOf(shape)).fill(1), { shape, dtype });
    yield withBody({ ...body, nodes: body.nodes.map((other, k) => (k === j ? ones : other)) });
  }
  yield* runOnce(program, at);
}

/** Run once, where nothing else depends on the number of rows. */
function* runOnce({ graph, inputs }: RandomProgram, at: number): Generator<RandomProgram> {
  const node = graph.nodes[at]!;
  const loop = loopAttributes(node.attributes);
  const scanned = node.inputs.slice(loop.constants + loop.carry);
  const readBy = (position: number): number[] => graph.nodes.flatMap((other, i) => (other.inputs.includes(position) ? [i] : []));
  const parts = readBy(at);
  if (loop.count < 2 || parts.some((part) => readBy(part).length > 0)) return;
  if (scanned.some((from) => graph.nodes[from]!.op !== "input" || graph.outputs.includes(from) || readBy(from).length > 1)) return;
  const nodes = replaced(graph, at, { ...loop, count: 1 }, node.inputs).nodes.map((other, i): Node => {
    if (!scanned.includes(i)) return other;
    const shape = [1, ...other.shape.slice(1)];
    return { ...other, shape, attributes: { ...other.attributes, shape } };
  });
  const first = inputs.map((data, k) => (scanned.includes(graph.inputs[k]!) ? data.slice(0, data.length / loop.count) : data));
  yield { graph: { ...graph, nodes }, inputs: first };
}

/** The graph with another loop at `at`; result number `gone` is no more. */
function replaced(graph: Graph, at: number, loop: LoopAttributes, inputs: readonly number[], gone = Infinity): Graph {
  const types = loopResults(loop);
  const nodes = graph.nodes.map((node, i): Node => {
    if (i === at) return { ...node, inputs, attributes: loop as never };
    if (node.op !== "part" || node.inputs[0] !== at) return node;
    const index = (node.attributes.index as number) - ((node.attributes.index as number) > gone ? 1 : 0);
    return { ...node, attributes: { index }, ...types[index]! };
  });
  return { ...graph, nodes };
}

const without = <T>(list: readonly T[], at: number): T[] => list.filter((_item, i) => i !== at);
