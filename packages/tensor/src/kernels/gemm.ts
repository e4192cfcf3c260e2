/**
 * Matrix products in register tiles.
 *
 * C[i, j] = Σ_k A[i, k]·B[k, j], every element as one chain of multiply, add over k in increasing order: the bits do not depend on the tile.
 * Columns are the vector side. B's rows are read as they are where they are contiguous; else, or where their stride would throw each other out of the
 * first cache, a panel of columns is first copied (or transposed) into scratch memory. A may have any strides; where its columns lie far apart, it is
 * transposed first.
 *
 * Tile: `rows` × 4·`vectors` sums stay in registers for the whole of k; the loops over tiles run columns outside, so that one panel of B stays in the
 * first cache. What remains at the edges is done by smaller tiles; the last columns are stored lane by lane. Shapes and strides are constants
 * of the code: with them in registers the inner loop spills.
 */
import { along, isAlong } from "./along.ts";
import { Func } from "./assembler.ts";
import { betweenJumps, hasJumps, jumpsKey, overJumps } from "./jumps.ts";
import { I32, Op } from "./opcodes.ts";
import { packPanel } from "./pack.ts";
import { A, type AddFunction, B, C, type GemmOptions, PARAMS, SCRATCH, stripFunction } from "./tile.ts";

/** Panels of equal width: `count` panels of 4·`vectors` columns in tiles of `rows` rows. */
interface Panels {
  readonly vectors: number;
  readonly rows: number;
  readonly count: number;
}

/**
 * Divides the columns into panels. Measured: joined pairs are best at 3 × 24 (9 sums, 3 vectors of B, one of A and 2 products fill 15 registers, and fewest
 * instructions are loads), 5 × 16 or 4 × 16 for what is left; at these throughout for few rows, and where `square` is false. Single vectors are best at
 * 4 × 8. With one or two rows wider tiles hide the latency of the additions.
 */
export function choosePanels(M: number, N: number, wide: boolean, run = M, square = wide): Panels[] {
  const tall = run < M || M >= 100 ? strips(run, 5).every(({ rows: height }) => height >= 4) : run >= 12 && run % 4 > 0;
  const rows: Record<number, number> = {
    8: M,
    4: wide ? (run === 6 ? 3 : tall ? 5 : 4) : M,
    3: 2,
    2: wide ? 8 : 4,
    1: 8,
  };
  const widest = M === 1 ? 8 : M === 2 ? (wide ? 8 : 4) : wide ? 4 : 2;
  const panels: Panels[] = [];
  let left = Math.ceil(N / 4);
  if (square && run >= 24) {
    // As many of six vectors as leave a multiple of four.
    const even = left + (left % 2);
    const count = Math.max(0, Math.floor(even / 6) - (even % 6 === 2 ? 1 : 0));
    if (count > 0) panels.push({ vectors: 6, rows: 3, count });
    left -= 6 * count;
  }
  for (let vectors = widest; left > 0; vectors = left === 3 ? (wide ? 4 : 3) : Math.min(vectors >> 1, 4)) {
    // Three vectors do not join: a fourth is computed along.
    const count = wide && left === 3 && vectors === 4 ? 1 : Math.floor(left / vectors);
    if (count > 0) panels.push({ vectors, rows: Math.min(run, rows[vectors]!), count });
    left = left < vectors && count > 0 ? 0 : left % vectors;
  }
  return panels;
}

/** Below so many products of elements. */
const SMALL = 2 ** 19;

/** Panels of a product, or of its parts; the same before and after A is transposed. */
const panelsFor = (options: GemmOptions): Panels[] => {
  const { M, N, K, wide, fused, rowA, stepA, jumpsOfRows } = options;
  // Not for fused sums, which want ten chains; nor where each tile takes a few bytes of many lines of A, of which fewer tiles are better; nor for small
  // products, where two more kinds of tiles take longer to compile than they save.
  const near = rowA !== 4 || stepA < NEAR || K * stepA <= FIRST_CACHED || isTurned(options);
  const square = wide && !fused && near && M * N * K >= SMALL;
  return choosePanels(M, N, wide, betweenJumps(M, jumpsOfRows), square);
};

