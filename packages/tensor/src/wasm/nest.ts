/**
 * Loop nests around straight-line SIMD code: elementwise kernels with any index map. The innermost axis is the vector side: pairs of vectors, then one
 * vector, then the lanes that are left. A nest that is one flat run works in whole pairs; every buffer is padded for that.
 */
import { Func } from "./assembler.ts";
import { storeVectors } from "./tile.ts";
import { I32, Op } from "./opcodes.ts";
import { lanes as laneShuffle } from "./pack.ts";
import { sizeOf, stridesOf } from "../primitives/primitive.ts";
import { HANDOVER_BYTES, type ConstantPool } from "./pool.ts";
import { LocalPool, type Vec, type Vectors } from "./vector.ts";
import { collapse } from "./views.ts";

export interface Load {
  /** Elements per step of each axis of the domain. */
  readonly strides: readonly number[];
}

export interface Body {
  readonly domain: readonly number[];
  readonly v: Vectors;
  /** Leaf i of the graph is loads[i]. */
  readonly loads: readonly Load[];
}

export interface Surroundings {
  readonly pool: ConstantPool;
  readonly import: (name: string) => number;
}

/** Constants into locals, at the start of a function whose parameter 0 is the pool's address. */
export function hoistConstants(f: Func, v: Vectors, constants: readonly Vec[], { pool }: Surroundings): Map<Vec, number> {
  const locals = new Map<Vec, number>();
  const lent = new LocalPool(f);
  for (const c of constants) {
    const local = lent.take();
    f.get(0);
    f.memory(Op.vLoad, HANDOVER_BYTES + pool.slot(v.args[c]![0]!, v.args[c]![1]!));
    f.set(local);
    locals.set(c, local);
  }
  return locals;
}

/** Pointers that walk through a nest. `strides[p][axis]` in bytes. */
export class Walker {
  private readonly f: Func;
  private readonly pointers: readonly number[];
  private readonly strides: readonly (readonly number[])[];
  private readonly extents: readonly number[];

  constructor(f: Func, pointers: readonly number[], strides: readonly (readonly number[])[], extents: readonly number[]) {
    this.f = f;
    this.pointers = pointers;
    this.strides = strides;
    this.extents = extents;
  }
  /** Loops over `axes`, outermost first, around `body`, which says by how many bytes it moves each pointer. Returns the same for the whole. */
  over(axes: readonly number[], body: () => readonly number[]): readonly number[] {
    const [axis, ...rest] = axes;
    if (axis === undefined) return body();
    const extent = this.extents[axis]!;
    this.f.repeat(extent, () => {
      const moved = this.over(rest, body);
      this.pointers.forEach((pointer, p) => this.f.advance(pointer, this.strides[p]![axis]! - moved[p]!));
    });
    return this.strides.map((stride) => stride[axis]! * extent);
  }
}

/** Loads `lanes` lanes into a new local: together, repeated, or one by one, as the stride (in elements) says. */
export function loadLanes(f: Func, pool: LocalPool, pointer: number, stride: number, vector: number, lanes: number): number {
  const local = pool.take();
  f.get(pointer);
  if (stride === 1) f.memory(Op.vLoad, 16 * vector);
  else if (stride === 0) f.memory(Op.vLoad32Splat);
  else {
    // Constant offsets are unsigned; a backward walk goes through a pointer of its own.
    const step = 4 * stride;
    const first = 4 * vector * step;
    let base = pointer;
    let at = first;
    if (stride < 0) {
      base = f.local(I32);
      f.i32(first);
      f.op(Op.i32Add);
      f.set(base);
      f.get(base);
      at = 0;
    }
    f.memory(Op.vLoad32Zero, at);
    f.set(local);
    for (let lane = 1; lane < lanes; lane++) {
      if (stride < 0) {
        f.advance(base, step);
        f.get(base);
        f.get(local);
        f.memory(Op.vLoad32Lane, 0, lane);
      } else {
        f.get(base);
        f.get(local);
        f.memory(Op.vLoad32Lane, first + lane * step, lane);
      }
      f.set(local);
    }
    return local;
  }
  f.set(local);
  return local;
}

