import { isGradEnabled } from "../autodiff/mode.ts";
import { Tensor } from "../tensor.ts";
import { writeInPlace } from "./in-place.ts";

/** Where an operation writes its result: an existing tensor of the result's shape, which is returned. */
export interface Out {
  readonly out: Tensor;
}

type AnyFunction = (...args: never[]) => Tensor;

/** The operation with one more optional argument at the end, { out }. */
export function withOut<F extends AnyFunction>(name: string, fn: F): F & ((...args: [...Parameters<F>, Out]) => Tensor) {
  const wrapped = (...args: unknown[]): Tensor => {
    const last = args.at(-1);
    if (typeof last !== "object" || last === null || last instanceof Tensor || !("out" in last)) return fn(...(args as never[]));
    const target = last.out;
    if (!(target instanceof Tensor)) throw new TypeError(`${name}: got out ${String(target)}; expected a tensor`);
    const result = fn(...(args.slice(0, -1) as never[]));
    if (isGradEnabled() && (result._tracked || target._tracked))
      throw new Error(
        `${name}: got out together with tensors that require gradients; results written into existing memory are not recorded; leave out, or wrap the call in noGrad(() => …)`,
      );
    return writeInPlace(`${name} with out`, target, result);
  };
  return wrapped as unknown as F & ((...args: [...Parameters<F>, Out]) => Tensor);
}
