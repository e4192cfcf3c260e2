/**
 * cumsum{axis, reverse}: float32, float64, int32. result[i] = Σ_{j ≤ i} x[j], or Σ_{j ≥ i} where reverse. Reference: float64 accumulator, each result rounded.
 */
import type { DType } from "../dtype.ts";
import { Func } from "../kernels/assembler.ts";
import { F64, I32, Op } from "../kernels/opcodes.ts";
import { expectAxis, expectCount, expectDType, isFloat, type Primitive } from "./primitive.ts";
import { sizeOf, splitAt } from "../shape.ts";

export const cumsum: Primitive = {
  name: "cumsum",
  infer(inputs, attributes) {
    expectCount("cumsum", inputs, 1);
    expectDType("cumsum", inputs, 0, ["float32", "float64", "int32"]);
    expectAxis("cumsum", inputs, attributes.axis as number, inputs[0]!.shape.length);
    return inputs[0]!;
  },
  evaluate(inputs, out, { type, attributes }) {
    const x = inputs[0]!;
    const { outer, extent, inner } = splitAt(type.shape, attributes.axis as number);
    const reverse = attributes.reverse as boolean;
    const integer = !isFloat(type.dtype);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let total = 0;
        for (let e = 0; e < extent; e++) {
          const at = (o * extent + (reverse ? extent - 1 - e : e)) * inner + i;
          total += x[at]!;
          if (integer) total |= 0;
          out[at] = total;
        }
      }
    }
  },
  gradient: ({ cotangent, attributes }) => [cotangent.cumsum(attributes.axis as number, !(attributes.reverse as boolean))],
  flops: ({ type }) => sizeOf(type.shape),
  wasm: {
    kind: "kernel",
    emit(e, level, _step, { id, shape, dtype, attributes, operands: [x] }) {
      const size = sizeOf(shape);
      if (size === 0) return;
      const split = splitAt(shape, attributes.axis as number);
      const reverse = attributes.reverse as boolean;
      e.plainCall(
        "cumsum",
        `${Object.values(split).join("×")} ${dtype} ${reverse}`,
        () => cumsumKernel(split, dtype, reverse),
        [() => e.pushValue(level, id), () => e.pushOperand(level, x!)],
        size,
      );
    },
  },
};

/** (out, x): float32 sums are kept in float64 and rounded at each store. */
function cumsumKernel({ outer, extent, inner }: ReturnType<typeof splitAt>, dtype: DType, reverse: boolean): Func {
  const float = dtype === "float32";
  const f = new Func([I32, I32]);
  const total = f.local(float ? F64 : I32);
  const from = f.local(I32);
  const to = f.local(I32);
  const last = reverse ? 4 * inner * (extent - 1) : 0;
  const step = reverse ? -4 * inner : 4 * inner;
  f.repeat(outer, () => {
    f.repeat(inner, () => {
      f.get(0);
      f.i32(last);
      f.op(Op.i32Add);
      f.set(to);
      f.get(1);
      f.i32(last);
      f.op(Op.i32Add);
      f.set(from);
      if (float) f.f64(0);
      else f.i32(0);
      f.set(total);
      f.repeat(extent, () => {
        f.get(to);
        f.get(total);
        f.get(from);
        f.memory(float ? Op.f32Load : Op.i32Load);
        if (float) f.op(Op.f64PromoteF32);
        f.op(float ? Op.f64Add : Op.i32Add);
        f.tee(total);
        if (float) f.op(Op.f32DemoteF64);
        f.memory(float ? Op.f32Store : Op.i32Store);
        f.advance(from, step);
        f.advance(to, step);
      });
      f.advance(0, 4);
      f.advance(1, 4);
    });
    f.advance(0, 4 * inner * (extent - 1));
    f.advance(1, 4 * inner * (extent - 1));
  });
  return f;
}
