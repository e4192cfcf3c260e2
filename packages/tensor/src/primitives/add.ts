/** add: a + b; float32, float64, int32, uint8 (the last two wrap). */
import { NUMERIC } from "./primitive.ts";
import { binary } from "./shared/binary.ts";
import { arithmetic } from "./shared/whole.ts";

export const add = binary({
  name: "add",
  dtypes: NUMERIC,
  cost: 1,
  scalar: (a, b) => a + b,
  gradient: (_a, _b, { cotangent }) => [cotangent, cotangent],
  lanes: arithmetic("f32x4Add", "i32x4Add"),
});
