/**
 * The graph with index maps made explicit: rearrangements that only relabel (reshape, permute, broadcast, slice, flip) disappear into the views of
 * operands; what is left computes. Where a view cannot be expressed by strides, or an operation needs contiguous input, a copy appears.
 */
import type { TypedArray } from "../dtype.ts";
import type { Attributes, Graph, Node, ValueType } from "../graph.ts";
import type { Lowered, Lowering, Value, WasmRule } from "../kernels/rules.ts";
import { isContiguous, memoryOrder, type Operand, permuteView, plainView, through } from "../kernels/views.ts";
import { foldProduct, windowProduct } from "../kernels/window-products.ts";
import { primitives } from "../primitives/index.ts";

/** What this engine computes beside the primitives. */
const own = new Map<string, WasmRule>([
  ["copy", { kind: "elementwise", lanes: (_v, [x]) => x! }],
  ["windowDot", windowProduct],
  ["foldDot", foldProduct],
]);

function ruleOf(op: string): WasmRule {
  const rule = primitives.get(op)?.wasm ?? own.get(op);
  if (!rule) throw new Error(`wasm engine: got "${op}"; expected one of the primitives; see src/primitives/index.ts`);
  return rule;
}

/** A graph while its nodes become values. */
class GraphLowering implements Lowering {
  readonly graph: Graph;
  readonly values: Value[] = [];
  /** By node: where its elements lie. */
  readonly views: (Operand | undefined)[];
  /** Windows of images occur. */
  readonly hasWindows: boolean;

  constructor(graph: Graph) {
    this.graph = graph;
    this.views = new Array<Operand | undefined>(graph.nodes.length);
    this.hasWindows = graph.nodes.some(({ op }) => op === "unfold");
  }

  /** A new value, and all of it as an operand. */
  add(op: string, operands: readonly Operand[], attributes: Attributes, { shape, dtype }: ValueType): Operand {
    const id = this.values.length;
    this.values.push({ id, op, rule: ruleOf(op), operands: [...operands], attributes, shape, dtype });
    return { value: id, ...plainView(shape) };
  }

  /** Elements known beforehand; `splat` are the 32 bits of each where all are equal. */
  constant(type: ValueType, data: TypedArray, splat: number | undefined): Operand {
    const made = this.add("constant", [], {}, type);
    const value = this.values[made.value]!;
    value.data = data;
    if (splat !== undefined) value.splat = splat;
    return made;
  }

  /** The operand without gaps in row-major order: itself or a copy. */
  contiguous(operand: Operand): Operand {
    return isContiguous(operand) ? operand : this.copy(operand);
  }

  /** The operand walked through forward: itself or a copy. */
  forward(operand: Operand): Operand {
    return operand.strides.every((stride) => stride >= 0) ? operand : this.copy(operand);
  }

  private copy(operand: Operand): Operand {
    return this.add("copy", [operand], {}, { shape: operand.shape, dtype: this.values[operand.value]!.dtype });
  }

  node(node: Node): Operand {
    const inputs = node.inputs.map((input) => this.views[input]!);
    const rule = ruleOf(node.op);
    switch (rule.kind) {
      case "source":
        return rule.lower(this, node, inputs);
      case "view": {
        const x = inputs[0]!;
        const direct = rule.view(x, node);
        if (direct) return through(x.value, direct);
        const copied = this.contiguous(x);
        return through(copied.value, rule.view(copied, node)!);
      }
      case "elementwise":
        return this.elementwise(node, inputs);
      case "kernel":
        return (
          rule.lower?.(this, node, inputs) ??
          this.add(
            node.op,
            inputs.map((operand) => this.contiguous(operand)),
            node.attributes,
            node,
          )
        );
    }
  }

