/**
 * The graph with index maps made explicit: rearrangements that only relabel (reshape, permute, broadcast, slice, flip) disappear into the views of
 * operands; what is left computes. Where a view cannot be expressed by strides, or an operation needs contiguous input, a copy appears.
 */
import type { DType, TypedArray } from "../dtype.ts";
import type { Attributes, Graph, Node, ValueType } from "../graph.ts";
import { loopAttributes, type LoopAttributes } from "../primitives/loop.ts";
import { sizeOf } from "../primitives/primitive.ts";
import { isElementwise } from "./elementwise.ts";
import { broadcastView, flipView, isContiguous, permuteView, plainView, reshapeView, sliceView, type View } from "./views.ts";

/** An operand: elements of a value, seen through an index map. */
export interface Operand extends View {
  readonly value: number;
}

export interface Value {
  readonly id: number;
  readonly op: string;
  readonly operands: Operand[];
  readonly attributes: Attributes;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Position in the graph it came from, for the order of equals. */
  readonly position: number;
  /** Elements of a constant; the single 32-bit element when all are equal. */
  data?: TypedArray;
  splat?: number;
  /** Argument number of an input. */
  input?: number;
}

export interface Lowered {
  readonly values: Value[];
  /** Values of arguments, in order. */
  readonly inputs: number[];
  /** Contiguous operands to deliver, in order. */
  readonly outputs: Operand[];
}

/** Windows [n, i, j, …] of an image as a view; `kernel` [C, KH, KW] where their order was changed to [KH, KW, C]. */
interface Windows {
  readonly view: Operand;
  readonly kernel: readonly [number, number, number] | undefined;
}

const list = (attributes: Attributes, key: string): readonly number[] => attributes[key] as readonly number[];

