import { creator, NO_ATTRIBUTES } from "../graph-node.ts";
import { isGradEnabled, noGrad } from "./mode.ts";
import { Tensor } from "../tensor.ts";
import { stridesOf } from "../shape.ts";

/** What a gradient rule sees; the same as a primitive's. */
export interface CustomRule {
  (context: {
    readonly inputs: readonly Tensor[];
    readonly output: Tensor;
    readonly cotangent: Tensor;
    readonly needs: readonly boolean[];
  }): readonly (Tensor | undefined)[];
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
  const tracked = isGradEnabled() && inputs.some((input) => input.requiresGrad);
  const value = noGrad(() => forward(...inputs));
  if (!tracked) return value;
  const result = new Tensor(value.shape, value.dtype);
  result._trace = value._trace;
  if (!value._trace) {
    result._base = value._base ?? value;
    result._strides = value._strides ?? stridesOf(value.shape);
    result._offset = value._offset;
  }
  const made = creator(
    "custom",
    inputs.map((input) => input._snapshot()),
    NO_ATTRIBUTES,
  );
  made.label = name;
  made.custom = { value, rule };
  result._creator = made;
  result._tracked = true;
  made.output = result._snapshot();
  return result;
}
