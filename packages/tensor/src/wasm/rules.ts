/**
 * How this engine computes a primitive: one of four kinds, in the primitive's own file. ir.ts reads the rules to turn a graph's nodes into views and values,
 * emit.ts to turn values into kernels. By name the engine knows only what it treats specially: constants, which may need no memory; products, which it turns
 * round (ir.ts) or joins with windows (window-products.ts); sums and maxima, which join the loops of others, and what is cheap to compute again (fuse.ts);
 * loops with their parts (plan.ts).
 */
import type { DType } from "../dtype.ts";
import type { Attributes, Node } from "../graph.ts";
import type { CompileSettings } from "./dot.ts";
import type { Emitter, Level } from "./emit.ts";
import type { Lowering, Operand, Value } from "./ir.ts";
import type { Step } from "./plan.ts";
import type { Vec, Vectors } from "./vector.ts";
import type { View } from "./views.ts";

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
