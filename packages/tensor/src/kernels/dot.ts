/** How a dot node maps onto the product kernels: layouts of the operands, batches, and which side is the vector side. */
import type { CompileSettings, Value } from "./rules.ts";
import type { GemmOptions } from "./tile.ts";
import type { Operand } from "./views.ts";

export interface DotShape extends GemmOptions {
  readonly batches: number;
  /** Bytes from one batch to the next. */
  readonly batchA: number;
  readonly batchB: number;
  readonly batchC: number;
  /** The first operand is the vector side: the transposed product is computed. Where the result is narrow and that side lies side by side. */
  readonly swapped: boolean;
}

interface Matrix {
  readonly batches: number;
  readonly batch: number;
  readonly extents: readonly [number, number];
  readonly strides: readonly [number, number];
}

function matrix({ shape, strides }: Operand): Matrix {
  const r = shape.length;
  return {
    batches: r === 3 ? shape[0]! : 1,
    batch: r === 3 ? 4 * strides[0]! : 0,
    extents: [shape[r - 2]!, shape[r - 1]!],
    strides: [4 * strides[r - 2]!, 4 * strides[r - 1]!],
  };
}

export function dotShape({ operands, dtype }: Value, { wide, fused }: CompileSettings): DotShape {
  const a = matrix(operands[0]!);
  const b = matrix(operands[1]!);
  const [M, K] = a.extents;
  const N = b.extents[1];
  const common = { K, wide, fused, integer: dtype === "int32", batches: a.batches, batchC: 4 * M * N };
  if (N === 1 && M > 1) {
    return {
      ...common,
      M: 1,
      N: M,
      rowA: 4,
      stepA: b.strides[0],
      stepB: a.strides[1],
      columnB: a.strides[0],
      rowC: 4 * M,
      batchA: b.batch,
      batchB: a.batch,
      swapped: true,
    };
  }
  if (N < 8 && M >= 16 && K >= 16 && a.strides[0] === 4) {
    return {
      ...common,
      M: N,
      N: M,
      rowA: b.strides[1],
      stepA: b.strides[0],
      stepB: a.strides[1],
      columnB: 4,
      rowC: 4,
      columnC: 4 * N,
      batchA: b.batch,
      batchB: a.batch,
      swapped: true,
    };
  }
  return {
    ...common,
    M,
    N,
    rowA: a.strides[0],
    stepA: a.strides[1],
    stepB: b.strides[0],
    columnB: b.strides[1],
    rowC: 4 * N,
    batchA: a.batch,
    batchB: b.batch,
    swapped: false,
  };
}
