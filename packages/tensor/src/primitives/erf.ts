/** erf: 2/√π ∫₀ˣ e^−t² dt; float32, float64. */
import { erf as erfOf } from "../numeric/erf.ts";
import { FLOAT } from "./primitive.ts";
import { unary } from "./shared/unary.ts";

export const erf = unary({
  name: "erf",
  dtypes: FLOAT,
  cost: 24,
  scalar: erfOf,
  // 2/√π · e^−x².
  gradient: (x, _y, ct) => ct.mul(x.mul(x).neg().exp().mul(1.1283791670955126)),
  lanes: (v, x) => v.call("erf", x, x),
});
