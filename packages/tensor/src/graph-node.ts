import type { Attributes } from "./graph.ts";
import type { CustomRule } from "./autodiff/custom.ts";
import type { Tensor } from "./tensor.ts";

/** How a value came to be: kept by traced tensors always and by concrete ones that are tracked for differentiation. */
export interface Creator {
  /** Increases with time, so that inputs have smaller numbers than results. */
  readonly id: number;
  /** A primitive's name; or "leaf" (an end of differentiation), "alias" (same value, differentiable), "stop" (same value, derivative
   *  zero), "custom" (a rule of its own). */
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  /** The value made. For concrete tensors a snapshot that notices later changes in place. */
  output: Tensor | undefined;
  /** Name of the operation the user called, where it is made of several primitives. */
  label: string | undefined;
  /** For op "custom": the value computed by ordinary operations, and the gradient rule that replaces theirs. */
  custom: { readonly value: Tensor; readonly rule: CustomRule } | undefined;
}

let last = 0;

export const NO_ATTRIBUTES: Attributes = /* @__PURE__ */ Object.freeze({});

export function creator(op: string, inputs: readonly Tensor[], attributes: Attributes): Creator {
  return { id: ++last, op, inputs, attributes, output: undefined, label: undefined, custom: undefined };
}

/** The number of the newest creator; all later ones have larger numbers. */
export const lastCreatorId = (): number => last;
