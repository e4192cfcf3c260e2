/**
 * The intermediate form between a traced function and an engine: a list of primitive applications in topological order.
 * Everything in it is plain data with static shapes; an engine needs nothing else to make a program.
 */
import type { DType, TypedArray } from "./dtype.ts";

/** Shape and element type of one value. */
export interface ValueType {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** What a primitive needs beside its inputs: axes, shapes, a constant's data, a loop's body. Plain data, compared by content. */
export type Attribute = number | string | boolean | readonly number[] | readonly (readonly number[])[] | TypedArray | Graph;
export type Attributes = Readonly<Record<string, Attribute>>;

/** One application of a primitive. `inputs` are positions of earlier nodes in `Graph.nodes`. */
export interface Node extends ValueType {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly attributes: Attributes;
}

/**
 * A program: `inputs[i]` is the position of the node with op "input" that stands for argument i; `outputs` are positions of results
 * (a node may be an output twice, and an input may be an output). `donated` lists argument indices that a call may consume: an output of
 * the same shape and dtype takes over the argument's memory (first fit, in the order of `outputs`).
 */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly donated: readonly number[];
}
