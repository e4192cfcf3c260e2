/** What travels between the two sides: JSON, in which numbers that it lacks are the texts "NaN", "Infinity", "-Infinity" and "-0". */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const odd: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity, "-0": -0 };

/** Numbers that JSON lacks as texts; typed arrays as lists, bigints as texts of their digits, undefined as null. */
export function pack(value: unknown): Json {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return String(value);
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(pack);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number | bigint>, pack);
  if (typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item)]));
  throw new TypeError(`pack: got a ${typeof value}; expected something that JSON can hold.`);
}

/** The number that a packed number or text means; undefined for everything else. */
export const numberOf = (value: Json | undefined): number | undefined =>
  typeof value === "number" ? value : typeof value === "string" ? odd[value] : undefined;

/** JavaScript that makes a packed value; `number` writes the numbers. */
export function literal(value: Json, number: (x: number) => string = plain): string {
  const x = numberOf(value);
  if (x !== undefined) return number(x);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map((item) => literal(item, number)).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${/^[a-z]\w*$/i.test(key) ? key : JSON.stringify(key)}: ${literal(item as Json, number)}`)
      .join(", ")} }`;
  return JSON.stringify(value);
}

const plain = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));
