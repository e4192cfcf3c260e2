/** lessEqual: whether a ≤ b; −0 = +0, false with NaN; two inputs of one shape and dtype (any) → bool. */
import { Op } from "../wasm/opcodes.ts";
import { comparison } from "./shared/pairwise.ts";

export const lessEqual = comparison("lessEqual", (a, b) => a <= b, { float: Op.f32x4Le, whole: Op.i32x4LeS });
