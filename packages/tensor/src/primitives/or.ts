/** or: two inputs of one shape and dtype, bool (logic) or int32, uint8 (bit by bit) → the same. */
import { logic } from "./shared/pairwise.ts";

export const or = logic(
  "or",
  (a, b) => a | b,
  (v, a, b) => v.or(a, b),
);
