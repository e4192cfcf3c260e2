/** sub: a − b; float32, float64, int32, uint8 (the last two wrap). */
import { NUMERIC } from "./primitive.ts";
import { binary, when } from "./shared/binary.ts";
import { arithmetic } from "./shared/whole.ts";

export const sub = binary({
  name: "sub",
  dtypes: NUMERIC,
  cost: 1,
  scalar: (a, b) => a - b,
  gradient: (_a, _b, { cotangent, needs }) => [cotangent, when(needs[1], () => cotangent.neg())],
  lanes: arithmetic("f32x4Sub", "i32x4Sub"),
});
