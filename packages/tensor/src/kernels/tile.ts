/** Tiles of a product: sums that stay in registers for the whole of k, and how vectors are stored. */
import { Func } from "./assembler.ts";
import { betweenJumps, type Jumps, overJumps } from "./jumps.ts";
import { I32, Op, V128, type ValType } from "./opcodes.ts";

/**
 * Strides in bytes. A[i, k] at a + i·rowA + k·stepA; B[k, j] at b + k·stepB + j·columnB; C[i, j] at c + i·rowC + j·columnC. With jumps
 * M and K still count all rows and all of k, and the strides are those between two jumps.
 */
/** Number of the function of this name and key in the module; made unless it is there. */
export type AddFunction = (name: string, key: string, make: () => Func) => number;

export interface GemmOptions extends Jumps {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly rowA: number;
  readonly stepA: number;
  readonly stepB: number;
  readonly columnB: number;
  readonly rowC: number;
  /** 4 unless given. */
  readonly columnC?: number;
  /** One fused multiply-add where the processor has it; the last bit is then the processor's. */
  readonly fused: boolean;
  /** Joined pairs want tiles of 16 to 32 columns, single vectors 4 × 8. */
  readonly wide: boolean;
  /** Sums go on from what C holds. */
  readonly accumulate?: boolean;
  /** int32 lanes instead of float32. */
  readonly integer?: boolean;
}

/** Parameters of every product: pointers to the matrices and to scratch memory. */
export const [A, B, C, SCRATCH] = [0, 1, 2, 3] as const;
export const PARAMS: readonly ValType[] = [I32, I32, I32, I32];

/** `count` tiles one below the other. */
export function stripFunction(options: GemmOptions, rows: number, count: number, vectors: number, last: number, step: number): Func {
  const f = new Func(PARAMS);
  f.repeat(count, () => {
    tile(f, options, rows, vectors, last, step);
    f.advance(A, rows * options.rowA);
    f.advance(C, rows * options.rowC);
  });
  return f;
}

/** Steps of k in one round of the loop: up to eight, so that few are left over. */
function unrolled(K: number): number {
  if (K <= 8) return K;
  let best = 8;
  for (const u of [7, 6, 5, 4]) if (K % u < K % best) best = u;
  return best;
}

/** One tile of rows × 4·vectors; `last`: how many lanes of the last vector are real. */
function tile(f: Func, options: GemmOptions, rows: number, vectors: number, last: number, stepB: number): void {
  const { rowA, stepA, rowC, fused, integer, jumpsOfK = [] } = options;
  const K = betweenJumps(options.K, jumpsOfK);
  const sums: number[][] = [];
  for (let i = 0; i < rows; i++) sums.push(Array.from({ length: vectors }, () => f.local(V128)));
  const b = Array.from({ length: vectors }, () => f.local(V128));
  const splat = Array.from({ length: rows }, () => f.local(V128));
  const ka = f.local(I32);
  const kb = f.local(I32);
  sums.forEach((row, i) =>
    row.forEach((sum, j) => {
      if (options.accumulate) {
        f.get(C);
        f.memory(Op.vLoad, i * rowC + 16 * j);
      } else f.bytes16(Op.vConst, ZERO);
      f.set(sum);
    }),
  );
  f.get(A);
  f.set(ka);
  f.get(B);
  f.set(kb);
  const [multiply, sum] = integer ? [Op.i32x4Mul, Op.i32x4Add] : [Op.f32x4Mul, Op.f32x4Add];
  // Two products, then their two sums: alternating, the processor gives sums the units that products need (a tenth slower or more); more do not fit.
  const products = Array.from({ length: fused && !integer ? 0 : options.wide ? 4 : 2 }, () => f.local(V128));
  let waiting: number[] = [];
  const addWaiting = (): void => {
    waiting.forEach((to, p) => {
      f.get(to);
      f.get(products[p]!);
      f.op(sum);
      f.set(to);
    });
    waiting = [];
  };
  const multiplyAdd = (i: number): void => {
    for (let j = 0; j < vectors; j++) {
      f.get(splat[i]!);
      f.get(b[j]!);
      f.op(multiply);
      f.set(products[waiting.length]!);
      if (waiting.push(sums[i]![j]!) === products.length) addWaiting();
    }
  };
  const fusedAdd = (i: number): void => {
    for (let j = 0; j < vectors; j++) {
      f.get(splat[i]!);
      f.get(b[j]!);
      f.get(sums[i]![j]!);
      f.op(Op.relaxedMadd);
      f.set(sums[i]![j]!);
    }
  };
  // V8 adds a constant offset of a repeated load by an instruction of its own: one pointer per k, and offsets that are the same for every k.
  const at = f.local(I32);
  const step = (u: number): void => {
    if (u > 0) {
      f.get(ka);
      f.i32(u * stepA);
      f.op(Op.i32Add);
      f.set(at);
    }
    for (let j = 0; j < vectors; j++) {
      f.get(kb);
      f.memory(Op.vLoad, 16 * j + u * stepB);
      f.set(b[j]!);
    }
    for (let i = 0; i < rows; i++) {
      f.get(u > 0 ? at : ka);
      f.memory(Op.vLoad32Splat, i * rowA);
      f.set(splat[i]!);
      if (fused && !integer) fusedAdd(i);
      else multiplyAdd(i);
    }
    addWaiting();
  };
  const unroll = unrolled(K);
  const rest = K % unroll;
  const run = (): void => {
    f.repeat(Math.floor(K / unroll), () => {
      for (let u = 0; u < unroll; u++) step(u);
      f.advance(ka, unroll * stepA);
      f.advance(kb, unroll * stepB);
    });
    for (let u = 0; u < rest; u++) step(u);
  };
  overJumps(f, jumpsOfK, [ka, kb], stepB, [(K - rest) * stepA, (K - rest) * stepB], run);
  storeTile(f, options, sums, last);
}

