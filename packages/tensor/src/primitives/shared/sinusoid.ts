/**
 * sin and cos on lanes; what is larger than 2^20 goes to @rl/math lane by lane.
 *
 * Graphs of exact IEEE operations on four float32 lanes: the same bits everywhere. Errors ≤ 2 ulp over the whole range (test/wasm-elementary.test.ts;
 * `pnpm bench elementary` runs all 2^32 arguments). Coefficients: own minimax fits.
 */
import { Op } from "../../kernels/opcodes.ts";
import { SIGN, type Vec, type Vectors } from "../../kernels/vector.ts";

/** π/2 in two parts for float64; the first has 33 bits. */
const HALF_PI_HIGH = 1.57079632673412561417;
const HALF_PI_LOW = 6.07710050650619224932e-11;

/** Quadrant q and r = x − q·π/2 (in float64, rounded once); good for |x| ≤ 2^20. */
function reduceQuadrant(v: Vectors, x: Vec): { q: Vec; r: Vec } {
  const half = (part: Vec): { q: Vec; r: Vec } => {
    const wide = v.op(Op.f64x2PromoteF32, part);
    const n = v.op(Op.f64x2Nearest, v.op(Op.f64x2Mul, wide, v.f64(0.6366197723675814)));
    const high = v.op(Op.f64x2Sub, wide, v.op(Op.f64x2Mul, n, v.f64(HALF_PI_HIGH)));
    const r = v.op(Op.f64x2Sub, high, v.op(Op.f64x2Mul, n, v.f64(HALF_PI_LOW)));
    return { q: v.op(Op.i32x4TruncSatF64S, n), r: v.op(Op.f32x4DemoteF64, r) };
  };
  const low = half(x);
  const high = half(v.high(x));
  return { q: v.join(low.q, high.q), r: v.join(low.r, high.r) };
}

/** sin(x + turn·π/2). */
export function sinusoid(v: Vectors, x: Vec, turn: 0 | 1): Vec {
  const { q, r } = reduceQuadrant(v, x);
  const quadrant = turn ? v.op(Op.i32x4Add, q, v.bits(1)) : q;
  const z = v.mul(r, r);
  const sine = v.add(
    r,
    v.mul(v.mul(r, z), v.horner(z, 2.7182743451703573e-6, -0.00019839330343529582, 0.008333329111337662, -0.1666666716337204)),
  );
  const cosine = v.add(
    v.sub(v.f32(1), v.mul(z, v.f32(0.5))),
    v.mul(v.mul(z, z), v.horner(z, -2.720989300541987e-7, 2.4799515813356265e-5, -0.0013888883404433727, 0.0416666679084301)),
  );
  const odd = v.op(Op.i32x4Ne, v.and(quadrant, v.bits(1)), v.bits(0));
  const sign = v.and(v.shift(Op.i32x4Shl, quadrant, 30), v.bits(SIGN));
  const result = v.xor(v.select(odd, cosine, sine), sign);
  const outside = v.op(Op.vNot, v.op(Op.f32x4Lt, v.abs(x), v.f32(1048576)));
  const signed = turn ? result : v.select(v.op(Op.f32x4Eq, x, v.f32(0)), x, result);
  return v.patch(turn ? "cos" : "sin", signed, x, x, outside);
}
