import type { Generator } from "@rl/random";
import { EnvError, checkKeys, show } from "./errors.ts";
import type { StartBox } from "./kernel.ts";

/** A finite number out of reset options, or its default. */
export function startOption(id: string, options: Readonly<Record<string, unknown>> | undefined, key: string, byDefault: number): number {
  const value = options?.[key];
  if (value === undefined) return byDefault;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new EnvError(`${id}.reset: option ${key} is ${show(value)}, expected a finite number.`);
  }
  return value;
}

/** Refuses a box that `size` numbers cannot be drawn from: call it before anything changes. */
export function checkBox({ low, high }: StartBox, size: number): void {
  for (let i = 0; i < size; i++) {
    const range = high[i]! - low[i]!;
    // Also where a bound is missing or not a number.
    if (!(range >= 0 && range < Infinity))
      throw new EnvError(`reset: starts from ${low[i]} to ${high[i]}, expected low ≤ high, a finite number apart.`);
    if (Math.abs(Math.fround(low[i]!)) === Infinity || Math.abs(Math.fround(high[i]!)) === Infinity)
      throw new EnvError(`reset: starts from ${low[i]} to ${high[i]}, expected numbers that float32 holds, within ±3.4e38.`);
  }
}

/** Draws a start uniformly from its box, which was checked. A number that goes from function to function may be boxed; those in arrays are not. */
export function drawStart(rng: Generator, { low, high }: StartBox, out: Float64Array): void {
  rng.fillRandom(out);
  for (let i = 0; i < out.length; i++) out[i] = low[i]! + (high[i]! - low[i]!) * out[i]!;
}

/** Reset options `{ low, high }` as Gymnasium's classic environments take them, the same bounds for all `size` numbers. */
export function lowHighBox(
  id: string,
  options: Readonly<Record<string, unknown>> | undefined,
  low: number,
  high: number,
  size: number,
): StartBox {
  checkKeys(`${id}.reset`, options, ["low", "high"]);
  const from = startOption(id, options, "low", low);
  const to = startOption(id, options, "high", high);
  if (from > to) throw new EnvError(`${id}.reset: low is ${from} and high is ${to}, expected low ≤ high; swap them.`);
  return { low: new Array<number>(size).fill(from), high: new Array<number>(size).fill(to) };
}
