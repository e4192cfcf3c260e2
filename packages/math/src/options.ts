/**
 * Names that are not known (subpath @rl/math/options): what every package says about a misspelt option. It lives here because this package is below all
 * others; nothing numerical imports it.
 */
import { plainText, quote, show } from "./show.ts";

export { plainText, quote, show };

/** Nobody's option has a longer name: what is longer gets no suggestion, and no table of distances. */
const LONGEST = 64;

/** Letters and digits only, lower case, so that `learning_rate` meets `learningRate`. */
export const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** Number of single-letter insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      let best = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, beforePrevious[j - 2]! + 1);
      row.push(best);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length]!;
}

/** Edits between two names, without regard to case and punctuation; another ending counts as one edit: `entropy` and `entropyCoefficient`, `reduce` and `reduction`. */
function between(name: string, candidate: string): number {
  const [wanted, other] = [plain(name), plain(candidate)];
  const shorter = Math.min(wanted.length, other.length);
  let same = 0;
  while (same < shorter && wanted[same] === other[same]) same++;
  const edits = editDistance(wanted, other);
  return shorter > 2 && same >= 0.8 * shorter ? Math.min(1, edits) : edits;
}

/** Most edits that a slip of the pen makes in a name: none in one letter, one in up to seven, one more for every three beyond. */
function slips(name: string): number {
  const { length } = plain(name);
  return length < 2 ? 0 : Math.max(1, Math.floor((length - 2) / 3));
}

/** The known name with the fewest edits to `name`, the first of equals; undefined where none is so near that it may be meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  if (name.length > LONGEST || plain(name) === "") return undefined;
  for (const candidate of known) {
    const distance = between(name, candidate);
    // Of equals the one that differs less: another ending counts as one edit, however long it is.
    const nearer =
      distance < least || (distance === least && editDistance(plain(name), plain(candidate)) < editDistance(plain(name), plain(best!)));
    if (nearer && distance <= Math.min(slips(name), slips(candidate))) [best, least] = [candidate, distance];
  }
  return best;
}

/** What is said about a name from another library where it means one of `known`, or none; undefined for names it has not heard of. `comingFrom` of @rl/math/coming-from is one. */
export type Habits = (name: string, known: readonly string[]) => string | undefined;

/** Habits from a few names: typed by habit → meant. */
export function habitsOf(names: Readonly<Record<string, string>>): Habits {
  return (name, known) => {
    const meant = Object.entries(names).find(([typed, option]) => plain(typed) === plain(name) && known.includes(option));
    return meant && `did you mean ${quote(meant[1])}?`;
  };
}

/** How a sentence about an unknown name ends: `; did you mean "x"?`, what `habits` know of it, or a full stop. */
export function hint(name: string, known: readonly string[], habits?: Habits): string {
  const meant = name.length > LONGEST ? undefined : habits?.(name, known);
  if (meant !== undefined) return `; ${meant}`;
  const found = nearest(name, known);
  return found === undefined ? "." : `; did you mean ${quote(found)}?`;
}

/** Objects whose contents are not under their keys: read as options they would all be empty. */
const NOT_OPTIONS =
  /^\[object (?:Null|.*Array|.*Buffer|DataView|Map|Set|Weak.*|Date|RegExp|Promise|String|Number|Boolean|.*Generator|.*Iterator|Error)\]$/;

/** One sentence about the first key of `options` that is not known (or about options that are no object); undefined where all are. `where` names the call: `compile`, `make("CartPole-v1")`. */
export function unknownOption(where: string, options: object, known: readonly string[], habits?: Habits): string | undefined {
  if (typeof options !== "object" || NOT_OPTIONS.test(Object.prototype.toString.call(options))) {
    const got = Array.isArray(options) ? "a list" : show(options);
    return `${where}: options are ${got}; expected an object; write { ${known[0] === undefined ? "" : `${known[0]}: … `}}.`;
  }
  for (const key in options) {
    if (known.includes(key)) continue;
    if (known.length === 0) return `${where}: unknown option ${quote(key)}; it takes no options; leave it out.`;
    return `${where}: unknown option ${quote(key)}${hint(key, known, habits)} Known are ${known.join(", ")}.`;
  }
  return undefined;
}

/** Throws a TypeError for the first key of `options` that is not known. */
export function checkKeys(where: string, options: object, known: readonly string[], habits?: Habits): void {
  const problem = unknownOption(where, options, known, habits);
  if (problem !== undefined) throw new TypeError(problem);
}
