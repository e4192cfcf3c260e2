/** Functions that kernels call lane by lane, where SIMD code would be too long or an argument is beyond its reach (v.call, v.patch). */
import { cos, pow, sin } from "@rl/math";
import { erf } from "../numeric/erf.ts";

/** Every module imports all of them, in this order. */
export const laneCalls = { pow, sin, cos, erf, rem: (a: number, b: number): number => a % b };

export type LaneCall = keyof typeof laneCalls;
