// SeedSequence's arithmetic: NumPy's mixing of seeds into initial states, after M. E. O'Neill, "Developing a seed_seq Alternative" (pcg-random.org, 2015).
import { show } from "./errors.ts";

const INIT_A = 0x43b0d7e5;
const MULT_A = 0x931e8875;
const INIT_B = 0x8b51f9dd;
const MULT_B = 0x58f38ded;
const MIX_L = 0xca01f9dd;
const MIX_R = 0x4973f715;
const POOL = 4;

/** A seed: a non-negative integer of any size, or a list of such. */
export type Entropy = number | bigint | readonly (number | bigint)[];

/** Seeds are at most this long: what is longer is a mistake, or made to keep us busy. */
const MOST_BITS = 65_536n;
const MOST_PARTS = 100_000;

/** Appends the 32-bit words of a non-negative integer, lowest first; 0 is one word. */
function pushWords(words: number[], value: number | bigint, what: string): void {
  if ((typeof value !== "bigint" && !Number.isSafeInteger(value)) || value < 0)
    throw new RangeError(
      `${what} must be a non-negative integer (above 2^53 - 1 a bigint) or a list of them; got ${show(value)}. Pass for example 42, 42n or [1, 2].`,
    );
  if (typeof value === "number") {
    words.push(value >>> 0);
    if (value >= 2 ** 32) words.push(Math.floor(value / 2 ** 32));
    return;
  }
  if (value >> MOST_BITS !== 0n) throw new RangeError(`${what} must be below 2^${MOST_BITS}; got a larger bigint.`);
  // By its hexadecimal digits: shifting it down word by word would take time that grows with the square of its length.
  const digits = value.toString(16);
  for (let end = digits.length; end > 0; end -= 8) words.push(parseInt(digits.slice(Math.max(0, end - 8), end), 16));
}

function toWords(value: Entropy, what: string): number[] {
  const words: number[] = [];
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const parts = value as readonly (number | bigint)[];
    if (!(parts.length <= MOST_PARTS))
      throw new RangeError(`The ${what} must be a list of at most ${MOST_PARTS} entries; got ${parts.length}.`);
    for (let i = 0; i < parts.length; i++) pushWords(words, parts[i] as number, `Every entry of the ${what}`);
  } else pushWords(words, value as number | bigint, `The ${what}`);
  return words;
}

/** 128 fresh bits from the platform, for streams without a seed. */
export function freshEntropy(): bigint {
  // oxlint-disable-next-line rl/no-clock -- the one place without a seed, taken when the caller gives none and readable in `entropy`
  const words = globalThis.crypto.getRandomValues(new Uint32Array(4));
  return words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

/** The pool of four words that a seed and a spawn key are hashed into. With a key the entropy is padded to four words. */
export function mix(entropy: Entropy, spawnKey: readonly number[]): Uint32Array {
  const words = toWords(entropy, "seed");
  const key = toWords(spawnKey, "spawn key");
  if (key.length > 0) {
    while (words.length < POOL) words.push(0);
    for (const word of key) words.push(word);
  }
  const pool = new Uint32Array(POOL);
  let hash = INIT_A;
  const hashed = (word: number): number => {
    const value = word ^ hash;
    hash = Math.imul(hash, MULT_A);
    const product = Math.imul(value, hash);
    return product ^ (product >>> 16);
  };
  const mixIn = (i: number, word: number): void => {
    const sum = Math.imul(MIX_L, pool[i] as number) - Math.imul(MIX_R, word);
    pool[i] = (sum | 0) ^ ((sum | 0) >>> 16);
  };
  for (let i = 0; i < POOL; i++) pool[i] = hashed(words[i] ?? 0);
  for (let from = 0; from < POOL; from++) for (let to = 0; to < POOL; to++) if (from !== to) mixIn(to, hashed(pool[from] as number));
  for (let from = POOL; from < words.length; from++) for (let to = 0; to < POOL; to++) mixIn(to, hashed(words[from] as number));
  return pool;
}

/** `count` words drawn from a pool. */
export function drawWords(pool: Uint32Array, count: number): Uint32Array {
  const out = new Uint32Array(count);
  let hash = INIT_B;
  for (let i = 0; i < count; i++) {
    let value = (pool[i % POOL] as number) ^ hash;
    hash = Math.imul(hash, MULT_B);
    value = Math.imul(value, hash);
    out[i] = value ^ (value >>> 16);
  }
  return out;
}

/** A SeedSequence as plain JSON. */
export interface SeedSequenceState {
  readonly entropy: string | readonly string[];
  readonly spawnKey: readonly number[];
  readonly childrenSpawned: number;
}

/** Integers as decimal strings. */
export const entropyText = (entropy: Entropy): string | string[] =>
  typeof entropy === "object" ? Array.from(entropy, String) : String(entropy);
