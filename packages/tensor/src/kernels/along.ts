/**
 * Products of a matrix, whose rows lie along k, with one to four columns: C[i, j] = Σ_k A[i, k]·B[k, j], every element as one chain over k like in gemm.ts.
 * Vectors of so few columns would be half empty, so lanes go down the rows: blocks of 4 × 4 elements of A are turned in registers between load and product,
 * where a packed panel would be written and read once more.
 */
import { Func } from "./assembler.ts";
import { hasJumps } from "./jumps.ts";
import { I32, Op, V128 } from "./opcodes.ts";
import { interleave, transposeBlock } from "./pack.ts";
import { A, type AddFunction, B, C, type GemmOptions, PARAMS, SCRATCH, storeVectors } from "./tile.ts";

/** A vector times a matrix as that matrix, turned, times the vector. */
const upright = (options: GemmOptions): GemmOptions => {
  const { M, N, stepA, stepB, columnB } = options;
  return M === 1 ? { ...options, M: N, N: 1, rowA: columnB, stepA: stepB, stepB: stepA, columnB: 4, rowC: 4 } : options;
};

/** More than two columns pay where pairs of vectors are joined. */
export const isAlong = (options: GemmOptions): boolean => {
  const { M, N, rowA, stepA, rowC, columnC, wide, accumulate } = upright(options);
  const fits = M >= 8 && N <= (wide ? 4 : 2) && stepA === 4 && rowA !== 4 && rowC === 4 * N;
  return fits && columnC === undefined && !accumulate && !hasJumps(options);
};

/** Strips of rows; the last begins early where some are left over, and gives a few of them the same bits twice. */
export function along(options: GemmOptions, add: AddFunction): Func {
  const product = upright(options);
  const { M, N, K, rowA, stepB, columnB, rowC, wide, integer } = product;
  const f = new Func(PARAMS);
  const strip = (rows: number): void => {
    for (const local of options.M === 1 ? [B, A, C, SCRATCH] : PARAMS.keys()) f.get(local);
    f.call(add("strip", `${rows}×${N}×${K} ${rowA} ${stepB},${columnB} ${rowC} ${integer}`, () => stripOf(product, rows)));
  };
  const advance = (rows: number): void => {
    f.advance(options.M === 1 ? B : A, rows * rowA);
    f.advance(C, rows * rowC);
  };
  const tall = wide ? 16 : 8;
  const count = Math.floor(M / tall);
  if (count > 0) {
    f.repeat(count, () => {
      strip(tall);
      advance(tall);
    });
  }
  let rest = M - count * tall;
  for (; rest > 8; rest -= 8) {
    strip(8);
    advance(8);
  }
  if (rest > 0) {
    advance(rest - 8);
    strip(8);
  }
  return f;
}

/** Reads past the end of a row's K elements by up to 12 bytes; what it reads there is not used. */
function stripOf({ N, K, rowA, stepB, columnB, rowC, fused, integer }: GemmOptions, rows: number): Func {
  const f = new Func(PARAMS);
  const [ka, kb, at] = [f.local(I32), f.local(I32), f.local(I32)];
  const vectors = (count: number): number[] => Array.from({ length: count }, () => f.local(V128));
  const groups = rows / 4;
  /** By column and four rows. */
  const sums = Array.from({ length: N }, () => vectors(groups));
  const blocks = Array.from({ length: groups }, () => vectors(4));
  const temporaries = [vectors(4), vectors(4)] as const;
  const [splat, ...products] = vectors(3) as [number, number, number];
  for (const sum of sums.flat()) {
    f.bytes16(Op.vConst, new Array<number>(16).fill(0));
    f.set(sum);
  }
  f.get(A);
  f.set(ka);
  f.get(B);
  f.set(kb);
  /** The operations of two neighbouring groups alternate, so that V8 joins them. */
  const turn = (group: number): void => {
    const pair = blocks.slice(group, group + 2);
    for (let r = 0; r < 4; r++) {
      pair.forEach((block, half) => {
        f.get(ka);
        f.memory(Op.vLoad, (4 * (group + half) + r) * rowA);
        f.set(block[r]!);
      });
    }
    pair.forEach((block, half) => transposeBlock(f, block, temporaries[half]!));
  };
  const multiplyAdd = (sum: readonly number[], factors: readonly number[]): void => {
    if (fused && !integer) {
      sum.forEach((to, half) => {
        f.get(factors[half]!);
        f.get(splat);
        f.get(to);
        f.op(Op.relaxedMadd);
        f.set(to);
      });
      return;
    }
    factors.forEach((factor, half) => {
      f.get(factor);
      f.get(splat);
      f.op(integer ? Op.i32x4Mul : Op.f32x4Mul);
      f.set(products[half]!);
    });
    sum.forEach((to, half) => {
      f.get(to);
      f.get(products[half]!);
      f.op(integer ? Op.i32x4Add : Op.f32x4Add);
      f.set(to);
    });
  };
  const steps = (count: number): void => {
    for (let group = 0; group < groups; group += 2) turn(group);
    for (let k = 0; k < count; k++) {
      // One pointer per k, and offsets that are the same for every k, like in tile.ts.
      f.get(kb);
      f.i32(k * stepB);
      f.op(Op.i32Add);
      f.set(at);
      sums.forEach((column, j) => {
        f.get(at);
        f.memory(Op.vLoad32Splat, j * columnB);
        f.set(splat);
        for (let group = 0; group < groups; group += 2) {
          multiplyAdd(
            column.slice(group, group + 2),
            blocks.slice(group, group + 2).map((block) => block[k]!),
          );
        }
      });
    }
    f.advance(ka, 16);
    f.advance(kb, 4 * stepB);
  };
  if (K >= 4) f.repeat(Math.floor(K / 4), () => steps(4));
  if (K % 4) steps(K % 4);
  if (N === 1) {
    storeVectors(f, C, groups, 4, (group) => f.get(sums[0]![group]!));
    return f;
  }
  // Joining begins at neighbouring stores: the columns go through memory on their way to rows.
  sums.forEach((column, j) => storeVectors(f, SCRATCH, groups, 4, (group) => f.get(column[group]!), 4 * rows * j));
  const [lines, temporary] = [blocks[0]!, temporaries[0]];
  for (let group = 0; group < groups; group++) {
    for (let j = 0; j < N; j++) {
      f.get(SCRATCH);
      f.memory(Op.vLoad, 4 * rows * j + 16 * group);
      f.set(lines[j]!);
    }
    if (N === 2) {
      interleave(f, lines[0]!, lines[1]!, temporary);
      storeVectors(f, C, 2, 4, (half) => f.get(temporary[half]!), 4 * group * rowC);
      continue;
    }
    transposeBlock(f, lines, temporary);
    // A vector of three columns reaches into the next row, which is written after it; that of the last row must not.
    for (let r = 0; r < 4; r++) storeVectors(f, C, 1, 4 * group + r === rows - 1 ? N : 4, () => f.get(lines[r]!), (4 * group + r) * rowC);
  }
  return f;
}
