/**
 * Convolutions: products with windows read these where they are in the image (windowDot); products that are added into windows hold those of a few images
 * at a time (foldDot). Where the image has its channels last, windows are laid out [KH, KW, C] instead of [C, KH, KW], so that channels lie side by side.
 */
import type { Node } from "../graph.ts";
import { sizeOf } from "../shape.ts";
import type { Func } from "./assembler.ts";
import { gemm, scratchBytes } from "./gemm.ts";
import { hasJumps, type Jump, jumpsAlong, jumpsKey } from "./jumps.ts";
import { I32 } from "./opcodes.ts";
import type { CompileSettings, Emitter, KernelRule, Lowering, Place, Value } from "./rules.ts";
import type { GemmOptions } from "./tile.ts";
import { type Operand, permuteView, reshapeView, through } from "./views.ts";
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
    const right = to.contiguous(direct.kernel ? rearranged(to, b, 0, direct.kernel, false) : b);
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

/** What the images of a block, or their windows, may take of the second cache. */
const BLOCK_BYTES = 131072;

/** Images of one block, of `bytes` each, and number of blocks: they divide the images. */
function blocksOf(n: number, bytes: number): { images: number; blocks: number } {
  let images = Math.max(1, Math.min(n, Math.floor(BLOCK_BYTES / bytes)));
  while (n % images) images--;
  return { images, blocks: n / images };
}

interface BlockProduct {
  readonly images: number;
  readonly blocks: number;
  readonly product: GemmOptions;
}

/** The product of a block's windows with a matrix; transposed, that of a block's windows as columns is added to those of the blocks before. */
function windowShape({ operands, attributes, shape }: Value, { wide, fused }: CompileSettings): BlockProduct {
  const [a, b] = operands as [Operand, Operand];
  const [n, i, j] = a.shape as [number, number, number];
  const N = shape[1]!;
  const { images, blocks } = blocksOf(n, 4 * (a.strides[0]! + i * j * N));
  const positions = jumpsAlong([images, i, j], a.strides.slice(0, 3));
  const kernel = jumpsAlong(a.shape.slice(3), a.strides.slice(3));
  const transposed = attributes.transposed === true;
  const [rows, steps] = transposed ? [kernel, positions] : [positions, kernel];
  const row = longRun(rows);
  const step = steps.at(-1)!;
  const product = {
    wide,
    fused,
    M: total(rows),
    N,
    K: total(steps),
    rowA: row.a,
    stepA: step.a,
    stepB: 4 * b.strides[0]!,
    columnB: 4 * b.strides[1]!,
    rowC: 4 * N * row.rows,
    jumpsOfRows: rows.filter((jump) => jump !== row),
    jumpsOfK: steps.slice(0, -1),
    accumulate: transposed,
  };
  return { images, blocks, product };
}

const total = (jumps: readonly Jump[]): number => jumps.reduce((all, { count }) => all * count, 1);

/** The axis that tiles lie along: the innermost, unless it is shorter than a tile and another is longer. */
const longRun = (axes: readonly Jump[]): Jump =>
  axes.reduceRight((best, axis) => (best.count < 4 && axis.count > best.count ? axis : best));

/** Windows are read where they are in the image. */
export const windowProduct: KernelRule = {
  kind: "kernel",
  scratch: (value, settings) => scratchBytes(windowShape(value, settings).product),
  emit(e, level, step, value) {
    const f = e.run;
    const { images, blocks, product } = windowShape(value, e.settings);
    const [a, b] = value.operands as [Operand, Operand];
    const pointers = e.pointers(level, a, b, value.id);
    if (product.accumulate) e.fillValue(level, value.id, 0, sizeOf(value.shape));
    f.repeat(blocks, () => {
      multiply(e, product, () => {
        for (const pointer of pointers) f.get(pointer);
        e.push(level, { base: "arena", index: 0, offset: step.scratchAt });
      });
      f.advance(pointers[0], 4 * images * a.strides[0]!);
      if (product.accumulate) f.advance(pointers[1], product.stepB * product.K);
      else f.advance(pointers[2], 4 * product.M * product.N);
    });
  },
};

function multiply(e: Emitter, product: GemmOptions, push: () => void): void {
  const { M, N, K, rowA, stepA, stepB, columnB, accumulate } = product;
  const jumps = hasJumps(product) ? ` ${jumpsKey(product)}` : "";
  const key = `${M}×${N}×${K} ${rowA},${stepA} ${stepB},${columnB}${jumps}${accumulate ? " added" : ""}`;
  e.call("dot", key, () => gemm(product, e.part), push, { flops: 2 * M * N * K, bytes: 4 * (M * K + K * N + M * N), step: "dot" });
}

function foldShape({ operands, attributes }: Value, { wide, fused }: CompileSettings): BlockProduct {
  const [n, i, j, ...kernel] = attributes.windows as [number, number, number, ...number[]];
  const b = operands[1]!;
  const K = b.shape[0]!;
  const N = sizeOf(kernel);
  const { images, blocks } = blocksOf(n, 4 * i * j * N);
  const strides = { rowA: 4 * K, stepA: 4, stepB: 4 * b.strides[0]!, columnB: 4 * b.strides[1]!, rowC: 4 * N };
  return { images, blocks, product: { wide, fused, M: images * i * j, N, K, ...strides } };
}

const blockBytes = ({ M, N }: GemmOptions): number => (4 * M * N + 127) & ~63;

/** Windows of a few images are made, then added into these. */
export const foldProduct: KernelRule = {
  kind: "kernel",
  scratch(value, settings) {
    const { product } = foldShape(value, settings);
    return blockBytes(product) + scratchBytes(product);
  },
  emit(e, level, step, value) {
    const f = e.run;
    const { images, blocks, product } = foldShape(value, e.settings);
    const { stride, dilation, channelsLast, windows } = value.attributes as unknown as {
      stride: readonly number[];
      dilation: readonly number[];
      channelsLast: boolean;
      windows: readonly number[];
    };
    const block: Place = { base: "arena", index: 0, offset: step.scratchAt };
    const pointers = [f.local(I32), f.local(I32)] as const;
    e.pushOperand(level, value.operands[0]!);
    f.set(pointers[0]);
    e.pushValue(level, value.id);
    f.set(pointers[1]);
    const part = [images, ...windows.slice(1)];
    const image = [images, ...value.shape.slice(1)];
    const make = (): Func => (channelsLast ? foldChannelsLast : foldKernel)(part, image, stride, dilation);
    const key = `${part.join("×")} → ${image.join("×")} /${stride.join()} ${dilation.join()}`;
    // Block by block the zeros are still near when windows are added to them. Only blocks of whole pairs of vectors: the fill of the last would reach behind the value.
    const fillsBlocks = sizeOf(image) % 8 === 0;
    if (!fillsBlocks) e.fillValue(level, value.id, 0, sizeOf(value.shape));
    f.repeat(blocks, () => {
      if (fillsBlocks) e.fillAt(() => f.get(pointers[1]), 0, sizeOf(image));
      multiply(e, product, () => {
        f.get(pointers[0]);
        e.pushOperand(level, value.operands[1]!);
        e.push(level, block);
        e.push(level, { ...block, offset: block.offset + blockBytes(product) });
      });
      const push = [() => f.get(pointers[1]), () => e.push(level, block)];
      e.plainCall(channelsLast ? "foldChannelsLast" : "fold", key, make, push, product.M * product.N);
      f.advance(pointers[0], 4 * product.M * product.K);
      f.advance(pointers[1], 4 * sizeOf(image));
    });
  },
};
