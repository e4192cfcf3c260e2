import { below32, below53, belowBig, interval } from "./bounded.ts";
import { checkProbabilities, distinct, permute, weighted, weightedDistinct } from "./choice.ts";
import { drawExponential, drawNormal } from "./draws.ts";
import { checkCount, checkKeys, show } from "./errors.ts";
import { fill, fillUniformDraws, type FloatArray } from "./fill.ts";
import { forkKey } from "./fork.ts";
import { seed as seedWords } from "./pcg64.ts";
import { SeedSequence } from "./seed-sequence.ts";
import type { Entropy } from "./seed-words.ts";
import { checkSeedSequence, type GeneratorState, packState, unpackState } from "./state.ts";
import { next64, Stream } from "./stream.ts";
import { drawRandom } from "./uniform.ts";

export type IntegerArray = Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array | FloatArray;

/** What `choice` may be told. */
export interface ChoiceOptions {
  /** How many indices (default 1). */
  readonly size?: number;
  /** Whether an index may come twice (default true). */
  readonly replace?: boolean;
  /** Probability of each index; must sum to 1 (default: all equal). */
  readonly p?: ArrayLike<number>;
}

/** A stream of random numbers, bit for bit numpy.random.Generator(PCG64(SeedSequence(seed))). */
export class Generator {
  #stream = new Stream();
  #seedSequence: SeedSequence;

