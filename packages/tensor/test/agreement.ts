/**
 * Whether an engine agrees with the reference on a program. Every node is checked on its own: its inputs are the engine's values of the nodes before it, so that
 * small differences do not grow along a chain and a wrong node is named. Then the program as it is (where the engine may fuse) must agree with the same
 * engine's node values: to the bit, or within the tolerance of sums where `fusedBits` is false and a sum of floats lies before the result. Donated arguments
 * are given as arrays and as the engine's own buffers: the bits must be the same.
 */
import type { TypedArray } from "../src/dtype.ts";
import type { Engine, Storage } from "../src/engine.ts";
import { evaluateGraph } from "../src/engines/reference.ts";
import type { Graph, Node } from "../src/graph.ts";
import { loopAttributes } from "../src/primitives/loop.ts";
import type { RandomProgram } from "./random-programs.ts";

/** Largest allowed distance in units in the last place, for functions that are not exact. */
const ULPS = 4;
const INEXACT = new Set("exp expm1 log log1p sin cos tanh sigmoid softplus erf pow".split(" "));
/** Allowed difference relative to the sum of the terms' magnitudes. */
const SUM_TOLERANCE = 1e-5;
const SUMS = new Set(["sum", "cumsum", "dot", "scatterAdd", "scatterAddAlong", "fold"]);
/** Allowed difference where rounding passes through many operations, relative to the largest element (or 0.1). */
const CHAIN_TOLERANCE = 1e-4;

export interface AgreementOptions {
  /** Whether results may not depend on what is fused with what. Default true. */
  readonly fusedBits?: boolean;
  /** Long chains of tame numbers (training steps): what depends on a sum, and results of loops, may differ by CHAIN_TOLERANCE. Default false. */
  readonly chains?: boolean;
}

const read = (storage: Storage): TypedArray => (ArrayBuffer.isView(storage) ? storage : storage.read());

/** What is wrong, or undefined. */
export function disagreement(
  engine: Engine,
  { graph, inputs }: RandomProgram,
  { fusedBits = true, chains = false }: AgreementOptions = {},
): string | undefined {
  const visible = graph.nodes.flatMap((node, i) => (node.op === "loop" ? [] : [i]));
  const all = engine
    .compile({ ...graph, outputs: visible, donated: [] })
    .run(inputs)
    .map(read);
  const values = new Map(visible.map((position, i) => [position, all[i]!]));
  for (const position of visible) {
    const node = graph.nodes[position]!;
    if (node.op === "input") continue;
    const wrong = nodeWrong(graph, position, node, values, chains);
    if (wrong !== undefined) return `%${position} ${node.op}: ${wrong}`;
  }
  const program = engine.compile(graph);
  const results = program.run(inputs).map(read);
  const summed = fusedBits ? new Set<number>() : afterSums(graph);
  for (let k = 0; k < results.length; k++) {
    const position = graph.outputs[k]!;
    const expected = values.get(position)!;
    const near = summed.has(position) ? nearness(expected, chains) : Object.is;
    const i = expected.findIndex((e, at) => !near(results[k]![at]!, e));
    if (i >= 0)
      return `result ${k} (%${position} ${graph.nodes[position]!.op})[${i}]: ${show(results[k]![i]!)} in the program as it is, ${show(expected[i]!)} with all nodes as results`;
  }
  if (graph.donated.length === 0) return undefined;
  const buffers = inputs.map((array, i) => engine.upload(array, graph.nodes[graph.inputs[i]!]!.dtype));
  const given = program.run(buffers).map(read);
  const k = given.findIndex((result, at) => !result.every((x, i) => Object.is(x, results[at]![i])));
  return k < 0 ? undefined : `result ${k}: other bits with donated buffers than with donated arrays`;
}

/** Positions of what depends on a sum of floats. */
function afterSums(graph: Graph): Set<number> {
  const found = new Set<number>();
  graph.nodes.forEach((node, i) => {
    if (isSum(node) || node.inputs.some((from) => found.has(from))) found.add(i);
  });
  return found;
}

function isSum(node: Node): boolean {
  if (node.op === "loop") return loopAttributes(node.attributes).body.nodes.some(isSum);
  return SUMS.has(node.op) && (node.dtype === "float32" || node.dtype === "float64");
}

