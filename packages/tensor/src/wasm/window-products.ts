/**
 * Convolutions: products with windows never hold all windows at once, but those of a few images at a time (windowDot, foldDot). Where the image has its
 * channels last, windows are laid out [KH, KW, C] instead of [C, KH, KW], so that channels are copied and added side by side.
 */
import type { Node } from "../graph.ts";
import { sizeOf, stridesOf } from "../primitives/primitive.ts";
import type { Func } from "./assembler.ts";
import { windowShape } from "./dot.ts";
import type { Emitter, Level } from "./emit.ts";
import { gemm, scratchBytes } from "./gemm.ts";
import type { Lowering, Operand, Value } from "./ir.ts";
import { I32 } from "./opcodes.ts";
import type { Place, Step } from "./plan.ts";
import type { KernelRule } from "./rules.ts";
import { permuteView, reshapeView, through } from "./views.ts";
import { foldChannelsLast, foldKernel } from "./windows.ts";

/** Windows [n, i, j, …] of an image as a view; `kernel` [C, KH, KW] where their order was changed to [KH, KW, C]. */
interface Windows {
  readonly view: Operand;
  readonly kernel: readonly [number, number, number] | undefined;
}

function windowsAt({ graph, views }: Lowering, position: number): Windows | undefined {
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
    view: turned ? through(windows.value, permuteView(windows, [0, 1, 2, 4, 5, 3])) : windows,
    kernel: turned ? [c, a, b] : undefined,
  };
}

/** Axis `axis` of a matrix, in the order [C, KH, KW], rearranged to [KH, KW, C], or back. */
function rearranged(to: Lowering, operand: Operand, axis: 0 | 1, [c, a, b]: readonly [number, number, number], back: boolean): Operand {
  const other = operand.shape[1 - axis]!;
  const split = back ? [a, b, c] : [c, a, b];
  const order = back ? [2, 0, 1] : [1, 2, 0];
  const apart = to.contiguous(operand);
  const four = reshapeView(apart, axis === 0 ? [...split, other] : [other, ...split])!;
  const turned = permuteView(four, axis === 0 ? [...order, 3] : [0, ...order.map((k) => k + 1)]);
  const copied = to.contiguous(through(apart.value, turned));
  return through(copied.value, reshapeView(copied, operand.shape)!);
}

/** A product of windows and a matrix, or of a matrix and windows; undefined where no operand is windows. */
export function windowDot(to: Lowering, node: Node): Operand | undefined {
  const { graph, views } = to;
  if (node.shape.length !== 2 || node.dtype !== "float32" || sizeOf(node.shape) === 0) return undefined;
  const left = node.inputs[0]!;
  const b = views[node.inputs[1]!]!;
  const direct = windowsAt(to, left);
  if (direct) {
    const right = to.forward(direct.kernel ? rearranged(to, b, 0, direct.kernel, false) : b);
    return to.add("windowDot", [direct.view, right], { transposed: false }, node);
  }
  const across = ({ view, kernel }: Windows, other: Operand): Operand => {
    const type = { shape: [view.shape.slice(3).reduce((x, y) => x * y, 1), other.shape[1]!], dtype: node.dtype };
    const made = to.add("windowDot", [view, to.contiguous(other)], { transposed: true }, type);
    return kernel ? rearranged(to, made, 0, kernel, true) : made;
  };
  const turned = graph.nodes[left]!;
  const inner = turned.op === "permute" ? windowsAt(to, turned.inputs[0]!) : undefined;
  if (inner) return across(inner, b);
  // A·W = (Wᵀ·Aᵀ)ᵀ.
  const right = windowsAt(to, node.inputs[1]!);
  if (!right) return undefined;
  const a = views[left]!;
  const made = across(right, through(a.value, permuteView(a, [1, 0])));
  return through(made.value, permuteView(made, [1, 0]));
}

/** The fold of a product; undefined where it is one of something else. */
export function foldDot(to: Lowering, node: Node): Operand | undefined {
  const { graph, views } = to;
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
  const right = to.forward(channelsLast ? rearranged(to, b, 1, [c, h, w], false) : b);
  const type = { shape: channelsLast ? [n, H, W, C] : node.shape, dtype: node.dtype };
  const folded = to.add("foldDot", [to.contiguous(a), right], { ...node.attributes, channelsLast, windows }, type);
  return channelsLast ? through(folded.value, permuteView(folded, [0, 3, 1, 2])) : folded;
}

/** windowDot and foldDot, block by block: windows are copied out of the image or added into it. */
export const windowProduct: KernelRule = {
  kind: "kernel",
  scratch(value, settings) {
    const { bytes, product } = windowShape(value, settings);
    return bytes + scratchBytes(product);
  },
  emit: emitBlocks,
};

function emitBlocks(e: Emitter, level: Level, step: Step, value: Value): void {
  const f = e.run;
  const { images, blocks, rows, columns, bytes, product } = windowShape(value, e.settings);
  const [a, b] = value.operands as [Operand, Operand];
  const folding = value.op === "foldDot";
  const transposed = value.attributes.transposed === true;
  const size = sizeOf(value.shape);
  const block: Place = { base: "arena", index: 0, offset: step.scratchAt };
  const scratch: Place = { base: "arena", index: 0, offset: step.scratchAt + bytes };
  const pointers = [f.local(I32), f.local(I32), f.local(I32)] as const;
  e.pushOperand(level, a);
  f.set(pointers[0]);
  e.pushOperand(level, b);
  f.set(pointers[1]);
  e.pushValue(level, value.id);
  f.set(pointers[2]);
  if (folding || transposed) e.fillValue(level, value.id, 0, size);
  const { M, N, K } = product;
  const multiply = (from: () => void, to: () => void): void =>
    e.call("dot", `${M}×${N}×${K} ${product.rowA},${product.stepA} ${product.stepB},${product.columnB}${product.accumulate ? " added" : ""}`, () => gemm(product, e.part), () => {
      from();
      f.get(pointers[1]);
      to();
      e.push(level, scratch);
    }, { flops: 2 * M * N * K, bytes: 4 * (M * K + K * N + M * N), step: "dot" }); // prettier-ignore
  f.repeat(blocks, () => {
    if (folding) {
      const { stride, dilation, channelsLast, windows } = value.attributes as unknown as {
        stride: readonly number[];
        dilation: readonly number[];
        channelsLast: boolean;
        windows: readonly number[];
      };
      multiply(() => f.get(pointers[0]), () => e.push(level, block)); // prettier-ignore
      const part = [images, ...windows.slice(1)];
      const image = [images, ...value.shape.slice(1)];
      const make = (): Func => (channelsLast ? foldChannelsLast : foldKernel)(part, image, stride, dilation);
      const key = `${part.join("×")} → ${image.join("×")} /${stride.join()} ${dilation.join()}`;
      e.plainCall(
        channelsLast ? "foldChannelsLast" : "fold",
        key,
        make,
        [() => f.get(pointers[2]), () => e.push(level, block)],
        rows * columns,
      );
      f.advance(pointers[0], 4 * rows * K);
      f.advance(pointers[2], 4 * sizeOf(image));
      return;
    }
    const part = [images, ...a.shape.slice(1)];
    e.copy(
      part,
      stridesOf(part),
      () => e.push(level, block),
      a.strides,
      () => f.get(pointers[0]),
    );
    multiply(() => e.push(level, block), () => f.get(pointers[2])); // prettier-ignore
    f.advance(pointers[0], 4 * images * a.strides[0]!);
    if (transposed) f.advance(pointers[1], product.stepB * K);
    else f.advance(pointers[2], 4 * rows * N);
  });
}
