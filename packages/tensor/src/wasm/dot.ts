/** How a dot node maps onto the product kernels: layouts of the operands, batches, and which side is the vector side. */
import type { GemmOptions } from "./tile.ts";
import type { Operand, Value } from "./ir.ts";

export interface CompileSettings {
  readonly wide: boolean;
  readonly fused: boolean;
  /** Calls an imported `mark` after every kernel. */
  readonly profile?: boolean;
}

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

/** Products with windows of images, a few images at a time. */
export interface WindowShape {
  /** Images of one block (divides the number of images) and number of blocks. */
  readonly images: number;
  readonly blocks: number;
  /** Rows and columns of a block's windows as a matrix, and its bytes. */
  readonly rows: number;
  readonly columns: number;
  readonly bytes: number;
  readonly product: GemmOptions;
}

/** What a block may take of the second cache. */
const BLOCK_BYTES = 262144;

export function windowShape({ op, operands, attributes, shape }: Value, { wide, fused }: CompileSettings): WindowShape {
  const windows = op === "foldDot" ? (attributes.windows as readonly number[]) : operands[0]!.shape;
  const [n, i, j, ...kernel] = windows as [number, number, number, ...number[]];
  const columns = kernel.reduce((a, b) => a * b, 1);
  let images = Math.max(1, Math.min(n, Math.floor(BLOCK_BYTES / (4 * i * j * columns))));
  while (n % images) images--;
  const rows = images * i * j;
  const b = operands[1]!;
  const stepB = 4 * b.strides[0]!;
  const columnB = 4 * b.strides[1]!;
  const common = { wide, fused };
  let product: GemmOptions;
  if (op === "foldDot") {
    const K = b.shape[0]!;
    product = { ...common, M: rows, N: columns, K, rowA: 4 * K, stepA: 4, stepB, columnB, rowC: 4 * columns };
  } else if (attributes.transposed as boolean) {
    const N = shape[1]!;
    product = { ...common, M: columns, N, K: rows, rowA: 4, stepA: 4 * columns, stepB, columnB, rowC: 4 * N, accumulate: true };
  } else {
    const N = shape[1]!;
    product = { ...common, M: rows, N, K: columns, rowA: 4 * columns, stepA: 4, stepB, columnB, rowC: 4 * N };
  }
  return { images, blocks: n / images, rows, columns, bytes: (4 * rows * columns + 127) & ~63, product };
}
