/**
 * Elementwise kernels with any index map. The innermost axis is the vector side: pairs of vectors, then one vector, then the lanes that are left. A nest that
 * is one flat run works in whole pairs; every buffer is padded for that.
 */
import { sizeOf, stridesOf } from "../shape.ts";
import { Func } from "./assembler.ts";
import { LocalPool } from "./emission.ts";
import { Block, type Body, hoistConstants, loadLanes, loadOffsets, type Surroundings, Walker } from "./nest.ts";
import { I32, Op } from "./opcodes.ts";
import { storeVectors } from "./tile.ts";
import type { Vec, Vectors } from "./vector.ts";
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
  const loop = new MapLoop(kernel, around);
  if (isFlat(kernel)) loop.flat();
  else loop.nested();
  return loop.f;
}

/** A kernel's function, and the ways through its nest. */
class MapLoop {
  readonly f: Func;
  private readonly kernel: MapKernel;
  private readonly outputs: readonly number[];
  private readonly pointers: readonly number[];
  private readonly extents: readonly number[];
  /** By load. */
  private readonly strides: readonly (readonly number[])[];
  private readonly block: Block;
  /** Loads whose pointers move. */
  private readonly walking: readonly number[];
  /** Pointers that move, and their innermost strides. */
  private readonly moving: readonly number[];
  private readonly steps: readonly number[];
  /** Neighbouring vectors that run together. */
  private readonly together: number;

  constructor(kernel: MapKernel, around: Surroundings) {
    const { v, roots, loads, domain } = kernel;
    const f = new Func(new Array<typeof I32>(2 + roots.length + loads.length).fill(I32));
    const constants = hoistConstants(f, v, v.needs(roots).constants, around);
    const nest = collapse(domain, [stridesOf(domain), ...loads.map(({ strides }) => strides)]);
    this.f = f;
    this.kernel = kernel;
    this.outputs = roots.map((_root, i) => 1 + i);
    this.pointers = loads.map((_load, i) => 1 + roots.length + i);
    this.extents = nest.extents;
    this.strides = nest.strides.slice(1);
    const fixed = new Map<number, number>();
    const lent = new LocalPool(f);
    this.strides.forEach((strides, i) => {
      if (strides.every((stride) => stride === 0)) fixed.set(i, loadLanes(f, lent, this.pointers[i]!, 0, 0, 4));
    });
    const inner = this.strides.map((strides) => strides.at(-1) ?? 0);
    this.block = new Block(f, kernel, this.pointers, inner, fixed, constants, around);
    this.walking = loads.map((_load, i) => i).filter((i) => !fixed.has(i));
    this.moving = [...this.outputs, ...this.walking.map((i) => this.pointers[i]!)];
    this.steps = [...this.outputs.map(() => 1), ...this.walking.map((i) => inner[i]!)];
    this.together = isSmall(domain) ? 2 : vectorsTogether(v, roots);
  }

  private moveBy(elements: number): void {
    this.moving.forEach((pointer, p) => this.f.advance(pointer, 4 * elements * this.steps[p]!));
  }

  private store(results: number[][], lanes: number, offset = 0): void {
    this.kernel.roots.forEach((_root, i) => {
      storeVectors(this.f, this.outputs[i]!, results.length, lanes, (u) => this.f.get(results[u]![i]!), offset);
    });
    this.block.release(results);
  }

  private run(vectors: number): void {
    this.store(this.block.compute(this.kernel.roots, vectors), 4);
    this.moveBy(4 * vectors);
  }

  /** One run over all elements, in whole pairs of vectors. */
  flat(): void {
    const { f, together } = this;
    const pairs = 1 + this.outputs.length + this.pointers.length;
    if (together === 2) return f.repeat(() => f.get(pairs), () => this.run(2)); // prettier-ignore
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
    f.repeat(() => f.get(pairs), () => this.run(together)); // prettier-ignore
    f.end();
    f.get(rest);
    f.if();
    f.repeat(() => f.get(rest), () => this.run(2)); // prettier-ignore
    f.end();
  }

  /** Row by row, or several rows of a narrow matrix at once; a sum is one row for all of the matrix. */
  nested(): void {
    const isPlain = !this.kernel.sums?.size && this.strides.flat().every((stride) => stride >= 0);
    const rows = this.together > 2 && isPlain ? narrowRows(this.extents) : 0;
    if (rows > 0) this.narrow(rows);
    else this.walk();
  }

  private narrow(rows: number): void {
    const { f, block, together, strides } = this;
    const [extent, width] = this.extents as [number, number];
    const load = (leaf: number, first: number): number => {
      const [outer, across] = strides[leaf] as [number, number];
      const offsets = [0, 1, 2, 3].map((lane) => 4 * (Math.floor((first + lane) / width) * outer + ((first + lane) % width) * across));
      return loadOffsets(f, block.pool, this.pointers[leaf]!, offsets);
    };
    f.repeat(extent / rows, () => {
      for (let from = 0; from < rows * width; from += 4 * together) {
        const vectors = Math.min(together, (rows * width - from) / 4);
        this.store(
          block.compute(this.kernel.roots, vectors, 4, (leaf, vector) => load(leaf, from + 4 * vector)),
          4,
          4 * from,
        );
      }
      for (const output of this.outputs) f.advance(output, 4 * rows * width);
      for (const i of this.walking) f.advance(this.pointers[i]!, 4 * rows * strides[i]![0]!);
    });
  }

  private walk(): void {
    const { f, block, together, extents, strides } = this;
    const { roots, sums } = this.kernel;
    const plain = stridesOf(extents);
    const rootStrides = roots.map((_root, i) => (sums?.has(i) ? strides[sums.get(i)!]! : plain));
    const bytes = [...rootStrides, ...this.walking.map((i) => strides[i]!)].map((list) => list.map((stride) => 4 * stride));
    const walker = new Walker(f, this.moving, bytes, extents);
    const outer = extents.map((_extent, axis) => axis).slice(0, -1);
    const count = extents.at(-1)!;
    walker.over(outer, () => {
      const many = count - (count % (4 * together));
      if (many > 0) f.repeat(many / (4 * together), () => this.run(together));
      let moved = count - (count % 8);
      if (moved > many) f.repeat((moved - many) / 8, () => this.run(2));
      if (count % 8 >= 4) {
        this.run(1);
        moved += 4;
      }
      if (count % 4) this.store(block.compute(roots, 1, count % 4), count % 4);
      return this.steps.map((step) => 4 * step * moved);
    });
  }
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
