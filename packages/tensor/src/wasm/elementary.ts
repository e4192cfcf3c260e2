/**
 * Elementary functions of four float32 lanes, written as graphs of exact IEEE operations: the same bits everywhere. Errors ≤ 2 ulp over the
 * whole range (test/wasm-elementary.test.ts; `pnpm bench elementary` runs all 2^32 arguments). Coefficients: own minimax fits.
 * Where an argument is too large or special for the fast path, its lane calls @rl/math.
 */
import { Op } from "./opcodes.ts";
import type { Vec, Vectors } from "./vector.ts";

/** 1.5·2^23: adding it rounds to whole numbers and leaves them in the low bits. */
const MAGIC = 12582912;
const MAGIC_BITS = 0x4b400000;
const LOG2E = 1.4426950408889634;
/** log 2 in two parts; the first has 9 bits, so that its product with an exponent is exact. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.12194440054690583e-4;

/** e^r − 1 = r + r²·P(r): coefficients of P. */
const EXPM1 = [0.001381453825160861, 0.00836874544620514, 0.04166838899254799, 0.1666652113199234, 0.4999999403953552];

/** x = n·log 2 + r, |r| ≤ log 2 / 2: e^r − 1, and n in the low bits of `shifted`, offset by MAGIC_BITS. r's own rounding error does not enter. */
function reduceExp(v: Vectors, x: Vec): { shifted: Vec; small: Vec } {
  const shifted = v.add(v.mul(x, v.f32(LOG2E)), v.f32(MAGIC));
  const n = v.sub(shifted, v.f32(MAGIC));
  const high = v.sub(x, v.mul(n, v.f32(LN2_HIGH)));
  const low = v.mul(n, v.f32(LN2_LOW));
  const r = v.sub(high, low);
  return { shifted, small: v.add(high, v.sub(v.mul(v.mul(r, r), v.horner(r, ...EXPM1)), low)) };
}

/** 2^k for k in the low bits of an integer vector, −126 ≤ k ≤ 127. */
const powerOfTwo = (v: Vectors, k: Vec): Vec => v.shift(Op.i32x4Shl, v.op(Op.i32x4Add, k, v.bits(127)), 23);

const clamp = (v: Vectors, x: Vec, low: number, high: number): Vec => v.pmax(v.pmin(x, v.f32(high)), v.f32(low));

/** In two steps, so that results below 2^−126 are rounded once. */
export function exp(v: Vectors, x: Vec): Vec {
  const { shifted, small } = reduceExp(v, clamp(v, x, -104, 89));
  const n = v.op(Op.i32x4Sub, shifted, v.bits(MAGIC_BITS));
  const half = v.shift(Op.i32x4ShrS, n, 1);
  const mantissa = v.add(small, v.f32(1));
  return v.mul(v.mul(mantissa, powerOfTwo(v, half)), powerOfTwo(v, v.op(Op.i32x4Sub, n, half)));
}

/** 2·(2^(n−1)·(e^r − 1) + (2^(n−1) − ½)); e^r − 1 itself for n = 0, so that small x keep their bits. */
export function expm1(v: Vectors, x: Vec): Vec {
  const { shifted, small: e } = reduceExp(v, clamp(v, x, -18, 89));
  const half = v.shift(Op.i32x4Shl, v.op(Op.i32x4Add, shifted, v.bits(126 - MAGIC_BITS)), 23);
  const scaled = v.mul(v.add(v.mul(half, e), v.sub(half, v.f32(0.5))), v.f32(2));
  const isZero = v.op(Op.i32x4Eq, shifted, v.bits(MAGIC_BITS));
  return v.select(v.op(Op.f32x4Eq, x, v.f32(0)), x, v.select(isZero, e, scaled));
}

