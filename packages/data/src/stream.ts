/** Streams with bounded memory: a shuffle buffer and batches, over anything that can be iterated, waiting or not. */
import { checkKeys, habitsOf, show } from "@rl/math/options";

/** The one draw that shuffling needs; `Generator` of @rl/random has it. */
export interface IntegerSource {
  /** A whole number in [low, high). */
  integers(low: number, high: number): number;
}

function checkSize(call: string, what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`${call}: ${what} is ${show(value)}, expected a whole number of at least 1.`);
}

/** Whether it must be waited for; a TypeError for what cannot be iterated. */
function isAsync<T>(call: string, source: Iterable<T> | AsyncIterable<T>): source is AsyncIterable<T> {
  const given: unknown = source;
  if (typeof given === "object" && given !== null && Symbol.asyncIterator in given) return true;
  if (typeof given !== "string" && !(typeof given === "object" && given !== null && Symbol.iterator in given))
    throw new TypeError(`${call}: the source is ${show(given)}, expected an iterable of items.`);
  return false;
}

/** A place in the buffer, as the source of draws says. */
function drawPlace(rng: IntegerSource, length: number): number {
  const at = rng.integers(0, length);
  if (!Number.isInteger(at) || at < 0 || at >= length)
    throw new RangeError(`shuffle: rng.integers(0, ${length}) gave ${show(at)}, expected a whole number in [0, ${length}).`);
  return at;
}

/**
 * Shuffles a stream while holding at most `bufferSize` items: the buffer is filled, then each item that leaves (one at random) makes room for the next.
 * 1 leaves the order as it is; as many as there are items, or more, gives every permutation the same chance.
 * Shuffle before `batch`, not after: batches that are shuffled keep their items together.
 */
export function shuffle<T>(source: Iterable<T>, bufferSize: number, rng: IntegerSource): Generator<T, void, void>;
export function shuffle<T>(source: AsyncIterable<T>, bufferSize: number, rng: IntegerSource): AsyncGenerator<T, void, void>;
export function shuffle<T>(
  source: Iterable<T> | AsyncIterable<T>,
  bufferSize: number,
  rng: IntegerSource,
): Generator<T, void, void> | AsyncGenerator<T, void, void> {
  checkSize("shuffle", "bufferSize", bufferSize);
  if (typeof rng?.integers !== "function") throw new TypeError(`shuffle: rng is ${show(rng)}, expected a Generator.`);
  return isAsync("shuffle", source) ? shuffleAsync(source, bufferSize, rng) : shuffleSync(source, bufferSize, rng);
}

function* shuffleSync<T>(source: Iterable<T>, size: number, rng: IntegerSource): Generator<T, void, void> {
  const buffer: T[] = [];
  for (const item of source) {
    if (buffer.length < size) buffer.push(item);
    else yield swap(buffer, item, rng);
  }
  yield* drain(buffer, rng);
}

async function* shuffleAsync<T>(source: AsyncIterable<T>, size: number, rng: IntegerSource): AsyncGenerator<T, void, void> {
  const buffer: T[] = [];
  for await (const item of source) {
    if (buffer.length < size) buffer.push(item);
    else yield swap(buffer, item, rng);
  }
  yield* drain(buffer, rng);
}

function swap<T>(buffer: T[], item: T, rng: IntegerSource): T {
  const at = drawPlace(rng, buffer.length);
  const leaving = buffer[at] as T;
  buffer[at] = item;
  return leaving;
}

function* drain<T>(buffer: T[], rng: IntegerSource): Generator<T, void, void> {
  while (buffer.length > 0) {
    const at = drawPlace(rng, buffer.length);
    const leaving = buffer[at] as T;
    const last = buffer.pop() as T;
    if (at < buffer.length) buffer[at] = last;
    yield leaving;
  }
}

export interface BatchOptions {
  /** True to leave out a last batch that is not full. Default false. */
  readonly dropRemainder?: boolean;
}

/** Lists of `size` items in a row; the last may be shorter. */
export function batch<T>(source: Iterable<T>, size: number, options?: BatchOptions): Generator<T[], void, void>;
export function batch<T>(source: AsyncIterable<T>, size: number, options?: BatchOptions): AsyncGenerator<T[], void, void>;
export function batch<T>(
  source: Iterable<T> | AsyncIterable<T>,
  size: number,
  options: BatchOptions = {},
): Generator<T[], void, void> | AsyncGenerator<T[], void, void> {
  checkSize("batch", "size", size);
  checkKeys("batch", options, ["dropRemainder"], habitsOf({ dropLast: "dropRemainder" }));
  const { dropRemainder = false } = options;
  if (typeof dropRemainder !== "boolean") throw new TypeError(`batch: dropRemainder is ${show(dropRemainder)}, expected true or false.`);
  return isAsync("batch", source) ? batchAsync(source, size, options) : batchSync(source, size, options);
}

function* batchSync<T>(source: Iterable<T>, size: number, { dropRemainder = false }: BatchOptions): Generator<T[], void, void> {
  let items: T[] = [];
  for (const item of source) {
    items.push(item);
    if (items.length < size) continue;
    yield items;
    items = [];
  }
  if (items.length > 0 && !dropRemainder) yield items;
}

async function* batchAsync<T>(
  source: AsyncIterable<T>,
  size: number,
  { dropRemainder = false }: BatchOptions,
): AsyncGenerator<T[], void, void> {
  let items: T[] = [];
  for await (const item of source) {
    items.push(item);
    if (items.length < size) continue;
    yield items;
    items = [];
  }
  if (items.length > 0 && !dropRemainder) yield items;
}
