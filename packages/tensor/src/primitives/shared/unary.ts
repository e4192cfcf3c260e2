/** Elementwise functions of one input; shape and dtype of the result are the input's; no attributes. */
import type { DType } from "../../dtype.ts";
import type { Operations } from "../../ops/operations.ts";
import type { Vec, Vectors } from "../../kernels/vector.ts";
import { expectCount, expectDType, type Primitive } from "../primitive.ts";
import { sizeOf } from "../../shape.ts";

interface Unary {
  readonly name: string;
  readonly dtypes: readonly DType[];
  /** Floating point operations per element. */
  readonly cost: number;
  /** On a float64 number; storing rounds (float32) or wraps (integers). */
  readonly scalar: (x: number) => number;
  /** Cotangent of x, given y = f(x) and its cotangent. */
  readonly gradient: (x: Operations, y: Operations, cotangent: Operations) => Operations | undefined;
  readonly lanes: (v: Vectors, x: Vec, dtype: DType) => Vec;
}

/* @__NO_SIDE_EFFECTS__ */
export function unary({ name, dtypes, cost, scalar, gradient, lanes }: Unary): Primitive {
  return {
    name,
    infer(inputs) {
      expectCount(name, inputs, 1);
      expectDType(name, inputs, 0, dtypes);
      return inputs[0]!;
    },
    evaluate(inputs, out) {
      const x = inputs[0]!;
      for (let i = 0; i < out.length; i++) out[i] = scalar(x[i]!);
    },
    gradient: ({ inputs, output, cotangent }) => [gradient(inputs[0]!, output, cotangent)],
    flops: ({ type }) => cost * sizeOf(type.shape),
    wasm: { kind: "elementwise", lanes: (v, [x], dtype) => lanes(v, x!, dtype) },
  };
}
