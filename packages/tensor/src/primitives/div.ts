/** div: a/b; float32, float64 as IEEE says; int32, uint8 truncate toward zero, x/0 = 0, smallest int32 / −1 = itself. */
import { isFloat, NUMERIC } from "./primitive.ts";
import { binary, when } from "./shared/binary.ts";
import { wholeQuotient } from "./shared/whole.ts";

export const div = binary({
  name: "div",
  dtypes: NUMERIC,
  cost: 4,
  scalar: (a, b) => a / b,
  integer: (a, b) => (b === 0 ? 0 : Math.trunc(a / b)),
  gradient: (_a, b, { cotangent, needs, output }) => [
    when(needs[0], () => cotangent.div(b)),
    when(needs[1], () => cotangent.mul(output).div(b).neg()),
  ],
  lanes: (v, a, b, dtype) => (isFloat(dtype) ? v.div(a, b) : wholeQuotient(v, a, b)),
});
