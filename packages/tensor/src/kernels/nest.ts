/** What kernels around straight-line SIMD code are made of: pointers that walk through loop nests, loads by any index map, blocks of neighbouring vectors. */
import type { Func } from "./assembler.ts";
import { emitVectors, LocalPool } from "./emission.ts";
import { I32, Op } from "./opcodes.ts";
import { lanes as laneShuffle } from "./pack.ts";
import { type ConstantPool, HANDOVER_BYTES } from "./pool.ts";
import type { Vec, Vectors } from "./vector.ts";

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
    return emitVectors(this.f, this.body.v, roots, count, {
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
