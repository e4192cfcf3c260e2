/**
 * Instructions of a graph of vectors (vector.ts): for several neighbouring vectors at once, for one, or for the lanes of a tail. Results stay in locals that
 * are used again.
 */
import type { Func } from "./assembler.ts";
import { Op, V128 } from "./opcodes.ts";
import { lanes } from "./pack.ts";
import { CALL, CONST, LEAF, PATCH, type Vec, type Vectors } from "./vector.ts";

/** Where the surroundings of emitted code hold things: local numbers and function numbers. */
export interface Places {
  /** Locals of a load, one for each vector; may be the same for all. Loads unless it is fixed. */
  leaf(index: number): readonly number[];
  /** In a local for the whole loop. */
  isFixed(index: number): boolean;
  constant(v: Vec): number;
  import(name: string): number;
  readonly pool: LocalPool;
}

/** Locals that can be used again. */
export class LocalPool {
  private readonly free: number[] = [];
  private readonly f: Func;

  constructor(f: Func) {
    this.f = f;
  }
  take(): number {
    return this.free.pop() ?? this.f.local(V128);
  }
  give(local: number): void {
    this.free.push(local);
  }
}

const SHIFTS: ReadonlySet<number> = /* @__PURE__ */ (() => new Set([Op.i32x4Shl, Op.i32x4ShrS, Op.i32x4ShrU, Op.i64x2Shl, Op.i64x2ShrU]))();
/** Shuffles of 32-bit lanes by number. */
const SHUFFLES = [
  [2, 3, 2, 3],
  [0, 1, 4, 5],
] as const;

/**
 * Computes the roots for `count` neighbouring vectors, instruction by instruction for all of them: one vector's chain of dependent instructions leaves
 * the processor idle. Returns locals by vector and root, which the caller gives back to the pool.
 */
export function emitVectors(f: Func, v: Vectors, roots: readonly Vec[], count: number, places: Places): number[][] {
  const emission = new Emission(f, v, count, places);
  for (const root of roots) emission.note(root);
  const results = roots.map((root) => emission.deliver(root));
  return Array.from({ length: count }, (_unused, u) => results.map((locals) => locals[u]!));
}

class Emission {
  private readonly f: Func;
  private readonly v: Vectors;
  private readonly count: number;
  private readonly places: Places;
  /** Uses still to come, of the results that were noted. */
  private readonly uses = new Map<Vec, number>();
  private readonly needs = new Map<Vec, number>();
  /** Local of each vector. */
  private readonly held = new Map<Vec, readonly number[]>();

  constructor(f: Func, v: Vectors, count: number, places: Places) {
    this.f = f;
    this.v = v;
    this.count = count;
    this.places = places;
  }

  note(v: Vec): void {
    const before = this.uses.get(v) ?? 0;
    this.uses.set(v, before + 1);
    if (before === 0 && this.v.ops[v] !== CONST) for (const arg of this.v.args[v]!) this.note(arg);
  }

  /** Locals of a root, which are the caller's from now on. */
  deliver(root: Vec): readonly number[] {
    const locals = this.hold(root);
    if (this.spend(root) && new Set(locals).size === this.count) return locals;
    const { pool } = this.places;
    const copies = locals.map((local) => {
      const copy = pool.take();
      this.f.get(local);
      this.f.set(copy);
      return copy;
    });
    if (this.uses.get(root) === 0 && this.isOwn(root)) for (const local of new Set(locals)) pool.give(local);
    return copies;
  }

  /** Registers that computing v takes, were nothing shared (Sethi and Ullman 1970): k for one argument, one more for each that waits meanwhile. */
  private need(v: Vec): number {
    if (this.v.ops[v] === CONST) return 0;
    let registers = this.needs.get(v);
    if (registers === undefined) {
      const ordered = this.v.args[v]!.map((arg) => this.need(arg)).sort((a, b) => b - a);
      registers = Math.max(1, ...ordered.map((k, waiting) => k + waiting));
      this.needs.set(v, registers);
    }
    return registers;
  }

  private hold(v: Vec): readonly number[] {
    let locals = this.held.get(v);
    if (locals === undefined) {
      const op = this.v.ops[v]!;
      if (op === CONST) locals = new Array<number>(this.count).fill(this.places.constant(v));
      else if (op === LEAF) locals = this.places.leaf(this.v.data[v]!);
      else locals = this.instruction(v, op);
      this.held.set(v, locals);
    }
    return locals;
  }

  /** Whether the locals of v are the emission's own; constants and loads that are there for the whole loop are not. */
  private isOwn(v: Vec): boolean {
    const op = this.v.ops[v];
    return op !== CONST && !(op === LEAF && this.places.isFixed(this.v.data[v]!));
  }

  /** One use less; true at the last. */
  private spend(v: Vec): boolean {
    const left = this.uses.get(v)! - 1;
    this.uses.set(v, left);
    return left === 0 && this.isOwn(v);
  }

  private instruction(v: Vec, op: number): number[] {
    const { f, count } = this;
    const { pool } = this.places;
    const args = this.v.args[v]!;
    // What takes most registers comes first, while the others' results do not yet take theirs.
    for (const arg of [...args].sort((a, b) => this.need(b) - this.need(a))) this.hold(arg);
    const sources = args.map((arg) => this.hold(arg));
    const spent = sources.filter((_locals, i) => this.spend(args[i]!));
    return Array.from({ length: count }, (_unused, u) => {
      const result = op === CALL || op === PATCH ? this.lanewise(v, op, sources, u) : undefined;
      if (result === undefined) {
        for (const locals of sources) f.get(locals[u]!);
        if (SHIFTS.has(op)) f.i32(this.v.data[v]!);
        if (op === Op.shuffle) f.bytes16(op, lanes(...SHUFFLES[this.v.data[v]!]!));
        else f.op(op);
      }
      for (const locals of spent) if (u === count - 1 || locals[u + 1] !== locals[u]) pool.give(locals[u]!);
      if (result !== undefined) return result;
      const target = pool.take();
      f.set(target);
      return target;
    });
  }

  /** Lane by lane through an imported function. */
  private lanewise(v: Vec, op: number, sources: readonly (readonly number[])[], u: number): number {
    const { f, places } = this;
    const args = sources.map((locals) => locals[u]!);
    const [a, b] = (op === CALL ? args : args.slice(1)) as [number, number];
    const result = places.pool.take();
    f.get(a);
    f.set(result);
    if (op === PATCH) {
      f.get(args[3]!);
      f.op(Op.anyTrue);
      f.if();
    }
    for (let lane = 0; lane < 4; lane++) {
      f.get(result);
      f.get(a);
      f.lane(Op.f32ExtractLane, lane);
      f.get(b);
      f.lane(Op.f32ExtractLane, lane);
      f.call(places.import(this.v.imports[this.v.data[v]!]!));
      f.lane(Op.f32ReplaceLane, lane);
      f.set(result);
    }
    if (op === PATCH) {
      f.end();
      f.get(result);
      f.get(args[0]!);
      f.get(args[3]!);
      f.op(Op.bitselect);
      f.set(result);
    }
    return result;
  }
}
