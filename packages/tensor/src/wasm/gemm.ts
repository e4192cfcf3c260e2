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
import { along, isAlong } from "./along.ts";
import { Func } from "./assembler.ts";
import { I32, Op, V128, type ValType } from "./opcodes.ts";
import { packPanel, packRows } from "./pack.ts";

/** Strides in bytes. A[i, k] at a + i·rowA + k·stepA; B[k, j] at b + k·stepB + j·columnB; C[i, j] at c + i·rowC + j·columnC. */
export interface GemmOptions {
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
 * Divides the columns into panels. Measured: joined pairs are best at 5 × 16 (10 sums, 2 of B and 2 products fit 15 registers; 6 × 16 spills), or 4 × 16 where
 * that divides a few rows; single vectors at 4 × 8. With one or two rows wider tiles hide the latency of the additions.
 */
export function choosePanels(M: number, N: number, wide: boolean): Panels[] {
  const rows: Record<number, number> = {
    8: M,
    4: wide ? (M === 6 ? 3 : M >= 100 || (M >= 12 && M % 4 > 0) ? 5 : 4) : M,
    3: 2,
    2: wide ? 8 : 4,
    1: 8,
  };
  const widest = M === 1 ? 8 : M === 2 ? (wide ? 8 : 4) : wide ? 4 : 2;
  const panels: Panels[] = [];
  let left = Math.ceil(N / 4);
  for (let vectors = widest; left > 0; vectors = left === 3 ? (wide ? 4 : 3) : Math.min(vectors >> 1, 4)) {
    // Three vectors do not join: a fourth is computed along.
    const count = wide && left === 3 && vectors === 4 ? 1 : Math.floor(left / vectors);
    if (count > 0) panels.push({ vectors, rows: Math.min(M, rows[vectors]!), count });
    left = left < vectors && count > 0 ? 0 : left % vectors;
  }
  return panels;
}

/** Bytes of scratch memory. */
export function scratchBytes(options: GemmOptions): number {
  const chunk = chunkOf(options);
  return tileScratch(chunk.K < options.K || chunk.M < options.M ? { ...options, ...chunk } : options);
}

/** What the second cache should hold of one operand. */
const CACHED = 262144;

/** Large products go by blocks of rows, or of k with sums resting in C, so that each block's part of A stays in the second cache. */
export function chunkOf({ M, N, K, rowA, columnC, wide }: GemmOptions): { M: number; K: number } {
  if (4 * M * K <= 2 * CACHED || columnC !== undefined) return { M, K };
  const panels = choosePanels(M, N, wide).reduce((sum, { count }) => sum + count, 0);
  if (rowA === 4 && 4 * M * 64 <= CACHED) return { M, K: Math.max(64, Math.floor(CACHED / 4 / M / 64) * 64) };
  if (rowA !== 4 && panels > 1 && panels <= 4 && 4 * K * 40 <= 2 * CACHED)
    return { M: Math.min(M, Math.max(40, Math.floor(CACHED / 4 / K / 20) * 20)), K };
  return { M, K };
}

const tileScratch = (options: GemmOptions): number =>
  WIDER_BYTES + packBytes(options) + (isStripped(options) ? 4 * options.M * options.K + 64 : 0);

/** A's columns lie far apart: strips of it are copied side by side, else every element of a column throws its neighbours out of the first cache. */
const isStripped = ({ M, N, K, rowA, stepA }: GemmOptions): boolean => rowA === 4 && stepA >= 256 && M >= 16 && N >= 64 && K >= 64;

/** Bytes of the packed panel; 0 where B is read in place. */
export function packBytes({ M, N, K, stepB, columnB, wide }: GemmOptions): number {
  return isPacked({ M, K, stepB, columnB }) ? 16 * K * Math.max(...choosePanels(M, N, wide).map(({ vectors }) => vectors)) : 0;
}

const isPacked = ({ M, K, stepB, columnB }: Pick<GemmOptions, "M" | "K" | "stepB" | "columnB">): boolean =>
  columnB !== 4 || (M >= 24 && K * stepB > 40000 && stepB >= 128);

/** Bytes in front of the packed panel through which tiles go that are computed wider than the result. */
const WIDER_BYTES = 512;

const [A, B, C, BIAS, SCRATCH] = [0, 1, 2, 3, 4] as const;
const PARAMS: readonly ValType[] = [I32, I32, I32, I32, I32];

/** Number of the function of this name and key in the module; made unless it is there. */
export type AddFunction = (name: string, key: string, make: () => Func) => number;

/** Rows in strips of the tile's height; where five do not divide them, the last few strips have four. */
function strips(M: number, rows: number): { rows: number; count: number }[] {
  if (rows === 5) {
    for (let fours = 0; fours < 5 && 4 * fours <= M; fours++)
      if ((M - 4 * fours) % 5 === 0) return [{ rows: 5, count: (M - 4 * fours) / 5 }, { rows: 4, count: fours }].filter(({ count }) => count > 0); // prettier-ignore
  }
  return [{ rows, count: Math.floor(M / rows) }, { rows: M % rows, count: 1 }].filter((strip) => strip.rows > 0 && strip.count > 0); // prettier-ignore
}

/**
 * (a, b, c, bias, scratch): pointers; the last two are used where the options say so. Every kind of tile is a function of its own: with two of them in one,
 * V8 spills in the inner loops.
 */
export function gemm(options: GemmOptions, add: AddFunction): Func {
  if (isAlong(options)) return along(options);
  const chunk = chunkOf(options);
  if (chunk.K < options.K) return byDepth(options, chunk.K, add);
  if (chunk.M < options.M) return byRows(options, chunk.M, add);
  return panelsOf(options, add);
}

function callPart(f: Func, name: string, options: GemmOptions, add: AddFunction): void {
  for (const local of [A, B, C, BIAS, SCRATCH]) f.get(local);
  const { M, N, K, rowA, stepA, stepB, columnB, rowC, accumulate, bias, relu, integer } = options;
  const key = `${M}×${N}×${K} ${rowA},${stepA} ${stepB},${columnB} ${rowC} ${accumulate} ${bias} ${relu} ${integer}`;
  f.call(add(name, key, () => panelsOf(options, add)));
}

/** Blocks of rows, one after the other. */
function byRows(options: GemmOptions, M: number, add: AddFunction): Func {
  const f = new Func(PARAMS);
  const part = (rows: number): void => {
    callPart(f, "rows", { ...options, M: rows }, add);
    f.advance(A, rows * options.rowA);
    f.advance(C, rows * options.rowC);
  };
  f.repeat(Math.floor(options.M / M), () => part(M));
  if (options.M % M) part(options.M % M);
  return f;
}

/** Blocks of k, one after the other; bias and bending come with the last. */
function byDepth(options: GemmOptions, K: number, add: AddFunction): Func {
  const f = new Func(PARAMS);
  const part = (length: number, accumulate: boolean, last: boolean): void => {
    callPart(
      f,
      "chunk",
      { ...options, K: length, accumulate, bias: last && options.bias === true, relu: last && options.relu === true },
      add,
    );
    f.advance(A, length * options.stepA);
    f.advance(B, length * options.stepB);
  };
  const rest = options.K % K || K;
  const count = (options.K - rest) / K;
  part(K, false, false);
  if (count > 1) f.repeat(count - 1, () => part(K, true, false));
  part(rest, true, true);
  return f;
}

function panelsOf(options: GemmOptions, add: AddFunction): Func {
  const { M, N, K, wide, rowA, rowC } = options;
  const f = new Func(PARAMS);
  const pa = f.local(I32);
  const pc = f.local(I32);
  const packed = isPacked(options);
  const panelAt = f.local(I32);
  f.get(SCRATCH);
  f.i32(WIDER_BYTES);
  f.op(Op.i32Add);
  f.set(panelAt);
  const panels = choosePanels(M, N, wide);
  const stripped = isStripped(options);
  const stripsAt = f.local(I32);
  if (stripped) {
    f.get(panelAt);
    f.i32(packBytes(options));
    f.op(Op.i32Add);
    f.set(stripsAt);
  }
  /** Height of the strips that lie at stripsAt. */
  let stripHeight = 0;
  const packStrips = (rows: number): void => {
    if (!stripped || stripHeight === rows) return;
    stripHeight = rows;
    f.get(A);
    f.set(pa);
    f.get(stripsAt);
    f.set(pc);
    for (const { rows: height, count } of strips(M, rows)) {
      f.get(pa);
      f.get(pc);
      f.call(add("packRows", `${height}·${count}×${K} ${options.stepA}`, () => packRows(height, count, K, options.stepA)));
      f.advance(pa, 4 * height * count);
      f.advance(pc, 4 * height * count * K);
    }
  };
  let done = 0;
  const panel = (vectors: number, rows: number, last: number): void => {
    const columns = 4 * (vectors - 1) + last;
    if (packed) {
      const shape = { K, columns, vectors, step: options.stepB, column: options.columnB };
      f.get(B);
      f.get(panelAt);
      f.call(add("pack", Object.values(shape).join(), () => packPanel(shape)));
    }
    f.get(stripped ? stripsAt : A);
    f.set(pa);
    f.get(C);
    f.set(pc);
    for (const { rows: height, count } of strips(M, rows)) {
      const source = stripped
        ? { rowA: 4, stepA: 4 * height, strip: 4 * height * K }
        : { rowA, stepA: options.stepA, strip: height * rowA };
      f.get(pa);
      f.get(packed ? panelAt : B);
      f.get(pc);
      f.get(BIAS);
      f.get(SCRATCH);
      const stepB = packed ? 16 * vectors : options.stepB;
      const { accumulate, bias, relu, integer } = options;
      const key = `${height}·${count}×${vectors},${last}×${K} ${Object.values(source).join()} ${stepB} ${rowC} ${options.columnC} ${M >= 100} ${accumulate} ${bias} ${relu} ${integer}`;
      f.call(add("tile", key, () => stripFunction({ ...options, ...source }, height, count, vectors, last, stepB)));
      f.advance(pa, count * source.strip);
      f.advance(pc, count * height * rowC);
    }
  };
  for (const { vectors, rows, count } of panels) {
    packStrips(rows);
    done += 4 * vectors * count;
    const partial = done > N ? 1 : 0;
    const step = (): void => {
      f.advance(B, 4 * vectors * options.columnB);
      f.advance(C, 4 * vectors * (options.columnC ?? 4));
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

/** `count` tiles one below the other. */
function stripFunction(
  options: GemmOptions & { readonly strip: number },
  rows: number,
  count: number,
  vectors: number,
  last: number,
  step: number,
): Func {
  const f = new Func(PARAMS);
  f.repeat(count, () => {
    tile(f, options, rows, vectors, last, step);
    f.advance(A, options.strip);
    f.advance(C, rows * options.rowC);
  });
  return f;
}

/** Steps of k in one round of the loop: up to eight, sixteen in large products, so that few are left over. */
function unrolled(M: number, K: number): number {
  if (K <= 8) return K;
  if (M >= 100 && K >= 128 && K % 16 === 0) return 16;
  let best = 8;
  for (const u of [7, 6, 5, 4]) if (K % u < K % best) best = u;
  return best;
}

/** One tile of rows × 4·vectors; `last`: how many lanes of the last vector are real. */
function tile(f: Func, options: GemmOptions, rows: number, vectors: number, last: number, stepB: number): void {
  const { K, rowA, stepA, rowC, fused, relu, bias, integer } = options;
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
  // Two products, then their two sums: alternating, the processor gives sums the units that products need (a tenth slower or more).
  const together = Math.min(rows, Math.max(1, Math.ceil((options.wide ? 4 : 2) / vectors)));
  const products = Array.from({ length: fused && !integer ? 0 : together * vectors }, () => f.local(V128));
  const multiplyAdd = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      for (let j = 0; j < vectors; j++) {
        f.get(splat[i]!);
        f.get(b[j]!);
        f.op(multiply);
        f.set(products[(i - from) * vectors + j]!);
      }
    }
    for (let i = from; i < to; i++) {
      for (let j = 0; j < vectors; j++) {
        f.get(sums[i]![j]!);
        f.get(products[(i - from) * vectors + j]!);
        f.op(sum);
        f.set(sums[i]![j]!);
      }
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
      else if ((i + 1) % together === 0 || i === rows - 1) multiplyAdd(i - (i % together), i + 1);
    }
  };
  const unroll = unrolled(options.M, K);
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
    f.set(splat[0]!);
  }
  // Only whole vectors join: a result narrower than its tile goes through memory.
  const { columnC = 4 } = options;
  const through = columnC !== 4 || (options.wide && vectors > 1 ? last < 4 : last < 1);
  const wideRow = 16 * vectors;
  for (let i = 0; i < rows; i++) {
    const value = (j: number): void => {
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
    if (through) storeVectors(f, SCRATCH, vectors, 4, value, wideRow * i);
    else storeVectors(f, C, vectors, last, value, i * rowC);
  }
  if (!through) return;
  // `last` below one counts the lanes missing before the last vector as −3 … 0.
  const columns = 4 * (vectors - 1) + last;
  for (let i = 0; i < rows; i++) {
    if (columnC !== 4) {
      for (let j = 0; j < columns; j++) {
        f.get(C);
        f.get(SCRATCH);
        f.memory(Op.i32Load, wideRow * i + 4 * j);
        f.memory(Op.i32Store, i * rowC + j * columnC);
      }
      continue;
    }
    for (let j = 0; 4 * j < columns; j++) {
      const value = (): void => {
        f.get(SCRATCH);
        f.memory(Op.vLoad, wideRow * i + 16 * j);
      };
      storeLanes(f, C, value, i * rowC + 16 * j, Math.min(4, columns - 4 * j));
    }
  }
}

const ZERO = new Array<number>(16).fill(0);

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
