/** Letters to insert, drop or replace to turn one word into the other, without regard to case. */
function editDistance(a: string, b: string): number {
  const from = a.toLowerCase();
  const to = b.toLowerCase();
  let previous = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++)
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)));
    previous = row;
  }
  return previous[to.length]!;
}

/** The known name with the fewest edits to `name`. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Refuses keys that are not known, naming the nearest. */
export function checkKeys(call: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw new TypeError(`${call}: unknown option "${key}"; did you mean "${nearest(key, known)}"? Known are ${known.join(", ")}.`);
  }
}

/** Throws unless value is a whole number of at least `min`; undefined passes. */
export function checkCount(call: string, name: string, value: number | undefined, min = 1): void {
  if (value !== undefined && (!Number.isSafeInteger(value) || value < min))
    throw new RangeError(`${call}: ${name} is ${String(value)}, expected a whole number of at least ${min}.`);
}
