/** argmax{axis}: any dtype → int32. First index of the maximum; the first NaN wins over everything. The axis disappears and must not be empty. */
import type { DType } from "../dtype.ts";
import { Func } from "../kernels/assembler.ts";
import { F32, I32, Op } from "../kernels/opcodes.ts";
import { expectAxis, expectCount, misuse, type Primitive } from "./primitive.ts";
import { sizeOf, splitAt } from "../shape.ts";

export const argmax: Primitive = {
  name: "argmax",
  infer(inputs, attributes) {
    expectCount("argmax", inputs, 1);
    const { shape } = inputs[0]!;
    const axis = attributes.axis as number;
    expectAxis("argmax", inputs, axis, shape.length);
    if (shape[axis] === 0) throw misuse("argmax", inputs, `at least one element along axis ${axis}`);
    return { shape: shape.filter((_n, i) => i !== axis), dtype: "int32" };
  },
  evaluate(inputs, out, { inputTypes, attributes }) {
    const x = inputs[0]!;
    const { outer, extent, inner } = splitAt(inputTypes[0]!.shape, attributes.axis as number);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let best = 0;
        for (let e = 1; e < extent; e++) {
          const value = x[(o * extent + e) * inner + i]!;
          const leader = x[(o * extent + best) * inner + i]!;
          if (value > leader || (value !== value && leader === leader)) best = e;
        }
        out[o * inner + i] = best;
      }
    }
  },
  flops: ({ inputTypes }) => sizeOf(inputTypes[0]!.shape),
  wasm: {
    kind: "kernel",
    emit(e, level, _step, { id, shape, attributes, operands: [x] }) {
      if (sizeOf(shape) === 0) return;
      const split = splitAt(x!.shape, attributes.axis as number);
      const { dtype } = level.plan.lowered.values[x!.value]!;
      e.plainCall(
        "argmax",
        `${Object.values(split).join("×")} ${dtype}`,
        () => argmaxKernel(split, dtype),
        [() => e.pushValue(level, id), () => e.pushOperand(level, x!)],
        sizeOf(x!.shape),
      );
    },
  },
};

/** (out, x). */
function argmaxKernel({ outer, extent, inner }: ReturnType<typeof splitAt>, dtype: DType): Func {
  const float = dtype === "float32";
  const f = new Func([I32, I32]);
  const type = float ? F32 : I32;
  const load = float ? Op.f32Load : Op.i32Load;
  const best = f.local(type);
  const value = f.local(type);
  const index = f.local(I32);
  const winner = f.local(I32);
  const at = f.local(I32);
  f.repeat(outer, () => {
    f.repeat(inner, () => {
      f.get(1);
      f.tee(at);
      f.memory(load);
      f.set(best);
      f.i32(0);
      f.set(winner);
      f.i32(0);
      f.set(index);
      if (extent > 1) {
        f.repeat(extent - 1, () => {
          f.advance(at, 4 * inner);
          f.advance(index, 1);
          f.get(at);
          f.memory(load);
          f.tee(value);
          f.get(best);
          f.op(float ? Op.f32Gt : Op.i32GtS);
          if (float) {
            // value is NaN and best is not
            f.get(value);
            f.get(value);
            f.op(Op.f32Ne);
            f.get(best);
            f.get(best);
            f.op(Op.f32Eq);
            f.op(Op.i32And);
            f.op(Op.i32Or);
          }
          f.if();
          f.get(value);
          f.set(best);
          f.get(index);
          f.set(winner);
          f.end();
        });
      }
      f.get(0);
      f.get(winner);
      f.memory(Op.i32Store);
      f.advance(0, 4);
      f.advance(1, 4);
    });
    f.advance(1, 4 * inner * (extent - 1));
  });
  return f;
}
