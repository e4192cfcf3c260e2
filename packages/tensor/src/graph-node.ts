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
  /** For op "loop": its body, to be differentiated. */
  replay: Replay | undefined;
}

/** The body of a loop as a function of its inputs' values. */
export type Replay = (inputs: readonly Tensor[]) => Tensor[];

let last = 0;

export const NO_ATTRIBUTES: Attributes = /* @__PURE__ */ Object.freeze({});

export function creator(op: string, inputs: readonly Tensor[], attributes: Attributes): Creator {
  return { id: ++last, op, inputs, attributes, output: undefined, label: undefined, custom: undefined, replay: undefined };
}

/** Whether a tracked value is, or depends on, one that is no newer than `after`. */
export function reachesOutside(start: Creator, after: number): boolean {
  if (start.id <= after) return true;
  const seen = new Set<Creator>([start]);
  const pending = [start];
  while (pending.length > 0) {
    for (const input of pending.pop()!.inputs) {
      const made = input._creator;
      if (!made || !input._tracked || seen.has(made)) continue;
      if (made.id <= after) return true;
      seen.add(made);
      pending.push(made);
    }
  }
  return false;
}

/** The number of the newest creator; all later ones have larger numbers. */
export const lastCreatorId = (): number => last;
