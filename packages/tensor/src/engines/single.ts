/** One primitive on an engine that holds its inputs: a program of one node, kept per engine. */
import type { Engine, Program } from "../engine.ts";
import type { Attributes, Graph, Node, ValueType } from "../graph.ts";
import type { DType } from "../dtype.ts";
import { attributeKey } from "../passes/key.ts";
import { Tensor } from "../tensor.ts";

const programs = new WeakMap<Engine, Map<string, Program>>();

export function evaluateOnEngine(op: string, inputs: readonly Tensor[], type: ValueType, attributes: Attributes, engine: Engine): Tensor {
  const storages = inputs.map((tensor) => tensor._storageFor(engine, op));
  let cache = programs.get(engine);
  if (!cache) programs.set(engine, (cache = new Map<string, Program>()));
  const key = `${op} ${inputs.map(({ shape, dtype }) => `${dtype}[${shape.join()}]`).join(" ")} ${attributeKey(attributes)}`;
  let program = cache.get(key);
  if (!program) cache.set(key, (program = engine.compile(singleNode(op, inputs, type, attributes))));
  const [result] = program.run(storages);
  return Tensor._stored(
    result instanceof Object && "engine" in result ? result : engine.upload(result!, type.dtype),
    type.shape,
    type.dtype,
  );
}

function singleNode(op: string, inputs: readonly Tensor[], type: ValueType, attributes: Attributes): Graph {
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
