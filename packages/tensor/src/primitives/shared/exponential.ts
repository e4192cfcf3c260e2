/**
 * What exponential functions share: x = n·log 2 + r.
 *
 * Graphs of exact IEEE operations on four float32 lanes: the same bits everywhere. Errors ≤ 2 ulp over the whole range (test/wasm-elementary.test.ts;
 * `pnpm bench elementary` runs all 2^32 arguments). Coefficients: own minimax fits.
 */
import { Op } from "../../kernels/opcodes.ts";
import type { Vec, Vectors } from "../../kernels/vector.ts";

/** 1.5·2^23: adding it rounds to whole numbers and leaves them in the low bits. */
export const MAGIC = 12582912;
export const MAGIC_BITS = 0x4b400000;
export const LOG2E = 1.4426950408889634;
/** log 2 in two parts; the first has 9 bits, so that its product with an exponent is exact. */
export const LN2_HIGH = 0.693359375;
export const LN2_LOW = -2.12194440054690583e-4;

/** e^r − 1 = r + r²·P(r): coefficients of P. */
const EXPM1 = [0.001381453825160861, 0.00836874544620514, 0.04166838899254799, 0.1666652113199234, 0.4999999403953552];

/** x = n·log 2 + r, |r| ≤ log 2 / 2: e^r − 1, and n in the low bits of `shifted`, offset by MAGIC_BITS. r's own rounding error does not enter. */
export function reduceExp(v: Vectors, x: Vec): { shifted: Vec; small: Vec } {
  const shifted = v.add(v.mul(x, v.f32(LOG2E)), v.f32(MAGIC));
  const n = v.sub(shifted, v.f32(MAGIC));
  const high = v.sub(x, v.mul(n, v.f32(LN2_HIGH)));
  const low = v.mul(n, v.f32(LN2_LOW));
  const r = v.sub(high, low);
  return { shifted, small: v.add(high, v.sub(v.mul(v.mul(r, r), v.horner(r, ...EXPM1)), low)) };
}

/** 2^k for k in the low bits of an integer vector, −126 ≤ k ≤ 127. */
export const powerOfTwo = (v: Vectors, k: Vec): Vec => v.shift(Op.i32x4Shl, v.op(Op.i32x4Add, k, v.bits(127)), 23);

export const clamp = (v: Vectors, x: Vec, low: number, high: number): Vec => v.pmax(v.pmin(x, v.f32(high)), v.f32(low));
