/**
 * Straight-line SIMD code as a graph: nodes are v128 values; equal nodes are made once; results stay in locals that are used again. The same graph is
 * emitted for several neighbouring vectors at once, for one vector, or for the lanes of a tail.
 */
import type { Func } from "./assembler.ts";
import { bitsOf } from "./bytes.ts";
import type { LaneCall } from "./lane-calls.ts";
import { Op, V128 } from "./opcodes.ts";
import { lanes } from "./pack.ts";

/** A node's number. */
export type Vec = number;

const LEAF = -1;
const CONST = -2;
/** Per-lane calls of an imported function: all lanes (data = import), or, with a mask as last argument, the marked lanes of a fast result. */
const CALL = -3;
const PATCH = -4;
const SHIFTS = new Set<number>([Op.i32x4Shl, Op.i32x4ShrS, Op.i32x4ShrU, Op.i64x2Shl, Op.i64x2ShrU]);

const word = new DataView(new ArrayBuffer(8));

/** Shuffles of 32-bit lanes by number. */
const SHUFFLES = [
  [2, 3, 2, 3],
  [0, 1, 4, 5],
] as const;

/** The bit that says whether a float32 is negative. */
export const SIGN = 0x80000000;

export class Vectors {
  /** Instruction; or a leaf or a constant. */
  readonly ops: number[] = [];
  readonly args: number[][] = [];
  /** Leaf number, constant's bits, or shift amount. */
  readonly data: number[] = [];
  private readonly known = new Map<string, Vec>();

  private node(op: number, args: number[], data: number): Vec {
    const key = `${op},${args.join()},${data}`;
    let id = this.known.get(key);
    if (id === undefined) {
      id = this.ops.push(op) - 1;
      this.args.push(args);
      this.data.push(data);
      this.known.set(key, id);
    }
    return id;
  }
  leaf(index: number): Vec {
    return this.node(LEAF, [], index);
  }
  /** The same 32 bits in all lanes. */
  bits(value: number): Vec {
    return this.constant(value | 0, value | 0);
  }
  f32(value: number): Vec {
    return this.bits(bitsOf(value, "float32"));
  }
  /** A float64 in both halves. */
  f64(value: number): Vec {
    word.setFloat64(0, value);
    return this.constant(word.getInt32(4), word.getInt32(0));
  }
  private constant(even: number, odd: number): Vec {
    return this.node(CONST, [even, odd], 0);
  }
  /** Lanes 2 and 3 in the low half. */
  high(v: Vec): Vec {
    return this.node(Op.shuffle, [v, v], 0);
  }
  /** The low halves of two vectors. */
  join(low: Vec, high: Vec): Vec {
    return this.node(Op.shuffle, [low, high], 1);
  }
  /** An imported function (f32, f32) → f32 for every lane. */
  call(imported: LaneCall, a: Vec, b: Vec): Vec {
    return this.node(CALL, [a, b], this.import(imported));
  }
  /** `fast`, but in lanes where the mask is set the imported function of a and b. */
  patch(imported: LaneCall, fast: Vec, a: Vec, b: Vec, mask: Vec): Vec {
    return this.node(PATCH, [fast, a, b, mask], this.import(imported));
  }
  readonly imports: string[] = [];
  private import(name: string): number {
    const known = this.imports.indexOf(name);
    return known >= 0 ? known : this.imports.push(name) - 1;
  }
  op(instruction: number, ...args: Vec[]): Vec {
    return this.node(instruction, args, 0);
  }
  shift(instruction: number, value: Vec, amount: number): Vec {
    return this.node(instruction, [value], amount);
  }
  add(a: Vec, b: Vec): Vec {
    return this.op(Op.f32x4Add, a, b);
  }
  sub(a: Vec, b: Vec): Vec {
    return this.op(Op.f32x4Sub, a, b);
  }
  mul(a: Vec, b: Vec): Vec {
    return this.op(Op.f32x4Mul, a, b);
  }
  div(a: Vec, b: Vec): Vec {
    return this.op(Op.f32x4Div, a, b);
  }
  /** b where b < a, else a: NaN in a stays. One instruction, unlike the IEEE minimum. */
  pmin(a: Vec, b: Vec): Vec {
    return this.op(Op.f32x4Pmin, a, b);
  }
  pmax(a: Vec, b: Vec): Vec {
    return this.op(Op.f32x4Pmax, a, b);
  }
  /** By one instruction and a constant: joined, V8 makes three of f32x4.abs and of f32x4.neg. */
  abs(x: Vec): Vec {
    return this.and(x, this.bits(0x7fffffff));
  }
  neg(x: Vec): Vec {
    return this.xor(x, this.bits(SIGN));
  }
  /** −|x|. */
  negAbs(x: Vec): Vec {
    return this.or(x, this.bits(SIGN));
  }
  /** Bits of a where the mask is set, else of b. */
  select(mask: Vec, a: Vec, b: Vec): Vec {
    // One instruction instead of the three that processors without masks need.
    if (this.isZero(b)) return this.and(a, mask);
    if (this.isZero(a)) return this.op(Op.vAndnot, b, mask);
    return this.op(Op.bitselect, a, b, mask);
  }
  private isZero(v: Vec): boolean {
    return this.ops[v] === CONST && this.args[v]!.every((half) => half === 0);
  }
  and(a: Vec, b: Vec): Vec {
    return this.op(Op.vAnd, a, b);
  }
  or(a: Vec, b: Vec): Vec {
    return this.op(Op.vOr, a, b);
  }
  xor(a: Vec, b: Vec): Vec {
    return this.op(Op.vXor, a, b);
  }
  /** c₀·qⁿ + c₁·qⁿ⁻¹ + … by Horner's rule. */
  horner(q: Vec, ...coefficients: readonly number[]): Vec {
    let p = this.f32(coefficients[0]!);
    for (const c of coefficients.slice(1)) p = this.add(this.mul(p, q), this.f32(c));
    return p;
  }

