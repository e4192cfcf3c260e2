import { Generator } from "@rl/random";
import { EnvError, show } from "../errors.ts";
import { createArray, type TypedArray } from "./dtype.ts";
import { Space, type SpaceSeed } from "./space.ts";

type ValueOf<S> = S extends Space<infer T> ? T : never;

/** One seed per part, drawn from `seed` as Gymnasium draws them. */
function partSeeds(seed: number, count: number): number[] {
  const rng = new Generator(seed);
  return Array.from({ length: count }, () => rng.integers(0, 2147483647));
}

/** What Tuple and Dict share: a list of parts, flattened side by side. A row of a batch is the flattened value. */
abstract class Composite<T> extends Space<T, TypedArray> {
  protected abstract readonly parts: readonly Space[];
  /** The parts of a value in the order of `parts`. */
  protected abstract take(value: T): readonly unknown[];
  protected abstract build(values: readonly unknown[]): T;

  get size(): number {
    return this.parts.reduce((sum, part) => sum + part.flatSize, 0);
  }
  get shape(): readonly number[] {
    return [this.size];
  }
  get flatSize(): number {
    return this.size;
  }
  /** float32, or float64 when a part needs more. */
  get dtype(): "float32" | "float64" {
    const wide = this.parts.some((p) => p.dtype === "float64" || p.dtype === "uint32" || (p.dtype === "int32" && !isOneHot(p)));
    return wide ? "float64" : "float32";
  }

  /** By the parts themselves: a long Box's name leaves most of its bounds out. */
  override equals(other: unknown): boolean {
    return super.equals(other) && this.parts.every((part, i) => part.equals((other as Composite<T>).parts[i]));
  }

  sample(): T {
    return this.build(this.parts.map((part) => part.sample()));
  }

  contains(value: unknown): value is T {
    return this.explain(value) === undefined;
  }

  flatten(value: T): TypedArray {
    const result = createArray(this.dtype, this.size);
    let offset = 0;
    this.take(value).forEach((v, i) => {
      const flat = this.parts[i]!.flatten(v);
      result.set(flat as ArrayLike<number> as Float32Array, offset);
      offset += flat.length;
    });
    return result;
  }

  write(value: T, batch: TypedArray, row: number): void {
    batch.set(this.flatten(value) as Float32Array, row * this.size);
  }

  read(batch: TypedArray, row: number): T {
    let offset = row * this.size;
    return this.build(
      this.parts.map((part) => {
        const flat = batch.subarray(offset, offset + part.flatSize);
        offset += part.flatSize;
        return unflatten(part, flat);
      }),
    );
  }
}

function isOneHot(space: Space): boolean {
  return "n" in space || "nvec" in space;
}

/** The value whose `flatten` is `flat`. */
function unflatten(space: Space, flat: TypedArray): unknown {
  if (space instanceof Composite) return space.read(flat, 0);
  if (!isOneHot(space)) {
    const value = createArray(space.dtype, flat.length);
    value.set(flat as Float32Array);
    return value;
  }
  const { nvec, start, n } = space as unknown as { nvec?: Int32Array; start: number | Int32Array; n?: number };
  if (nvec === undefined) return (start as number) + Math.max(0, flat.subarray(0, n).indexOf(1));
  let offset = 0;
  return nvec.map((count, i) => {
    const hot = flat.subarray(offset, offset + count).indexOf(1);
    offset += count;
    return (start as Int32Array)[i]! + Math.max(0, hot);
  });
}

/** A fixed list of values, each from its own space. */
export class Tuple<S extends readonly Space[]> extends Composite<{ readonly [I in keyof S]: ValueOf<S[I]> }> {
  readonly spaces: S;
  protected readonly parts: readonly Space[];

  constructor(spaces: readonly [...S]) {
    super();
    if (!Array.isArray(spaces) || !spaces.every((s) => s instanceof Space)) {
      throw new EnvError(
        `new Tuple: got ${show(spaces)}, expected a list of spaces, such as [new Discrete(3), new Box({ low: 0, high: 1 })].`,
      );
    }
    this.spaces = spaces as unknown as S;
    this.parts = spaces;
  }

  /** A number seeds every part by numbers drawn from it; a list gives one seed per part. */
  override seed(seed?: SpaceSeed): void {
    if (seed !== undefined && typeof seed !== "number" && !Array.isArray(seed)) {
      throw new EnvError(`${this}.seed: got ${show(seed)}, expected a whole number or a list of ${this.parts.length} seeds.`);
    }
    if (Array.isArray(seed) && seed.length !== this.parts.length) {
      throw new EnvError(`${this}.seed: got ${seed.length} seeds, expected ${this.parts.length}, one per part.`);
    }
    const seeds = typeof seed === "number" ? partSeeds(seed, this.parts.length) : (seed as readonly SpaceSeed[] | undefined);
    this.parts.forEach((part, i) => part.seed(seeds?.[i]));
  }

