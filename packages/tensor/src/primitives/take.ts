/**
 * take(x, indices){axis}: x [P…, n, S…], indices int32 [I…] → [P…, I…, S…]; result[p, i, s] = x[p, indices[i], s]. Any dtype. An index outside 0 … n − 1 is a
 * RangeError.
 */
import type { Func } from "../kernels/assembler.ts";
import { storeLanes } from "../kernels/tile.ts";
import { rows } from "../kernels/indexed.ts";
import type { Gather } from "../kernels/rules.ts";
import type { Operand } from "../kernels/views.ts";
import { loadLanes } from "../kernels/nest.ts";
import { Op } from "../kernels/opcodes.ts";
import { LocalPool } from "../kernels/emission.ts";
import { expectAxis, expectCount, expectDType, type Primitive } from "./primitive.ts";
import { sizeOf, splitAt } from "../shape.ts";
import { axisOf, takenShape, visitRows } from "./shared/indexed.ts";

export const take: Primitive = {
  name: "take",
  infer(inputs, attributes) {
    expectCount("take", inputs, 2);
    expectDType("take", inputs, 1, ["int32"]);
    expectAxis("take", inputs, axisOf(attributes), inputs[0]!.shape.length);
    return { shape: takenShape(inputs[0]!.shape, inputs[1]!.shape, axisOf(attributes)), dtype: inputs[0]!.dtype };
  },
  evaluate(inputs, out, { inputTypes, attributes }) {
    const x = inputs[0]!;
    visitRows("take", inputs[1]!, inputTypes[0]!, axisOf(attributes), (update, at) => void (out[update] = x[at]!));
  },
  gradient: ({ inputs, cotangent, attributes }) => [
    inputs[0]!.zerosLike().scatterAdd(inputs[1]!, cotangent, axisOf(attributes)),
    undefined,
  ],
  flops: () => 0,
  wasm: {
    kind: "kernel",
    emit(e, level, _step, { id, attributes, operands }) {
      const [x, indices] = operands as [Operand, Operand];
      const gather = { ...splitAt(x.shape, axisOf(attributes)), count: sizeOf(indices.shape) };
      const pushes = [() => e.pushValue(level, id), () => e.pushOperand(level, x), () => e.pushOperand(level, indices)];
      e.gather("take", gather, () => takeKernel(gather), pushes);
    },
  },
};

/** (handover, out, x, indices): rows of `inner` elements. */
function takeKernel(gather: Gather): Func {
  return rows(gather, (f, at) => copyRow(f, 1, at, gather.inner));
}

/** Copies `count` elements from the address in one local to that in another; both stay. */
function copyRow(f: Func, to: number, from: number, count: number): void {
  if (count > 64) {
    f.get(to);
    f.get(from);
    f.i32(4 * count);
    f.memoryCopy();
    return;
  }
  const pool = new LocalPool(f);
  for (let at = 0; at < count; at += 4) {
    if (count - at === 1) {
      f.get(to);
      f.get(from);
      f.memory(Op.i32Load, 4 * at);
      f.memory(Op.i32Store, 4 * at);
      continue;
    }
    const local = loadLanes(f, pool, from, 1, at / 4, 4);
    storeLanes(f, to, () => f.get(local), 4 * at, Math.min(4, count - at));
    pool.give(local);
  }
}
