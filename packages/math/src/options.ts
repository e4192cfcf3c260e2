/**
 * Names that are not known (subpath @rl/math/options): what every package says about a misspelt option. It lives here because this package is below all
 * others; nothing numerical imports it.
 */

/** Letters and digits only, lower case, so that `learning_rate` meets `learningRate`. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

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

/** Edits between two names, without regard to case and punctuation; a name that only lacks its end is one edit away. */
function between(name: string, candidate: string): number {
  const [wanted, other] = [plain(name), plain(candidate)];
  return wanted !== other && wanted.length > 2 && other.startsWith(wanted) ? 1 : editDistance(wanted, other);
}

/** The known name with the fewest edits to `name`, the first of equals; undefined only where none is known. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const distance = between(name, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** The nearest known name where it is so near that it may be meant: at most two edits, or half of its letters. */
export function near(name: string, known: readonly string[]): string | undefined {
  const best = nearest(name, known);
  return best !== undefined && between(name, best) <= Math.max(2, Math.floor(plain(best).length / 2)) ? best : undefined;
}

const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));

/** One sentence about the first key of `options` that is not known (or about options that are no object); undefined where all are. `where` names the call: `compile`, `make("CartPole-v1")`. */
export function unknownOption(where: string, options: object, known: readonly string[]): string | undefined {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    const got = Array.isArray(options) ? "a list" : typeof options === "function" ? "a function" : shown(options);
    return `${where}: options are ${got}; expected an object; write { ${known[0] === undefined ? "" : `${known[0]}: … `}}.`;
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    if (known.length === 0) return `${where}: unknown option "${key}"; it takes no options; leave it out.`;
    return `${where}: unknown option "${key}"; did you mean "${nearest(key, known)}"? Known are ${known.join(", ")}.`;
  }
  return undefined;
}

/** Throws a TypeError for the first key of `options` that is not known. */
export function checkKeys(where: string, options: object, known: readonly string[]): void {
  const problem = unknownOption(where, options, known);
  if (problem !== undefined) throw new TypeError(problem);
}
