// One sentence per mistake: what, got, expected, what to do.

/** A short picture of any value: lists and objects by their kind. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60)).replace(/[\x7f-\x9f]/g, "?");
  if (typeof value === "bigint") return `${String(value).slice(0, 60)}n`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value).slice(0, 60);
  return Array.isArray(value) ? "Array" : Object.prototype.toString.call(value).slice(8, -1);
}

/** The known name that begins as this one does; `@rl/math/options` does this with more care, in half a kilobyte. */
function alike(key: string, known: readonly string[]): string {
  const meant = known.find((name) => name.startsWith(key.slice(0, 3)));
  return meant === undefined || key.length > 60 ? "." : `; did you mean "${meant}"?`;
}

/** Throws for the first key that is not known, naming one that begins alike. */
export function checkKeys(what: string, options: object, known: readonly string[]): void {
  if (Object.prototype.toString.call(options) !== "[object Object]")
    throw new TypeError(`${what} takes an object of options; got ${show(options)}.`);
  for (const key in options)
    if (!known.includes(key)) throw new TypeError(`${what} has no option ${show(key)}${alike(key, known)} It knows ${known.join(", ")}.`);
}

/** Returns a non-negative safe integer or throws. */
export function checkCount(what: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${what} must be an integer ≥ 0; got ${show(value)}.`);
  return value;
}
