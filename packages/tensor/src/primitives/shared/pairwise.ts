/** Comparisons (any dtype → bool) and logic (bool, int32, uint8 → the same) of two inputs of one shape and dtype; not differentiable. */
import type { DType } from "../../dtype.ts";
import { Op } from "../../kernels/opcodes.ts";
import type { Vec, Vectors } from "../../kernels/vector.ts";
import { expectCount, expectDType, isFloat, misuse, type Primitive } from "../primitive.ts";
import { sameShape, sizeOf } from "../../shape.ts";

export const BITS: readonly DType[] = ["bool", "int32", "uint8"];

interface Pairwise {
  readonly name: string;
  /** Absent: any. */
  readonly dtypes?: readonly DType[];
  /** Absent: the inputs'. */
  readonly result?: "bool";
  readonly scalar: (a: number, b: number) => number | boolean;
  readonly lanes: (v: Vectors, a: Vec, b: Vec, dtype: DType) => Vec;
}

function pairwise({ name, dtypes, result, scalar, lanes }: Pairwise): Primitive {
  return {
    name,
    infer(inputs) {
      expectCount(name, inputs, 2);
      if (dtypes) expectDType(name, inputs, 0, dtypes);
      const a = inputs[0]!;
      const b = inputs[1]!;
      if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) throw misuse(name, inputs, "two inputs of one shape and dtype");
      return result ? { shape: a.shape, dtype: result } : a;
    },
    evaluate(inputs, out) {
      const a = inputs[0]!;
      const b = inputs[1]!;
      for (let i = 0; i < out.length; i++) out[i] = Number(scalar(a[i]!, b[i]!));
    },
    flops: ({ type }) => sizeOf(type.shape),
    wasm: { kind: "elementwise", lanes: (v, [a, b], dtype) => lanes(v, a!, b!, dtype) },
  };
}

/** `float` and `whole`: the instructions on lanes of floats and of integers. */
/* @__NO_SIDE_EFFECTS__ */
export function comparison(
  name: string,
  scalar: (a: number, b: number) => boolean,
  float: keyof typeof Op,
  whole: keyof typeof Op,
): Primitive {
  return pairwise({
    name,
    result: "bool",
    scalar,
    // Masks are 0 and −1: false < true turns round.
    lanes: (v, a, b, dtype) => (dtype === "bool" ? v.op(Op[whole], b, a) : v.op(Op[isFloat(dtype) ? float : whole], a, b)),
  });
}

/* @__NO_SIDE_EFFECTS__ */
export function logic(name: string, scalar: (a: number, b: number) => number, lanes: Pairwise["lanes"]): Primitive {
  return pairwise({ name, dtypes: BITS, scalar, lanes });
}
