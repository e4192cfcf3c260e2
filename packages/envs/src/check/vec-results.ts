/** The sentences about a vector of environments and about what its `reset` and `step` returned. */
import { show } from "../errors.ts";
import { AUTORESET_MODES } from "../row-checks.ts";
import { Box } from "../spaces/box.ts";
import { Discrete } from "../spaces/discrete.ts";
import { dtypeOf, type DType, type TypedArray } from "../spaces/dtype.ts";
import { MultiBinary } from "../spaces/multi-binary.ts";
import { MultiDiscrete } from "../spaces/multi-discrete.ts";
import type { Space } from "../spaces/space.ts";
import { explainMethods, explainSpace } from "./results.ts";

/** What is wrong with a vector before its first reset, or undefined. */
export function explainVec(vec: unknown): string | undefined {
  if (typeof vec !== "object" || vec === null) return `it is ${show(vec)}, expected a vector; pass makeVec("…", 8).`;
  if ("observationSpace" in vec && !("singleObservationSpace" in vec))
    return "it is a single environment, expected a vector; take the form without Vec, or make a vector of it.";
  const given = vec as Readonly<Record<string, unknown>>;
  const { numEnvs, autoreset } = given;
  if (!Number.isInteger(numEnvs) || (numEnvs as number) < 1) return `numEnvs is ${show(numEnvs)}, expected a whole number ≥ 1.`;
  if (!AUTORESET_MODES.includes(autoreset as never))
    return `autoreset is ${show(autoreset)}, expected one of ${AUTORESET_MODES.join(", ")}; say what happens to a row whose episode ended.`;
  return (
    explainSpace(vec, "singleObservationSpace", "single_observation_space") ??
    explainSpace(vec, "singleActionSpace", "single_action_space") ??
    explainMethods(vec, "vector")
  );
}

/** Smallest and largest number of each element of one row; undefined where rows are any numbers. */
export function boundsOf(space: Space): { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> } | undefined {
  if (space instanceof Box) return space as Box<DType>;
  if (space instanceof Discrete) return { low: [space.start], high: [space.start + space.n - 1] };
  if (space instanceof MultiDiscrete) return { low: space.start, high: space.nvec.map((n, i) => space.start[i]! + n - 1) };
  if (space instanceof MultiBinary) return { low: new Int8Array(space.size), high: new Int8Array(space.size).fill(1) };
  return undefined;
}

/** What is wrong with an array that holds one row per environment, or undefined. */
export function explainArray(what: string, array: unknown, dtype: DType, length: number): string | undefined {
  if (dtypeOf(array) === dtype && (array as TypedArray).length === length) return undefined;
  return `${what} are ${show(array)}, expected a ${dtype} array of length ${length}; allocate it once and fill it in every step.`;
}

/** What is wrong with the form of a result, or undefined. */
export function explainVecForm(call: string, result: unknown, form: string): string | undefined {
  if (typeof result === "object" && result !== null && !Array.isArray(result) && "observations" in result) return undefined;
  const promise = typeof result === "object" && result !== null && "then" in result;
  return promise
    ? `${call} returned a promise, expected ${form} at once; take async away and await what it needs before the vector is made.`
    : `${call} returned ${show(result)}, expected ${form}; return an object with these fields.`;
}