export function lower(graph: Graph): Lowered {
  const values: Value[] = [];
  const views: (Operand | undefined)[] = new Array<Operand | undefined>(graph.nodes.length);
  const loops = new Map<number, number>();
  const add = (op: string, operands: Operand[], attributes: Attributes, type: ValueType, position: number): Value => {
    const value: Value = { id: values.length, op, operands, attributes, shape: type.shape, dtype: type.dtype, position };
    values.push(value);
    return value;
  };
  const whole = (value: Value): Operand => ({ value: value.id, ...plainView(value.shape) });
  const contiguous = (operand: Operand, position: number): Operand => {
    if (isContiguous(operand)) return operand;
    const { dtype } = values[operand.value]!;
    return whole(add("copy", [operand], {}, { shape: operand.shape, dtype }, position));
  };

  const view = (made: View, value: number): Operand => ({ value, shape: made.shape, strides: made.strides, offset: made.offset });

  const lowerNode = (node: Node, position: number): Operand => {
    const inputs = node.inputs.map((input) => views[input]!);
    const [x] = inputs;
    switch (node.op) {
      case "input":
        return whole(add("input", [], node.attributes, node, position));
      case "constant": {
        const value = add("constant", [], {}, node, position);
        value.data = node.attributes.data as TypedArray;
        const splat = uniform(value.data, node.dtype);
        if (splat !== undefined) value.splat = splat;
        return whole(value);
      }
      case "iota": {
        const value = add("constant", [], {}, node, position);
        value.data = iotaData(node);
        return whole(value);
      }
      case "reshape": {
        const direct = reshapeView(x!, node.shape);
        if (direct) return view(direct, x!.value);
        const copied = contiguous(x!, position);
        return view(reshapeView(copied, node.shape)!, copied.value);
      }
      case "permute":
        return view(permuteView(x!, list(node.attributes, "axes")), x!.value);
      case "broadcast":
        return view(broadcastView(x!, node.shape), x!.value);
      case "slice":
        return view(sliceView(x!, node.shape, list(node.attributes, "start"), list(node.attributes, "step")), x!.value);
      case "flip":
        return view(flipView(x!, list(node.attributes, "axes")), x!.value);
      case "unfold": {
        const [n, c, h, w] = x!.strides as [number, number, number, number];
        const { stride, dilation } = node.attributes as unknown as {
          stride: readonly [number, number];
          dilation: readonly [number, number];
        };
        return {
          value: x!.value,
          shape: node.shape,
          strides: [n, stride[0] * h, stride[1] * w, c, dilation[0] * h, dilation[1] * w],
          offset: x!.offset,
        };
      }
      case "part":
        return whole(add("part", [{ value: loops.get(node.inputs[0]!)!, ...plainView([0]) }], node.attributes, node, position));
      case "loop": {
        const value = add(
          "loop",
          inputs.map((operand) => contiguous(operand, position)),
          node.attributes,
          node,
          position,
        );
        loops.set(position, value.id);
        return whole(value);
      }
      case "sum":
      case "max": {
        const order = memoryOrder(inputs);
        if (!order) return whole(add(node.op, inputs, node.attributes, node, position));
        const axes = list(node.attributes, "axes");
        const kept = order.filter((axis) => !axes.includes(axis));
        const shape = kept.map((axis) => x!.shape[axis]!);
        const operand = view(permuteView(x!, order), x!.value);
        const reduced = order.flatMap((axis, i) => (axes.includes(axis) ? [i] : []));
        const made = whole(add(node.op, [operand], { axes: reduced }, { shape, dtype: node.dtype }, position));
        const sorted = [...kept].sort((a, b) => a - b);
        return view(
          permuteView(
            made,
            sorted.map((axis) => kept.indexOf(axis)),
          ),
          made.value,
        );
      }
      case "pad":
      case "concat":
        return whole(add(node.op, inputs, node.attributes, node, position));
      case "fold":
        return foldDot(node, position) ?? whole(add("fold", inputs.map((operand) => contiguous(operand, position)), node.attributes, node, position)); // prettier-ignore
      case "dot":
        return windowDot(node, position) ?? outerProduct(node, inputs, position) ?? whole(add("dot", inputs.map((operand) => (operand.strides.every((stride) => stride >= 0) ? operand : whole(add("copy", [operand], {}, { shape: operand.shape, dtype: node.dtype }, position)))), node.attributes, node, position)); // prettier-ignore
      default:
        if (isElementwise(node.op)) {
          const order = memoryOrder(inputs);
          if (!order) return whole(add(node.op, inputs, node.attributes, node, position));
          const operands = inputs.map((operand) => view(permuteView(operand, order), operand.value));
          const made = whole(
            add(node.op, operands, node.attributes, { shape: order.map((axis) => node.shape[axis]!), dtype: node.dtype }, position),
          );
          return view(
            permuteView(
              made,
              order.map((_axis, i) => order.indexOf(i)),
            ),
            made.value,
          );
        }
        return whole(
          add(
            node.op,
            inputs.map((operand) => contiguous(operand, position)),
            node.attributes,
            node,
            position,
          ),
        );
    }
  };

  /** A product over a single k is elementwise work, which may join its readers; the sum that starts at 0 makes of −0 a 0. */
  const outerProduct = (node: Node, inputs: readonly Operand[], position: number): Operand | undefined => {
    if (inputs[0]!.shape.at(-1) !== 1 || node.dtype !== "float32") return undefined;
    const factors = inputs.map((operand) => view(broadcastView(operand, node.shape), operand.value));
    const product = whole(add("mul", factors, {}, node, position));
    const zero = add("constant", [], {}, { shape: [], dtype: "float32" }, position);
    zero.data = new Float32Array(1);
    zero.splat = 0;
    return whole(add("add", [product, view(broadcastView(whole(zero), node.shape), zero.id)], {}, node, position));
  };

  // Convolutions: products with windows never hold all windows at once, but those of a few images at a time (windowDot, foldDot). Where the image has its
  // channels last, windows are laid out [KH, KW, C] instead of [C, KH, KW], so that channels are copied and added side by side.
  const windowsOf = (position: number): Windows | undefined => {
    const node = graph.nodes[position]!;
    const from = node.op === "reshape" ? node.inputs[0]! : -1;
    if (from < 0 || graph.nodes[from]!.op !== "unfold") return undefined;
    const windows = views[from]!;
    const [n, i, j, c, a, b] = windows.shape as [number, number, number, number, number, number];
    if (node.shape.length !== 2 || node.shape[0] !== n * i * j || node.shape[1] !== c * a * b || sizeOf(windows.shape) === 0)
      return undefined;
    if (windows.strides.some((stride) => stride < 0)) return undefined;
    const turned = c >= 4 && windows.strides[3] === 1;
    return {
      view: turned ? view(permuteView(windows, [0, 1, 2, 4, 5, 3]), windows.value) : windows,
      kernel: turned ? [c, a, b] : undefined,
    };
  };
  /** Axis `axis` of a matrix, in the order [C, KH, KW], rearranged to [KH, KW, C], or back. */
  const rearranged = (
    operand: Operand,
    axis: 0 | 1,
    kernel: readonly [number, number, number] | undefined,
    back: boolean,
    position: number,
  ): Operand => {
    if (!kernel) return operand;
    const [c, a, b] = kernel;
    const other = operand.shape[1 - axis]!;
    const split = back ? [a, b, c] : [c, a, b];
    const order = back ? [2, 0, 1] : [1, 2, 0];
    const apart = contiguous(operand, position);
    const four = reshapeView(apart, axis === 0 ? [...split, other] : [other, ...split])!;
    const turned = permuteView(four, axis === 0 ? [...order, 3] : [0, ...order.map((k) => k + 1)]);
    const copied = contiguous(view(turned, apart.value), position);
    return view(reshapeView(copied, operand.shape)!, copied.value);
  };
  const forward = (operand: Operand, position: number): Operand =>
    operand.strides.every((stride) => stride >= 0) ? operand : contiguous(operand, position);
  const windowDot = (node: Node, position: number): Operand | undefined => {
    if (node.shape.length !== 2 || node.dtype !== "float32" || sizeOf(node.shape) === 0) return undefined;
    const left = node.inputs[0]!;
    const b = views[node.inputs[1]!]!;
    const direct = windowsOf(left);
    if (direct) {
      const right = forward(rearranged(b, 0, direct.kernel, false, position), position);
      return whole(add("windowDot", [direct.view, right], { transposed: false }, node, position));
    }
    const across = (windows: Windows, other: Operand): Operand => {
      const type = { shape: [windows.view.shape.slice(3).reduce((x, y) => x * y, 1), other.shape[1]!], dtype: node.dtype };
      const made = whole(add("windowDot", [windows.view, contiguous(other, position)], { transposed: true }, type, position));
      return rearranged(made, 0, windows.kernel, true, position);
    };
    const turned = graph.nodes[left]!;
    const inner = turned.op === "permute" ? windowsOf(turned.inputs[0]!) : undefined;
    if (inner) return across(inner, b);
    // A·W = (Wᵀ·Aᵀ)ᵀ.
    const right = windowsOf(node.inputs[1]!);
    if (!right) return undefined;
    const a = views[left]!;
    const made = across(right, view(permuteView(a, [1, 0]), a.value));
    return view(permuteView(made, [1, 0]), made.value);
  };
  const foldDot = (node: Node, position: number): Operand | undefined => {
    const reshape = graph.nodes[node.inputs[0]!]!;
    const product = reshape.op === "reshape" ? graph.nodes[reshape.inputs[0]!]! : undefined;
    const [n, i, j, c, h, w] = reshape.shape as [number, number, number, number, number, number];
    if (product?.op !== "dot" || product.dtype !== "float32" || product.shape.length !== 2 || product.shape[0] !== n * i * j)
      return undefined;
    if (sizeOf(reshape.shape) === 0 || sizeOf(node.shape) === 0) return undefined;
    const [a, b] = product.inputs.map((input) => views[input]!) as [Operand, Operand];
    const [, C, H, W] = node.shape as [number, number, number, number];
    const channelsLast = c >= 4;
    const windows = channelsLast ? [n, i, j, h, w, c] : [n, i, j, c, h, w];
    const right = forward(rearranged(b, 1, channelsLast ? [c, h, w] : undefined, false, position), position);
    const type = { shape: channelsLast ? [n, H, W, C] : node.shape, dtype: node.dtype };
    const folded = whole(add("foldDot", [contiguous(a, position), right], { ...node.attributes, channelsLast, windows }, type, position));
    return channelsLast ? view(permuteView(folded, [0, 3, 1, 2]), folded.value) : folded;
  };

  const needed = reachable(graph);
  graph.nodes.forEach((node, position) => {
    if (needed[position]) views[position] = lowerNode(node, position);
  });
  const inputs = graph.inputs.map((position, index) => {
    const value = values[views[position]!.value]!;
    value.input = index;
    return value.id;
  });
  const outputs = graph.outputs.map((position) => contiguous(views[position]!, graph.nodes.length));
  turnProducts(values, outputs);
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

/** A product that is only read transposed is computed transposed: (A·B)ᵀ = Bᵀ·Aᵀ. */
function turnProducts(values: Value[], outputs: readonly Operand[]): void {
  const readers = new Map<number, { operand: Operand; owner: Value; at: number }[]>();
  for (const owner of values)
    owner.operands.forEach((operand, at) => readers.set(operand.value, [...(readers.get(operand.value) ?? []), { operand, owner, at }]));
  for (const value of values) {
    if (value.op !== "dot" || value.shape.length !== 2 || outputs.some((output) => output.value === value.id)) continue;
    const [M, N] = value.shape as [number, number];
    const all = readers.get(value.id) ?? [];
    const turned = ({ operand: { shape, strides, offset } }: { operand: Operand }): boolean =>
      offset === 0 && shape.length === 2 && shape[0] === N && shape[1] === M && strides[0] === 1 && strides[1] === N;
    if (M === 1 || N === 1 || all.length === 0 || !all.every(turned)) continue;
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

/**
 * The order of axes in which the operand with the most elements lies in memory, where that is not the present one: results are laid out like it, so that
 * rearranged arrays (images with channels last) are walked through forward.
 */
function memoryOrder(operands: readonly Operand[]): number[] | undefined {
  let largest: Operand | undefined;
  let most = 1;
  for (const operand of operands) {
    const size = operand.shape.reduce((product, n, axis) => (operand.strides[axis] === 0 ? product : product * n), 1);
    if (size > most) [largest, most] = [operand, size];
  }
  if (!largest || most < 256) return undefined;
  const { shape, strides } = largest;
  // Overlapping windows and backward walks stay as they are.
  const order = shape.map((_n, axis) => axis);
  if (strides.some((stride) => stride < 0) || shape.some((n, axis) => n > 1 && strides[axis] === 0)) return undefined;
  const weight = (axis: number): number => (shape[axis] === 1 ? 0 : strides[axis]!);
  const sorted = [...order].filter((axis) => shape[axis] !== 1).sort((a, b) => weight(b) - weight(a) || a - b);
  let span = 1;
  for (const axis of [...sorted].reverse()) {
    if (strides[axis]! !== span) return undefined;
    span *= shape[axis]!;
  }
  const full = [...order.filter((axis) => shape[axis] === 1), ...sorted];
  const before = order.filter((axis) => shape[axis] !== 1);
  return before.every((axis, i) => axis === sorted[i]) ? undefined : full;
}

function reachable({ nodes, inputs, outputs }: Graph): boolean[] {
  const needed = new Array<boolean>(nodes.length).fill(false);
  for (const output of outputs) needed[output] = true;
  for (let i = nodes.length - 1; i >= 0; i--) if (needed[i]) for (const input of nodes[i]!.inputs) needed[input] = true;
  for (const input of inputs) needed[input] = true;
  return needed;
}

const word = new DataView(new ArrayBuffer(4));

/** The 32-bit pattern of every element when all are the same. */
function uniform(data: TypedArray, dtype: DType): number | undefined {
  if (data.length === 0 || dtype === "float64") return undefined;
  const first = data[0]!;
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], first)) return undefined;
  if (dtype === "float32") word.setFloat32(0, first);
  else word.setInt32(0, first);
  return word.getInt32(0);
}

function iotaData({ shape, attributes }: Node): TypedArray {
  const axis = attributes.axis as number;
  const dtype = attributes.dtype as DType;
  const data =
    dtype === "float64"
      ? new Float64Array(sizeOf(shape))
      : dtype === "float32"
        ? new Float32Array(sizeOf(shape))
        : new Int32Array(sizeOf(shape));
  const inner = sizeOf(shape.slice(axis + 1));
  for (let i = 0; i < data.length; i++) data[i] = Math.floor(i / inner) % shape[axis]!;
  return data;
}

export const loopOf = (value: Value): LoopAttributes => loopAttributes(value.attributes);