/** Stores the sums, by way of scratch memory where they lie apart or a tile of joined pairs is wider than the result: only whole vectors join. */
function storeTile(f: Func, options: GemmOptions, sums: readonly (readonly number[])[], last: number): void {
  const { rowC, columnC = 4, wide } = options;
  const vectors = sums[0]!.length;
  const through = columnC !== 4 || (wide && vectors > 1 ? last < 4 : last < 1);
  sums.forEach((row, i) => {
    const value = (j: number): void => f.get(row[j]!);
    if (through) storeVectors(f, SCRATCH, vectors, 4, value, 16 * vectors * i);
    else storeVectors(f, C, vectors, last, value, i * rowC);
  });
  if (through) fetchTile(f, options, sums.length, vectors, last);
}

/** Copies a tile from scratch memory to its place. */
function fetchTile(f: Func, { rowC, columnC = 4 }: GemmOptions, rows: number, vectors: number, last: number): void {
  // `last` below one counts the lanes missing before the last vector as −3 … 0.
  const columns = 4 * (vectors - 1) + last;
  for (let i = 0; i < rows; i++) {
    const row = 16 * vectors * i;
    if (columnC !== 4) {
      for (let j = 0; j < columns; j++) {
        f.get(C);
        f.get(SCRATCH);
        f.memory(Op.i32Load, row + 4 * j);
        f.memory(Op.i32Store, i * rowC + j * columnC);
      }
      continue;
    }
    for (let j = 0; 4 * j < columns; j++) {
      const value = (): void => {
        f.get(SCRATCH);
        f.memory(Op.vLoad, row + 16 * j);
      };
      storeLanes(f, C, value, i * rowC + 16 * j, Math.min(4, columns - 4 * j));
    }
  }
}

const ZERO = /* @__PURE__ */ new Array<number>(16).fill(0);

/** Stores neighbouring vectors, of the last only `lanes` lanes. The last one first: in rising order V8 stores the first of a joined pair once more. */
export function storeVectors(f: Func, pointer: number, count: number, lanes: number, value: (vector: number) => void, offset = 0): void {
  for (let u = count - 1; u >= 0; u--) storeLanes(f, pointer, () => value(u), offset + 16 * u, u === count - 1 ? lanes : 4);
}

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
