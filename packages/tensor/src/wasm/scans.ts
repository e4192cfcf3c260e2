/** Kernels that go through one axis element by element: argmax, running sums; and random bits. */
import type { DType } from "../dtype.ts";
import { Func } from "./assembler.ts";
import { F32, F64, I32, Op } from "./opcodes.ts";

export interface Axis {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
}

/** (out, x): first index of the maximum; the first NaN wins. */
export function argmaxKernel({ outer, extent, inner }: Axis, dtype: DType): Func {
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

/** (out, x): float32 sums are kept in float64 and rounded at each store. */
export function cumsumKernel({ outer, extent, inner }: Axis, dtype: DType, reverse: boolean): Func {
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

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/** (out, key): Threefry-2x32, see primitives/random-bits.ts. Writes whole blocks of two words. */
export function randomBitsKernel(count: number): Func {
  const f = new Func([I32, I32]);
  const keys = [f.local(I32), f.local(I32), f.local(I32)] as const;
  const x0 = f.local(I32);
  const x1 = f.local(I32);
  const block = f.local(I32);
  const plus = (target: number, value: () => void): void => {
    f.get(target);
    value();
    f.op(Op.i32Add);
    f.set(target);
  };
  for (const i of [0, 1]) {
    f.get(1);
    f.memory(Op.i32Load, 4 * i);
    f.set(keys[i]!);
  }
  f.get(keys[0]);
  f.get(keys[1]);
  f.op(Op.i32Xor);
  f.i32(0x1bd11bda);
  f.op(Op.i32Xor);
  f.set(keys[2]);
  f.repeat(Math.ceil(count / 2), () => {
    f.get(block);
    f.get(keys[0]);
    f.op(Op.i32Add);
    f.set(x0);
    f.get(keys[1]);
    f.set(x1);
    for (let group = 1; group <= 5; group++) {
      for (const rotation of ROTATIONS[(group - 1) & 1]!) {
        plus(x0, () => f.get(x1));
        f.get(x1);
        f.i32(rotation);
        f.op(Op.i32Rotl);
        f.get(x0);
        f.op(Op.i32Xor);
        f.set(x1);
      }
      plus(x0, () => f.get(keys[group % 3]!));
      plus(x1, () => f.get(keys[(group + 1) % 3]!));
      plus(x1, () => f.i32(group));
    }
    f.get(0);
    f.get(x0);
    f.memory(Op.i32Store);
    f.get(0);
    f.get(x1);
    f.memory(Op.i32Store, 4);
    f.advance(0, 8);
    f.advance(block, 1);
  });
  return f;
}
