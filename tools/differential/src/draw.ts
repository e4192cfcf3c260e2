/** Small helpers for generators. */
import type { Generator } from "@rl/random";

export const int = (rng: Generator, low: number, high: number): number => rng.integers(low, high + 1);
export const pick = <T>(rng: Generator, items: readonly T[]): T => items[rng.integers(0, items.length)]!;
export const chance = (rng: Generator, p: number): boolean => rng.random() < p;
export const list = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
/** Few digits, so that a printed case is short. */
export const normal = (rng: Generator, std = 1): number => Math.round(rng.standardNormal() * std * 1000) / 1000;
/** A seed that NumPy takes too. */
export const seed = (rng: Generator): number => rng.integers(0, pick(rng, [10, 2 ** 31, 2 ** 53]));
