import { describe, expect, test } from "vitest";
import type { TypedArray } from "../src/dtype.ts";
import { evaluateGraph } from "../src/reference.ts";
import type { Graph, Node } from "../src/graph.ts";
import { compile, referenceEngine, tensor, type Engine, type Tensor } from "../src/index.ts";
import { applyLoop } from "../src/loops/loop.ts";
import { GraphBuilder } from "../src/passes/builder.ts";
import { optimize } from "../src/passes/optimize.ts";
import { loopAttributes } from "../src/primitives/loop.ts";
import { primitives } from "../src/primitives/index.ts";
import { disagreement } from "./agreement.ts";
import { randomProgram, type RandomProgram } from "./random-programs.ts";
import { randomUpdate, type RandomUpdate } from "./random-updates.ts";
import { sample } from "./sample.ts";
import { showProgram, shrink } from "./shrink.ts";

/** Makes the results of primitives without inputs. */
const any = tensor(0);

/** A graph as a function of tensors, by the operations themselves. */
function asFunction(graph: Graph): (...inputs: Tensor[]) => Tensor[] {
  return (...inputs) => {
    const values: (Tensor | Tensor[])[] = [];
    graph.nodes.forEach((node, position) => {
      const at = graph.inputs.indexOf(position);
      const from = node.inputs.map((i) => values[i] as Tensor);
      if (at >= 0) values.push(inputs[at]!);
      else if (node.op === "constant") values.push(asTensor(node.attributes.data as TypedArray, node.shape, node.dtype === "bool"));
      else if (node.op === "loop") {
        const attributes = loopAttributes(node.attributes);
        values.push(applyLoop(from, attributes, (given) => asFunction(attributes.body)(...given)));
      } else if (node.op === "part") values.push((values[node.inputs[0]!] as Tensor[])[node.attributes.index as number]!);
      else values.push((from[0] ?? any).bind(node.op, from, node.attributes));
    });
    return graph.outputs.map((position) => values[position] as Tensor);
  };
}

const asTensor = (data: TypedArray, shape: readonly number[], bool: boolean): Tensor =>
  tensor(data, { shape, ...(bool ? { dtype: "bool" } : {}) });

function sameBits(a: TypedArray, b: TypedArray): boolean {
  return a.length === b.length && a.every((x, i) => Object.is(x, b[i]));
}

/** compile(f), f, and the graph evaluated directly, before and after the passes. */
function differs({ graph, inputs }: RandomProgram): boolean {
  const f = asFunction(graph);
  const arguments_ = inputs.map((data, i) =>
    asTensor(data, graph.nodes[graph.inputs[i]!]!.shape, graph.nodes[graph.inputs[i]!]!.dtype === "bool"),
  );
  const plain = f(...arguments_).map((t) => t.read());
  const compiled = compile(f, { engine: referenceEngine })(...arguments_).map((t) => t.read());
  const optimized = evaluateGraph(optimize(graph), inputs);
  return !plain.every((x, i) => sameBits(x, compiled[i]!) && sameBits(x, optimized[i]!));
}

/** The reference engine, with the bodies of all loops changed. */
function inLoops(change: (body: Graph) => Graph): Engine {
  const changed = (graph: Graph): Graph => ({
    ...graph,
    nodes: graph.nodes.map((node): Node => {
      if (node.op !== "loop") return node;
      const body = change(changed(loopAttributes(node.attributes).body));
      return { ...node, attributes: { ...node.attributes, body } };
    }),
  });
  return { ...referenceEngine, compile: (graph) => referenceEngine.compile(changed(graph)) };
}

/** The first training step that an engine gets wrong, and the smallest program that it does, which has one loop, run once: its operations. */
function shrunk(engine: Engine): { update: RandomUpdate; wrong: string; smallest: RandomProgram; inner: string[] } {
  let seed = 0;
  while (disagreement(engine, randomUpdate(seed)) === undefined) if (++seed === 500) expect.fail("no training step shows the fault");
  const update = randomUpdate(seed);
  const smallest = shrink(update, (program) => disagreement(engine, program) !== undefined);
  const loops = smallest.graph.nodes.filter(({ op }) => op === "loop").map(({ attributes }) => loopAttributes(attributes));
  expect(loops.map(({ count }) => count)).toEqual([1]);
  const inner = loops[0]!.body.nodes.map(({ op }) => op).filter((op) => op !== "input" && op !== "constant");
  return { update, wrong: disagreement(engine, smallest)!, smallest, inner };
}

