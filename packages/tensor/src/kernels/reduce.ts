/**
 * Sums and maxima with the elementwise code in front of them. Order, the same on every machine:
 * - innermost axis reduced: four vectors of partial results take the elements in turn (16 at a time), then (v₀ ∘ v₁) ∘ (v₂ ∘ v₃), lanes (0 ∘ 2) ∘ (1 ∘ 3);
 * - innermost axis kept: one partial result per element, in the order of the reduced axes.
 */
import type { DType } from "../dtype.ts";
import { stridesOf } from "../shape.ts";
import { Func } from "./assembler.ts";
import { LocalPool } from "./emission.ts";
import { Block, type Body, hoistConstants, loadLanes, loadOffsets, type Surroundings, Walker } from "./nest.ts";
import { I32, Op, V128 } from "./opcodes.ts";
import { lanes as laneShuffle } from "./pack.ts";
import { storeLanes, storeVectors } from "./tile.ts";
import type { Vec } from "./vector.ts";
import { collapse } from "./views.ts";

export interface ReduceKernel extends Body {
  readonly root: Vec;
  readonly op: "sum" | "max";
  readonly dtype: DType;
  /** Per axis of the domain: whether it is reduced. */
  readonly reduced: readonly boolean[];
}

/** Elements of the longest row that is short: a sum of eight is as fast by two vectors of its own, in a fifth of the code. */
const SHORT = { sum: 7, max: 8 };

const combine = (op: "sum" | "max", dtype: DType): number =>
  op === "sum" ? (dtype === "float32" ? Op.f32x4Add : Op.i32x4Add) : dtype === "float32" ? Op.f32x4Max : Op.i32x4MaxS;

/** The 32 bits of the result over nothing. */
export function identityBits(op: "sum" | "max", dtype: DType): number {
  if (op === "sum" || dtype === "uint8" || dtype === "bool") return 0;
  return dtype === "float32" ? 0xff800000 | 0 : -2147483648;
}

const splatBytes = (bits: number): number[] => Array.from({ length: 16 }, (_unused, i) => (bits >>> (8 * (i % 4))) & 255);

