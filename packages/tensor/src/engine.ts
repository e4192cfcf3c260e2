/**
 * What an engine is. A second engine can be written from this file and `graph.ts` alone; `test/engine-contract.ts` says whether it is right.
 * Everything is synchronous; calls never nest.
 */
import type { DType, TypedArray } from "./dtype.ts";
import type { Graph, ValueType } from "./graph.ts";

/**
 * Where a tensor's elements are: in an ordinary typed array, or in memory that belongs to an engine (row-major, contiguous).
 * A typed array may be given to every engine; an engine's own buffer only to that engine.
 */
export type Storage = TypedArray | EngineBuffer;

/** Elements that live in an engine's memory. Freed when nothing refers to it any more, at the latest at the engine's next sweep. */
export interface EngineBuffer {
  readonly engine: Engine;
  readonly dtype: DType;
  readonly length: number;
  /** False after the buffer was donated to a call; reading it then throws. */
  readonly alive: boolean;
  /** A copy of the elements in a fresh typed array. */
  read(): TypedArray;
}

export interface Program {
  /** Types of arguments and results, in order. */
  readonly inputs: readonly ValueType[];
  readonly outputs: readonly ValueType[];
  /**
   * Runs on row-major storages, one per graph input, lengths and dtypes as declared (the caller has checked them).
   * Results are fresh typed arrays, except those that take the place of a donated argument: these are engine buffers that stay in the
   * engine's memory (the reference engine returns typed arrays for all). A donated engine buffer is dead after the call.
   *
   * `into`: what an earlier call of this program returned and nobody needs any more. An engine may overwrite and return the list and the typed arrays in it
   * instead of making fresh ones.
   */
  run(inputs: readonly Storage[], into?: Storage[]): Storage[];
  /** What the engine made, for people: generated code, kernels, memory plan. */
  describe?(): string;
}

export interface Engine {
  readonly name: string;
  /** Makes a program. Pure: same graph, same program; engines may cache by the graph's content. Throws a clear error for dtypes or sizes it cannot serve. */
  compile(graph: Graph): Program;
  /** Copies elements into the engine's memory. */
  upload(data: TypedArray, dtype: DType): Storage;
}
