/** Kernels that move elements: strided copies and fills. All elements take four bytes. */
import { Func } from "./assembler.ts";
import { LocalPool } from "./emission.ts";
import { loadLanes, Walker } from "./nest.ts";
import { I32, Op, V128 } from "./opcodes.ts";
import { storeLanes } from "./tile.ts";
import { collapse } from "./views.ts";

/** (to, from): to[Σ iₐ·toₐ] = from[Σ iₐ·fromₐ]; strides in elements. */
export function copyKernel(domain: readonly number[], to: readonly number[], from: readonly number[]): Func {
  const f = new Func([I32, I32]);
  const nest = collapse(domain, [to, from]);
  const [toStrides, fromStrides] = nest.strides as [number[], number[]];
  const rank = nest.extents.length;
  const walker = new Walker(f, [0, 1], [toStrides.map((s) => 4 * s), fromStrides.map((s) => 4 * s)], nest.extents);
  const count = rank ? nest.extents[rank - 1]! : 1;
  const vectors = rank > 0 && toStrides[rank - 1] === 1;
  const axes = nest.extents.map((_n, axis) => axis);
  if (!vectors) {
    walker.over(axes, () => {
      f.get(0);
      f.get(1);
      f.memory(Op.i32Load);
      f.memory(Op.i32Store);
      return [0, 0];
    });
    return f;
  }
  const inner = fromStrides[rank - 1]!;
  const pool = new LocalPool(f);
  const one = (vector: number, lanes: number): void => {
    const local = loadLanes(f, pool, 1, inner, vector, lanes);
    storeLanes(f, 0, () => f.get(local), 16 * vector, lanes);
    pool.give(local);
  };
  walker.over(axes.slice(0, -1), () => {
    const step = (elements: number): void => {
      f.advance(0, 4 * elements);
      f.advance(1, 4 * elements * inner);
    };
    if (count >= 8) {
      f.repeat(Math.floor(count / 8), () => {
        one(0, 4);
        one(1, 4);
        step(8);
      });
    }
    const rest = count % 8;
    if (rest >= 4) {
      one(0, 4);
      if (rest > 4) one(1, rest - 4);
    } else if (rest > 0) one(0, rest);
    return [4 * (count - rest), 4 * (count - rest) * inner];
  });
  return f;
}

/** (to, bits, bytes): fills whole pairs of vectors. */
export function fillKernel(): Func {
  const f = new Func([I32, I32, I32]);
  const value = f.local(V128);
  f.get(1);
  f.op(Op.i32Splat);
  f.set(value);
  f.get(2);
  f.get(0);
  f.op(Op.i32Add);
  f.set(2);
  f.loop();
  for (const offset of [0, 16]) {
    f.get(0);
    f.get(value);
    f.memory(Op.vStore, offset);
  }
  f.advance(0, 32);
  f.get(0);
  f.get(2);
  f.op(Op.i32LtU);
  f.brIf(0);
  f.end();
  return f;
}