/** Bytes of scratch memory. */
export function scratchBytes(options: GemmOptions): number {
  if (isAlong(options)) return WIDER_BYTES;
  const { M, K } = chunkOf(options);
  // The last block may have so few rows that its panels are wider.
  const last = { M: options.M % M || M, K: options.K % K || K };
  return Math.max(tileScratch({ ...options, M, K }), tileScratch({ ...options, ...last }));
}

/** What the first and the second cache should hold of one operand. */
const FIRST_CACHED = 32768;
const CACHED = 262144;

/** Columns of A that lie so many bytes apart share so few places of the first cache that they are copied; from NEAR on, a few hundred of them still find room. */
const FAR = 512;
const NEAR = 256;

/** Large products go by blocks of rows, or of k with sums resting in C, so that each block's part of A stays in the second cache; where A's columns lie apart, in the first. */
function chunkOf(options: GemmOptions): { M: number; K: number } {
  const { M, K, rowA, stepA, columnC } = options;
  if (columnC !== undefined || hasJumps(options)) return { M, K };
  if (rowA === 4 && stepA >= NEAR && stepA < FAR && K > 256) return { M, K: 256 };
  if (4 * M * K <= 2 * CACHED) return { M, K };
  const panels = panelsFor(options).reduce((sum, { count }) => sum + count, 0);
  if (rowA === 4 && 4 * M * 64 <= CACHED) return { M, K: Math.max(64, Math.floor(CACHED / 4 / M / 64) * 64) };
  if (rowA !== 4 && panels > 1 && panels <= 4 && 4 * K * 40 <= 2 * CACHED)
    return { M: Math.min(M, Math.max(40, Math.floor(CACHED / 4 / K / 20) * 20)), K };
  return { M, K };
}

const tileScratch = (options: GemmOptions): number =>
  WIDER_BYTES + packBytes(options) + (isTurned(options) ? options.M * turnedRow(options) : 0);

/** A's columns lie far apart: it is transposed first, so that its rows lie side by side. */
const isTurned = (options: GemmOptions): boolean => {
  const { M, N, K, rowA, stepA } = options;
  return rowA === 4 && stepA >= FAR && M >= 16 && N >= 64 && K >= 64 && !hasJumps(options);
};

/** Bytes of a row of the transposed A: an odd number of lines of the cache, so that the same columns of many rows find room in it together. */
const turnedRow = ({ K }: GemmOptions): number => 128 * Math.ceil(K / 32) + 64;

/** Bytes of the packed panel; 0 where B is read in place. */
const packBytes = (options: GemmOptions): number =>
  isPacked(options) ? 16 * options.K * Math.max(...panelsFor(options).map(({ vectors }) => vectors)) : 0;

const isPacked = ({ M, K, stepB, columnB }: Pick<GemmOptions, "M" | "K" | "stepB" | "columnB">): boolean =>
  columnB !== 4 || (M >= 24 && K * stepB > 40000 && stepB >= 128);

/** Bytes in front of the packed panel through which results go whose tiles are wider, or turned. */
const WIDER_BYTES = 512;

/** Rows in strips of the tile's height; where five do not divide them, the last few strips have four, and two where three do not. */
function strips(M: number, rows: number): { rows: number; count: number }[] {
  if (rows === 5) {
    for (let fours = 0; fours < 5 && 4 * fours <= M; fours++)
      if ((M - 4 * fours) % 5 === 0) return [{ rows: 5, count: (M - 4 * fours) / 5 }, { rows: 4, count: fours }].filter(({ count }) => count > 0); // prettier-ignore
  }
  if (rows === 3 && M >= 4) {
    const twos = M % 3 === 1 ? 2 : M % 3 === 2 ? 1 : 0;
    return [{ rows: 3, count: (M - 2 * twos) / 3 }, { rows: 2, count: twos }].filter(({ count }) => count > 0); // prettier-ignore
  }
  return [{ rows, count: Math.floor(M / rows) }, { rows: M % rows, count: 1 }].filter((strip) => strip.rows > 0 && strip.count > 0); // prettier-ignore
}

/**
 * (a, b, c, scratch): pointers; scratch memory is used where the options say so. Every kind of tile is a function of its own: with two of them in one,
 * V8 spills in the inner loops.
 */
