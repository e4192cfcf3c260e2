/** Gradient rules of one's own, as functions of tensors. */
import type { RuleContext } from "../ops/value.ts";
import * as custom from "../tensor/custom.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What a gradient rule sees; the same as a primitive's. */
export interface CustomRule {
  (context: RuleContext<Tensor>): readonly (Tensor | undefined)[];
}

/**
 * The value of `forward(...inputs)` with a gradient rule of its own, for functions whose mechanical gradient is inaccurate or wasteful. The rule returns one
 * cotangent per input (undefined: zero), written in public operations, so it can be differentiated again; it must be the true derivative. It
 * uses no values but those it is given: in the body of a loop, others belong to a tracing that has ended.
 */
export function customGradient(
  name: string,
  inputs: readonly Tensor[],
  forward: (...inputs: Tensor[]) => Tensor,
  rule: CustomRule,
): Tensor {
  return custom.customGradient(name, inputs, forward, rule);
}

/** The same value, with derivative zero: nothing is differentiated through it. */
export const stopGradient = (x: Tensor): Tensor => custom.stopGradient(x);
