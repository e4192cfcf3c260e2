// A stream as plain JSON and back.
import { show } from "./errors.ts";
import type { SeedSequenceState } from "./seed-words.ts";
import type { Stream } from "./stream.ts";

/** A stream as plain JSON. `state` and `inc` are PCG64's 128-bit integers in decimal, `hasUint32` and `uinteger` the half output kept for the next 32-bit draw: the
 *  fields of NumPy's bit_generator.state. */
export interface GeneratorState {
  readonly version: 1;
  readonly bitGenerator: "PCG64";
  readonly state: string;
  readonly inc: string;
  readonly hasUint32: 0 | 1;
  readonly uinteger: number;
  readonly seedSequence: SeedSequenceState;
}

const MASK = (1n << 128n) - 1n;
/** The inverse of PCG64's multiplier modulo 2¹²⁸. */
const INVERSE = 0x7dda22b9397986098abc8b0716eac8dn;

const join = (words: Int32Array, first: number): bigint => {
  let value = 0n;
  for (let i = 3; i >= 0; i--) value = (value << 32n) | BigInt((words[first + i] as number) >>> 0);
  return value;
};

export function packState(stream: Stream, seedSequence: SeedSequenceState): GeneratorState {
  // The stream's words are ahead by the outputs made but not drawn.
  const inc = join(stream.words, 4);
  let state = join(stream.words, 0);
  for (let i = stream.at; i < stream.end; i += 2) state = ((state - inc) * INVERSE) & MASK;
  return {
    version: 1,
    bitGenerator: "PCG64",
    state: String(state),
    inc: String(inc),
    hasUint32: stream.hasHalf,
    uinteger: stream.half >>> 0,
    seedSequence,
  };
}

const fail = (what: string, got: unknown, expected: string): never => {
  throw new TypeError(`State of a stream: ${what} is ${show(got)}, expected ${expected}. Pass what state() returned.`);
};

function split(words: Int32Array, first: number, what: string, value: unknown): void {
  if (typeof value !== "string" || !/^[0-9]{1,39}$/.test(value) || BigInt(value) >= 1n << 128n)
    fail(what, value, "a decimal integer below 2^128");
  let rest = BigInt(value as string);
  for (let i = 0; i < 4; i++) {
    words[first + i] = Number(rest & 0xffffffffn);
    rest >>= 32n;
  }
}

/** Throws for a broken seedSequence. */
export function checkSeedSequence(s: SeedSequenceState): SeedSequenceState {
  if (typeof s !== "object" || s === null) fail("seedSequence", s, "an object");
  if (!isDecimal(s.entropy) && !isListOf(s.entropy, isDecimal))
    fail("seedSequence.entropy", s.entropy, "a decimal integer or a list of them");
  if (!isListOf(s.spawnKey, isCount)) fail("seedSequence.spawnKey", s.spawnKey, "a list of integers ≥ 0");
  if (!isCount(s.childrenSpawned)) fail("seedSequence.childrenSpawned", s.childrenSpawned, "an integer ≥ 0");
  return s;
}

/** 19 729 digits hold 65 536 bits. */
const isDecimal = (value: unknown): boolean => typeof value === "string" && value.length <= 19_729 && /^[0-9]+$/.test(value);
/** A list without holes, of bounded length. */
const isListOf = (list: unknown, fits: (value: unknown) => boolean): boolean =>
  Array.isArray(list) && list.length <= 100_000 && Array.from(list as unknown[]).every(fits);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** Sets a new stream to what `packState` described; a mistake throws. */
export function unpackState(state: GeneratorState, stream: Stream): Stream {
  if ((state?.version as unknown) !== 1) fail("version", state?.version, "1; for a higher one update @rl/random");
  if ((state.bitGenerator as unknown) !== "PCG64") fail("bitGenerator", state.bitGenerator, '"PCG64"');
  const { words } = stream;
  split(words, 0, "state", state.state);
  split(words, 4, "inc", state.inc);
  if (((words[4] as number) & 1) === 0) fail("inc", state.inc, "an odd integer");
  if (![0, 1].includes(state.hasUint32)) fail("hasUint32", state.hasUint32, "0 or 1");
  if (!isCount(state.uinteger) || state.uinteger >= 2 ** 32) fail("uinteger", state.uinteger, "an integer below 2^32");
  stream.hasHalf = state.hasUint32;
  stream.half = state.uinteger | 0;
  return stream;
}
