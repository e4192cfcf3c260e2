/**
 * Elementwise kernels with any index map. The innermost axis is the vector side: pairs of vectors, then one vector, then the lanes that are left. A nest that
 * is one flat run works in whole pairs; every buffer is padded for that.
 */
import { sizeOf, stridesOf } from "../primitives/primitive.ts";
import { Func } from "./assembler.ts";
import { Block, hoistConstants, loadLanes, loadOffsets, Walker, type Body, type Surroundings } from "./nest.ts";
import { I32, Op } from "./opcodes.ts";
import { storeVectors } from "./tile.ts";
import { LocalPool, type Vec, type Vectors } from "./vector.ts";
import { collapse } from "./views.ts";

export interface MapKernel extends Body {
  /** Values to store, each to its own contiguous buffer. */
  readonly roots: readonly Vec[];
  /** Roots that add to what is there, and the load that reads it, whose strides they share. */
  readonly sums?: ReadonlyMap<number, number>;
}

/** Rows of a narrow matrix that together are whole groups or pairs of vectors, so that long chains of instructions waste no lanes; 0 where there are none. */
function narrowRows(extents: readonly number[]): number {
  const [extent, width] = extents as [number, number];
  if (extents.length !== 2 || width >= 16) return 0;
  for (const whole of [8 << GROUP_SHIFT, 8]) {
    for (let rows = 1; rows * width <= 96; rows *= 2) if ((rows * width) % whole === 0 && extent % rows === 0) return rows;
  }
  return 0;
}

/** (pool, outputs…, loads…, pairs): `pairs` counts iterations of a flat nest (see flatPairs). */
export function mapKernel(kernel: MapKernel, around: Surroundings): Func {
  const { v, roots, loads, domain } = kernel;
  const f = new Func(new Array<typeof I32>(2 + roots.length + loads.length).fill(I32));
  const constants = hoistConstants(f, v, v.needs(roots).constants, around);
  const outputs = roots.map((_root, i) => 1 + i);
  const pointers = loads.map((_load, i) => 1 + roots.length + i);
  const contiguous = stridesOf(domain);
  const nest = collapse(domain, [contiguous, ...loads.map(({ strides }) => strides)]);
  const { extents } = nest;
  const loadStrides = nest.strides.slice(1);
  const fixed = new Map<number, number>();
  const lent = new LocalPool(f);
  loads.forEach((_load, i) => {
    if (loadStrides[i]!.every((stride) => stride === 0)) fixed.set(i, loadLanes(f, lent, pointers[i]!, 0, 0, 4));
  });
  const rank = extents.length;
  const inner = loadStrides.map((strides) => (rank ? strides[rank - 1]! : 0));
  const block = new Block(f, kernel, pointers, inner, fixed, constants, around);
  const walking = loads.map((_load, i) => i).filter((i) => !fixed.has(i));
  const all = [...outputs, ...walking.map((i) => pointers[i]!)];
  const steps = [...outputs.map(() => 1), ...walking.map((i) => inner[i]!)];
  const moveBy = (elements: number): void => all.forEach((pointer, p) => f.advance(pointer, 4 * elements * steps[p]!));
  const store = (results: number[][], lanes: number): void => {
    roots.forEach((_root, i) => {
      storeVectors(f, outputs[i]!, results.length, lanes, (u) => f.get(results[u]![i]!));
    });
    block.release(results);
  };
  const run = (vectors: number): void => {
    store(block.compute(roots, vectors), 4);
    moveBy(4 * vectors);
  };
  const together = isSmall(domain) ? 2 : vectorsTogether(v, roots);
  if (isFlat(kernel)) {
    const pairs = 1 + roots.length + loads.length;
    if (together > 2) {
      const rest = f.local(I32);
      f.get(pairs);
      f.i32((1 << GROUP_SHIFT) - 1);
      f.op(Op.i32And);
      f.set(rest);
      f.get(pairs);
      f.i32(GROUP_SHIFT);
      f.op(Op.i32ShrU);
      f.tee(pairs);
      f.if();
      f.repeat(() => f.get(pairs), () => run(together)); // prettier-ignore
      f.end();
      f.get(rest);
      f.if();
      f.repeat(() => f.get(rest), () => run(2)); // prettier-ignore
      f.end();
    } else f.repeat(() => f.get(pairs), () => run(2)); // prettier-ignore
    return f;
  }
  // A sum is one row for all of the matrix.
  const isPlain = !kernel.sums?.size && loadStrides.flat().every((stride) => stride >= 0);
  const rows = together > 2 && isPlain ? narrowRows(extents) : 0;
  if (rows > 0) {
    const [extent, width] = extents as [number, number];
    f.repeat(extent / rows, () => {
      for (let from = 0; from < rows * width; from += 4 * together) {
        const results = block.compute(roots, Math.min(together, (rows * width - from) / 4), 4, (leaf, vector) => {
          const [outer, across] = loadStrides[leaf] as [number, number];
          const first = from + 4 * vector;
          const offsets = [0, 1, 2, 3].map((lane) => 4 * (Math.floor((first + lane) / width) * outer + ((first + lane) % width) * across));
          return loadOffsets(f, block.pool, pointers[leaf]!, offsets);
        });
        roots.forEach((_root, i) => {
          storeVectors(f, outputs[i]!, results.length, 4, (u) => f.get(results[u]![i]!), 4 * from);
        });
        block.release(results);
      }
      for (const output of outputs) f.advance(output, 4 * rows * width);
      for (const i of walking) f.advance(pointers[i]!, 4 * rows * loadStrides[i]![0]!);
    });
    return f;
  }
  const rootStrides = roots.map((_root, i) => (kernel.sums?.has(i) ? loadStrides[kernel.sums.get(i)!]! : nest.strides[0]!));
  const strides = [...rootStrides, ...walking.map((i) => loadStrides[i]!)].map((list) => list.map((stride) => 4 * stride));
  const walker = new Walker(f, all, strides, extents);
  const outer = extents.map((_extent, axis) => axis).slice(0, -1);
  const count = extents[rank - 1]!;
  walker.over(outer, () => {
    const many = count - (count % (4 * together));
    if (many > 0) f.repeat(many / (4 * together), () => run(together));
    let moved = count - (count % 8);
    if (moved > many) f.repeat((moved - many) / 8, () => run(2));
    if (count % 8 >= 4) {
      store(block.compute(roots, 1), 4);
      moveBy(4);
      moved += 4;
    }
    if (count % 4) store(block.compute(roots, 1, count % 4), count % 4);
    return steps.map((step) => 4 * step * moved);
  });
  return f;
}

/** Pairs of vectors that run together, as a power of two. */
const GROUP_SHIFT = 2;

/** Long chains of instructions run for four pairs of vectors at once, short ones for one. */
const vectorsTogether = (v: Vectors, roots: readonly Vec[]): number => (v.cost(roots) >= 24 ? 2 << GROUP_SHIFT : 2);

/** Where so few elements take less time than the code that would take them together takes to make. */
export const isSmall = (domain: readonly number[]): boolean => sizeOf(domain) <= 128;

/** Whether a kernel is one run over contiguous or constant loads. */
export function isFlat({ domain, loads }: MapKernel): boolean {
  const nest = collapse(domain, [stridesOf(domain), ...loads.map(({ strides }) => strides)]);
  return nest.extents.length <= 1 && nest.strides.every(([stride]) => stride === undefined || stride === 0 || stride === 1);
}

export const flatPairs = (domain: readonly number[]): number => Math.ceil(domain.reduce((a, b) => a * b, 1) / 8);
