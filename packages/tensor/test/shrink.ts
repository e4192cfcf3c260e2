/** Making a failing program small, and printing it as code. */
import type { TypedArray } from "../src/dtype.ts";
import { evaluateGraph } from "../src/engines/reference.ts";
import type { Graph, Node } from "../src/graph.ts";
import { withoutDead } from "../src/passes/builder.ts";
import type { RandomProgram } from "./random-programs.ts";

/** The smallest program found that still fails. `fails` must be false for programs that are right. */
export function shrink(program: RandomProgram, fails: (program: RandomProgram) => boolean): RandomProgram {
  let best = tidy(program);
  if (!fails(best)) best = program;
  for (let improved = true; improved;) {
    improved = false;
    for (const candidate of candidates(best)) {
      if (!stillFails(candidate, fails)) continue;
      best = candidate;
      improved = true;
      break;
    }
  }
  return best;
}

function stillFails(candidate: RandomProgram, fails: (program: RandomProgram) => boolean): boolean {
  try {
    return fails(candidate);
  } catch {
    return false;
  }
}

function* candidates(program: RandomProgram): Generator<RandomProgram> {
  const { graph, inputs } = program;
  if (graph.outputs.length > 1) for (const output of graph.outputs) yield tidy({ graph: { ...graph, outputs: [output] }, inputs });
  // An inner node as the result, and an inner node replaced by its value.
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (isLeaf(node) || node.op === "loop") continue;
    if (graph.outputs.length === 1 && graph.outputs[0] !== i) yield tidy({ graph: { ...graph, outputs: [i] }, inputs });
    if (!graph.outputs.includes(i)) yield cut(program, i);
  }
  for (let k = 0; k < inputs.length; k++) {
    const data = inputs[k]!;
    for (const [from, to] of halves(data.length)) {
      for (const plain of [0, 1]) {
        if (data.slice(from, to).every((x) => Object.is(x, 0) || x === plain)) continue;
        const simpler = data.slice();
        simpler.fill(plain, from, to);
        yield { graph, inputs: inputs.map((array, j) => (j === k ? simpler : array)) };
      }
    }
  }
}

const isLeaf = (node: Node): boolean => node.op === "input" || node.op === "constant";

function halves(length: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let size = length; size >= 1 && ranges.length < 64; size = Math.floor(size / 2))
    for (let from = 0; from < length && ranges.length < 64; from += size) ranges.push([from, Math.min(from + size, length)]);
  return ranges;
}

/** Node i as an argument that holds its reference value. */
function cut({ graph, inputs }: RandomProgram, i: number): RandomProgram {
  const [value] = evaluateGraph({ ...graph, outputs: [i] }, inputs);
  const { shape, dtype } = graph.nodes[i]!;
  const nodes = graph.nodes.map((node, at) => (at === i ? { op: "input", inputs: [], attributes: { shape, dtype }, shape, dtype } : node));
  return tidy({ graph: { ...graph, nodes, inputs: [...graph.inputs, i] }, inputs: [...inputs, value!.slice()] });
}

/** Without nodes and arguments that nothing needs. */
export function tidy({ graph, inputs }: RandomProgram): RandomProgram {
  const used = new Set<number>();
  const pending = [...graph.outputs];
  while (pending.length > 0) {
    const at = pending.pop()!;
    if (used.has(at)) continue;
    used.add(at);
    pending.push(...graph.nodes[at]!.inputs);
  }
  const kept = graph.inputs.flatMap((position, k) => (used.has(position) ? [k] : []));
  const smaller: Graph = withoutDead({ ...graph, inputs: kept.map((k) => graph.inputs[k]!) });
  return { graph: smaller, inputs: kept.map((k) => inputs[k]!) };
}

/** A program as TypeScript that can be pasted into a test. */
export function showProgram({ graph, inputs }: RandomProgram): string {
  return `const graph: Graph = ${literal(graph)};\nconst inputs = [${inputs.map(literal).join(", ")}];`;
}

function literal(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}.of(${[...(value as TypedArray)].map(literal).join(", ")})`;
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${key}: ${literal(item)}`)
    .join(", ")} }`;
}
