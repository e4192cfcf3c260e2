/** Numbers of a saved agent, checked before anything of it is restored. */
import { show } from "@rl/math/options";

function fail(where: string, name: string, value: unknown, expected: string): never {
  throw new Error(`${where}: ${name} of the state is ${show(value)}; expected ${expected}.`);
}

/** A whole number of at least 0. */
export function checkCount(where: string, name: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0) fail(where, name, value, "a whole number of at least 0");
}

/** `length` finite numbers, none below `min`. */
export function checkNumbers(where: string, name: string, values: unknown, length: number, min = -Infinity): void {
  if (!ArrayBuffer.isView(values) || !("length" in values)) fail(where, name, values, `a typed array of ${length} numbers`);
  const numbers = values as unknown as ArrayLike<number>;
  if (numbers.length !== length)
    throw new Error(`${where}: ${name} of the state has ${numbers.length} numbers; expected ${length}. Restore it where it was saved.`);
  for (let i = 0; i < length; i++) {
    const value = numbers[i] as number;
    if (!Number.isFinite(value) || value < min)
      fail(where, `${name}[${i}]`, value, min === -Infinity ? "a finite number" : `a finite number of at least ${min}`);
  }
}

/** Running moments of so many columns. */
export function checkMoments(where: string, name: string, moments: unknown, columns: number): void {
  if (typeof moments !== "object" || moments === null) fail(where, name, moments, "an object with count, mean and variance");
  const { count, mean, variance } = moments as Readonly<Record<string, unknown>>;
  if (typeof count !== "number" || !Number.isFinite(count) || count < 0)
    fail(where, `${name}.count`, count, "a finite number of at least 0");
  checkNumbers(where, `${name}.mean`, mean, columns);
  checkNumbers(where, `${name}.variance`, variance, columns, 0);
}
