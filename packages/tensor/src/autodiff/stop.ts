import type { Tensor } from "../tensor.ts";

/** The same value, with derivative zero: nothing is differentiated through it. */
export function stopGradient(x: Tensor): Tensor {
  return x.requiresGrad ? x._alias("stop", false) : x;
}
