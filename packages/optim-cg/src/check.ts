import type { Vector } from "./vectors.ts";

export function fail(where: string, message: string): never {
  throw new TypeError(`${where}: ${message}`);
}

/** Refuses option names that are not known, naming the nearest one. */
export function checkKeys(where: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const nearest = known.reduce((best, name) => (distance(key, name) < distance(key, best) ? name : best));
    fail(where, `unknown option "${key}", expected one of ${known.join(", ")}; did you mean "${nearest}"?`);
  }
}

/** Edit distance of two names. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[b.length]!;
}

export function checkVector(where: string, name: string, value: Vector): void {
  if (!(value instanceof Float64Array) && !(value instanceof Float32Array)) {
    const got: unknown = value;
    fail(
      where,
      `${name} is ${Array.isArray(got) ? "an array that holds other things than numbers" : got === null ? "null" : typeof got === "object" ? got.constructor.name : typeof got}, expected a Float64Array, a Float32Array or an array of numbers; write Float64Array.from(…).`,
    );
  }
  if (value.length === 0) fail(where, `${name} has length 0, expected at least one entry; give a problem with an unknown.`);
}

/** The vector itself, or an ordinary array of numbers as a Float64Array. */
export function vectorOf<V extends Vector>(where: string, name: string, value: V | readonly number[]): V {
  const vector = Array.isArray(value) && value.every((v) => typeof v === "number") ? (Float64Array.from(value) as Vector) : (value as V);
  checkVector(where, name, vector);
  return vector as V;
}

/** Both vectors must be of one kind and length. */
export function checkSame(where: string, name: string, value: Vector, other: string, like: Vector): void {
  checkVector(where, name, value);
  if (value.length !== like.length || value.constructor !== like.constructor) {
    fail(where, `${name} is a ${describe(value)}, expected a ${describe(like)} as ${other} is; convert one of them.`);
  }
}

function describe(v: Vector): string {
  return `${v instanceof Float32Array ? "Float32Array" : "Float64Array"} of length ${v.length}`;
}

export function checkCount(where: string, name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) fail(where, `${name} is ${value}, expected a whole number from ${least} on; change it.`);
}

/** A number in (low, high), or [low, high) when `lowIncluded`. */
export function checkRange(where: string, name: string, value: number, low: number, high: number, lowIncluded = false): void {
  if (typeof value !== "number" || !(lowIncluded ? value >= low : value > low) || !(value < high)) {
    fail(where, `${name} is ${value}, expected a number in ${lowIncluded ? "[" : "("}${low}, ${high}); change it.`);
  }
}
