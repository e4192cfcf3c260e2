/**
 * What logarithms share.
 *
 * Graphs of exact IEEE operations on four float32 lanes: the same bits everywhere. Errors ≤ 2 ulp over the whole range (test/wasm-elementary.test.ts;
 * `pnpm bench elementary` runs all 2^32 arguments). Coefficients: own minimax fits.
 */
import { Op } from "../../kernels/opcodes.ts";
import type { Vec, Vectors } from "../../kernels/vector.ts";
import { LN2_HIGH, LN2_LOW } from "./exponential.ts";

/** log of u·2^extra plus a small correction, u positive and normal. */
export function logCore(v: Vectors, u: Vec, extra: Vec | undefined, correction: Vec | undefined): Vec {
  const shifted = v.op(Op.i32x4Sub, u, v.bits(0x3f3504f3));
  const exponent = v.op(Op.f32x4ConvertI32S, v.shift(Op.i32x4ShrS, shifted, 23));
  const e = extra === undefined ? exponent : v.add(exponent, extra);
  const m = v.op(Op.i32x4Add, v.and(shifted, v.bits(0x7fffff)), v.bits(0x3f3504f3));
  const f = v.sub(m, v.f32(1));
  const f2 = v.mul(f, f);
  const p = v.horner(
    f,
    0.0674661248922348,
    -0.11675660312175751,
    0.11888179928064346,
    -0.1240558922290802,
    0.14219549298286438,
    -0.1666799634695053,
    0.2000211924314499,
    -0.25000008940696716,
    0.3333331346511841,
  );
  // log(1 + f) = f − f²/2 + f³·P(f); the small parts first.
  let small = v.sub(v.mul(v.mul(f2, f), p), v.mul(f2, v.f32(0.5)));
  small = v.add(small, v.mul(e, v.f32(LN2_LOW)));
  if (correction !== undefined) small = v.add(small, correction);
  return v.add(v.add(f, small), v.mul(e, v.f32(LN2_HIGH)));
}

/** ±∞ and NaN where they belong: log of 0 is −∞, of what is negative NaN; +∞ and NaN stay. */
export function logSpecial(v: Vectors, x: Vec, result: Vec): Vec {
  const finite = v.op(Op.f32x4Lt, v.abs(x), v.f32(Infinity));
  const kept = v.select(finite, result, v.mul(x, x));
  const negative = v.op(Op.f32x4Lt, x, v.f32(0));
  const orNaN = v.or(kept, v.and(negative, v.bits(0x7fc00000)));
  return v.select(v.op(Op.f32x4Eq, x, v.f32(0)), v.f32(-Infinity), v.select(negative, v.bits(0x7fc00000), orNaN));
}
