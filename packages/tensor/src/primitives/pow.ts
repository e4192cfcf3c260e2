/** pow: a^b as ECMAScript's Math.pow, so 1^NaN and 1^±∞ are NaN (engines: ≤ 2 ulp); float32, float64. The derivative for a where b = 0 is 0, and that for b where a = 0. */
import { pow as powOf } from "@rl/math";
import { Op } from "../kernels/opcodes.ts";
import type { Vec, Vectors } from "../kernels/vector.ts";
import { FLOAT } from "./primitive.ts";
import { binary, when } from "./shared/binary.ts";
import { LOG2E } from "./shared/exponential.ts";

export const pow = binary({
  name: "pow",
  dtypes: FLOAT,
  cost: 32,
  scalar: powOf,
  // ∂/∂a = b·a^(b−1), ∂/∂b = a^b·log a.
  gradient: (a, b, { cotangent, needs, output }) => [
    when(needs[0], () => cotangent.mul(b.equal(0).where(0, b.mul(a.pow(b.sub(1)))))),
    when(needs[1], () => cotangent.mul(a.equal(0).where(0, output.mul(a.equal(0).where(1, a).log())))),
  ],
  lanes: powLanes,
});

/** x^y = 2^(y·log₂ x) for positive normal x in float64; everything else is patched lane by lane. */
function powLanes(v: Vectors, x: Vec, y: Vec): Vec {
  const a = v.abs(x);
  const shifted = v.op(Op.i32x4Sub, a, v.bits(0x3f3504f3));
  const exponent = v.shift(Op.i32x4ShrS, shifted, 23);
  const mantissa = v.op(Op.i32x4Add, v.and(shifted, v.bits(0x7fffff)), v.bits(0x3f3504f3));
  const half = (part: (value: Vec) => Vec): Vec => {
    const m = v.op(Op.f64x2PromoteF32, part(mantissa));
    const one = v.f64(1);
    const s = v.op(Op.f64x2Div, v.op(Op.f64x2Sub, m, one), v.op(Op.f64x2Add, m, one));
    const log = v.op(
      Op.f64x2Add,
      s,
      v.op(Op.f64x2Mul, v.op(Op.f64x2Mul, s, v.op(Op.f64x2Mul, s, s)), horner64(v, v.op(Op.f64x2Mul, s, s), ATANH)),
    );
    const ln = v.op(
      Op.f64x2Add,
      v.op(Op.f64x2Add, log, log),
      v.op(Op.f64x2Mul, v.op(Op.f64x2ConvertLowI32S, part(exponent)), v.f64(Math.LN2)),
    );
    const product = v.op(Op.f64x2Mul, ln, v.op(Op.f64x2PromoteF32, part(y)));
    // e^product, kept inside float64's normal range.
    const bounded = v.op(Op.f64x2Pmin, v.f64(300), v.op(Op.f64x2Pmax, v.f64(-300), product));
    const n = v.op(Op.f64x2Nearest, v.op(Op.f64x2Mul, bounded, v.f64(LOG2E)));
    const r = v.op(Op.f64x2Sub, bounded, v.op(Op.f64x2Mul, n, v.f64(Math.LN2)));
    const p = v.op(Op.f64x2Add, one, v.op(Op.f64x2Add, r, v.op(Op.f64x2Mul, v.op(Op.f64x2Mul, r, r), horner64(v, r, EXP))));
    const scale = v.shift(Op.i64x2Shl, v.op(Op.f64x2Add, n, v.f64(POWER_MAGIC)), 52);
    return v.op(Op.f32x4DemoteF64, v.op(Op.f64x2Mul, p, scale));
  };
  const size = v.join(half((value) => value), half((value) => v.high(value))); // prettier-ignore
  const positive = v.op(Op.f32x4Ge, x, v.f32(1.1754943508222875e-38));
  const ordinary = v.and(v.and(positive, v.op(Op.f32x4Lt, x, v.f32(Infinity))), v.op(Op.f32x4Lt, v.abs(y), v.f32(Infinity)));
  // A negative base of ordinary size with a whole exponent: the sign is that of odd exponents.
  const whole = v.op(Op.f32x4Eq, v.op(Op.f32x4Nearest, y), y);
  const negative = v.and(
    v.and(v.op(Op.f32x4Le, x, v.f32(-1.1754943508222875e-38)), v.op(Op.f32x4Gt, x, v.f32(-Infinity))),
    v.and(whole, v.op(Op.f32x4Lt, v.abs(y), v.f32(1048576))),
  );
  const odd = v.shift(Op.i32x4Shl, v.op(Op.i32x4TruncSatF32S, y), 31);
  const signed = v.xor(size, v.and(negative, odd));
  return v.patch("pow", signed, x, y, v.op(Op.vNot, v.or(ordinary, negative)));
}

/** 1.5·2^52 + 1023: adding it to a whole number k leaves the exponent bits of 2^k at the bottom. */
const POWER_MAGIC = 6755399441055744 + 1023;
const ATANH = [
  0.00815973131780836, 0.08330799217179541, 0.09064813914453275, 0.11111630298989873, 0.14285709084386694, 0.20000000023910863,
  0.3333333333329678,
];
const EXP = [
  2.762975311664101e-7, 2.763530090432731e-6, 2.4801492509165492e-5, 0.00019841184513412846, 0.001388888894526072, 0.008333333371391359,
  0.04166666666651569, 0.16666666666610427, 0.5000000000000026,
];

function horner64(v: Vectors, q: Vec, coefficients: readonly number[]): Vec {
  let p = v.f64(coefficients[0]!);
  for (const c of coefficients.slice(1)) p = v.op(Op.f64x2Add, v.op(Op.f64x2Mul, p, q), v.f64(c));
  return p;
}
