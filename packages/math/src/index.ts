export { exp } from "./exp.ts";
export { log } from "./log.ts";
export { cos, sin, sincos } from "./sin.ts";
