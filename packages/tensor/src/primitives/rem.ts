/**
 * rem: x − trunc(x/y)·y, exact, with the sign of x; float32, float64 (x rem 0, ∞ rem y = NaN, x rem ∞ = x), int32, uint8 (x rem 0 = 0).
 */
import { Op } from "../kernels/opcodes.ts";
import type { Vec, Vectors } from "../kernels/vector.ts";
import { isFloat, NUMERIC } from "./primitive.ts";
import { binary, when } from "./shared/binary.ts";
import { wholeQuotient } from "./shared/whole.ts";

export const rem = binary({
  name: "rem",
  dtypes: NUMERIC,
  cost: 8,
  scalar: (a, b) => a % b,
  integer: (a, b) => (b === 0 ? 0 : a % b),
  // The quotient that the result is made by: rounding may bring a/b to the next whole number.
  gradient: (a, b, { cotangent, needs, output }) => [cotangent, when(needs[1], () => cotangent.mul(a.sub(output).div(b).round()).neg())],
  lanes: (v, a, b, dtype) => (isFloat(dtype) ? v.call("rem", a, b) : wholeRemainder(v, a, b)),
});

function wholeRemainder(v: Vectors, a: Vec, b: Vec): Vec {
  const rest = v.op(Op.i32x4Sub, a, v.op(Op.i32x4Mul, wholeQuotient(v, a, b), b));
  return v.op(Op.vAndnot, rest, v.op(Op.i32x4Eq, b, v.bits(0)));
}
