import { exp } from "@rl/math";
import { BULK_LEAST, bulkModule, bulkNormal, bulkRandom } from "./bulk.ts";
import { below32, below53, belowBig, interval } from "./bounded.ts";
import { checkProbabilities, distinct, permute, weighted, weightedDistinct } from "./choice.ts";
import { checkCount, checkKeys, show } from "./errors.ts";
import { log1pMinus } from "./log1p-tail.ts";
import { OUT_HIGH, OUT_LOW, seed as seedWords, step, WORDS } from "./pcg64.ts";
import { type Entropy, SeedSequence } from "./seed-sequence.ts";
import { forkKey } from "./fork.ts";
import { type GeneratorState, packState, unpackState } from "./state.ts";
import { EXPONENTIAL_R, exponential, NORMAL_INV_R, NORMAL_R, normal } from "./ziggurat.ts";

const { k: KI, w: WI, f: FI } = normal;
const { k: KE, w: WE, f: FE } = exponential;

/** What the batch forms fill: each element is the scalar method's next value, rounded to float32 in a Float32Array. */
export type FloatArray = Float32Array | Float64Array;
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
  readonly #words = new Int32Array(WORDS);
  readonly #scalarNormal = (): number => this.standardNormal();
  /** What the stream was seeded with; forks and spawned children extend its key. */
  readonly seedSequence: SeedSequence;

  /** @param seed a non-negative integer, a bigint of any size, a list of them, or a SeedSequence. Without one the platform gives 128 fresh bits; read them at `seedSequence.entropy`.
   *  @throws RangeError or TypeError for a negative, fractional or unsafe number. */
  constructor(seed?: Entropy | SeedSequence) {
    this.seedSequence = seed instanceof SeedSequence ? seed : new SeedSequence(seed);
    seedWords(this.#words, this.seedSequence.generateState(8));
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  random(): number {
    const s = this.#words;
    step(s);
    return (((s[OUT_HIGH] as number) >>> 0) * 2097152 + ((s[OUT_LOW] as number) >>> 11)) * 2 ** -53;
  }

  /** low + (high − low)·random(): uniform in [low, high); rounding can give high itself.
   *  @throws RangeError when low > high or the difference is not finite. */
  uniform(low: number, high: number): number {
    return low + checkRange(low, high) * this.random();
  }

  /** Uniform integer in [low, high). For limits beyond ±(2⁵³ − 1) pass both as bigints (within 64 bits); the result is then a bigint.
   *  @throws RangeError unless both are integers and low < high. */
  integers(low: number, high: number): number;
  integers(low: bigint, high: bigint): bigint;
  integers(low: number | bigint, high: number | bigint): number | bigint {
    if (typeof low === "bigint" || typeof high === "bigint") return this.#integersBig(low, high);
    const n = high - low;
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || !(n > 0)) throw integersError(low, high);
    if (n <= 4294967296) return low + below32(this.#words, n);
    return n <= 2 ** 53 ? low + below53(this.#words, n) : Number(BigInt(low) + belowBig(this.#words, BigInt(high) - BigInt(low)));
  }

  /** Standard normal by NumPy's 256-strip ziggurat. J. A. Doornik, "An Improved Ziggurat Method to Generate Normal Random Samples", 2005. */
  standardNormal(): number {
    const s = this.#words;
    for (;;) {
      step(s);
      // Bits 0–7: strip, 8: sign, 9–60: mantissa.
      const low = s[OUT_LOW] as number;
      const strip = low & 255;
      const mantissa = ((s[OUT_HIGH] as number) & 0x1fffffff) * 8388608 + (low >>> 9);
      const magnitude = mantissa * (WI[strip] as number);
      const x = low & 256 ? -magnitude : magnitude;
      if (mantissa < (KI[strip] as number)) return x;
      if (strip === 0) return this.#normalTail((mantissa / 256) & 1);
      const f = FI[strip] as number;
      if (((FI[strip - 1] as number) - f) * this.random() + f < exp(-0.5 * x * x)) return x;
    }
  }

  /** mean + std·standardNormal(). @throws RangeError when std is negative or NaN. */
  normal(mean: number, std: number): number {
    if (!(std >= 0)) throw new RangeError(`normal(mean, std) needs a standard deviation ≥ 0; got ${show(std)}.`);
    return mean + std * this.standardNormal();
  }

  /** Exponential with mean `scale` (default 1), by NumPy's 256-strip ziggurat. @throws RangeError when scale is negative or NaN. */
  exponential(scale = 1): number {
    if (!(scale >= 0)) throw new RangeError(`exponential(scale) needs a scale ≥ 0 (the mean); got ${show(scale)}.`);
    return scale * this.#standardExponential();
  }

  /** A random order of 0 … n − 1. */
  permutation(n: number): Int32Array {
    return permute(this.#words, checkLength("permutation(n): n", n));
  }

  /** Shuffles an array or typed array in place, every order equally likely. */
  shuffle(values: { readonly length: number; [index: number]: unknown }): void {
    const s = this.#words;
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
    const { replace = true, p } = options;
    const size = checkLength("choice: size", options.size ?? 1);
    checkLength("choice(n): n", n);
    if (n === 0 && size > 0) throw new RangeError("choice(n) needs at least one index to choose from; got n = 0.");
    if (!replace && size > n) throw new RangeError(`choice without replacement cannot take ${size} out of ${n}; pass replace: true or a size of at most ${n}.`);
    if (p === undefined) {
      if (!replace) return distinct(this.#words, n, size);
      const out = new Int32Array(size);
      for (let i = 0; i < size; i++) out[i] = below32(this.#words, n);
      return out;
    }
    checkProbabilities(p, n);
    const draw = (): number => this.random();
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
    const s = this.#words;
    step(s);
    return (BigInt((s[OUT_HIGH] as number) >>> 0) << 32n) | BigInt((s[OUT_LOW] as number) >>> 0);
  }

  /** Everything as plain JSON; `Generator.fromState` continues exactly. */
  state(): GeneratorState {
    return packState(this.#words, this.seedSequence);
  }

  /** The stream that `state()` described. @throws TypeError for another version or a broken state. */
  static fromState(state: GeneratorState): Generator {
    const { words, seedSequence } = unpackState(state);
    const generator = new Generator(seedSequence);
    generator.#words.set(words);
    return generator;
  }

  /** Fills with `random()`. Returns out. */
  fillRandom<T extends FloatArray>(out: T): T {
    const bulk = out.length >= BULK_LEAST && bulkModule();
    if (bulk) bulkRandom(bulk, this.#words, out);
    else for (let i = 0; i < out.length; i++) out[i] = this.random();
    return out;
  }

  /** Fills with `uniform(low, high)`. Returns out. */
  fillUniform<T extends FloatArray>(out: T, low: number, high: number): T {
    const range = checkRange(low, high);
    for (let i = 0; i < out.length; i++) out[i] = low + range * this.random();
    return out;
  }

  /** Fills with `integers(low, high)`. Returns out. */
  fillIntegers<T extends IntegerArray>(out: T, low: number, high: number): T {
    for (let i = 0; i < out.length; i++) out[i] = this.integers(low, high);
    return out;
  }

  /** Fills with `standardNormal()`. Returns out. */
  fillStandardNormal<T extends FloatArray>(out: T): T {
    const bulk = out.length >= BULK_LEAST && bulkModule();
    if (bulk) bulkNormal(bulk, this.#words, out, this.#scalarNormal);
    else for (let i = 0; i < out.length; i++) out[i] = this.standardNormal();
    return out;
  }

  /** Fills with `normal(mean, std)`. Returns out. */
  fillNormal<T extends FloatArray>(out: T, mean: number, std: number): T {
    for (let i = 0; i < out.length; i++) out[i] = this.normal(mean, std);
    return out;
  }

  /** Fills with `exponential(scale)`. Returns out. */
  fillExponential<T extends FloatArray>(out: T, scale = 1): T {
    for (let i = 0; i < out.length; i++) out[i] = this.exponential(scale);
    return out;
  }

  #integersBig(low: number | bigint, high: number | bigint): bigint {
    if (typeof low !== "bigint" || typeof high !== "bigint") throw new TypeError(`integers(low, high) takes two numbers or two bigints; got ${show(low)} and ${show(high)}.`);
    if (low >= high || low < -(2n ** 63n) || high > 2n ** 64n || high - low > 2n ** 64n) throw integersError(low, high);
    return low + belowBig(this.#words, high - low);
  }

  /** |x| > R: x = R + E₁, E₁ exponential with rate R, kept when 2E₂ > E₁². */
  #normalTail(negative: number): number {
    for (;;) {
      const a = -NORMAL_INV_R * log1pMinus(this.random());
      const b = -log1pMinus(this.random());
      if (b + b > a * a) return negative ? -(NORMAL_R + a) : NORMAL_R + a;
    }
  }

  #standardExponential(): number {
    const s = this.#words;
    for (;;) {
      step(s);
      // Bits 3–10: strip, 11–63: mantissa.
      const low = s[OUT_LOW] as number;
      const strip = (low >>> 3) & 255;
      const mantissa = ((s[OUT_HIGH] as number) >>> 0) * 2097152 + (low >>> 11);
      const x = mantissa * (WE[strip] as number);
      if (mantissa < (KE[strip] as number)) return x;
      if (strip === 0) return EXPONENTIAL_R - log1pMinus(this.random());
      const f = FE[strip] as number;
      if (((FE[strip - 1] as number) - f) * this.random() + f < exp(-x)) return x;
    }
  }
}

function checkRange(low: number, high: number): number {
  const range = high - low;
  if (!(range >= 0 && range < Infinity)) throw new RangeError(`uniform(low, high) needs finite limits with low ≤ high; got ${show(low)} and ${show(high)}.`);
  return range;
}

function checkLength(what: string, n: number): number {
  if (checkCount(what, n) > 2 ** 31 - 1) throw new RangeError(`${what} must be below 2^31; got ${n}.`);
  return n;
}

const integersError = (low: unknown, high: unknown): RangeError =>
  new RangeError(`integers(low, high) needs integers with low < high (high is excluded), numbers within ±(2^53 - 1) or bigints within 64 bits; got ${show(low)} and ${show(high)}.`);

