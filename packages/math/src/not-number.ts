/** Refuses what is no number: converted, text would give text, null 0. Where arguments are numbers engines know that, and the check costs nothing. */
export function notNumber(name: string, x: unknown, y?: unknown): never {
  throw new TypeError(`${name}: got ${typeof (typeof x === "number" ? y : x)}; expected a number.`);
}
