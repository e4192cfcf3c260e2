import { checkKeys } from "@rl/math/options";
import { isGradEnabled } from "../autodiff/mode.ts";
import { Tensor } from "../tensor.ts";
import { writeInPlace } from "./in-place.ts";

/** Where an operation writes its result: an existing tensor of the result's shape, which is returned. */
export interface Out {
  readonly out: Tensor;
}

type AnyFunction = (...args: never[]) => Tensor;

/** An options object, as opposed to tensors, numbers and lists. */
function isOptions(value: unknown): value is { readonly out?: unknown } {
  return typeof value === "object" && value !== null && !(value instanceof Tensor) && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/**
 * The operation with one more optional argument at the end, { out }; beside the operation's own options where it has some ("options"). Without, any other key is
 * refused: the operation would not look at it.
 */
/* @__NO_SIDE_EFFECTS__ */
export function withOut<F extends AnyFunction>(
  name: string,
  fn: F,
  own?: "options",
): F & ((...args: [...given: Parameters<F>, out: Out]) => Tensor) {
  const wrapped = (...args: unknown[]): Tensor => {
    const last = args.at(-1);
    if (!isOptions(last)) return fn(...(args as never[]));
    if (own === undefined) checkKeys(name, last, ["out"]);
    if (!("out" in last)) return fn(...(args as never[]));
    const { out: target, ...rest } = last;
    if (!(target instanceof Tensor))
      throw new TypeError(`${name}: got out ${String(target)}; expected a tensor; make one with empty(shape)`);
    const given = Object.keys(rest).length > 0 ? [...args.slice(0, -1), rest] : args.slice(0, -1);
    const result = fn(...(given as never[]));
    if (isGradEnabled() && (result.requiresGrad || target.requiresGrad))
      throw new Error(
        `${name}: got out together with tensors that require gradients; results written into existing memory are not recorded; leave out, or wrap the call in noGrad(() => …)`,
      );
    return writeInPlace(`${name} with out`, target, result);
  };
  return wrapped as unknown as F & ((...args: [...given: Parameters<F>, out: Out]) => Tensor);
}
