/**
 * Elementwise primitives as SIMD graphs. Lanes hold float32, int32, uint8 widened to int32 (0…255), or bool as a mask of all bits.
 * In memory every element takes four bytes; a bool is 0 or 1 there.
 */
import type { DType } from "../dtype.ts";
import type { Attributes } from "../graph.ts";
import { cos, exp, expm1, log, log1p, pow, sigmoid, sin, softplus, tanh } from "./elementary.ts";
import { Op } from "./opcodes.ts";
import type { Vec, Vectors } from "./vector.ts";

type Rule = (v: Vectors, args: readonly [Vec, Vec, Vec], dtype: DType) => Vec;

const SIGN = 0x80000000;

const isWhole = (dtype: DType): boolean => dtype !== "float32";

function wrap(v: Vectors, value: Vec, dtype: DType): Vec {
  return dtype === "uint8" ? v.and(value, v.bits(255)) : value;
}

function arithmetic(float: number, whole: number): Rule {
  return (v, [a, b], dtype) => (isWhole(dtype) ? wrap(v, v.op(whole, a, b), dtype) : v.op(float, a, b));
}

/** Quotient toward zero of int32 lanes through float64; x/0 = 0. */
function wholeQuotient(v: Vectors, a: Vec, b: Vec): Vec {
  const half = (x: Vec, y: Vec): Vec =>
    v.op(Op.i32x4TruncSatF64S, v.op(Op.f64x2Div, v.op(Op.f64x2ConvertLowI32S, x), v.op(Op.f64x2ConvertLowI32S, y)));
  const quotient = v.join(half(a, b), half(v.high(a), v.high(b)));
  const byZero = v.op(Op.i32x4Eq, b, v.bits(0));
  const byMinusOne = v.op(Op.i32x4Eq, b, v.bits(-1));
  return v.op(Op.vAndnot, v.select(byMinusOne, v.op(Op.i32x4Neg, a), quotient), byZero);
}

function wholeRemainder(v: Vectors, a: Vec, b: Vec): Vec {
  const rest = v.op(Op.i32x4Sub, a, v.op(Op.i32x4Mul, wholeQuotient(v, a, b), b));
  return v.op(Op.vAndnot, rest, v.op(Op.i32x4Eq, b, v.bits(0)));
}

function compare(float: number, whole: number): Rule {
  // Masks are 0 and −1: false < true turns round.
  return (v, [a, b], dtype) => (dtype === "bool" ? v.op(whole, b, a) : v.op(isWhole(dtype) ? whole : float, a, b));
}

const float1 =
  (f: (v: Vectors, x: Vec) => Vec): Rule =>
  (v, [x]) =>
    f(v, x);

const rules: Record<string, Rule> = {
  neg: (v, [x], dtype) => (isWhole(dtype) ? wrap(v, v.op(Op.i32x4Neg, x), dtype) : v.op(Op.f32x4Neg, x)),
  abs: (v, [x], dtype) => (isWhole(dtype) ? v.op(Op.i32x4Abs, x) : v.op(Op.f32x4Abs, x)),
  sign(v, [x], dtype) {
    if (isWhole(dtype)) return v.op(Op.i32x4MinS, v.op(Op.i32x4MaxS, x, v.bits(-1)), v.bits(1));
    const nonzero = v.op(Op.f32x4Gt, v.op(Op.f32x4Abs, x), v.f32(0));
    return v.select(nonzero, v.or(v.and(x, v.bits(SIGN)), v.f32(1)), x);
  },
  floor: float1((v, x) => v.op(Op.f32x4Floor, x)),
  ceil: float1((v, x) => v.op(Op.f32x4Ceil, x)),
  round: float1((v, x) => v.op(Op.f32x4Nearest, x)),
  sqrt: float1((v, x) => v.op(Op.f32x4Sqrt, x)),
  relu: (v, [x], dtype) => (isWhole(dtype) ? v.op(Op.i32x4MaxS, x, v.bits(0)) : v.op(Op.vAndnot, x, v.op(Op.f32x4Le, x, v.f32(0)))),
  exp: float1(exp),
  expm1: float1(expm1),
  log: float1(log),
  log1p: float1(log1p),
  sin: float1(sin),
  cos: float1(cos),
  tanh: float1(tanh),
  sigmoid: float1(sigmoid),
  softplus: float1(softplus),
  erf: float1((v, x) => v.call("erf", x, x)),
  add: arithmetic(Op.f32x4Add, Op.i32x4Add),
  sub: arithmetic(Op.f32x4Sub, Op.i32x4Sub),
  mul: arithmetic(Op.f32x4Mul, Op.i32x4Mul),
  div: (v, [a, b], dtype) => (isWhole(dtype) ? wholeQuotient(v, a, b) : v.div(a, b)),
  rem: (v, [a, b], dtype) => (isWhole(dtype) ? wholeRemainder(v, a, b) : v.call("rem", a, b)),
  pow: (v, [a, b]) => pow(v, a, b),
  maximum: (v, [a, b], dtype) => v.op(isWhole(dtype) ? Op.i32x4MaxS : Op.f32x4Max, a, b),
  minimum: (v, [a, b], dtype) => v.op(isWhole(dtype) ? Op.i32x4MinS : Op.f32x4Min, a, b),
  equal: compare(Op.f32x4Eq, Op.i32x4Eq),
  less: compare(Op.f32x4Lt, Op.i32x4LtS),
  lessEqual: compare(Op.f32x4Le, Op.i32x4LeS),
  and: (v, [a, b]) => v.and(a, b),
  or: (v, [a, b]) => v.or(a, b),
  xor: (v, [a, b]) => v.xor(a, b),
  not: (v, [x], dtype) => (dtype === "uint8" ? v.xor(x, v.bits(255)) : v.op(Op.vNot, x)),
  select: (v, [condition, a, b]) => v.select(condition, a, b),
  copy: (_v, [x]) => x,
};

function cast(v: Vectors, x: Vec, from: DType, to: DType): Vec {
  if (from === to) return x;
  if (from === "bool") return v.and(x, to === "float32" ? v.f32(1) : v.bits(1));
  if (to === "bool") return from === "float32" ? v.op(Op.f32x4Ne, x, v.f32(0)) : v.op(Op.i32x4Ne, x, v.bits(0));
  if (to === "float32") return v.op(Op.f32x4ConvertI32S, x);
  if (from !== "float32") return wrap(v, x, to);
  const whole = v.op(Op.i32x4TruncSatF32S, x);
  return to === "uint8" ? v.op(Op.i32x4MinS, v.op(Op.i32x4MaxS, whole, v.bits(0)), v.bits(255)) : whole;
}

export const isElementwise = (op: string): boolean => op === "cast" || op in rules;

/** `inputs`: dtypes of the arguments. */
export function lowerElementwise(v: Vectors, op: string, attributes: Attributes, inputs: readonly DType[], args: readonly Vec[]): Vec {
  if (op === "cast") return cast(v, args[0]!, inputs[0]!, attributes.dtype as DType);
  return rules[op]!(v, args as [Vec, Vec, Vec], inputs[op === "select" ? 1 : 0]!);
}

/** What was loaded from memory as lanes. */
export const fromMemory = (v: Vectors, x: Vec, dtype: DType): Vec => (dtype === "bool" ? v.op(Op.i32x4Ne, x, v.bits(0)) : x);
/** Lanes as they are kept in memory. */
export const toMemory = (v: Vectors, x: Vec, dtype: DType): Vec => (dtype === "bool" ? v.and(x, v.bits(1)) : x);