/** Loads four lanes at constant offsets in bytes. Every second element is picked from two vectors. */
export function loadOffsets(f: Func, pool: LocalPool, pointer: number, offsets: readonly number[]): number {
  const local = pool.take();
  const first = offsets[0]!;
  const areApart = (bytes: number): boolean => offsets.every((offset, lane) => offset === first + bytes * lane);
  f.get(pointer);
  if (areApart(4)) f.memory(Op.vLoad, first);
  else if (areApart(8)) {
    f.memory(Op.vLoad, first);
    f.get(pointer);
    f.memory(Op.vLoad, first + 16);
    f.bytes16(Op.shuffle, laneShuffle(0, 2, 4, 6));
  } else {
    f.memory(Op.vLoad32Splat, first);
    offsets.forEach((offset, lane) => {
      if (offset === first) return;
      f.set(local);
      f.get(pointer);
      f.get(local);
      f.memory(Op.vLoad32Lane, offset, lane);
    });
  }
  f.set(local);
  return local;
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

/** How a body computes one or two neighbouring vectors of the innermost axis. */
export class Block {
  private readonly f: Func;
  private readonly body: Body;
  private readonly pointers: readonly number[];
  private readonly inner: readonly number[];
  private readonly fixed: ReadonlyMap<number, number | readonly number[]>;
  private readonly constants: ReadonlyMap<Vec, number>;
  private readonly around: Surroundings;
  readonly pool: LocalPool;

  /** `pointers[i]` and `inner[i]`: local and innermost stride of load i; `fixed`: loads that already are in a local, or in one for each vector. */
  constructor(
    f: Func,
    body: Body,
    pointers: readonly number[],
    inner: readonly number[],
    fixed: ReadonlyMap<number, number | readonly number[]>,
    constants: ReadonlyMap<Vec, number>,
    around: Surroundings,
    pool = new LocalPool(f),
  ) {
    this.f = f;
    this.body = body;
    this.pointers = pointers;
    this.inner = inner;
    this.fixed = fixed;
    this.constants = constants;
    this.around = around;
    this.pool = pool;
  }
  /** Locals, by vector and root, for vectors 0 … count − 1 counted from the pointers; `lanes` of the last are real. */
  compute(roots: readonly Vec[], count: number, lanes = 4, load?: (leaf: number, vector: number) => number): number[][] {
    return this.body.v.emit(this.f, roots, count, {
      leaf: (leaf) => {
        const fixed = this.fixed.get(leaf);
        const stride = this.inner[leaf]!;
        if (typeof fixed === "object") return fixed;
        if (fixed !== undefined) return new Array<number>(count).fill(fixed);
        if (load) return Array.from({ length: count }, (_unused, vector) => load(leaf, vector));
        if (stride === 0) return new Array<number>(count).fill(loadLanes(this.f, this.pool, this.pointers[leaf]!, 0, 0, 4));
        return Array.from({ length: count }, (_unused, vector) =>
          loadLanes(this.f, this.pool, this.pointers[leaf]!, stride, vector, vector === count - 1 ? lanes : 4),
        );
      },
      isFixed: (leaf) => this.fixed.has(leaf),
      constant: (c) => this.constants.get(c)!,
      import: this.around.import,
      pool: this.pool,
    });
  }
  release(results: readonly (readonly number[])[]): void {
    for (const local of results.flat()) this.pool.give(local);
  }
}

export interface MapKernel extends Body {
  /** Values to store, each to its own contiguous buffer. */
  readonly roots: readonly Vec[];
  /** Roots that add to what is there, and the load that reads it, whose strides they share. */
  readonly sums?: ReadonlyMap<number, number>;
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
