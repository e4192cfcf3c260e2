/**
 * Elementwise functions of one input; shape and dtype of the result are the input's. No attributes.
 *
 * All numeric dtypes:
 *   neg       −x (int32 and uint8 wrap; −0 and NaN signs flip as IEEE says)
 *   abs       |x| (the smallest int32 stays itself)
 *   sign      −1, 0, 1; for floats zeros (with their sign) and NaN pass through
 * float32 and float64:
 *   floor ceil; round (halves to even); all keep −0 where the mathematical result is a zero reached from below, as IEEE roundToIntegral
 *   sqrt (correctly rounded; −0 → −0; negative → NaN)
 *   exp expm1 log log1p sin cos tanh: correctly rounded or nearly so (engines: ≤ 2 ulp); limits as ECMAScript's Math
 *   sigmoid   1/(1+e^−x), accurate in both tails;   softplus  log(1+e^x) = max(x, 0) + log1p(e^−|x|)
 *   erf       2/√π ∫₀ˣ e^−t² dt
 *   relu      x where x > 0, else 0 (NaN stays NaN; −0 → +0); its derivative at 0 is 0
 */
import { exp, expm1, log, log1p, cos, sin, tanh } from "@rl/math";
import type { DType } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { erf as erfOf } from "../numeric/erf.ts";
import { expectCount, expectDType, sizeOf, type Primitive } from "./primitive.ts";

const NUMERIC: readonly DType[] = ["float32", "float64", "int32", "uint8"];
const FLOAT: readonly DType[] = ["float32", "float64"];

type Rule = (x: Tensor, y: Tensor, cotangent: Tensor) => Tensor | undefined;

/** f: the function on a float64 number; storing rounds (float32) or wraps (integers). */
function unary(name: string, dtypes: readonly DType[], cost: number, f: (x: number) => number, rule: Rule): Primitive {
  return {
    name,
    infer(inputs) {
      expectCount(name, inputs, 1);
      expectDType(name, inputs, 0, dtypes);
      return inputs[0]!;
    },
    evaluate(inputs, out) {
      const x = inputs[0]!;
      for (let i = 0; i < out.length; i++) out[i] = f(x[i]!);
    },
    gradient: ({ inputs, output, cotangent }) => [rule(inputs[0]!, output, cotangent)],
    flops: ({ type }) => cost * sizeOf(type.shape),
  };
}

export const neg = unary(
  "neg",
  NUMERIC,
  1,
  (x) => -x,
  (_x, _y, ct) => ct.neg(),
);
export const abs = unary("abs", NUMERIC, 1, Math.abs, (x, _y, ct) => ct.mul(x.sign()));
export const sign = unary("sign", NUMERIC, 1, Math.sign, () => undefined);
export const floor = unary("floor", FLOAT, 1, Math.floor, () => undefined);
export const ceil = unary("ceil", FLOAT, 1, Math.ceil, () => undefined);
export const round = unary("round", FLOAT, 1, roundHalfEven, () => undefined);
export const sqrt = unary("sqrt", FLOAT, 4, Math.sqrt, (_x, y, ct) => ct.div(y.mul(2)));
export const exp_ = unary("exp", FLOAT, 12, exp, (_x, y, ct) => ct.mul(y));
export const expm1_ = unary("expm1", FLOAT, 16, expm1, (_x, y, ct) => ct.mul(y.add(1)));
export const log_ = unary("log", FLOAT, 12, log, (x, _y, ct) => ct.div(x));
export const log1p_ = unary("log1p", FLOAT, 16, log1p, (x, _y, ct) => ct.div(x.add(1)));
export const sin_ = unary("sin", FLOAT, 16, sin, (x, _y, ct) => ct.mul(x.cos()));
export const cos_ = unary("cos", FLOAT, 16, cos, (x, _y, ct) => ct.mul(x.sin()).neg());
/** 1 − y² as (1−y)(1+y): keeps the relative accuracy where |y| is near 1 better than subtracting squares. */
export const tanh_ = unary("tanh", FLOAT, 16, tanh, (_x, y, ct) => ct.mul(y.neg().add(1).mul(y.add(1))));
export const sigmoid = unary("sigmoid", FLOAT, 16, sigmoidOf, (_x, y, ct) => ct.mul(y.mul(y.neg().add(1))));
export const softplus = unary("softplus", FLOAT, 28, softplusOf, (x, _y, ct) => ct.mul(x.sigmoid()));
/** d erf/dx = 2/√π · e^−x². */
export const erf = unary("erf", FLOAT, 24, erfOf, (x, _y, ct) => ct.mul(x.mul(x).neg().exp().mul(1.1283791670955126)));
export const relu = unary(
  "relu",
  FLOAT,
  1,
  (x) => Math.max(x, 0),
  (x, _y, ct) => x.greater(0).where(ct, 0),
);

function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest < 0.5) return down === 0 && Object.is(Math.sign(x), -0) ? -0 : down;
  if (rest > 0.5) return Math.ceil(x);
  if (!(rest === 0.5)) return x; // NaN and ±∞
  return down % 2 === 0 ? down : Math.ceil(x);
}

function sigmoidOf(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const e = exp(x);
  return e / (1 + e);
}

function softplusOf(x: number): number {
  return Math.max(x, 0) + log1p(exp(-Math.abs(x)));
}
