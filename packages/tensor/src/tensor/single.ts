/** One primitive on an engine that holds its inputs: a program of one node; each engine keeps those used lately. */
import type { DType } from "../dtype.ts";
import type { Engine, Program } from "../engine.ts";
import type { Attributes, Graph, Node, ValueType } from "../graph.ts";
import { attributeKey } from "../passes/key.ts";
import { hold } from "./access.ts";
import type { Stored } from "./stored.ts";

/** Programs by operation and types, the longest unused first. */
const programs = new WeakMap<Engine, Map<string, Program>>();
/** Enough for every operation of a program in a few shapes. */
const KEPT = 256;

/** How many single operations are kept for an engine. */
export const keptFor = (engine: Engine): number => programs.get(engine)?.size ?? 0;

export function evaluateOnEngine(op: string, inputs: readonly Stored[], type: ValueType, attributes: Attributes, engine: Engine): Stored {
  const storages = inputs.map((tensor) => tensor._storageFor(engine, op));
  let cache = programs.get(engine);
  if (!cache) programs.set(engine, (cache = new Map<string, Program>()));
  const key = `${op} ${inputs.map(({ shape, dtype }) => `${dtype}[${shape.join()}]`).join(" ")} ${attributeKey(attributes)}`;
  const program = cache.get(key) ?? engine.compile(singleNode(op, inputs, type, attributes));
  cache.delete(key);
  cache.set(key, program);
  if (cache.size > KEPT) cache.delete(cache.keys().next().value!);
  const [result] = program.run(storages);
  return hold(
    inputs[0]!.make(type.shape, type.dtype),
    result instanceof Object && "engine" in result ? result : engine.upload(result!, type.dtype),
  );
}

function singleNode(op: string, inputs: readonly Stored[], type: ValueType, attributes: Attributes): Graph {
  const nodes: Node[] = inputs.map(({ shape, dtype }) => ({
    op: "input",
    inputs: [],
    shape,
    dtype: dtype as DType,
    attributes: { shape, dtype },
  }));
  nodes.push({ op, inputs: inputs.map((_tensor, i) => i), attributes, shape: type.shape, dtype: type.dtype });
  return { nodes, inputs: inputs.map((_tensor, i) => i), outputs: [inputs.length], donated: [] };
}
