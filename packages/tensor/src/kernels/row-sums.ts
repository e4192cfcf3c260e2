/**
 * Elementwise loops with sums over the leading axes of rows so short that these sums, and all that is the same for every row, stay in locals. By way of memory
 * each row would wait for the sums of the one before. The order is that of `reduce.ts`.
 */
import { stridesOf } from "../shape.ts";
import { Func } from "./assembler.ts";
import { LocalPool } from "./emission.ts";
import type { MapKernel } from "./map.ts";
import { Block, hoistConstants, loadLanes, type Surroundings, Walker } from "./nest.ts";
import { I32 } from "./opcodes.ts";
import { storeVectors } from "./tile.ts";
import { collapse } from "./views.ts";

/** Elements of the longest row. */
const WIDEST = 32;
/** Whether the kernel is of this kind: whole pairs of vectors, side by side. */
export function hasShortRows({ domain, loads, sums }: MapKernel): boolean {
  const last = domain.length - 1;
  const width = domain[last] ?? 0;
  return (
    sums !== undefined &&
    sums.size > 0 &&
    width <= WIDEST &&
    width % 8 === 0 &&
    loads.every(({ strides }) => strides[last] === 0 || strides[last] === 1)
  );
}

/** (pool, outputs…, loads…, pairs), as `mapKernel`. */
export function rowSumsKernel(kernel: MapKernel, around: Surroundings): Func {
  const { v, roots, loads, domain } = kernel;
  const sums = kernel.sums!;
  const f = new Func(new Array<typeof I32>(2 + roots.length + loads.length).fill(I32));
  const constants = hoistConstants(f, v, v.needs(roots).constants, around);
  const outputs = roots.map((_root, i) => 1 + i);
  const pointers = loads.map((_load, i) => 1 + roots.length + i);
  // Rows stay apart from what is around them.
  const marks = domain.map((_n, axis) => (axis === domain.length - 1 ? 1 : 0));
  const { extents, strides } = collapse(domain, [stridesOf(domain), ...loads.map((load) => load.strides)], marks);
  const [stored, ...loaded] = strides as [number[], ...number[][]];
  const vectors = extents.at(-1)! / 4;
  const inner = loaded.map((list) => list.at(-1)!);
  const pool = new LocalPool(f);
  /** Locals of loads that every row repeats. */
  const held = new Map<number, number[]>();
  loaded.forEach((list, i) => {
    if (list.slice(0, -1).some((stride) => stride !== 0)) return;
    held.set(
      i,
      Array.from({ length: vectors }, (_unused, u) => loadLanes(f, pool, pointers[i]!, inner[i]!, u, 4)),
    );
  });
  const kept = outputs.filter((_output, i) => !sums.has(i));
  const walking = loads.map((_load, i) => i).filter((i) => !held.has(i));
  const moved = [...kept.map(() => stored), ...walking.map((i) => loaded[i]!)].map((list) => list.map((stride) => 4 * stride));
  const walker = new Walker(f, [...kept, ...walking.map((i) => pointers[i]!)], moved, extents);
  const row = (): readonly number[] => {
    for (let from = 0; from < vectors; from += 2) {
      const part = new Map([...held].map(([i, locals]) => [i, locals.slice(from, from + 2)]));
      const block = new Block(f, kernel, pointers, inner, part, constants, around, pool);
      const results = block.compute(roots, 2, 4, (leaf, u) => loadLanes(f, pool, pointers[leaf]!, inner[leaf]!, from + u, 4));
      outputs.forEach((output, i) => {
        const sum = held.get(sums.get(i) ?? -1);
        if (!sum) return storeVectors(f, output, 2, 4, (u) => f.get(results[u]![i]!), 16 * from);
        results.forEach((result, u) => {
          f.get(result[i]!);
          f.set(sum[from + u]!);
        });
      });
      block.release(results);
    }
    return moved.map(() => 0);
  };
  walker.over(extents.map((_extent, axis) => axis).slice(0, -1), row);
  for (const [i, sum] of sums) storeVectors(f, outputs[i]!, vectors, 4, (u) => f.get(held.get(sum)![u]!));
  return f;
}