describe("random programs", () => {
  test("compile(f) equals f to the bit", () => {
    const used = new Set<string>();
    for (let seed = 0; seed < sample(400, 1500); seed++) {
      const program = randomProgram(seed, seed % 3 === 0 ? { dtypes: ["float64", "float64", "float32", "int32", "bool"] } : {});
      program.graph.nodes.forEach(({ op }) => used.add(op));
      if (differs(program)) expect.fail(`seed ${seed}: compile(f) differs from f\n${showProgram(shrink(program, differs))}`);
    }
    expect([...primitives.keys()].filter((name) => !used.has(name))).toEqual([]);
  });

  test("the reference engine agrees with itself node by node", () => {
    for (let seed = 0; seed < 200; seed++) expect(disagreement(referenceEngine, randomProgram(seed))).toBeUndefined();
  });

  test("a broken engine is caught, and the failure shrinks to one node", () => {
    const broken = {
      ...referenceEngine,
      compile(graph: Graph) {
        const nodes = graph.nodes.map((node) => (node.op === "minimum" ? { ...node, op: "maximum" } : node));
        return referenceEngine.compile({ ...graph, nodes });
      },
    };
    const fails = (program: RandomProgram): boolean => disagreement(broken, program) !== undefined;
    // A fault inside a loop keeps its loop: the next test.
    const isFlat = ({ graph }: RandomProgram): boolean => graph.nodes.every(({ op }) => op !== "loop");
    let seed = 0;
    while (seed < 2000 && !(isFlat(randomProgram(seed)) && fails(randomProgram(seed)))) seed++;
    const smallest = shrink(randomProgram(seed), fails);
    expect(disagreement(broken, smallest)).toMatch(/minimum/);
    expect(smallest.graph.nodes.filter(({ op }) => op !== "input" && op !== "constant").length).toBe(1);
    expect(showProgram(smallest)).toContain('op: "minimum"');
  });

  test("a fault in a loop of a training step is caught, and shrinks to one step with the operation, stretched to the carry", () => {
    // Inside loops only, log1p stands for expm1: wrong for Adam's correction alone.
    const swap = (graph: Graph): Graph => ({
      ...graph,
      nodes: graph.nodes.map((node) => (node.op === "expm1" ? { ...node, op: "log1p" } : node)),
    });
    const { update, smallest, inner } = shrunk(inLoops(swap));
    expect(update.parts).toContain("adam");
    expect(inner).toEqual(["expm1", "broadcast"]);
    expect(showProgram(smallest)).toMatch(/op: "loop".*op: "expm1".*count: 1/);
  });

  test("an error of 3e-5 in the products of a training step's loops is caught in every such step, and shrinks to one product", () => {
    const inexact = (graph: Graph): Graph => {
      const builder = new GraphBuilder();
      const places: number[] = [];
      for (const node of graph.nodes) {
        const place = builder.push({ ...node, inputs: node.inputs.map((from) => places[from]!) });
        const wrong = node.op === "dot" && node.dtype === "float32";
        places.push(wrong ? builder.make("mul", [place, builder.uniform(1.00003, node.shape, node.dtype)], {}) : place);
      }
      const move = (position: number): number => places[position]!;
      return { nodes: builder.nodes, inputs: graph.inputs.map(move), outputs: graph.outputs.map(move), donated: [] };
    };
    const engine = inLoops(inexact);
    for (let seed = 0; seed < 60; seed++) {
      const update = randomUpdate(seed);
      const loops = update.graph.nodes.some(({ op }) => op === "loop");
      expect(disagreement(engine, update) !== undefined, `seed ${seed}`).toBe(loops);
    }
    const { inner, wrong } = shrunk(engine);
    expect(wrong).toMatch(/loop, iteration 0, %\d+ dot: /);
    expect(inner).toEqual(["dot"]);
  });
});