/** (pool, output, loads…). */
export function reduceKernel(kernel: ReduceKernel, around: Surroundings): Func {
  const { v, root, loads, domain, reduced, op, dtype } = kernel;
  const f = new Func(new Array<typeof I32>(2 + loads.length).fill(I32));
  const constants = hoistConstants(f, v, v.needs([root]).constants, around);
  const output = 1;
  const pointers = loads.map((_load, i) => 2 + i);
  const marks = reduced.map((flag) => (flag ? 1 : 0));
  const kept = stridesOf(domain.filter((_n, axis) => !reduced[axis]));
  let next = 0;
  const outputStrides = reduced.map((flag) => (flag ? 0 : kept[next++]!));
  const nest = collapse(domain, [outputStrides, ...loads.map(({ strides }) => strides)], marks);
  const loadStrides = nest.strides.slice(1);
  const fixed = new Map<number, number>();
  const lent = new LocalPool(f);
  loads.forEach((_load, i) => {
    if (loadStrides[i]!.every((stride) => stride === 0)) fixed.set(i, loadLanes(f, lent, pointers[i]!, 0, 0, 4));
  });
  const rank = nest.extents.length;
  const axes = nest.extents.map((_extent, axis) => axis);
  const keptAxes = axes.filter((axis) => !nest.marks[axis]);
  const reducedAxes = axes.filter((axis) => nest.marks[axis]);
  const inner = loadStrides.map((strides) => (rank ? strides[rank - 1]! : 0));
  const block = new Block(f, kernel, pointers, inner, fixed, constants, around);
  const walking = loads.map((_load, i) => i).filter((i) => !fixed.has(i));
  const all = [output, ...walking.map((i) => pointers[i]!)];
  const strides = [nest.strides[0]!, ...walking.map((i) => loadStrides[i]!)].map((list) => list.map((stride) => 4 * stride));
  const walker = new Walker(f, all, strides, nest.extents);
  const instruction = combine(op, dtype);
  const identity = splatBytes(identityBits(op, dtype));
  const moveBy = (elements: number): void => walking.forEach((i) => f.advance(pointers[i]!, 4 * elements * inner[i]!));
  const moved = (elements: number): number[] => [0, ...walking.map((i) => 4 * elements * inner[i]!)];
  const reset = (sums: readonly number[]): void => {
    for (const sum of sums) {
      f.bytes16(Op.vConst, identity);
      f.set(sum);
    }
  };
  const into = (sum: number, value: () => void): void => {
    f.get(sum);
    value();
    f.op(instruction);
    f.set(sum);
  };
  const finish = (value: () => void): void => {
    value();
    if (op === "sum" && dtype === "uint8") {
      f.bytes16(Op.vConst, splatBytes(255));
      f.op(Op.vAnd);
    }
  };

  if (rank > 0 && !nest.marks[rank - 1]) {
    // Columns: blocks of up to 8 vectors of the kept innermost axis, all reduced axes inside.
    const sums = Array.from({ length: 8 }, () => f.local(V128));
    const columns = (vectors: number, lanes: number): void => {
      const used = sums.slice(0, vectors);
      reset(used);
      const back = walker.over(reducedAxes, () => {
        const results = block.compute([root], vectors, lanes);
        results.forEach(([value], u) => into(used[u]!, () => f.get(value!)));
        block.release(results);
        return moved(0);
      });
      used.forEach((sum, u) => storeLanes(f, output, () => finish(() => f.get(sum)), 16 * u, u === vectors - 1 ? lanes : 4));
      const width = 4 * (vectors - 1) + lanes;
      f.advance(output, 4 * width);
      walking.forEach((i, p) => f.advance(pointers[i]!, 4 * width * inner[i]! - back[p + 1]!));
    };
    const extent = nest.extents[rank - 1]!;
    walker.over(keptAxes.slice(0, -1), () => {
      if (extent >= 32) f.repeat(Math.floor(extent / 32), () => columns(8, 4));
      const rest = extent % 32;
      if (rest) columns(Math.ceil(rest / 4), rest % 4 || 4);
      return [4 * extent, ...walking.map((i) => 4 * extent * inner[i]!)];
    });
    return f;
  }

  const extent = rank ? nest.extents[rank - 1]! : 1;
  const rows = rank > 1 ? nest.extents[rank - 2]! : 1;
  const isForward = walking.every((i) => loadStrides[i]!.every((stride) => stride >= 0));
  if (reducedAxes.length === 1 && keptAxes.length > 0 && extent <= SHORT[op] && rows % 4 === 0 && isForward) {
    // Short rows: lanes go down four or eight of them, and meet in the order in which those of a row's vectors do.
    const vectors = rows % 8 === 0 ? 2 : 1;
    const terms = Array.from({ length: extent }, () => Array.from({ length: vectors }, () => f.local(V128)));
    const join = (to: number, from: number): void => {
      if (from < extent) terms[to]!.forEach((sum, u) => into(sum, () => f.get(terms[from]![u]!)));
    };
    walker.over(keptAxes.slice(0, -1), () => {
      f.repeat(rows / (4 * vectors), () => {
        terms.forEach((sums, column) => {
          const results = block.compute([root], vectors, 4, (leaf, vector) => {
            const [down, across] = loadStrides[leaf]!.slice(-2) as [number, number];
            const offsets = [0, 1, 2, 3].map((lane) => 4 * ((4 * vector + lane) * down + column * across));
            return loadOffsets(f, block.pool, pointers[leaf]!, offsets);
          });
          reset(sums);
          results.forEach(([value], u) => into(sums[u]!, () => f.get(value!)));
          block.release(results);
        });
        for (let lane = 0; lane < 4; lane++) join(lane, lane + 4);
        join(0, 2);
        join(1, 3);
        join(0, 1);
        storeVectors(f, output, vectors, 4, (u) => finish(() => f.get(terms[0]![u]!)));
        f.advance(output, 16 * vectors);
        for (const i of walking) f.advance(pointers[i]!, 16 * vectors * loadStrides[i]![rank - 2]!);
      });
      return [4 * rows, ...walking.map((i) => 4 * rows * loadStrides[i]![rank - 2]!)];
    });
    return f;
  }

  const sums = Array.from({ length: 4 }, () => f.local(V128));
  walker.over(keptAxes, () => {
    reset(sums);
    const back = walker.over(reducedAxes.slice(0, -1), () => {
      if (extent >= 16) {
        f.repeat(Math.floor(extent / 16), () => {
          const results = block.compute([root], 4);
          results.forEach(([value], u) => into(sums[u]!, () => f.get(value!)));
          block.release(results);
          moveBy(16);
        });
      }
      const rest = extent % 16;
      if (rest) {
        const vectors = Math.ceil(rest / 4);
        const lanes = rest % 4 || 4;
        const results = block.compute([root], vectors, lanes);
        results.forEach(([value], u) =>
          into(sums[u]!, () => {
            f.get(value!);
            if (u < vectors - 1 || lanes === 4) return;
            f.bytes16(Op.vConst, identity);
            f.bytes16(
              Op.vConst,
              Array.from({ length: 16 }, (_unused, i) => (i < 4 * lanes ? 255 : 0)),
            );
            f.op(Op.bitselect);
          }),
        );
        block.release(results);
      }
      return moved(extent - rest);
    });
    // A pair of stores is what V8 starts joining from.
    if (extent >= 16) {
      sums.forEach((sum, u) => {
        f.get(0);
        f.get(sum);
        f.memory(Op.vStore, 16 * u);
      });
      sums.forEach((sum, u) => {
        f.get(0);
        f.memory(Op.vLoad, 16 * u);
        f.set(sum);
      });
    }
    const [a, b, c, d] = sums as [number, number, number, number];
    // Partial results that took no element change nothing: 0 or −∞.
    const used = extent >= 16 ? 4 : Math.ceil(extent / 4);
    if (used > 1) into(a, () => f.get(b));
    if (used > 3) into(c, () => f.get(d));
    if (used > 2) into(a, () => f.get(c));
    for (const order of [
      [2, 3, 2, 3],
      [1, 1, 1, 1],
    ]) {
      into(a, () => {
        f.get(a);
        f.get(a);
        f.bytes16(Op.shuffle, laneShuffle(...order));
      });
    }
    f.get(output);
    finish(() => f.get(a));
    f.memory(Op.vStore32Lane, 0, 0);
    return back;
  });
  return f;
}