  /** Constants that the roots need, as pairs of 32-bit words, and the leaves. */
  needs(roots: readonly Vec[]): { constants: Vec[]; leaves: Set<number> } {
    const seen = new Set<Vec>();
    const constants: Vec[] = [];
    const leaves = new Set<number>();
    const visit = (v: Vec): void => {
      if (seen.has(v)) return;
      seen.add(v);
      if (this.ops[v] === CONST) constants.push(v);
      else if (this.ops[v] === LEAF) leaves.add(this.data[v]!);
      else for (const arg of this.args[v]!) visit(arg);
    };
    for (const root of roots) visit(root);
    return { constants, leaves };
  }

  /** Instructions that the roots need. */
  cost(roots: readonly Vec[]): number {
    const seen = new Set<Vec>();
    let count = 0;
    const visit = (v: Vec): void => {
      if (seen.has(v) || this.ops[v]! === CONST || this.ops[v]! === LEAF) return;
      seen.add(v);
      count++;
      for (const arg of this.args[v]!) visit(arg);
    };
    for (const root of roots) visit(root);
    return count;
  }

  /**
   * Computes the roots for `count` neighbouring vectors, instruction by instruction for all of them: one vector's chain of dependent instructions leaves
   * the processor idle. Returns locals by vector and root, which the caller gives back to the pool.
   */
  emit(f: Func, roots: readonly Vec[], count: number, places: Places): number[][] {
    const { pool } = places;
    const uses = new Map<Vec, number>();
    const note = (v: Vec): void => {
      const before = uses.get(v) ?? 0;
      uses.set(v, before + 1);
      if (before === 0 && this.ops[v] !== CONST) for (const arg of this.args[v]!) note(arg);
    };
    for (const root of roots) note(root);
    const needs = new Map<Vec, number>();
    /** Registers that computing v takes, were nothing shared (Sethi and Ullman 1970): k for one argument, one more for each that waits meanwhile. */
    const need = (v: Vec): number => {
      if (this.ops[v] === CONST) return 0;
      let registers = needs.get(v);
      if (registers === undefined) {
        const ordered = this.args[v]!.map(need).sort((a, b) => b - a);
        registers = Math.max(1, ...ordered.map((k, waiting) => k + waiting));
        needs.set(v, registers);
      }
      return registers;
    };
    /** Local of each vector. */
    const held = new Map<Vec, readonly number[]>();
    const repeated = (local: number): number[] => new Array<number>(count).fill(local);
    const hold = (v: Vec): readonly number[] => {
      let locals = held.get(v);
      if (locals === undefined) {
        const op = this.ops[v]!;
        if (op === CONST) locals = repeated(places.constant(v));
        else if (op === LEAF) locals = places.leaf(this.data[v]!);
        else locals = instruction(v, op);
        held.set(v, locals);
      }
      return locals;
    };
    /** Whether the locals of v are the emission's own; constants and loads that are there for the whole loop are not. */
    const isOwn = (v: Vec): boolean => this.ops[v] !== CONST && !(this.ops[v] === LEAF && places.isFixed(this.data[v]!));
    /** One use less; true at the last. */
    const spend = (v: Vec): boolean => {
      const left = uses.get(v)! - 1;
      uses.set(v, left);
      return left === 0 && isOwn(v);
    };
    const instruction = (v: Vec, op: number): number[] => {
      const args = this.args[v]!;
      // What takes most registers comes first, while the others' results do not yet take theirs.
      for (const arg of [...args].sort((a, b) => need(b) - need(a))) hold(arg);
      const sources = args.map(hold);
      const spent = sources.filter((_locals, i) => spend(args[i]!));
      return Array.from({ length: count }, (_unused, u) => {
        const result = op === CALL || op === PATCH ? lanewise(v, op, sources, u) : undefined;
        if (result === undefined) {
          for (const locals of sources) f.get(locals[u]!);
          if (SHIFTS.has(op)) f.i32(this.data[v]!);
          if (op === Op.shuffle) f.bytes16(op, lanes(...SHUFFLES[this.data[v]!]!));
          else f.op(op);
        }
        for (const locals of spent) if (u === count - 1 || locals[u + 1] !== locals[u]) pool.give(locals[u]!);
        if (result !== undefined) return result;
        const target = pool.take();
        f.set(target);
        return target;
      });
    };
    const lanewise = (v: Vec, op: number, sources: readonly (readonly number[])[], u: number): number => {
      const args = sources.map((locals) => locals[u]!);
      const [a, b] = (op === CALL ? args : args.slice(1)) as [number, number];
      const result = pool.take();
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
        f.call(places.import(this.imports[this.data[v]!]!));
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
    };
    const results = roots.map((root) => {
      const locals = hold(root);
      if (spend(root) && new Set(locals).size === count) return locals;
      const copies = locals.map((local) => {
        const copy = pool.take();
        f.get(local);
        f.set(copy);
        return copy;
      });
      if (uses.get(root) === 0 && isOwn(root)) for (const local of new Set(locals)) pool.give(local);
      return copies;
    });
    return Array.from({ length: count }, (_unused, u) => results.map((locals) => locals[u]!));
  }
}

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
