/**
 * Products of a vector with a matrix whose columns lie along k: c[j] = Σ_k a[k]·B[k, j], every element as one chain over k like in gemm.ts. Four columns by
 * four k are turned into lanes between load and product; a packed panel would be written and read once more.
 */
import { Func } from "./assembler.ts";
import { hasJumps } from "./jumps.ts";
import { storeVectors, type GemmOptions } from "./tile.ts";
import { I32, Op, V128 } from "./opcodes.ts";
import { transposeBlock } from "./pack.ts";

export const isAlong = (options: GemmOptions): boolean => {
  const { M, N, stepB, columnB, accumulate } = options;
  return M === 1 && N >= 4 && stepB === 4 && columnB !== 4 && !accumulate && !hasJumps(options);
};

/** Parameters, as of every product: (a, b, c, scratch). */
const [A, B, C] = [0, 1, 2] as const;

/** Reads past the end of a column's K elements by up to 12 bytes; what it reads there is not used. */
export function along({ N, K, stepA, columnB, fused, integer }: GemmOptions): Func {
  const f = new Func([I32, I32, I32, I32]);
  const [ka, kb] = [f.local(I32), f.local(I32)];
  const sums = Array.from({ length: 4 }, () => f.local(V128));
  const block = Array.from({ length: 4 }, () => f.local(V128));
  const temporary = Array.from({ length: 4 }, () => f.local(V128));
  const columns = (vectors: number, last: number): void => {
    const used = sums.slice(0, vectors);
    for (const sum of used) {
      f.bytes16(Op.vConst, new Array<number>(16).fill(0));
      f.set(sum);
    }
    f.get(A);
    f.set(ka);
    f.get(B);
    f.set(kb);
    const steps = (count: number): void => {
      used.forEach((sum, g) => {
        block.forEach((column, r) => {
          f.get(kb);
          f.memory(Op.vLoad, g < vectors - 1 || r < last ? (4 * g + r) * columnB : 0);
          f.set(column);
        });
        transposeBlock(f, block, temporary);
        block.slice(0, count).forEach((lane, k) => {
          const factors = (): void => {
            f.get(ka);
            f.memory(Op.vLoad32Splat, k * stepA);
            f.get(lane);
          };
          if (!fused || integer) f.get(sum);
          factors();
          if (fused && !integer) {
            f.get(sum);
            f.op(Op.relaxedMadd);
          } else {
            f.op(integer ? Op.i32x4Mul : Op.f32x4Mul);
            f.op(integer ? Op.i32x4Add : Op.f32x4Add);
          }
          f.set(sum);
        });
      });
      f.advance(ka, 4 * stepA);
      f.advance(kb, 16);
    };
    if (K >= 4) f.repeat(Math.floor(K / 4), () => steps(4));
    if (K % 4) steps(K % 4);
    storeVectors(f, C, vectors, last, (u) => f.get(used[u]!));
    f.advance(B, (4 * (vectors - 1) + last) * columnB);
    f.advance(C, 16 * vectors);
  };
  if (N >= 16) f.repeat(Math.floor(N / 16), () => columns(4, 4));
  const rest = N % 16;
  if (rest) columns(Math.ceil(rest / 4), rest % 4 || 4);
  return f;
}
