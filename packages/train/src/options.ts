import { comingFrom } from "@rl/math/coming-from";
import { checkKeys as check } from "@rl/math/options";

export { hint, nearest, show } from "@rl/math/options";

/** Throws a TypeError for the first key of `options` that is not known; names of other libraries get the option that means that. */
export const checkKeys = (call: string, options: object, known: readonly string[]): void => check(call, options, known, comingFrom);

/** Throws unless value is a whole number of at least `min`; undefined passes. */
export function checkCount(call: string, name: string, value: number | undefined, min = 1): void {
  if (value !== undefined && (!Number.isSafeInteger(value) || value < min))
    throw new RangeError(`${call}: ${name} is ${String(value)}, expected a whole number of at least ${min}.`);
}