/** Whether two numbers are near enough where sums may have been ordered otherwise. */
function nearness(expected: TypedArray, chains: boolean): (a: number, e: number) => boolean {
  if (!chains) return (a, e) => Object.is(a, e) || Math.abs(a - e) <= SUM_TOLERANCE * Math.max(1, Math.abs(e));
  let scale = 0.1;
  for (const x of expected) scale = Math.max(scale, Math.abs(x));
  return (a, e) => Object.is(a, e) || Math.abs(a - e) <= CHAIN_TOLERANCE * scale;
}

/** A graph of one node, its inputs given; for loop parts the loop too. */
function single(graph: Graph, position: number): { graph: Graph; sources: readonly number[] } {
  const node = graph.nodes[position]!;
  const source = node.op === "part" ? graph.nodes[node.inputs[0]!]! : node;
  const nodes: Node[] = source.inputs.map((from) => {
    const { shape, dtype } = graph.nodes[from]!;
    return { op: "input", inputs: [], attributes: { shape, dtype }, shape, dtype };
  });
  const places = nodes.map((_node, i) => i);
  nodes.push({ ...source, inputs: places });
  if (node.op === "part") nodes.push({ ...node, inputs: [places.length] });
  return { graph: { nodes, inputs: places, outputs: [nodes.length - 1], donated: [] }, sources: source.inputs };
}

function nodeWrong(
  graph: Graph,
  position: number,
  node: Node,
  values: ReadonlyMap<number, TypedArray>,
  chains: boolean,
): string | undefined {
  const { graph: small, sources } = single(graph, position);
  const inputs = sources.map((from) => values.get(from)!);
  const expected = evaluateGraph(small, inputs)[0]!;
  const actual = values.get(position)!;
  if (actual.length !== expected.length) return `${actual.length} elements, expected ${expected.length}`;
  const float = node.dtype === "float32" || node.dtype === "float64";
  const near = float && chains && node.op === "part" ? nearness(expected, true) : undefined;
  const scale = float && SUMS.has(node.op) ? magnitudes(node, small, inputs) : undefined;
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    if (Object.is(a, e) || near?.(a, e)) continue;
    if (scale) {
      // Partial sums beyond the range are infinite in one order and not in another.
      if (!(scale[i]! < (node.dtype === "float32" ? 3.4e38 : 1.7e308))) continue;
      if (Math.abs(a - e) <= SUM_TOLERANCE * scale[i]! + 1e-44) continue;
    } else if (float && INEXACT.has(node.op) && ulps(a, e, node.dtype === "float32") <= ULPS) continue;
    return `[${i}] is ${show(a)}, expected ${show(e)} from ${sources.map((from) => (values.get(from)!.length === actual.length ? show(values.get(from)![i]!) : "…")).join(", ")}`;
  }
  return undefined;
}

const show = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

/** Σ of the terms' magnitudes for each result of a sum; not a number to compare with where a term is not finite. */
function magnitudes(node: Node, graph: Graph, inputs: readonly TypedArray[]): Float64Array {
  const wide: Graph = {
    ...graph,
    nodes: graph.nodes.map((n) =>
      n.dtype === "float32" ? { ...n, dtype: "float64" as const, attributes: { ...n.attributes, dtype: "float64" } } : n,
    ),
  };
  const sizes = inputs.map((array) =>
    array instanceof Int32Array ? array : Float64Array.from(array, (x) => (Number.isFinite(x) ? Math.abs(x) : 0)),
  );
  const scale = evaluateGraph(wide, sizes as TypedArray[])[0]! as Float64Array;
  if (inputs.some((array) => !(array instanceof Int32Array) && array.some((x) => !Number.isFinite(x)))) {
    // Infinities and NaN must come out as the reference says: compare those results exactly.
    const exact = evaluateGraph(graph, inputs)[0]!;
    return scale.map((x, i) => (Number.isFinite(exact[i]!) || x > 1e38 ? x : 0));
  }
  return scale;
}

const bits32 = new Int32Array(1);
const float32 = new Float32Array(bits32.buffer);

/** Number of representable numbers between two; 0 for two NaN. */
export function ulps(a: number, b: number, single_: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  if (!single_) return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(b) * 2.220446049250313e-16, 5e-324);
  const order = (x: number): number => {
    float32[0] = x;
    return bits32[0]! < 0 ? -(bits32[0]! & 0x7fffffff) : bits32[0]!;
  };
  return Math.abs(order(a) - order(b));
}