  /** @param seed a non-negative integer, a bigint of any size, a list of them, or a SeedSequence. Without one the platform gives 128 fresh bits; read them at `seedSequence.entropy`.
   *  @throws RangeError or TypeError for a negative, fractional or unsafe number. */
  constructor(seed?: Entropy | SeedSequence) {
    this.#seedSequence = seed instanceof SeedSequence ? seed : new SeedSequence(seed);
    seedWords(this.#stream.words, this.#seedSequence.generateState(8));
  }

  /** What the stream was seeded with; forks and spawned children extend its key. */
  get seedSequence(): SeedSequence {
    return this.#seedSequence;
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  random(): number {
    return drawRandom(this.#stream);
  }

  /** low + (high − low)·random(): uniform in [low, high); rounding can give high itself.
   *  @throws RangeError when low > high or the difference is not finite. */
  uniform(low: number, high: number): number {
    return low + checkRange(low, high) * drawRandom(this.#stream);
  }

  /** Uniform integer in [low, high), 64 bits at most. With numbers the result is exact up to ±2⁵³ and the nearest number beyond; with two bigints it is an exact bigint.
   *  @throws RangeError unless both are integers and low < high. */
  integers(low: number, high: number): number;
  integers(low: bigint, high: bigint): bigint;
  integers(low: number | bigint, high: number | bigint): number | bigint {
    if (typeof low === "bigint" || typeof high === "bigint") return this.#integersBig(low, high);
    if (!Number.isInteger(low) || !Number.isInteger(high)) throw integersError(low, high);
    const n = high - low;
    if (!(n > 0) || low < -(2 ** 63) || high > 2 ** 64) throw integersError(low, high);
    if (n <= 4294967296 && Number.isSafeInteger(low)) return low + below32(this.#stream, n);
    return n <= 2 ** 53 && Number.isSafeInteger(low)
      ? low + below53(this.#stream, n)
      : Number(this.#integersBig(BigInt(low), BigInt(high)));
  }

  /** Standard normal by NumPy's 256-strip ziggurat. J. A. Doornik, "An Improved Ziggurat Method to Generate Normal Random Samples", 2005. */
  standardNormal(): number {
    return drawNormal(this.#stream);
  }

  /** mean + std·standardNormal(). @throws RangeError when they are not finite or std is negative. */
  normal(mean: number, std: number): number {
    checkNormal(mean, std);
    return mean + std * drawNormal(this.#stream);
  }

  /** Exponential with mean `scale` (default 1), by NumPy's 256-strip ziggurat. @throws RangeError when scale is negative or not finite. */
  exponential(scale = 1): number {
    checkScale("exponential(scale) needs a scale ≥ 0 (the mean)", scale);
    return scale * drawExponential(this.#stream);
  }

  /** A random order of 0 … n − 1. */
  permutation(n: number): Int32Array {
    return permute(this.#stream, checkLength("permutation(n): n", n));
  }

  /** Shuffles an array or typed array in place, every order equally likely. */
  shuffle(values: { readonly length: number; [index: number]: unknown }): void {
    checkShuffled(values);
    const s = this.#stream;
    for (let i = values.length - 1; i > 0; i--) {
      const j = interval(s, i);
      const kept = values[j];
      values[j] = values[i];
      values[i] = kept;
    }
  }

  /** `size` indices out of 0 … n − 1 (default one), with or without replacement (default with), all equally likely or with probabilities p.
   *  @throws RangeError for n < 1, n < size without replacement, p of another length, negative or not summing to 1. */
  choice(n: number, options: ChoiceOptions = {}): Int32Array {
    checkKeys("choice", options, ["size", "replace", "p"]);
    const { size: wanted = 1, replace = true, p } = options;
    if (typeof replace !== "boolean") throw new TypeError(`choice: replace must be true or false; got ${show(replace)}.`);
    const size = checkLength("choice: size", wanted);
    checkLength("choice(n): n", n);
    if (n === 0 && size > 0) throw new RangeError("choice(n) needs at least one index to choose from; got n = 0.");
    if (!replace && size > n)
      throw new RangeError(`choice without replacement cannot take ${size} out of ${n}; pass replace: true or a size of at most ${n}.`);
    if (p === undefined) {
      if (!replace) return distinct(this.#stream, n, size);
      const out = new Int32Array(size);
      for (let i = 0; i < size; i++) out[i] = below32(this.#stream, n);
      return out;
    }
    checkProbabilities(p, n);
    const draw = (): number => drawRandom(this.#stream);
    if (replace) return weighted(draw, p, size);
    let possible = 0;
    for (let i = 0; i < n; i++) if ((p[i] as number) > 0) possible++;
    if (possible < size) throw new RangeError(`choice without replacement cannot take ${size} indices when only ${possible} have p > 0.`);
    return weightedDistinct(draw, p, size);
  }

  /** An independent stream named by (name, index): seeded with this stream's entropy and its key extended by
   *  [0x666F726B ("fork"), number of UTF-16 code units, the code units two to a word (first one low), index mod 2³², ⌊index / 2³²⌋].
   *  It depends on neither how often this stream drew nor what else was forked; this stream does not move. Different (name, index) give different words,
   *  so children coincide only by a collision of the 128-bit pool. */
  fork(name: string, index = 0): Generator {
    const { entropy, spawnKey } = this.seedSequence;
    return new Generator(new SeedSequence(entropy, forkKey(spawnKey, name, index)));
  }

  /** The next n children as numpy.random.Generator.spawn gives them; counts on over calls. */
  spawn(n: number): Generator[] {
    return this.seedSequence.spawn(n).map((child) => new Generator(child));
  }

  /** The next 64 random bits. For tests and seeding; allocates a bigint. */
  next64(): bigint {
    return next64(this.#stream);
  }

  /** Everything as plain JSON; `Generator.fromState` continues exactly. */
  state(): GeneratorState {
    return packState(this.#stream, this.seedSequence.state());
  }

  /** Goes on where `state()` was taken. @throws TypeError for another version or a broken state, and stays as it was. */
  restore(state: GeneratorState): void {
    const stream = unpackState(state, new Stream());
    this.#seedSequence = SeedSequence.fromState(checkSeedSequence(state.seedSequence));
    this.#stream = stream;
  }

  /** The stream that `state()` described. @throws TypeError for another version or a broken state. */
  static fromState(state: GeneratorState): Generator {
    const generator = new Generator(0);
    generator.restore(state);
    return generator;
  }

  /** Fills with `random()`. Returns out. The batch forms give the bits of repeated single draws, some times faster. */
  fillRandom<T extends FloatArray>(out: T): T {
    checkFloats(out);
    fillUniformDraws(this.#stream, out);
    return out;
  }

  /** Fills with `uniform(low, high)`. Returns out. */
  fillUniform<T extends FloatArray>(out: T, low: number, high: number): T {
    checkFloats(out);
    fill(this.#stream, "random", out, low, checkRange(low, high));
    return out;
  }

  /** Fills with `integers(low, high)`, limits as numbers. Returns out. */
  fillIntegers<T extends IntegerArray>(out: T, low: number, high: number): T {
    if (!Number.isInteger(low) || !Number.isInteger(high)) throw integersError(low, high);
    checkHolds(out, low, high);
    const n = high - low;
    if (!Number.isSafeInteger(low) || !(n > 0 && n <= 4294967296)) {
      // Refused also where there is nothing to fill.
      if (!(n > 0) || low < -(2 ** 63) || high > 2 ** 64) throw integersError(low, high);
      for (let i = 0; i < out.length; i++) out[i] = this.integers(low, high);
      return out;
    }
    const stream = this.#stream;
    for (let i = 0; i < out.length; i++) out[i] = low + below32(stream, n);
    return out;
  }

  /** Fills with `standardNormal()`. Returns out. */
  fillStandardNormal<T extends FloatArray>(out: T): T {
    checkFloats(out);
    fill(this.#stream, "normal", out, 0, 1);
    return out;
  }

  /** Fills with `normal(mean, std)`. Returns out. */
  fillNormal<T extends FloatArray>(out: T, mean: number, std: number): T {
    checkFloats(out);
    fill(this.#stream, "normal", out, mean, checkNormal(mean, std));
    return out;
  }

  /** Fills with `exponential(scale)`. Returns out. */
  fillExponential<T extends FloatArray>(out: T, scale = 1): T {
    checkFloats(out);
    fill(this.#stream, "exponential", out, 0, checkScale("exponential(scale) needs a scale ≥ 0 (the mean)", scale));
    return out;
  }

  #integersBig(low: number | bigint, high: number | bigint): bigint {
    if (typeof low !== "bigint" || typeof high !== "bigint")
      throw new TypeError(`integers(low, high) takes two numbers or two bigints; got ${show(low)} and ${show(high)}.`);
    if (low >= high || low < -(2n ** 63n) || high > 2n ** 64n || high - low > 2n ** 64n) throw integersError(low, high);
    return low + belowBig(this.#stream, high - low);
  }
}

function checkScale(what: string, scale: number): number {
  if (typeof scale !== "number" || !(scale >= 0 && scale < Infinity)) throw new RangeError(`${what}; got ${show(scale)}.`);
  return scale;
}

function checkNormal(mean: number, std: number): number {
  if (typeof mean !== "number" || mean - mean !== 0) throw new RangeError(`normal(mean, std) needs a finite mean; got ${show(mean)}.`);
  return checkScale("normal(mean, std) needs a standard deviation ≥ 0", std);
}

/** An object may be shuffled in place when it has places: a length, and indices that can be written. */
function checkShuffled(values: { readonly length: number }): void {
  const length: unknown = typeof values === "object" && values !== null ? values.length : undefined;
  if (!Number.isSafeInteger(length) || (length as number) < 0 || (length !== 0 && Object.isFrozen(values)))
    throw new TypeError(`shuffle(values) needs a writable array; got ${show(values)}.`);
}

function checkFloats(out: FloatArray): void {
  if (!(out instanceof Float64Array) && !(out instanceof Float32Array))
    throw new TypeError(`A fill needs a Float64Array or Float32Array; got ${show(out)}.`);
}

/** Integer arrays wrap what is beyond their kind. */
function checkHolds(out: IntegerArray, low: number, high: number): void {
  if (out instanceof Float64Array || out instanceof Float32Array) return;
  if (!ArrayBuffer.isView(out) || !(out.BYTES_PER_ELEMENT <= 4))
    throw new TypeError(`fillIntegers(out) needs a typed array of numbers; got ${show(out)}.`);
  const ends = (out.constructor as Int8ArrayConstructor).of(low, high - 1);
  if (ends[0] !== low || ends[1] !== high - 1) throw new RangeError(`fillIntegers: ${show(out)} cannot hold ${low} … ${high - 1}.`);
}

function checkRange(low: number, high: number): number {
  const range = typeof low === "number" && typeof high === "number" ? high - low : NaN;
  if (!(range >= 0 && range < Infinity))
    throw new RangeError(`uniform(low, high) needs finite limits with low ≤ high; got ${show(low)} and ${show(high)}.`);
  return range;
}

function checkLength(what: string, n: number): number {
  if (checkCount(what, n) > 2 ** 31 - 1) throw new RangeError(`${what} must be below 2^31; got ${n}.`);
  return n;
}

const integersError = (low: unknown, high: unknown): RangeError =>
  new RangeError(
    `integers(low, high) needs integers with low < high (high is excluded), within 64 bits; got ${show(low)} and ${show(high)}.`,
  );
