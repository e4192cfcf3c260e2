/** maximum: float32, float64 (NaN if either is; −0 < +0), int32, uint8. The derivative is shared half and half where both are equal. */
import { Op } from "../kernels/opcodes.ts";
import { isFloat, NUMERIC } from "./primitive.ts";
import { binary, when } from "./shared/binary.ts";
import { shareOf } from "./shared/extremum.ts";

export const maximum = binary({
  name: "maximum",
  dtypes: NUMERIC,
  cost: 1,
  scalar: Math.max,
  gradient: (a, b, { cotangent, needs }) => [
    when(needs[0], () => shareOf(cotangent, a, b, a.greater(b))),
    when(needs[1], () => shareOf(cotangent, b, a, b.greater(a))),
  ],
  lanes: (v, a, b, dtype) => v.op(isFloat(dtype) ? Op.f32x4Max : Op.i32x4MaxS, a, b),
});
