/** Showing what a function becomes. */
import { checkOptions, type CompileOptions, trace } from "./compile/compile.ts";
import type { TypedArray } from "./dtype.ts";
import { defaultEngine, engineOf } from "./engines.ts";
import type { Attribute, Graph } from "./graph.ts";
import { optimize } from "./passes/optimize.ts";
import { primitives } from "./primitives/index.ts";

export interface Inspection {
  /** The graph as traced, as text. */
  readonly traced: string;
  /** The graph after the passes. */
  readonly optimized: string;
  /** Approximate floating point operations of one call, after the passes. */
  readonly flops: number;
  /** What the engine made of it: generated code and memory plan, as far as it tells. */
  readonly code: string;
  toString(): string;
}

/** Traces `fn` for example arguments and shows the graph before and after the passes, and the engine's code. */
export function inspect(fn: (...args: never[]) => unknown, args: readonly unknown[], options: CompileOptions = {}): Inspection {
  checkOptions("inspect", options);
  const { graph } = trace(fn, args, options, `inspect(${fn.name || "function"})`);
  const after = optimize(graph);
  const engine = options.engine === undefined ? defaultEngine() : engineOf(options.engine);
  const traced = showGraph(graph);
  const optimized = showGraph(after);
  const code = engine.compile(after).describe?.() ?? `engine "${engine.name}" evaluates the nodes one by one`;
  const flops = flopsOf(after);
  const text = `traced\n${traced}\nafter passes, about ${flops} floating point operations\n${optimized}\n${engine.name}\n${code}\n`;
  return { traced, optimized, flops, code, toString: () => text };
}

/** One line per node: %3 = tanh %2 : float32[3, 4]. */
export function showGraph(graph: Graph, indent = "  "): string {
  const lines = graph.nodes.map((node, position) => {
    const role = graph.inputs.includes(position)
      ? ` (argument ${graph.inputs.indexOf(position)}${graph.donated.includes(graph.inputs.indexOf(position)) ? ", donated" : ""})`
      : "";
    const attributes = Object.entries(node.attributes)
      .filter(([key]) => key !== "shape" && key !== "dtype")
      .map(([key, value]) => `${key}=${showAttribute(value, indent)}`);
    const parts = [`%${position} = ${node.op}`, ...node.inputs.map((from) => `%${from}`), ...attributes];
    return `${indent}${parts.join(" ")} : ${node.dtype}[${node.shape.join(", ")}]${role}`;
  });
  return [...lines, `${indent}return ${graph.outputs.map((position) => `%${position}`).join(", ")}`].join("\n");
}

function showAttribute(value: Attribute, indent: string): string {
  if (typeof value !== "object") return String(value);
  if (ArrayBuffer.isView(value)) {
    const data = value as TypedArray;
    return data.length <= 8 ? `[${[...data].join(", ")}]` : `[${[...data.subarray(0, 6)].join(", ")}, … ${data.length} elements]`;
  }
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  return `{\n${showGraph(value as Graph, `${indent}    `)}\n${indent}}`;
}

/** Approximate floating point operations of one run of a graph, from what its primitives say. */
function flopsOf(graph: Graph): number {
  let total = 0;
  for (const node of graph.nodes)
    total +=
      primitives
        .get(node.op)
        ?.flops({ inputTypes: node.inputs.map((from) => graph.nodes[from]!), type: node, attributes: node.attributes }) ?? 0;
  return total;
}
