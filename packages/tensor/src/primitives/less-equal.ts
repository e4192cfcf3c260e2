/** lessEqual: whether a ≤ b; −0 = +0, false with NaN; two inputs of one shape and dtype (any) → bool. */
import { comparison } from "./shared/pairwise.ts";

export const lessEqual = comparison("lessEqual", (a, b) => a <= b, "f32x4Le", "i32x4LeS");
