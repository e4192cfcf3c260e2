/**
 * A loop whose body is a random exact program: carries, constants and rows of one type, sometimes with an early stop. A carry's next value may be any value of
 * the body, also another carry (they change places) or the same as another's.
 */
import type { Graph } from "../src/graph.ts";
import { loopResults, type LoopAttributes } from "../src/primitives/loop.ts";
import { sameShape } from "../src/shape.ts";
import { constantNode, Maker } from "./random-maker.ts";

export function addLoop(m: Maker, steps: Readonly<Record<string, (m: Maker) => void>>): void {
  const count = m.choose([0, 1, 2, 3, 5]);
  const dtype = m.choose(m.dtypes.filter((d) => d !== "bool" && d !== "uint8"));
  const shape = m.shape(m.between(0, 2));
  const inner = new Maker(m.rng, { ...m.options, exact: true });
  const stops = m.chance(0.3);
  const index = inner.input({ shape: [], dtype: "int32" });
  const constant = inner.input({ shape, dtype });
  const carries = Array.from({ length: m.choose([1, 1, 2, 3]) }, () => inner.input({ shape, dtype }));
  if (stops) inner.input({ shape: [], dtype: "bool" });
  const row = inner.input({ shape, dtype });
  const before = inner.nodes.length;
  for (let i = 0; i < 4; i++) steps[inner.choose(["binary", "plainUnary", "select", "compare", "cast"])]!(inner);
  // What the steps drew as new arguments would be inputs of the body: make constants of them.
  inner.nodes.forEach((node, i) => {
    if (i >= before && node.op === "input") inner.nodes[i] = constantNode(inner.data[inner.inputs.indexOf(i) - before]!, node);
  });
  const same = inner.nodes.flatMap((node, i) => (node.dtype === dtype && sameShape(node.shape, shape) ? [i] : []));
  const next = inner.add("add", [inner.choose(same), m.choose([...carries, constant, row])]);
  const outputs = carries.map((_carry, i) => (i === 0 ? next : inner.chance(0.4) ? inner.choose(carries) : inner.choose(same)));
  outputs.push(inner.choose(same));
  if (stops) {
    const limit = inner.nodes.push(constantNode(Int32Array.of(m.between(0, 4)), { shape: [], dtype: "int32" })) - 1;
    outputs.splice(carries.length, 0, inner.add("lessEqual", [limit, index]));
  }
  const body: Graph = { nodes: inner.nodes, inputs: inner.inputs.slice(0, before), outputs, donated: [] };
  const attributes: LoopAttributes = {
    body,
    count,
    constants: 1,
    carry: carries.length + (stops ? 1 : 0),
    scanned: 1,
    stop: stops ? carries.length : -1,
  };
  const given = [
    m.fresh(shape, dtype),
    ...carries.map(() => m.fresh(shape, dtype)),
    ...(stops ? [m.fresh([], "bool", () => 0)] : []),
    m.fresh([count, ...shape], dtype),
  ];
  const loop = m.add("loop", given, attributes as never);
  loopResults(attributes).forEach((type, i) =>
    m.nodes.push({ op: "part", inputs: [loop], attributes: { index: i }, shape: type.shape, dtype: type.dtype }),
  );
}
