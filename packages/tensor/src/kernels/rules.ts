/**
 * How this engine computes a primitive: one of four kinds of rules, in the primitive's own file, and what a rule is given: the values of a lowered graph, their
 * places in memory, and of the compiler (src/wasm) what a kernel may ask. There ir.ts reads the rules to turn a graph's nodes into views and values, emit.ts to
 * turn values into kernels. By name the engine knows only what it treats specially: constants, which may need no memory; products, which it turns round (ir.ts)
 * or joins with windows (window-products.ts); sums and maxima, which join the loops of others, and what is cheap to compute again (fuse.ts); loops with their
 * parts (plan.ts).
 */
import type { DType, TypedArray } from "../dtype.ts";
import type { Attributes, Graph, Node, ValueType } from "../graph.ts";
import type { Func } from "./assembler.ts";
import type { Surroundings } from "./nest.ts";
import type { Vec, Vectors } from "./vector.ts";
import type { Operand, View } from "./views.ts";

/** Each element of the result from the elements of the inputs at the same place: joined with its neighbours in one loop. */
export interface ElementwiseRule {
  readonly kind: "elementwise";
  /**
   * Four lanes of the result from four lanes of each input, as a graph of SIMD instructions. Lanes hold float32, int32, uint8 widened to int32 (0…255), or
   * bool as a mask of all bits. `dtype` is that of the first input.
   */
  lanes(v: Vectors, args: readonly Vec[], dtype: DType, attributes: Attributes): Vec;
}

/** The same elements found by another index map: no code at all. */
export interface ViewRule {
  readonly kind: "view";
  /** Where the node's elements lie, given where the input's do; undefined where no strides say it: the engine then copies the input and asks again. */
  view(input: View, node: Node): View | undefined;
}

/** Kernels of its own. */
export interface KernelRule {
  readonly kind: "kernel";
  /** Puts the node among the values; undefined, or absent: as one value that reads its inputs without gaps in row-major order. */
  lower?(to: Lowering, node: Node, inputs: readonly Operand[]): Operand | undefined;
  /** Bytes of the arena, at step.scratchAt, that `emit` needs beside operands and result. Absent: none. */
  scratch?(value: Value, settings: CompileSettings): number;
  /** Calls kernels that write the value. */
  emit(e: Emitter, level: Level, step: Step, value: Value): void;
}

/** There before the program's first step: nothing is emitted. */
export interface SourceRule {
  readonly kind: "source";
  lower(to: Lowering, node: Node, inputs: readonly Operand[]): Operand;
}

export type WasmRule = ElementwiseRule | ViewRule | KernelRule | SourceRule;

export const isElementwise = ({ rule }: { readonly rule: WasmRule }): boolean => rule.kind === "elementwise";

export interface Value {
  readonly id: number;
  readonly op: string;
  /** How it is computed. */
  readonly rule: WasmRule;
  readonly operands: Operand[];
  readonly attributes: Attributes;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Elements of a constant; the single 32-bit element when all are equal. */
  data?: TypedArray;
  splat?: number;
  /** Argument number of an input. */
  input?: number;
}

export interface Lowered {
  readonly values: Value[];
  /** Values of arguments, in order. */
  readonly inputs: number[];
  /** Contiguous operands to deliver, in order. */
  readonly outputs: Operand[];
}

/** Something executed as one: a group of elementwise values, or any other single value. */
export interface Unit {
  readonly id: number;
  /** Value numbers, in order; in front of a group, sums that are made in its loop. */
  members: number[];
  /** Elementwise members run over these extents … */
  domain: readonly number[];
  /** … and their operands are seen over them. */
  operands: Map<number, readonly Operand[]>;
  /** Values that something outside reads. */
  results: number[];
  /** Values outside that members read. */
  reads: readonly number[];
  /** The search that last came here. */
  seen: number;
}

/** An address: a base plus bytes. Bases: the scratch arena, the program's own block, argument i, row of scanned input i of a loop. */
export interface Place {
  readonly base: "arena" | "block" | "input";
  readonly index: number;
  readonly offset: number;
}

export interface Step {
  readonly unit: Unit;
  /** Bytes of arena for the step alone, at this place. */
  readonly scratch: number;
  scratchAt: number;
  /** Plan of a loop's body. */
  readonly body?: Plan;
}

export interface Copy {
  readonly from: Place;
  readonly to: Place;
  readonly bytes: number;
}

