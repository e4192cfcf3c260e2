/**
 * Elementwise functions of two inputs of the same shape and dtype (broadcasting and conversion are nodes of their own). No attributes.
 *
 * float32, float64, int32, uint8:
 *   add sub mul   integers wrap
 *   div           IEEE for floats; integers truncate toward zero, x/0 = 0, smallest int32 / −1 = itself
 *   rem           x − trunc(x/y)·y, exact, sign of x; floats: x rem 0, ∞ rem y = NaN, x rem ∞ = x; integers: x rem 0 = 0
 *   maximum minimum   NaN if either is; −0 < +0; derivative shared half and half where both are equal
 * float32, float64:
 *   pow           ECMAScript's pow, so 1^NaN and 1^±∞ are NaN; derivative for y where x = 0 is 0
 */
import { pow as powOf } from "@rl/math";
import type { DType } from "../dtype.ts";
import type { Tensor } from "../tensor.ts";
import { expectCount, expectDType, isFloat, misuse, sameShape, sizeOf, type Primitive } from "./primitive.ts";

const NUMERIC: readonly DType[] = ["float32", "float64", "int32", "uint8"];
const FLOAT: readonly DType[] = ["float32", "float64"];

type Rule = (a: Tensor, b: Tensor, cotangent: Tensor, needs: readonly boolean[], output: Tensor) => readonly (Tensor | undefined)[];

interface Scalar {
  readonly float: (a: number, b: number) => number;
  /** Exact on int32 values; the store wraps. Absent: the float formula is right for integers too. */
  readonly integer?: (a: number, b: number) => number;
}

function binary(name: string, dtypes: readonly DType[], cost: number, scalar: Scalar, rule: Rule): Primitive {
  return {
    name,
    infer(inputs) {
      expectCount(name, inputs, 2);
      expectDType(name, inputs, 0, dtypes);
      const [a, b] = inputs as [(typeof inputs)[0], (typeof inputs)[0]];
      if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) throw misuse(name, inputs, "two inputs of one shape and dtype");
      return a;
    },
    evaluate(inputs, out, { type }) {
      const a = inputs[0]!;
      const b = inputs[1]!;
      const f = isFloat(type.dtype) ? scalar.float : (scalar.integer ?? scalar.float);
      for (let i = 0; i < out.length; i++) out[i] = f(a[i]!, b[i]!);
    },
    gradient: ({ inputs, cotangent, needs, output }) => rule(inputs[0]!, inputs[1]!, cotangent, needs, output),
    flops: ({ type }) => cost * sizeOf(type.shape),
  };
}

const when = (needed: boolean | undefined, value: () => Tensor): Tensor | undefined => (needed ? value() : undefined);

export const add = binary("add", NUMERIC, 1, { float: (a, b) => a + b }, (_a, _b, ct) => [ct, ct]);
export const sub = binary("sub", NUMERIC, 1, { float: (a, b) => a - b }, (_a, _b, ct, needs) => [ct, when(needs[1], () => ct.neg())]);
export const mul = binary("mul", NUMERIC, 1, { float: (a, b) => a * b, integer: Math.imul }, (a, b, ct, needs) => [
  when(needs[0], () => ct.mul(b)),
  when(needs[1], () => ct.mul(a)),
]);
export const div = binary(
  "div",
  NUMERIC,
  4,
  { float: (a, b) => a / b, integer: (a, b) => (b === 0 ? 0 : Math.trunc(a / b)) },
  (_a, b, ct, needs, y) => [when(needs[0], () => ct.div(b)), when(needs[1], () => ct.mul(y).div(b).neg())],
);
export const rem = binary("rem", NUMERIC, 8, { float: (a, b) => a % b, integer: (a, b) => (b === 0 ? 0 : a % b) }, (a, b, ct, needs) => [
  ct,
  when(needs[1], () => ct.mul(a.div(b).trunc()).neg()),
]);
export const maximum = binary("maximum", NUMERIC, 1, { float: Math.max }, (a, b, ct, needs) => [
  when(needs[0], () => share(ct, a, b)),
  when(needs[1], () => share(ct, b, a)),
]);
export const minimum = binary("minimum", NUMERIC, 1, { float: Math.min }, (a, b, ct, needs) => [
  when(needs[0], () => share(ct, b, a)),
  when(needs[1], () => share(ct, a, b)),
]);
/** ∂/∂x = y·x^(y−1), ∂/∂y = x^y·log x (0 where x = 0). */
export const pow = binary("pow", FLOAT, 32, { float: powOf }, (a, b, ct, needs, y) => [
  when(needs[0], () => ct.mul(b.mul(a.pow(b.sub(1))))),
  when(needs[1], () => ct.mul(a.equal(0).where(0, y.mul(a.equal(0).where(1, a).log())))),
]);

/** ct where winner > loser, ct/2 where equal, 0 elsewhere. */
function share(ct: Tensor, winner: Tensor, loser: Tensor): Tensor {
  return winner.greater(loser).where(ct, winner.equal(loser).where(ct.mul(0.5), 0));
}
