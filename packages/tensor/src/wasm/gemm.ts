/**
 * Matrix products in register tiles.
 *
 * C[i, j] = Σ_k A[i, k]·B[k, j], every element as one chain of multiply, add over k in increasing order: the bits do not depend on the tile.
 * B's rows are contiguous (columns are the vector side); A may have any strides. The planner swaps or transposes operands so that this holds.
 *
 * Tile: `rows` × 4·`vectors` sums stay in registers for the whole of k; the loops over tiles run columns outside, so that one panel of B stays in the
 * first cache. What remains at the edges is done by smaller tiles; the last columns are stored lane by lane. Shapes and strides are constants
 * of the code: with them in registers the inner loop spills.
 */
import { Func } from "./assembler.ts";
import { I32, Op, V128 } from "./opcodes.ts";

/** Strides in bytes. A[i, k] at a + i·rowA + k·stepA; B[k, j] at b + k·stepB + 4j; C[i, j] at c + i·rowC + 4j. */
export interface GemmOptions {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly rowA: number;
  readonly stepA: number;
  readonly stepB: number;
  readonly rowC: number;
  /** One fused multiply-add where the processor has it; the last bit is then the processor's. */
  readonly fused: boolean;
  /** Joined pairs want 4 × 16, single vectors 4 × 8. */
  readonly wide: boolean;
  /** Added to each row at the end: C = A·B + bias. */
  readonly bias?: boolean;
  /** max(C, 0) at the end. */
  readonly relu?: boolean;
}

export const tuning = { rows4: 4, unroll: 4 };

/** Rows of a tile that is `vectors` wide. */
function rowsFor(vectors: number, wide: boolean): number {
  if (vectors === 1) return 8;
  if (vectors === 2) return wide ? 8 : 4;
  return tuning.rows4;
}

const widest = (wide: boolean): number => (wide ? 4 : 2);

const A = 0;
const B = 1;
const C = 2;
const BIAS = 3;

/** (a, b, c[, bias]): pointers. */
export function gemm(options: GemmOptions): Func {
  const { M, N, wide, rowA, rowC } = options;
  const f = new Func(new Array<typeof I32>(options.bias ? 4 : 3).fill(I32));
  const width = 4 * widest(wide);
  const pa = f.local(I32);
  const pc = f.local(I32);
  const panel = (vectors: number, last: number): void => {
    const rows = rowsFor(vectors, wide);
    f.get(A);
    f.set(pa);
    f.get(C);
    f.set(pc);
    const strip = (count: number): void => {
      tile(f, options, count, vectors, last, pa, pc);
      f.advance(pa, count * rowA);
      f.advance(pc, count * rowC);
    };
    const full = Math.floor(M / rows);
    if (full > 0) f.repeat(full, () => strip(rows));
    let rest = M % rows;
    for (const count of [4, 2, 1]) {
      while (rest >= count && count < rows) {
        strip(count);
        rest -= count;
      }
    }
  };
  const step = (vectors: number): void => {
    f.advance(B, 16 * vectors);
    f.advance(C, 16 * vectors);
    if (options.bias) f.advance(BIAS, 16 * vectors);
  };
  let rest = N;
  for (let vectors = widest(wide); vectors >= 1; vectors = vectors >> 1) {
    const count = Math.floor(rest / (4 * vectors));
    if (count > 0) {
      f.repeat(count, () => {
        panel(vectors, 4);
        step(vectors);
      });
    }
    rest %= 4 * vectors;
  }
  if (rest > 0) panel(1, rest);
  return f;
}

/** One tile of rows × 4·vectors; `last`: how many lanes of the last vector are real. */
function tile(f: Func, options: GemmOptions, rows: number, vectors: number, last: number, pa: number, pc: number): void {
  const { K, rowA, stepA, stepB, rowC, fused, relu, bias } = options;
  const sums: number[][] = [];
  for (let i = 0; i < rows; i++) sums.push(Array.from({ length: vectors }, () => f.local(V128)));
  const b = Array.from({ length: vectors }, () => f.local(V128));
  const splat = f.local(V128);
  const ka = f.local(I32);
  const kb = f.local(I32);
  for (const row of sums) {
    for (const sum of row) {
      f.bytes16(Op.vConst, ZERO);
      f.set(sum);
    }
  }
  f.get(pa);
  f.set(ka);
  f.get(B);
  f.set(kb);
  const step = (u: number): void => {
    for (let j = 0; j < vectors; j++) {
      f.get(kb);
      f.memory(Op.vLoad, 16 * j + u * stepB);
      f.set(b[j]!);
    }
    for (let i = 0; i < rows; i++) {
      f.get(ka);
      f.memory(Op.vLoad32Splat, i * rowA + u * stepA);
      f.set(splat);
      for (let j = 0; j < vectors; j++) {
        const sum = sums[i]![j]!;
        if (fused) {
          f.get(splat);
          f.get(b[j]!);
          f.get(sum);
          f.op(Op.relaxedMadd);
        } else {
          f.get(sum);
          f.get(splat);
          f.get(b[j]!);
          f.op(Op.f32x4Mul);
          f.op(Op.f32x4Add);
        }
        f.set(sum);
      }
    }
  };
  const unroll = Math.min(K, tuning.unroll);
  f.repeat(Math.floor(K / unroll), () => {
    for (let u = 0; u < unroll; u++) step(u);
    f.advance(ka, unroll * stepA);
    f.advance(kb, unroll * stepB);
  });
  for (let u = 0; u < K % unroll; u++) step(u);
  if (bias) {
    for (let j = 0; j < vectors; j++) {
      f.get(BIAS);
      f.memory(Op.vLoad, 16 * j);
      f.set(b[j]!);
    }
  }
  if (relu) {
    f.bytes16(Op.vConst, ZERO);
    f.set(splat);
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < vectors; j++) {
      const value = (): void => {
        f.get(sums[i]![j]!);
        if (bias) {
          f.get(b[j]!);
          f.op(Op.f32x4Add);
        }
        if (relu) {
          f.get(splat);
          f.op(Op.f32x4Max);
        }
      };
      storeLanes(f, pc, value, i * rowC + 16 * j, j === vectors - 1 ? last : 4);
    }
  }
}

const ZERO = new Array<number>(16).fill(0);

/** Stores the first `lanes` lanes of a vector. */
export function storeLanes(f: Func, pointer: number, value: () => void, offset: number, lanes: number): void {
  if (lanes === 4) {
    f.get(pointer);
    value();
    f.memory(Op.vStore, offset);
    return;
  }
  const held = f.local(V128);
  value();
  f.set(held);
  if (lanes >= 2) {
    f.get(pointer);
    f.get(held);
    f.memory(Op.vStore64Lane, offset, 0);
  }
  if (lanes % 2 === 1) {
    f.get(pointer);
    f.get(held);
    f.memory(Op.vStore32Lane, offset + 4 * (lanes - 1), lanes - 1);
  }
}
