/** Options of wrappers and environments: each is of its type, or refused by name where it is given. */
import { isClass } from "./check/results.ts";
import { EnvError, show } from "./errors.ts";

/** Most steps that a counter of 32 bits counts. */
export const MOST_STEPS = 2147483647;

/** A number within limits, or its default where it is left out. */
export function numberOption(
  call: string,
  name: string,
  value: unknown,
  byDefault: number,
  { least = -Infinity, most = Infinity }: { readonly least?: number; readonly most?: number } = {},
): number {
  if (value === undefined) return byDefault;
  if (typeof value === "number" && Number.isFinite(value) && value >= least && value <= most) return value;
  const range = most < Infinity ? `a number in ${least} … ${most}` : least > -Infinity ? `a finite number ≥ ${least}` : "a finite number";
  throw new EnvError(`${call}: ${name} is ${show(value)}, expected ${range}.`);
}

/** A whole number ≥ 1, or its default where it is left out. */
export function countOption(call: string, name: string, value: unknown, byDefault?: number): number {
  const count = value === undefined ? byDefault : value;
  if (Number.isInteger(count) && (count as number) >= 1 && (count as number) <= MOST_STEPS) return count as number;
  throw new EnvError(
    `${call}: ${name} is ${show(value)}, expected a whole number ≥ 1${(count as number) > MOST_STEPS ? ` and ≤ ${MOST_STEPS}` : ""}.`,
  );
}

/** True or false, or false where it is left out. */
export function flagOption(call: string, name: string, value: unknown): boolean {
  if (value === undefined || typeof value === "boolean") return value === true;
  throw new EnvError(`${call}: ${name} is ${show(value)}, expected true or false.`);
}

/** A function that can be called: a class cannot. */
export function functionOption(call: string, name: string, value: unknown, example: string): void {
  if (isClass(value)) throw new EnvError(`${call}: ${name} is the class ${value.name}, expected a function; write ${example}.`);
  if (typeof value !== "function") throw new EnvError(`${call}: ${name} is ${show(value)}, expected a function such as ${example}.`);
}
