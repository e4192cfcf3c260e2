/**
 * Matrix products in register tiles.
 *
 * C[i, j] = Σ_k A[i, k]·B[k, j], every element as one chain of multiply, add over k in increasing order: the bits do not depend on the tile.
 * Columns are the vector side. B's rows are read as they are where they are contiguous; else, or where their stride would throw each other out of the
 * first cache, a panel of columns is first copied (or transposed) into scratch memory. A may have any strides.
 *
 * Tile: `rows` × 4·`vectors` sums stay in registers for the whole of k; the loops over tiles run columns outside, so that one panel of B stays in the
 * first cache. What remains at the edges is done by smaller tiles; the last columns are stored lane by lane. Shapes and strides are constants
 * of the code: with them in registers the inner loop spills.
 */
import { Func } from "./assembler.ts";
import { I32, Op, V128 } from "./opcodes.ts";
import { packPanel } from "./pack.ts";

/** Strides in bytes. A[i, k] at a + i·rowA + k·stepA; B[k, j] at b + k·stepB + j·columnB; C[i, j] at c + i·rowC + 4j. */
export interface GemmOptions {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly rowA: number;
  readonly stepA: number;
  readonly stepB: number;
  readonly columnB: number;
  readonly rowC: number;
  /** One fused multiply-add where the processor has it; the last bit is then the processor's. */
  readonly fused: boolean;
  /** Joined pairs want tiles of 16 to 32 columns, single vectors 4 × 8. */
  readonly wide: boolean;
  /** int32 lanes instead of float32. */
  readonly integer?: boolean;
  /** Added to each row at the end: C = A·B + bias. */
  readonly bias?: boolean;
  /** max(C, 0) at the end. */
  readonly relu?: boolean;
}

/** Panels of equal width: `count` panels of 4·`vectors` columns in tiles of `rows` rows. */
interface Panels {
  readonly vectors: number;
  readonly rows: number;
  readonly count: number;
}

/**
 * Divides the columns into panels. Measured: joined pairs are best at 4 × 16, 5 × 16 where there are many rows (10 sums, 2 of B, factor and product fit 15
 * registers; 6 × 16 spills); single vectors at 4 × 8. With one or two rows wider tiles hide the latency of the additions.
 */
export function choosePanels(M: number, N: number, wide: boolean): Panels[] {
  const tall = wide ? 8 : 4;
  const rows: Record<number, number> = { 8: M, 4: wide ? (M >= 100 ? 5 : 4) : M, 2: tall, 1: 8 };
  const widest = M === 1 ? 8 : M === 2 ? (wide ? 8 : 4) : wide ? 4 : 2;
  const panels: Panels[] = [];
  let left = Math.ceil(N / 4);
  for (let vectors = widest; vectors >= 1; vectors >>= 1) {
    const count = Math.floor(left / vectors);
    if (count > 0) panels.push({ vectors, rows: Math.min(M, rows[vectors]!), count });
    left %= vectors;
  }
  return panels;
}

/** Bytes of scratch memory for the packed panel; 0 where B is read in place. */
export function packBytes({ M, N, K, stepB, columnB, wide }: GemmOptions): number {
  const inPlace = columnB === 4 && !(M >= 24 && K * stepB > 40000 && stepB >= 256);
  if (inPlace) return 0;
  return 16 * K * Math.max(...choosePanels(M, N, wide).map(({ vectors }) => vectors));
}

const A = 0;
const B = 1;
const C = 2;
const BIAS = 3;

/** (a, b, c, bias, scratch): pointers; the last two are used where the options say so. */
export function gemm(options: GemmOptions): Func {
  const { M, N, K, wide, rowA, rowC } = options;
  const f = new Func([I32, I32, I32, I32, I32]);
  const pa = f.local(I32);
  const pc = f.local(I32);
  const packed = packBytes(options) > 0;
  let done = 0;
  const panel = (vectors: number, rows: number, last: number): void => {
    const columns = 4 * (vectors - 1) + last;
    if (packed) packPanel(f, { from: B, to: 4, K, columns, vectors, step: options.stepB, column: options.columnB });
    const b = packed ? { pointer: 4, step: 16 * vectors } : { pointer: B, step: options.stepB };
    f.get(A);
    f.set(pa);
    f.get(C);
    f.set(pc);
    const strip = (count: number): void => {
      tile(f, options, count, vectors, last, pa, b, pc);
      f.advance(pa, count * rowA);
      f.advance(pc, count * rowC);
    };
    if (M >= rows) f.repeat(Math.floor(M / rows), () => strip(rows));
    if (M % rows) strip(M % rows);
  };
  for (const { vectors, rows, count } of choosePanels(M, N, wide)) {
    done += 4 * vectors * count;
    const partial = done > N ? 1 : 0;
    const step = (): void => {
      f.advance(B, 4 * vectors * options.columnB);
      f.advance(C, 16 * vectors);
      if (options.bias) f.advance(BIAS, 16 * vectors);
    };
    if (count > partial) {
      f.repeat(count - partial, () => {
        panel(vectors, rows, 4);
        step();
      });
    }
    if (partial) panel(vectors, rows, 4 - (done - N));
  }
  return f;
}

/** One tile of rows × 4·vectors; `last`: how many lanes of the last vector are real. */
function tile(f: Func, options: GemmOptions, rows: number, vectors: number, last: number, pa: number, source: { pointer: number; step: number }, pc: number): void {
  const { K, rowA, stepA, rowC, fused, relu, bias, integer } = options;
  const sums: number[][] = [];
  for (let i = 0; i < rows; i++) sums.push(Array.from({ length: vectors }, () => f.local(V128)));
  const b = Array.from({ length: vectors }, () => f.local(V128));
  const splat = Array.from({ length: rows }, () => f.local(V128));
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
  f.get(source.pointer);
  f.set(kb);
  const step = (u: number): void => {
    for (let j = 0; j < vectors; j++) {
      f.get(kb);
      f.memory(Op.vLoad, 16 * j + u * source.step);
      f.set(b[j]!);
    }
    for (let i = 0; i < rows; i++) {
      f.get(ka);
      f.memory(Op.vLoad32Splat, i * rowA + u * stepA);
      f.set(splat[i]!);
      for (let j = 0; j < vectors; j++) {
        const sum = sums[i]![j]!;
        if (fused && !integer) {
          f.get(splat[i]!);
          f.get(b[j]!);
          f.get(sum);
          f.op(Op.relaxedMadd);
        } else {
          f.get(sum);
          f.get(splat[i]!);
          f.get(b[j]!);
          f.op(integer ? Op.i32x4Mul : Op.f32x4Mul);
          f.op(integer ? Op.i32x4Add : Op.f32x4Add);
        }
        f.set(sum);
      }
    }
  };
  const unroll = K % 4 === 0 ? 4 : K <= 7 ? K : 3;
  f.repeat(Math.floor(K / unroll), () => {
    for (let u = 0; u < unroll; u++) step(u);
    f.advance(ka, unroll * stepA);
    f.advance(kb, unroll * source.step);
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
    f.set(splat[0]!);
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
          f.get(splat[0]!);
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
