/** Straight-line SIMD code as a graph: nodes are v128 values; equal nodes are made once. emission.ts makes instructions of it. */
import { bitsOf } from "./bytes.ts";
import type { LaneCall } from "./lane-calls.ts";
import { Op } from "./opcodes.ts";

/** A node's number. */
export type Vec = number;

/** What stands in place of an instruction. */
export const LEAF = -1;
export const CONST = -2;
/** Per-lane calls of an imported function: all lanes (data = import), or, with a mask as last argument, the marked lanes of a fast result. */
export const CALL = -3;
export const PATCH = -4;

const word = new DataView(new ArrayBuffer(8));

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
}
