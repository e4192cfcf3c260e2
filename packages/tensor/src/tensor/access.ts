/** What the folders above may ask of a tensor, whose members with a leading underscore are known in this one only. */
import type { TypedArray } from "../dtype.ts";
import type { Engine, Storage } from "../engine.ts";
import { sameShape } from "../shape.ts";
import type { Trace } from "../tracing.ts";
import type { Creator, Stored } from "./stored.ts";

export const sameType = (a: Stored, b: Stored): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** The tracing that a symbol belongs to; undefined for concrete tensors. */
export const traceOf = (x: Stored): Trace | undefined => x._trace;

/** The innermost tracing of several values. */
export function innermostTrace(values: readonly Stored[]): Trace | undefined {
  let deepest: Trace | undefined;
  for (const { _trace } of values) if (_trace && (!deepest || _trace.depth > deepest.depth)) deepest = _trace;
  return deepest;
}

export const creatorOf = (x: Stored): Creator | undefined => x._creator;

/** Whether a value was recorded for differentiation when it was made; of concrete tensors see isTracked. */
export const wasTracked = (x: Stored): boolean => x._tracked;

/** Refuses values of tracings that have ended, and memory that is gone. */
export const checkAlive = (x: Stored, use: string): void => x._checkTrace(use);

/** The elements in row-major order: shared when local, a copy when on an engine. */
export const elementsOf = (x: Stored): TypedArray => x._local();

/** Makes a fresh tensor hold what an engine gave. */
export function hold<T extends Stored>(made: T, storage: Storage): T {
  if (ArrayBuffer.isView(storage)) made._array = storage;
  else made._buffer = storage;
  return made;
}

/** What an engine is given for a tensor. */
export function storageOf(x: Stored, engine: Engine, use: string): Storage {
  const own = x._base === undefined && x._strides === undefined && x._consumed === undefined ? x._array : undefined;
  return own ?? x._storageFor(engine, use);
}

/** Makes a fresh tensor a symbol of a tracing. */
export function symbolic<T extends Stored>(symbol: T, trace: Trace, made: Creator, tracked: boolean): T {
  symbol._trace = trace;
  symbol._creator = made;
  symbol._tracked = tracked;
  made.output = symbol;
  return symbol;
}

/** Whether a tracked value is, or depends on, one that is no newer than `after`. */
export function reachesOutside(start: Creator, after: number): boolean {
  if (start.id <= after) return true;
  const seen = new Set<Creator>([start]);
  const pending = [start];
  while (pending.length > 0) {
    for (const input of pending.pop()!.inputs) {
      const made = input._creator;
      if (!made || !input._tracked || seen.has(made)) continue;
      if (made.id <= after) return true;
      seen.add(made);
      pending.push(made);
    }
  }
  return false;
}
