/** Operations as functions, with an optional { out } at the end: an existing tensor that takes the result. */
import { checkKeys } from "@rl/math/options";
import { isGradEnabled } from "../mode.ts";
import { checkOperand } from "../ops/common.ts";
import { writeInPlace } from "../tensor/in-place.ts";
import { rankZero, Tensor, type TensorLike } from "../tensor/tensor.ts";

/** Where an operation writes its result: an existing tensor of the result's shape, which is returned. */
export interface Out {
  readonly out: Tensor;
}

type WithOut<F extends (...args: never[]) => unknown> = F & ((...args: [...given: Parameters<F>, out: Out]) => Tensor);

/** Names of methods that return a tensor. */
type OperationName = { [K in keyof Tensor]: Tensor[K] extends (...rest: never[]) => Tensor ? K : never }[keyof Tensor];
type Operation<K extends OperationName> = Tensor[K] extends (...rest: infer P) => Tensor ? (x: TensorLike, ...rest: P) => Tensor : never;

/** A bare number becomes a float32 scalar, a boolean a bool one. */
export function asTensor(name: string, value: TensorLike): Tensor {
  if (value instanceof Tensor) return value;
  checkOperand(name, value);
  return typeof value === "boolean" ? rankZero(value, "bool") : rankZero(value as number, "float32");
}

/** The tensor whose method a function is; a bare number there adopts the dtype of the tensor beside it. */
function receiver(name: string, value: TensorLike): Tensor {
  if (value instanceof Tensor) return value;
  const made = asTensor(name, value);
  made.bare = value;
  return made;
}

/** An options object, as opposed to tensors, numbers and lists. */
function isOptions(value: unknown): value is { readonly out?: unknown } {
  return typeof value === "object" && value !== null && !(value instanceof Tensor) && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** A method of tensors as a function of the tensor and the method's arguments. "options": the last of these is an options object. */
/* @__NO_SIDE_EFFECTS__ */
export function asFunction<K extends OperationName>(name: K, own?: "options"): WithOut<Operation<K>> {
  const method = Tensor.prototype[name] as (...rest: unknown[]) => Tensor;
  const wrapped = (x: TensorLike, ...rest: unknown[]): Tensor => {
    if (isOptions(rest[rest.length - 1])) return writing(name, own, rest, (given) => method.apply(receiver(name, x), [...given]));
    return method.apply(receiver(name, x), rest);
  };
  return wrapped as unknown as WithOut<Operation<K>>;
}

/**
 * The operation with one more optional argument at the end, { out }; beside the operation's own options where it has some ("options"). Without, any other key is
 * refused: the operation would not look at it.
 */
/* @__NO_SIDE_EFFECTS__ */
export function withOut<F extends (...args: never[]) => Tensor>(name: string, fn: F, own?: "options"): WithOut<F> {
  const call = fn as unknown as (...args: unknown[]) => Tensor;
  const wrapped = (...args: unknown[]): Tensor =>
    isOptions(args[args.length - 1]) ? writing(name, own, args, (given) => call(...given)) : call(...args);
  return wrapped as unknown as WithOut<F>;
}

/** Calls an operation whose last argument is an options object, and writes its result where that says. */
function writing(name: string, own: "options" | undefined, args: readonly unknown[], call: (given: readonly unknown[]) => Tensor): Tensor {
  const last = args.at(-1) as { readonly out?: unknown };
  if (own === undefined) checkKeys(name, last, ["out"]);
  if (!("out" in last)) return call(args);
  const { out: target, ...rest } = last;
  if (!(target instanceof Tensor)) throw new TypeError(`${name}: got out ${String(target)}; expected a tensor; make one with empty(shape)`);
  const result = call(Object.keys(rest).length > 0 ? [...args.slice(0, -1), rest] : args.slice(0, -1));
  if (isGradEnabled() && (result.requiresGrad || target.requiresGrad))
    throw new Error(
      `${name}: got out together with tensors that require gradients; results written into existing memory are not recorded; leave out, or wrap the call in noGrad(() => …)`,
    );
  return writeInPlace(`${name} with out`, target, result);
}