export interface Plan {
  readonly lowered: Lowered;
  readonly steps: Step[];
  /** By value number; undefined where a value needs no memory. */
  readonly places: (Place | undefined)[];
  readonly outputs: Place[];
  /** Copies that end a run: outputs that take over an argument's memory but could not be written there. */
  readonly copies: Copy[];
  readonly arenaBytes: number;
}

/** One level of `run`: the program, or the body of a loop. */
export interface Level {
  readonly plan: Plan;
  /** Where the level's arena begins within the program's. */
  readonly arenaAt: number;
  /** Where the level's constants begin within the block. */
  constantsAt: number;
  /** Local with the address of each input. */
  readonly inputs: number[];
}

/** A kernel call of `run`, for profiles. */
export interface Call {
  readonly name: string;
  readonly step: string;
  readonly flops: number;
  readonly bytes: number;
}

export interface Gather {
  readonly outer: number;
  readonly extent: number;
  readonly inner: number;
  /** Indices per outer position. */
  readonly count: number;
}

export interface CompileSettings {
  readonly wide: boolean;
  readonly fused: boolean;
  /** Calls an imported `mark` after every kernel. */
  readonly profile?: boolean;
  /** Elements from which on values are computed again where that moves fewer bytes, unless the default; 0, for tests: all that can be, whatever it takes. */
  readonly recomputeFrom?: number;
}

/** What a rule may ask of the lowering of a graph, while its nodes become values. */
export interface Lowering {
  readonly graph: Graph;
  /** By node: where its elements lie. */
  readonly views: readonly (Operand | undefined)[];
  /** Windows of images occur. */
  readonly hasWindows: boolean;
  /** A new value, and all of it as an operand. */
  add(op: string, operands: readonly Operand[], attributes: Attributes, type: ValueType): Operand;
  /** Elements known beforehand; `splat` are the 32 bits of each where all are equal. */
  constant(type: ValueType, data: TypedArray, splat: number | undefined): Operand;
  /** The operand without gaps in row-major order: itself or a copy. */
  contiguous(operand: Operand): Operand;
  /** The operand walked through forward: itself or a copy. */
  forward(operand: Operand): Operand;
}

/** What a rule may ask of the emission of a module. */
export interface Emitter {
  readonly settings: CompileSettings;
  /** The function that calls the kernels. */
  readonly run: Func;
  /** Address of the pool: local of `run`. */
  readonly poolLocal: number;
  readonly around: Surroundings;
  /** Emits the steps of a plan into `run`. */
  level(level: Level): void;
  /** Puts an address on the stack. */
  push(level: Level, place: Place, extra?: number): void;
  pushOperand(level: Level, operand: Operand): void;
  pushValue(level: Level, value: number, extra?: number): void;
  /** Locals with the addresses of two operands and of the result, which a loop advances. */
  pointers(level: Level, a: Operand, b: Operand, result: number): readonly [number, number, number];
  /** Number of a kernel, built unless an equal one (by key) is there. */
  kernel(name: string, key: string, make: () => Func): number;
  /** A function that kernels share. */
  readonly part: (name: string, key: string, make: () => Func) => number;
  /** Calls a kernel; `make` builds it unless an equal one (by key) is there. */
  call(name: string, key: string, make: () => Func, push: () => void, work?: { flops?: number; bytes?: number; step?: string }): void;
  /** Notes a kernel call. */
  note(call: Call): void;
  /** Calls a kernel that takes what `pushes` leave on the stack; `elements` are those that profiles count as moved. */
  plainCall(name: string, key: string, make: () => Func, pushes: readonly (() => void)[], elements: number): void;
  /** Copies memory; both addresses come from what is called. */
  copyBytes(to: () => void, from: () => void, bytes: number): void;
  /** Copies every element of `domain` between any strides, which count elements. */
  copy(domain: readonly number[], to: readonly number[], pushTo: () => void, from: readonly number[], pushFrom: () => void): void;
  /** Gives each of a value's `size` elements the same 32 bits. */
  fillValue(level: Level, value: number, bits: number, size: number): void;
  /** The same for `size` > 0 elements from an address on, and up to seven more. */
  fillAt(push: () => void, bits: number, size: number): void;
  /** A kernel that may meet a bad index: leaves `run` with the number of the site. */
  gather(op: string, gather: Gather, make: () => Func, pushes: readonly (() => void)[]): void;
}
