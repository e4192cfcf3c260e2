// SeedSequence: a seed with a path of spawn keys, as NumPy's.
import { show } from "./errors.ts";
import { checkSeedSequence } from "./state.ts";
import { drawWords, type Entropy, entropyText, freshEntropy, mix, type SeedSequenceState } from "./seed-words.ts";

/** Turns a seed and a spawn key into initial states; equal to numpy.random.SeedSequence word for word.
 *
 *  Entropy and key become 32-bit words (lowest first, lists concatenated); with a key the entropy is padded to four words. The words are hashed into a
 *  pool of four, from which `generateState` draws. Two sequences whose words differ give unrelated states. */
export class SeedSequence {
  /** The seed as given; 128 fresh bits from the platform when none was (keep it to repeat the run). */
  readonly entropy: Entropy;
  /** The path from the root sequence: one entry per spawn, several per fork. */
  readonly spawnKey: readonly number[];
  readonly #pool: Uint32Array;
  #spawned = 0;

  /** @param entropy a non-negative integer, bigint or list of them; fresh when undefined.
   *  @param spawnKey integers that tell this sequence from others of the same entropy.
   *  @throws RangeError or TypeError for negative, fractional or unsafe numbers and other types. */
  constructor(entropy?: Entropy, spawnKey: readonly number[] = []) {
    if (!Array.isArray(spawnKey)) throw new TypeError(`The spawn key must be a list of non-negative integers; got ${show(spawnKey)}.`);
    // Copies, so that the caller's lists may change.
    const seed = entropy === undefined ? freshEntropy() : entropy;
    this.entropy = Array.isArray(seed) ? Array.from(seed as readonly number[]) : seed;
    this.spawnKey = Array.from(spawnKey as readonly number[]);
    this.#pool = mix(this.entropy, this.spawnKey);
  }

  /** How many children `spawn` has made. */
  get childrenSpawned(): number {
    return this.#spawned;
  }

  /** The next n children: same entropy, this key extended by the child's number. Counts on over calls, as NumPy's. */
  spawn(n: number): SeedSequence[] {
    if (!Number.isSafeInteger(n) || n < 0 || n > 2 ** 20)
      throw new RangeError(`spawn(n) needs the number of children, a whole number to 2^20, an integer ≥ 0; got ${show(n)}.`);
    const first = this.#spawned;
    this.#spawned += n;
    return Array.from({ length: n }, (_, i) => new SeedSequence(this.entropy, [...this.spawnKey, first + i]));
  }

  /** Words for seeding: `Uint32Array` of that many, or `BigUint64Array` with `bits` 64. */
  generateState(words: number, bits?: 32): Uint32Array;
  generateState(words: number, bits: 64): BigUint64Array;
  generateState(words: number, bits: 32 | 64 = 32): Uint32Array | BigUint64Array {
    if (!Number.isSafeInteger(words) || words < 0 || words > 2 ** 24)
      throw new RangeError(`generateState(words) needs an integer ≥ 0 of at most 2^24; got ${show(words)}.`);
    if (bits !== 32 && bits !== 64) throw new RangeError(`generateState(words, bits) knows 32 and 64 bits; got ${show(bits)}.`);
    const out = drawWords(this.#pool, bits === 64 ? 2 * words : words);
    return bits === 64
      ? BigUint64Array.from({ length: words }, (_, i) => BigInt(out[2 * i] as number) | (BigInt(out[2 * i + 1] as number) << 32n))
      : out;
  }

  /** Plain JSON; `SeedSequence.fromState` restores it. Integers are decimal strings. */
  state(): SeedSequenceState {
    return { entropy: entropyText(this.entropy), spawnKey: [...this.spawnKey], childrenSpawned: this.#spawned };
  }

  /** The sequence that `state()` described. */
  static fromState(state: SeedSequenceState): SeedSequence {
    const { entropy } = checkSeedSequence(state);
    const sequence = new SeedSequence(typeof entropy === "string" ? BigInt(entropy) : entropy.map(BigInt), [...state.spawnKey]);
    sequence.#spawned = state.childrenSpawned;
    return sequence;
  }
}
