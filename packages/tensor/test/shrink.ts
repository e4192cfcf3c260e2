/** Making a failing program small, and printing it as code. */
import type { TypedArray } from "../src/dtype.ts";
import { evaluateGraph } from "../src/reference.ts";
import type { Graph } from "../src/graph.ts";
import { withoutDead } from "../src/passes/builder.ts";
import { inputNode } from "./random-maker.ts";
import type { RandomProgram } from "./random-programs.ts";
import { bypasses, isInner } from "./shrink-nodes.ts";
import { smallerLoops } from "./shrink-loops.ts";

/** Programs tried at most: each costs two compilations. */
const MOST_TRIES = 4000;

/** The smallest program found that still fails. `fails` must be false for programs that are right. */
export function shrink(program: RandomProgram, fails: (program: RandomProgram) => boolean): RandomProgram {
  let best = tidy(program);
  if (!fails(best)) best = program;
  let tries = 0;
  for (let improved = true; improved;) {
    improved = false;
    for (const candidate of candidates(best)) {
      if (++tries > MOST_TRIES) return best;
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
  if (graph.donated.length > 0) yield { graph: { ...graph, donated: [] }, inputs };
  if (graph.outputs.length > 1) {
    for (const output of graph.outputs) yield tidy({ graph: { ...graph, outputs: [output] }, inputs });
    for (const output of graph.outputs)
      yield tidy({ graph: { ...graph, outputs: graph.outputs.filter((other) => other !== output) }, inputs });
  }
  // An inner node as the result (early ones need least), or replaced by its value, or by one of its own inputs.
  if (graph.outputs.length === 1)
    for (let i = 0; i < graph.nodes.length; i++)
      if (isInner(graph.nodes[i]!) && graph.outputs[0] !== i) yield tidy({ graph: { ...graph, outputs: [i] }, inputs });
  for (let i = graph.nodes.length - 1; i >= 0; i--) if (isInner(graph.nodes[i]!) && !graph.outputs.includes(i)) yield cut(program, i);
  for (const simpler of bypasses(graph)) yield tidy({ graph: simpler, inputs });
  for (let i = 0; i < graph.nodes.length; i++) if (graph.nodes[i]!.op === "loop") yield* smallerLoops(program, i, tidy);
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

function halves(length: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let size = length; size >= 1 && ranges.length < 64; size = Math.floor(size / 2))
    for (let from = 0; from < length && ranges.length < 64; from += size) ranges.push([from, Math.min(from + size, length)]);
  return ranges;
}

/** Node i as an argument that holds its reference value. */
function cut({ graph, inputs }: RandomProgram, i: number): RandomProgram {
  const [value] = evaluateGraph({ ...graph, outputs: [i] }, inputs);
  const nodes = graph.nodes.map((node, at) => (at === i ? inputNode(node) : node));
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
  const donated = graph.donated.flatMap((argument) => (kept.includes(argument) ? [kept.indexOf(argument)] : []));
  const smaller: Graph = withoutDead({ ...graph, inputs: kept.map((k) => graph.inputs[k]!), donated });
  return { graph: smaller, inputs: kept.map((k) => inputs[k]!) };
}

/** A program as TypeScript that can be pasted into a test. */
export function showProgram({ graph, inputs }: RandomProgram): string {
  return `const graph: Graph = ${literal(graph)};\nconst inputs = [${inputs.map(literal).join(", ")}];`;
}

function literal(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (
    ArrayBuffer.isView(value) &&
    (value as TypedArray).length > 8 &&
    (value as TypedArray).every((x) => Object.is(x, (value as TypedArray)[0]))
  )
    return `new ${value.constructor.name}(${(value as TypedArray).length})${Object.is((value as TypedArray)[0], 0) ? "" : `.fill(${literal((value as TypedArray)[0])})`}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}.of(${[...(value as TypedArray)].map(literal).join(", ")})`;
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${key}: ${literal(item)}`)
    .join(", ")} }`;
}
