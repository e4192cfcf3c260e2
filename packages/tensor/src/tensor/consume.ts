/** Memory that a compiled call takes from its arguments, or writes into results that it gave before. */
import type { Stored } from "./stored.ts";

export const isConsumed = ({ _consumed }: Stored): boolean => _consumed !== undefined;

/** Notes that something wrote into a tensor's memory: what a gradient saved of it is no longer there. */
export const noteWrite = (x: Stored): void => void x._version++;

/** Marks donated tensors; refuses one that is also another argument. `consumes` says of each what it is called, where it is donated. */
export function markConsumed(tensors: readonly (Stored | undefined)[], consumes: readonly (string | undefined)[]): void {
  for (let i = 0; i < consumes.length; i++) {
    const path = consumes[i];
    const given = tensors[i];
    if (path === undefined || given === undefined) continue;
    if (given._base)
      throw new Error(`compile: got a view as ${path}, which is donated; expected a tensor with memory of its own; give a .clone()`);
    if (given._consumed !== undefined)
      throw new Error(
        `compile: got one tensor as ${given._consumed} and as ${path}, which are both donated; expected different tensors; give a .clone() for one of them`,
      );
    given._consumed = path;
  }
  for (let i = 0; i < consumes.length; i++) {
    const given = tensors[i];
    if (consumes[i] !== undefined || given === undefined) continue;
    const owner = given._base ?? given;
    if (owner._consumed !== undefined)
      throw new Error(
        `compile: got one tensor as ${owner._consumed}, which is donated, and as input ${i} of the program; expected different tensors; give a .clone() for one of them`,
      );
  }
}

/** Takes the marks back after a call that failed before it wrote. */
export function unmarkConsumed(tensors: readonly (Stored | undefined)[], consumes: readonly (string | undefined)[]): void {
  for (let i = 0; i < consumes.length; i++) {
    const given = tensors[i];
    // What another call consumed would not have been collected: these marks are of this one.
    if (consumes[i] !== undefined && given && given._buffer?.alive !== false) given._consumed = undefined;
  }
}
