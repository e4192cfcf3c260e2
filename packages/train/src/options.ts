export { checkKeys, nearest } from "@rl/math/options";

/** Throws unless value is a whole number of at least `min`; undefined passes. */
export function checkCount(call: string, name: string, value: number | undefined, min = 1): void {
  if (value !== undefined && (!Number.isSafeInteger(value) || value < min))
    throw new RangeError(`${call}: ${name} is ${String(value)}, expected a whole number of at least ${min}.`);
}
