/** and: two inputs of one shape and dtype, bool (logic) or int32, uint8 (bit by bit) → the same. */
import { logic } from "./shared/pairwise.ts";

export const and = logic(
  "and",
  (a, b) => a & b,
  (v, a, b) => v.and(a, b),
);
