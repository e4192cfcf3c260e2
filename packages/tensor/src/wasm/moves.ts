/** Kernels that move elements: strided copies, fills, gathers, scatters. All elements take four bytes. */
import { Func } from "./assembler.ts";
import { storeLanes } from "./tile.ts";
import { loadLanes, Walker } from "./nest.ts";
import { I32, Op, V128 } from "./opcodes.ts";
import { LocalPool } from "./vector.ts";
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

/** Adds `count` elements at one address to those at another. */
function addRow(f: Func, to: number, from: number, count: number, float: boolean): void {
  if (count < 4) {
    for (let i = 0; i < count; i++) {
      f.get(to);
      f.get(to);
      f.memory(float ? Op.f32Load : Op.i32Load, 4 * i);
      f.get(from);
      f.memory(float ? Op.f32Load : Op.i32Load, 4 * i);
      f.op(float ? Op.f32Add : Op.i32Add);
      f.memory(float ? Op.f32Store : Op.i32Store, 4 * i);
    }
    return;
  }
  const pa = f.local(I32);
  const pb = f.local(I32);
  f.get(to);
  f.set(pa);
  f.get(from);
  f.set(pb);
  const one = (lanes: number): void =>
    storeLanes(
      f,
      pa,
      () => {
        f.get(pa);
        f.memory(Op.vLoad);
        f.get(pb);
        f.memory(Op.vLoad);
        f.op(float ? Op.f32x4Add : Op.i32x4Add);
      },
      0,
      lanes,
    );
  f.repeat(Math.floor(count / 4), () => {
    one(4);
    f.advance(pa, 16);
    f.advance(pb, 16);
  });
  if (count % 4) one(count % 4);
}

export interface Gather {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
  /** Indices per outer position. */
  readonly count: number;
}

/** Where a kernel that meets a bad index leaves it, from the handover area (parameter 0). */
export const BAD_INDEX_AT = 96;

/** Loads the index at a local pointer; leaves the function with 1 if it is outside. */
function checkedIndex(f: Func, pointer: number, extent: number): number {
  const index = f.local(I32);
  f.get(pointer);
  f.memory(Op.i32Load);
  f.tee(index);
  f.i32(extent);
  f.op(Op.i32GeU);
  f.if();
  f.get(0);
  f.get(index);
  f.memory(Op.i32Store, BAD_INDEX_AT);
  f.i32(1);
  f.op(Op.return);
  f.end();
  return index;
}

function address(f: Func, base: number, index: number, scale: number): number {
  const at = f.local(I32);
  f.get(base);
  f.get(index);
  f.i32(scale);
  f.op(Op.i32Mul);
  f.op(Op.i32Add);
  f.set(at);
  return at;
}

/** take: (handover, out, x, indices) → 0, or 1 for a bad index. Rows of `inner` elements. */
export function takeKernel({ outer, extent, inner, count }: Gather): Func {
  return rows({ outer, extent, inner, count }, (f, at) => copyRow(f, 1, at, inner));
}

/** scatterAdd, after the base was copied to x: (handover, updates, x, indices). */
export function scatterKernel(gather: Gather, float: boolean): Func {
  return rows(gather, (f, at) => addRow(f, at, 1, gather.inner, float));
}

function rows({ outer, extent, inner, count }: Gather, body: (f: Func, at: number) => void): Func {
  const f = new Func([I32, I32, I32, I32], [I32]);
  const pointer = f.local(I32);
  f.repeat(outer, () => {
    f.get(3);
    f.set(pointer);
    f.repeat(count, () => {
      const index = checkedIndex(f, pointer, extent);
      const at = address(f, 2, index, 4 * inner);
      body(f, at);
      f.advance(1, 4 * inner);
      f.advance(pointer, 4);
    });
    f.advance(2, 4 * extent * inner);
  });
  f.i32(0);
  return f;
}

/** takeAlong: (handover, out, x, indices): one index per element. */
export function takeAlongKernel(gather: Gather): Func {
  return elements(gather, (f, at) => {
    f.get(1);
    f.get(at);
    f.memory(Op.i32Load);
    f.memory(Op.i32Store);
  });
}

export function scatterAlongKernel(gather: Gather, float: boolean): Func {
  return elements(gather, (f, at) => addRow(f, at, 1, 1, float));
}

function elements({ outer, extent, inner, count }: Gather, body: (f: Func, at: number) => void): Func {
  const f = new Func([I32, I32, I32, I32], [I32]);
  const column = f.local(I32);
  f.repeat(outer, () => {
    f.repeat(count, () => {
      f.get(2);
      f.set(column);
      f.repeat(inner, () => {
        const index = checkedIndex(f, 3, extent);
        body(f, address(f, column, index, 4 * inner));
        f.advance(column, 4);
        f.advance(1, 4);
        f.advance(3, 4);
      });
    });
    f.advance(2, 4 * extent * inner);
  });
  f.i32(0);
  return f;
}
