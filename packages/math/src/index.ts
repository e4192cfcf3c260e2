export { acos, asin } from "./asin.ts";
export { atan, atan2 } from "./atan.ts";
export { exp } from "./exp.ts";
export { expm1, tanh } from "./expm1.ts";
export { cosh, sinh } from "./hyperbolic.ts";
export { hypot } from "./hypot.ts";
export { log, log1p, log2 } from "./log.ts";
export { pow } from "./pow.ts";
export { cos, sin, sincos, sincosColumn, tan } from "./sin.ts";
