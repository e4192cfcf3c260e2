// One sentence per mistake: what, got, expected, what to do.
import { hint } from "@rl/math/options";

export const show = (value: unknown): string =>
  typeof value === "bigint"
    ? `${value}n`
    : typeof value === "string"
      ? JSON.stringify(value)
      : typeof value === "object" && value !== null
        ? (value.constructor?.name ?? "an object")
        : String(value);

/** Throws for the first key that is not known, naming the nearest that is. */
export function checkKeys(what: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options))
    if (!known.includes(key)) throw new TypeError(`${what} has no option "${key}"${hint(key, known)} It knows ${known.join(", ")}.`);
}

/** Returns a non-negative safe integer or throws. */
export function checkCount(what: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${what} must be an integer ≥ 0; got ${show(value)}.`);
  return value;
}
