/** Rewriting rules. Each keeps every bit of the result, also for NaN, infinities and signed zeros (payloads of NaN aside). */
import type { TypedArray } from "../dtype.ts";
import type { Node } from "../graph.ts";
import { primitives } from "../primitives/index.ts";
import { isFloat } from "../primitives/primitive.ts";
import { sameShape, sizeOf } from "../shape.ts";
import { type GraphBuilder, nodeSize } from "./builder.ts";

type Rule = (builder: GraphBuilder, node: Node, inputs: readonly Node[]) => number | undefined;

/** Place of an equivalent simpler node, or undefined. The node's inputs are positions in the builder. */
export function simplify(builder: GraphBuilder, node: Node): number | undefined {
  const inputs = node.inputs.map((from) => builder.nodes[from]!);
  return (
    RULES[node.op]?.(builder, node, inputs) ??
    (primitives.get(node.op)?.wasm.kind === "elementwise" ? beforeBroadcast(builder, node, inputs) : undefined) ??
    ordered(builder, node)
  );
}

/** The one value of all elements of a constant, as far as it is known to be one. */
function uniformValue(builder: GraphBuilder, node: Node): number | undefined {
  const source = node.op === "broadcast" ? builder.nodes[node.inputs[0]!]! : node;
  return source.op === "constant" && nodeSize(source) === 1 ? (source.attributes.data as TypedArray)[0] : undefined;
}

const COMMUTATIVE = new Set(["add", "mul", "maximum", "minimum", "equal", "and", "or", "xor"]);

/** One order of operands, so that a + b and b + a are one node. */
function ordered(builder: GraphBuilder, node: Node): number | undefined {
  const [a, b] = node.inputs;
  return COMMUTATIVE.has(node.op) && a! > b! ? builder.push({ ...node, inputs: [b!, a!] }) : undefined;
}

/** f(stretched a, stretched b) = stretched f(a, b): computes before repeating. Applies when all inputs are stretched from one smaller shape. */
function beforeBroadcast(builder: GraphBuilder, node: Node, inputs: readonly Node[]): number | undefined {
  let shape: readonly number[] | undefined;
  for (const input of inputs) {
    if (input.op !== "broadcast") return undefined;
    const source = builder.nodes[input.inputs[0]!]!;
    if (uniformValue(builder, input) !== undefined) continue;
    if (shape && !sameShape(shape, source.shape)) return undefined;
    shape = source.shape;
  }
  shape ??= [];
  if (sizeOf(shape) >= nodeSize(node)) return undefined;
  const sources = inputs.map((input) => {
    const value = uniformValue(builder, input);
    return value === undefined ? input.inputs[0]! : builder.uniform(value, shape!, input.dtype);
  });
  const small = builder.push({ ...node, inputs: sources, shape });
  return builder.make("broadcast", [small], { shape: node.shape });
}

/** Whether x / c and x · (1/c) are the same for all x: c is a power of two with a reciprocal in range. */
function exactReciprocal(c: number): boolean {
  const size = Math.abs(c);
  if (!(size >= 7.888609052210118e-31 && size <= 1.2676506002282294e30)) return false;
  let scaled = size;
  while (scaled >= 2) scaled /= 2;
  while (scaled < 1) scaled *= 2;
  return scaled === 1;
}

const isOp = (node: Node | undefined, op: string): node is Node => node !== undefined && node.op === op;