  protected take(value: { readonly [I in keyof S]: ValueOf<S[I]> }): readonly unknown[] {
    return value as unknown as readonly unknown[];
  }
  protected build(values: readonly unknown[]): { readonly [I in keyof S]: ValueOf<S[I]> } {
    return values as { readonly [I in keyof S]: ValueOf<S[I]> };
  }

  explain(value: unknown): string | undefined {
    if (!Array.isArray(value) || value.length !== this.parts.length)
      return `it is ${show(value)}, expected a list of ${this.parts.length} values`;
    for (let i = 0; i < this.parts.length; i++) {
      const wrong = this.parts[i]!.explain(value[i]);
      if (wrong !== undefined) return `part ${i} is not in ${this.parts[i]}: ${wrong}`;
    }
    return undefined;
  }

  toString(): string {
    return `Tuple(${this.parts.join(", ")})`;
  }
}

/** By code points, as Python sorts (JavaScript's own order differs beyond U+FFFF). */
function byCodePoint(a: string, b: string): number {
  const [x, y] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]!.codePointAt(0)! - y[i]!.codePointAt(0)!;
  return x.length - y.length;
}

/** Named values, each from its own space. Samples, seeds and flattened values go by the sorted keys, as Gymnasium's. */
export class Dict<S extends { readonly [key: string]: Space }> extends Composite<{ readonly [K in keyof S]: ValueOf<S[K]> }> {
  readonly spaces: S;
  protected readonly parts: readonly Space[];
  private readonly keys: readonly string[];

  constructor(spaces: S) {
    super();
    if (spaces === null || typeof spaces !== "object" || !Object.values(spaces).every((s) => s instanceof Space)) {
      throw new EnvError(
        `new Dict: got ${show(spaces)}, expected an object of spaces, such as { position: new Box({ low: 0, high: 1 }) }.`,
      );
    }
    this.spaces = spaces;
    this.keys = Object.keys(spaces).sort(byCodePoint);
    this.parts = this.keys.map((key) => spaces[key]!);
  }

  /** A number seeds every part by numbers drawn from it; an object gives one seed per key. */
  override seed(seed?: SpaceSeed): void {
    if (seed === undefined || typeof seed === "number") {
      const seeds = seed === undefined ? undefined : partSeeds(seed, this.parts.length);
      this.parts.forEach((part, i) => part.seed(seeds?.[i]));
      return;
    }
    const named = seed as { readonly [key: string]: SpaceSeed };
    if (Array.isArray(seed) || String(Object.keys(named).sort()) !== String([...this.keys].sort())) {
      throw new EnvError(`${this}.seed: got ${show(seed)}, expected a whole number or an object with the keys ${this.keys.join(", ")}.`);
    }
    this.keys.forEach((key, i) => this.parts[i]!.seed(named[key]));
  }

  protected take(value: { readonly [K in keyof S]: ValueOf<S[K]> }): readonly unknown[] {
    return this.keys.map((key) => value[key]);
  }
  protected build(values: readonly unknown[]): { readonly [K in keyof S]: ValueOf<S[K]> } {
    return Object.fromEntries(this.keys.map((key, i) => [key, values[i]])) as { readonly [K in keyof S]: ValueOf<S[K]> };
  }

  explain(value: unknown): string | undefined {
    if (value === null || typeof value !== "object" || Array.isArray(value))
      return `it is ${show(value)}, expected an object with the keys ${this.keys.join(", ")}`;
    const given = value as Record<string, unknown>;
    const extra = Object.keys(given).find((key) => !this.keys.includes(key));
    if (extra !== undefined) return `it has the key ${JSON.stringify(extra)}, expected only ${this.keys.join(", ")}`;
    for (let i = 0; i < this.keys.length; i++) {
      const key = this.keys[i]!;
      const wrong = this.parts[i]!.explain(given[key]);
      if (wrong !== undefined) return `${JSON.stringify(key)} is not in ${this.parts[i]}: ${wrong}`;
    }
    return undefined;
  }

  toString(): string {
    return `Dict(${this.keys.map((key, i) => `${key}: ${this.parts[i]}`).join(", ")})`;
  }
}
