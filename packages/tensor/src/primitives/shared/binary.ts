/** Elementwise functions of two inputs of one shape and dtype (broadcasting and conversion are nodes of their own); no attributes. */
import type { DType } from "../../dtype.ts";
import type { Operations } from "../../ops/operations.ts";
import type { Vec, Vectors } from "../../kernels/vector.ts";
import { expectCount, expectDType, isFloat, misuse, type GradientContext, type Primitive } from "../primitive.ts";
import { sameShape, sizeOf } from "../../shape.ts";

interface Binary {
  readonly name: string;
  readonly dtypes: readonly DType[];
  /** Floating point operations per element. */
  readonly cost: number;
  /** On float64 numbers; storing rounds (float32) or wraps (integers). */
  readonly scalar: (a: number, b: number) => number;
  /** On int32 values, where the formula for floats is not right for them. */
  readonly integer?: (a: number, b: number) => number;
  readonly gradient: (a: Operations, b: Operations, context: GradientContext) => readonly (Operations | undefined)[];
  readonly lanes: (v: Vectors, a: Vec, b: Vec, dtype: DType) => Vec;
}

/* @__NO_SIDE_EFFECTS__ */
export function binary({ name, dtypes, cost, scalar, integer = scalar, gradient, lanes }: Binary): Primitive {
  return {
    name,
    infer(inputs) {
      expectCount(name, inputs, 2);
      expectDType(name, inputs, 0, dtypes);
      const [a, b] = inputs as [(typeof inputs)[0], (typeof inputs)[0]];
      if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) throw misuse(name, inputs, "two inputs of one shape and dtype");
      return a;
    },
    evaluate(inputs, out, { type }) {
      const a = inputs[0]!;
      const b = inputs[1]!;
      const f = isFloat(type.dtype) ? scalar : integer;
      for (let i = 0; i < out.length; i++) out[i] = f(a[i]!, b[i]!);
    },
    gradient: (context) => gradient(context.inputs[0]!, context.inputs[1]!, context),
    flops: ({ type }) => cost * sizeOf(type.shape),
    wasm: { kind: "elementwise", lanes: (v, [a, b], dtype) => lanes(v, a!, b!, dtype) },
  };
}

export const when = (needed: boolean | undefined, value: () => Operations): Operations | undefined => (needed ? value() : undefined);
