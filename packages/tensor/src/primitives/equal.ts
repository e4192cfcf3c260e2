/** equal: whether a = b; −0 = +0, false with NaN; two inputs of one shape and dtype (any) → bool. */
import { comparison } from "./shared/pairwise.ts";

export const equal = comparison("equal", (a, b) => a === b, "f32x4Eq", "i32x4Eq");
