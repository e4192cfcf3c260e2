import { EnvError, show } from "./errors.ts";

/** Refuses seeds that are not whole numbers ≥ 0. */
export function checkSeed(call: string, seed: number): number {
  if (typeof seed !== "number" || !Number.isSafeInteger(seed) || seed < 0) {
    throw new EnvError(`${call}: seed is ${show(seed)}, expected a whole number in 0 … 2^53 − 1.`);
  }
  return seed;
}

/** One seed per row: `s` gives s, s + 1, … as Gymnasium; a list is taken as it is; undefined leaves every row's stream alone. */
export function rowSeeds(seed: number | readonly number[] | undefined, rows: number): readonly (number | undefined)[] {
  if (seed === undefined) return new Array<undefined>(rows).fill(undefined);
  if (typeof seed === "number") {
    checkSeed("reset", seed);
    if (seed > Number.MAX_SAFE_INTEGER - (rows - 1))
      throw new EnvError(`reset: seed is ${seed}, expected at most 2^53 − ${rows}: row i takes seed + i.`);
    return Array.from({ length: rows }, (_, i) => seed + i);
  }
  if (!Array.isArray(seed) || seed.length !== rows) {
    throw new EnvError(`reset: seed is ${show(seed)}, expected one number or a list of ${rows}, one per row.`);
  }
  return (seed as readonly number[]).map((s) => checkSeed("reset", s));
}
