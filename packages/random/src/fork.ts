// Names of forked streams as words of a spawn key.
import { show } from "./errors.ts";

/** First word of a fork's part of the key: "fork" in ASCII. Numbered children (spawn) use small integers, so the two do not meet. */
const TAG = 0x666f726b;

/** parent, TAG, length of the name, its UTF-16 code units two to a word, index in two words. Distinct (name, index) paths give distinct keys: each part
 *  tells its own length. */
export function forkKey(parent: readonly number[], name: string, index: number): number[] {
  if (typeof name !== "string") throw new TypeError(`fork(name, index) needs a name, a string; got ${show(name)}.`);
  if (name.length > 100_000) throw new RangeError(`fork(name, index) needs a name of at most 100000 characters; got ${name.length}.`);
  if (!Number.isSafeInteger(index) || index < 0)
    throw new RangeError(`fork(name, index) needs an index that is an integer ≥ 0; got ${show(index)}.`);
  const key = [...parent, TAG, name.length];
  for (let i = 0; i < name.length; i += 2)
    key.push((name.charCodeAt(i) | ((i + 1 < name.length ? name.charCodeAt(i + 1) : 0) << 16)) >>> 0);
  key.push(index >>> 0, Math.floor(index / 2 ** 32));
  return key;
}
