/** less: whether a < b; −0 = +0, false with NaN; two inputs of one shape and dtype (any) → bool. */
import { comparison } from "./shared/pairwise.ts";

export const less = comparison("less", (a, b) => a < b, "f32x4Lt", "i32x4LtS");