const RULES: Record<string, Rule | undefined> = {
  neg: (_b, _n, [x]) => (isOp(x, "neg") ? x.inputs[0] : undefined),
  not: (_b, _n, [x]) => (isOp(x, "not") ? x.inputs[0] : undefined),
  abs(b, n, [x]) {
    // Not for uint8, where −x wraps around.
    if (isOp(x, "neg") && n.dtype !== "uint8") return b.push({ ...n, inputs: [x.inputs[0]!] });
    return isOp(x, "abs") ? n.inputs[0] : undefined;
  },
  add(b, n, [x, y]) {
    if (isNothing(b, x!, isFloat(n.dtype) ? -0 : 0)) return n.inputs[1];
    if (isNothing(b, y!, isFloat(n.dtype) ? -0 : 0)) return n.inputs[0];
    if (isOp(y, "neg")) return b.push({ ...n, op: "sub", inputs: [n.inputs[0]!, y.inputs[0]!] });
    if (isOp(x, "neg")) return b.push({ ...n, op: "sub", inputs: [n.inputs[1]!, x.inputs[0]!] });
    return undefined;
  },
  sub(b, n, [, y]) {
    if (isNothing(b, y!, 0)) return n.inputs[0];
    return isOp(y, "neg") ? b.push({ ...n, op: "add", inputs: [n.inputs[0]!, y.inputs[0]!] }) : undefined;
  },
  mul(b, n, [x, y]) {
    for (const [own, other] of [
      [x, 1],
      [y, 0],
    ] as const) {
      const value = uniformValue(b, own!);
      if (value === 1) return n.inputs[other];
      if (value === -1 && n.dtype !== "uint8") return b.push({ ...n, op: "neg", inputs: [n.inputs[other]!] });
    }
    return undefined;
  },
  div(b, n, [, y]) {
    const value = uniformValue(b, y!);
    if (value === 1) return n.inputs[0];
    if (value === undefined || !isFloat(n.dtype) || !exactReciprocal(value)) return undefined;
    return b.push({ ...n, op: "mul", inputs: [n.inputs[0]!, b.uniform(1 / value, n.shape, n.dtype)] });
  },
  select(b, n, [condition]) {
    const value = uniformValue(b, condition!);
    if (value !== undefined) return value ? n.inputs[1] : n.inputs[2];
    if (n.inputs[1] === n.inputs[2]) return n.inputs[1];
    return isOp(condition, "not") ? b.push({ ...n, inputs: [condition.inputs[0]!, n.inputs[2]!, n.inputs[1]!] }) : undefined;
  },
  cast: (_b, n, [x]) => (x!.dtype === n.dtype ? n.inputs[0] : undefined),
  reshape(b, n, [x]) {
    if (sameShape(x!.shape, n.shape)) return n.inputs[0];
    if (isOp(x, "reshape")) return b.make("reshape", [x.inputs[0]!], { shape: n.shape });
    return scalarAgain(b, n, x!);
  },
  permute(b, n, [x]) {
    const axes = n.attributes.axes as readonly number[];
    if (axes.every((axis, i) => axis === i)) return n.inputs[0];
    if (isOp(x, "permute")) {
      const before = x.attributes.axes as readonly number[];
      return b.make("permute", [x.inputs[0]!], { axes: axes.map((axis) => before[axis]!) });
    }
    if (x!.op === "dot" && b.uses[n.inputs[0]!] === 1 && axes.at(-1) === axes.length - 2 && axes.at(-2) === axes.length - 1) {
      // (A·B)ᵀ = Bᵀ·Aᵀ: the same products in the same order, without a transposed copy of the result.
      const [left, right] = x!.inputs.map((from) => transposed(b, from, axes));
      return b.make("dot", [right!, left!], {});
    }
    const moving = axes.filter((axis) => x!.shape[axis] !== 1);
    if (moving.every((axis, i) => i === 0 || axis > moving[i - 1]!)) return b.make("reshape", [n.inputs[0]!], { shape: n.shape });
    return scalarAgain(b, n, x!);
  },
  broadcast(b, n, [x]) {
    if (sameShape(x!.shape, n.shape)) return n.inputs[0];
    if (isOp(x, "broadcast")) return b.make("broadcast", [x.inputs[0]!], { shape: n.shape });
    if (x!.op === "reshape") {
      // A reshape that only puts extents of 1 in front is implied by stretching.
      const from = x!.inputs[0]!;
      const inner = b.nodes[from]!.shape;
      const front = x!.shape.length - inner.length;
      if (front > 0 && x!.shape.every((extent, i) => (i < front ? extent === 1 : extent === inner[i - front])))
        return b.make("broadcast", [from], { shape: n.shape });
    }
    return undefined;
  },
  slice: (b, n, [x]) => (sameShape(x!.shape, n.shape) ? n.inputs[0] : scalarAgain(b, n, x!)),
  pad: (_b, n, [x]) => (sameShape(x!.shape, n.shape) ? n.inputs[0] : undefined),
  concat: (_b, n) => (n.inputs.length === 1 ? n.inputs[0] : undefined),
  flip(b, n, [x]) {
    const axes = n.attributes.axes as readonly number[];
    if (axes.every((axis) => n.shape[axis]! <= 1)) return n.inputs[0];
    return scalarAgain(b, n, x!);
  },
  sum: reshapeInstead,
  max: reshapeInstead,
};

function transposed(builder: GraphBuilder, position: number, axes: readonly number[]): number {
  const made: Node = {
    op: "permute",
    inputs: [position],
    attributes: { axes },
    shape: axes.map((axis) => builder.nodes[position]!.shape[axis]!),
    dtype: builder.nodes[position]!.dtype,
  };
  return simplify(builder, made) ?? builder.push(made);
}

function isNothing(builder: GraphBuilder, node: Node, neutral: number): boolean {
  const value = uniformValue(builder, node);
  return value !== undefined && Object.is(value, neutral);
}

/** Rearranging a stretched scalar is stretching it to the new shape. */
function scalarAgain(builder: GraphBuilder, node: Node, x: Node): number | undefined {
  if (x.op !== "broadcast" || nodeSize(builder.nodes[x.inputs[0]!]!) !== 1) return undefined;
  const single = builder.make("reshape", [x.inputs[0]!], { shape: [] });
  return builder.make("broadcast", [simplify(builder, builder.nodes[single]!) ?? single], { shape: node.shape });
}

/** Reducing axes of extent 1 changes the shape only. */
function reshapeInstead(builder: GraphBuilder, node: Node, [x]: readonly Node[]): number | undefined {
  const axes = node.attributes.axes as readonly number[];
  return axes.every((axis) => x!.shape[axis] === 1) ? builder.make("reshape", [node.inputs[0]!], { shape: node.shape }) : undefined;
}
