/** What gathers and scatters share: walking through indices, with an end at a bad one, and adding rows. */
import { sizeOf, splitAt } from "../shape.ts";
import { Func } from "./assembler.ts";
import { I32, Op } from "./opcodes.ts";
import type { Emitter, Gather, Level, Value } from "./rules.ts";
import { storeLanes } from "./tile.ts";
import type { Operand } from "./views.ts";

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

/** (handover, packed, x, indices) → 0, or 1 for a bad index: `body` for every index, given the address of its row of `inner` elements in x. */
export function rows({ outer, extent, inner, count }: Gather, body: (f: Func, at: number) => void): Func {
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

/** The same with one index per element. */
export function elements({ outer, extent, inner, count }: Gather, body: (f: Func, at: number) => void): Func {
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

/** Adds `count` elements at one address to those at another. */
export function addRow(f: Func, to: number, from: number, count: number, float: boolean): void {
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

/** Calls a kernel that adds updates to a copy of the base. `make` builds it, given whether the elements are float32; its inputs are base, indices, updates. */
export function emitScatter(
  e: Emitter,
  level: Level,
  name: string,
  value: Value,
  count: number,
  make: (gather: Gather, float: boolean) => Func,
): void {
  const { id, shape, dtype, attributes } = value;
  const [base, indices, updates] = value.operands as [Operand, Operand, Operand];
  const gather = { ...splitAt(shape, attributes.axis as number), count };
  const float = dtype === "float32";
  const target = (): void => e.pushValue(level, id);
  e.copyBytes(target, () => e.pushOperand(level, base), 4 * sizeOf(shape));
  const pushes = [() => e.pushOperand(level, updates), target, () => e.pushOperand(level, indices)];
  e.gather(`${name}${float ? "" : "Int"}`, gather, () => make(gather, float), pushes);
}
