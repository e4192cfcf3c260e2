/** round: the nearest whole number, halves to the even one; float32, float64. Results from [−0.5, −0] are −0; NaN and ±∞ stay. Its derivative is 0. */
import { Op } from "../kernels/opcodes.ts";
import { FLOAT } from "./primitive.ts";
import { unary } from "./shared/unary.ts";

export const round = unary({
  name: "round",
  dtypes: FLOAT,
  cost: 1,
  scalar: roundHalfEven,
  gradient: () => undefined,
  lanes: (v, x) => v.op(Op.f32x4Nearest, x),
});

function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest < 0.5) return down === 0 && Object.is(Math.sign(x), -0) ? -0 : down;
  if (rest > 0.5) return Math.ceil(x);
  if (!(rest === 0.5)) return x; // NaN and ±∞
  return down % 2 === 0 ? down : Math.ceil(x);
}