  /** Results lie in memory in the order of what they are made from. */
  private elementwise(node: Node, inputs: readonly Operand[]): Operand {
    const order = memoryOrder(inputs);
    if (!order) return this.add(node.op, inputs, node.attributes, node);
    const operands = inputs.map((operand) => through(operand.value, permuteView(operand, order)));
    const shape = order.map((axis) => node.shape[axis]!);
    const made = this.add(node.op, operands, node.attributes, { shape, dtype: node.dtype });
    const back = order.map((_axis, i) => order.indexOf(i));
    return through(made.value, permuteView(made, back));
  }
}

export function lower(graph: Graph): Lowered {
  const lowering = new GraphLowering(graph);
  const { values, views } = lowering;
  const needed = reachable(graph);
  graph.nodes.forEach((node, position) => {
    if (needed[position]) views[position] = lowering.node(node);
  });
  const inputs = graph.inputs.map((position, index) => {
    const value = values[views[position]!.value]!;
    value.input = index;
    return value.id;
  });
  const outputs = graph.outputs.map((position) => lowering.contiguous(views[position]!));
  if (values.some(isMatrixProduct)) turnProducts(values, outputs);
  return withoutUnread({ values, inputs, outputs });
}

/** Without values that nothing needs; numbers are given anew. */
function withoutUnread({ values, inputs, outputs }: Lowered): Lowered {
  const needed = values.map(() => false);
  for (const { value } of outputs) needed[value] = true;
  for (const input of inputs) needed[input] = true;
  for (let id = values.length - 1; id >= 0; id--) if (needed[id]) for (const { value } of values[id]!.operands) needed[value] = true;
  const numbers: number[] = [];
  let next = 0;
  for (const flag of needed) numbers.push(flag ? next++ : -1);
  const move = (operand: Operand): Operand => ({ ...operand, value: numbers[operand.value]! });
  return {
    values: values
      .filter(({ id }) => needed[id])
      .map((value) => ({ ...value, id: numbers[value.id]!, operands: value.operands.map(move) })),
    inputs: inputs.map((id) => numbers[id]!),
    outputs: outputs.map(move),
  };
}

const isMatrixProduct = ({ op, shape }: Value): boolean => op === "dot" && shape.length === 2 && shape[0]! > 1 && shape[1]! > 1;

/** A product that is only read transposed is computed transposed: (A·B)ᵀ = Bᵀ·Aᵀ. */
function turnProducts(values: Value[], outputs: readonly Operand[]): void {
  const readers = new Map<number, { operand: Operand; owner: Value; at: number }[]>();
  for (const owner of values)
    owner.operands.forEach((operand, at) => readers.set(operand.value, [...(readers.get(operand.value) ?? []), { operand, owner, at }]));
  for (const value of values) {
    if (!isMatrixProduct(value) || outputs.some((output) => output.value === value.id)) continue;
    const [M, N] = value.shape as [number, number];
    const all = readers.get(value.id) ?? [];
    const turned = ({ operand: { shape, strides, offset } }: { operand: Operand }): boolean =>
      offset === 0 && shape.length === 2 && shape[0] === N && shape[1] === M && strides[0] === 1 && strides[1] === N;
    if (all.length === 0 || !all.every(turned)) continue;
    const [a, b] = value.operands as [Operand, Operand];
    const swap = ({ value: id, shape, strides, offset }: Operand): Operand => ({
      value: id,
      shape: [shape[1]!, shape[0]!],
      strides: [strides[1]!, strides[0]!],
      offset,
    });
    values[value.id] = { ...value, shape: [N, M], operands: [swap(b), swap(a)] };
    for (const { owner, at } of all) values[owner.id]!.operands[at] = { value: value.id, ...plainView([N, M]) };
  }
}

function reachable({ nodes, inputs, outputs }: Graph): boolean[] {
  const needed = new Array<boolean>(nodes.length).fill(false);
  for (const output of outputs) needed[output] = true;
  for (let i = nodes.length - 1; i >= 0; i--) if (needed[i]) for (const input of nodes[i]!.inputs) needed[input] = true;
  for (const input of inputs) needed[input] = true;
  return needed;
}
