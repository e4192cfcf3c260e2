/** mul: a·b; float32, float64, int32, uint8 (the last two wrap). */
import { NUMERIC } from "./primitive.ts";
import { binary, when } from "./shared/binary.ts";
import { arithmetic } from "./shared/whole.ts";

export const mul = binary({
  name: "mul",
  dtypes: NUMERIC,
  cost: 1,
  scalar: (a, b) => a * b,
  integer: Math.imul,
  gradient: (a, b, { cotangent, needs }) => [when(needs[0], () => cotangent.mul(b)), when(needs[1], () => cotangent.mul(a))],
  lanes: arithmetic("f32x4Mul", "i32x4Mul"),
});