export function gemm(options: GemmOptions, add: AddFunction): Func {
  if (isAlong(options)) return along(options, add);
  const chunk = chunkOf(options);
  if (chunk.K < options.K) return byDepth(options, chunk.K, add);
  if (chunk.M < options.M) return byRows(options, chunk.M, add);
  return panelsOf(options, add);
}

function callPart(f: Func, name: string, options: GemmOptions, add: AddFunction): void {
  for (const local of [A, B, C, SCRATCH]) f.get(local);
  const { M, N, K, rowA, stepA, stepB, columnB, rowC, accumulate, integer } = options;
  const key = `${M}×${N}×${K} ${rowA},${stepA} ${stepB},${columnB} ${rowC} ${accumulate} ${integer}`;
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

/** Blocks of k, one after the other; the first goes on from what C holds where the whole product does. */
function byDepth(options: GemmOptions, K: number, add: AddFunction): Func {
  const f = new Func(PARAMS);
  const part = (length: number, accumulate: boolean): void => {
    callPart(f, "chunk", { ...options, K: length, accumulate }, add);
    f.advance(A, length * options.stepA);
    f.advance(B, length * options.stepB);
  };
  const rest = options.K % K || K;
  const count = (options.K - rest) / K;
  part(K, options.accumulate === true);
  if (count > 1) f.repeat(count - 1, () => part(K, true));
  part(rest, true);
  return f;
}

function panelsOf(given: GemmOptions, add: AddFunction): Func {
  const f = new Func(PARAMS);
  const panelAt = f.local(I32);
  f.get(SCRATCH);
  f.i32(WIDER_BYTES);
  f.op(Op.i32Add);
  f.set(panelAt);
  const options = isTurned(given) ? turn(f, given, panelAt, add) : given;
  const { M, N, K, rowA, stepA, rowC, jumpsOfRows = [], jumpsOfK = [] } = options;
  const run = betweenJumps(M, jumpsOfRows);
  const pa = f.local(I32);
  const pc = f.local(I32);
  const packed = isPacked(options);
  let done = 0;
  const panel = (vectors: number, rows: number, last: number): void => {
    const columns = 4 * (vectors - 1) + last;
    if (packed) {
      const shape = { K, columns, vectors, step: options.stepB, column: options.columnB };
      f.get(B);
      f.get(panelAt);
      f.call(add("pack", Object.values(shape).join(), () => packPanel(shape)));
    }
    f.get(A);
    f.set(pa);
    f.get(C);
    f.set(pc);
    overJumps(f, jumpsOfRows, [pa, pc], 4 * N, [run * rowA, run * rowC], () => {
      for (const { rows: height, count } of strips(run, rows)) {
        f.get(pa);
        f.get(packed ? panelAt : B);
        f.get(pc);
        f.get(SCRATCH);
        const stepB = packed ? 16 * vectors : options.stepB;
        const { accumulate, integer } = options;
        const key = `${height}·${count}×${vectors},${last}×${K} ${rowA},${stepA} ${stepB} ${rowC} ${options.columnC} ${accumulate} ${integer} ${jumpsKey({ jumpsOfK })}`;
        f.call(add("tile", key, () => stripFunction(options, height, count, vectors, last, stepB)));
        f.advance(pa, count * height * rowA);
        f.advance(pc, count * height * rowC);
      }
    });
  };
  for (const { vectors, rows, count } of panelsFor(options)) {
    done += 4 * vectors * count;
    const partial = done > N ? 1 : 0;
    const step = (): void => {
      f.advance(B, 4 * vectors * options.columnB);
      f.advance(C, 4 * vectors * (options.columnC ?? 4));
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

/** Transposes A into scratch memory behind the packed panel; returns the product with A there. */
function turn(f: Func, options: GemmOptions, panelAt: number, add: AddFunction): GemmOptions {
  const { M, K, rowA, stepA } = options;
  const row = turnedRow(options);
  const panel = { K: M, columns: K, vectors: Math.ceil(K / 4), row, step: rowA, column: stepA };
  const at = f.local(I32);
  f.get(panelAt);
  f.i32(packBytes(options));
  f.op(Op.i32Add);
  f.set(at);
  f.get(A);
  f.get(at);
  f.call(add("turn", Object.values(panel).join(), () => packPanel(panel)));
  f.get(at);
  f.set(A);
  return { ...options, rowA: row, stepA: 4 };
}