/** log of u·2^extra plus a small correction, u positive and normal. */
function logCore(v: Vectors, u: Vec, extra: Vec | undefined, correction: Vec | undefined): Vec {
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
function logSpecial(v: Vectors, x: Vec, result: Vec): Vec {
  const finite = v.op(Op.f32x4Lt, v.op(Op.f32x4Abs, x), v.f32(Infinity));
  const kept = v.select(finite, result, v.mul(x, x));
  const negative = v.op(Op.f32x4Lt, x, v.f32(0));
  const orNaN = v.or(kept, v.and(negative, v.bits(0x7fc00000)));
  return v.select(v.op(Op.f32x4Eq, x, v.f32(0)), v.f32(-Infinity), v.select(negative, v.bits(0x7fc00000), orNaN));
}

export function log(v: Vectors, x: Vec): Vec {
  const small = v.op(Op.f32x4Lt, x, v.f32(1.1754943508222875e-38));
  const u = v.select(small, v.mul(x, v.f32(8388608)), x);
  return logSpecial(v, x, logCore(v, u, v.and(small, v.f32(-23)), undefined));
}

/** u = 1 + x rounded; what was lost comes back as c/u. */
export function log1p(v: Vectors, x: Vec): Vec {
  const one = v.f32(1);
  const u = v.add(x, one);
  const lostSmall = v.sub(x, v.sub(u, one));
  const lostLarge = v.sub(one, v.sub(u, x));
  const lost = v.select(v.op(Op.f32x4Gt, x, one), lostLarge, lostSmall);
  const result = logCore(v, u, undefined, v.div(lost, u));
  const special = logSpecial(v, u, result);
  // Tiny x (also −0) is its own logarithm.
  return v.select(v.op(Op.f32x4Lt, v.op(Op.f32x4Abs, x), v.f32(2.98e-8)), x, special);
}

/** tanh x = x + x³·P(x²) for |x| ≤ 0.65: coefficients of P. */
const TANH_NEAR = [-0.00552863365047599, 0.020483316097354775, -0.05369296804523321, 0.1333089976132636, -0.33333262882317516];
/** e^2h = 1 + 2h + h²·P(h), |h| ≤ log 2 / 4: coefficients of P, fitted where they weigh in 1 − 2/(e^2|x| + 1). */
const TANH_EXP = [1.9999747860052728, 1.3333679439844806, 0.6700297579041997, 0.2659861907064677] as const;

/**
 * 1 − 2/(e^2|x| + 1) with the sign of x where |x| > 0.65, else a polynomial. The two do not wait for each other, and Estrin's scheme shortens the first:
 * the longest chain of instructions decides how long an element takes.
 */
export function tanh(v: Vectors, x: Vec): Vec {
  const a = v.op(Op.f32x4Abs, x);
  const c = v.pmin(a, v.f32(9.1));
  const shifted = v.add(v.mul(c, v.f32(2 * LOG2E)), v.f32(MAGIC));
  const n = v.sub(shifted, v.f32(MAGIC));
  const h = v.sub(v.sub(c, v.mul(n, v.f32(LN2_HIGH / 2))), v.mul(n, v.f32(LN2_LOW / 2)));
  const h2 = v.mul(h, h);
  const [c0, c1, c2, c3] = TANH_EXP;
  const p = v.add(v.mul(h2, v.add(v.mul(h, v.f32(c3)), v.f32(c2))), v.add(v.mul(h, v.f32(c1)), v.f32(c0)));
  const mantissa = v.add(v.mul(h2, p), v.add(v.add(h, h), v.f32(1)));
  const e = v.op(Op.i32x4Add, mantissa, v.shift(Op.i32x4Shl, shifted, 23));
  const far = v.sub(v.f32(1), v.div(v.f32(2), v.add(e, v.f32(1))));
  const q = v.mul(x, x);
  const near = v.add(x, v.mul(v.mul(x, q), v.horner(q, ...TANH_NEAR)));
  // The sign also goes to the polynomial, for −0.
  return v.or(v.select(v.op(Op.f32x4Gt, a, v.f32(0.65)), far, near), v.and(x, v.bits(0x80000000)));
}

/** With t = e^−|x| and q = t/(1+t): 1 − q, or t − t·q for negative x. */
export function sigmoid(v: Vectors, x: Vec): Vec {
  const t = exp(v, v.op(Op.f32x4Neg, v.op(Op.f32x4Abs, x)));
  const q = v.div(t, v.add(t, v.f32(1)));
  const base = v.select(v.op(Op.f32x4Lt, x, v.f32(0)), t, v.f32(1));
  return v.sub(base, v.mul(base, q));
}

export function softplus(v: Vectors, x: Vec): Vec {
  const t = exp(v, v.op(Op.f32x4Neg, v.op(Op.f32x4Abs, x)));
  return v.add(v.op(Op.f32x4Max, x, v.f32(0)), log1p(v, t));
}

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
function sinusoid(v: Vectors, x: Vec, turn: 0 | 1): Vec {
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
  const sign = v.and(v.shift(Op.i32x4Shl, quadrant, 30), v.bits(0x80000000));
  const result = v.xor(v.select(odd, cosine, sine), sign);
  const outside = v.op(Op.vNot, v.op(Op.f32x4Lt, v.op(Op.f32x4Abs, x), v.f32(1048576)));
  const signed = turn ? result : v.select(v.op(Op.f32x4Eq, x, v.f32(0)), x, result);
  return v.patch(turn ? "cos" : "sin", signed, x, x, outside);
}

export const sin = (v: Vectors, x: Vec): Vec => sinusoid(v, x, 0);
export const cos = (v: Vectors, x: Vec): Vec => sinusoid(v, x, 1);

/** x^y = 2^(y·log₂ x) for positive normal x in float64; everything else is patched lane by lane. */
export function pow(v: Vectors, x: Vec, y: Vec): Vec {
  const a = v.op(Op.f32x4Abs, x);
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
  const ordinary = v.and(v.and(positive, v.op(Op.f32x4Lt, x, v.f32(Infinity))), v.op(Op.f32x4Lt, v.op(Op.f32x4Abs, y), v.f32(Infinity)));
  // A negative base of ordinary size with a whole exponent: the sign is that of odd exponents.
  const whole = v.op(Op.f32x4Eq, v.op(Op.f32x4Nearest, y), y);
  const negative = v.and(
    v.and(v.op(Op.f32x4Le, x, v.f32(-1.1754943508222875e-38)), v.op(Op.f32x4Gt, x, v.f32(-Infinity))),
    v.and(whole, v.op(Op.f32x4Lt, v.op(Op.f32x4Abs, y), v.f32(1048576))),
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
