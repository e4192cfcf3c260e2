/** Pictures of values for messages. Whatever the value, they are short, one line, without control characters, and made in bounded time. */

const MOST_LETTERS = 60;
const MOST_ITEMS = 6;
/** Bigints from here on are told by their size: writing one out takes time that grows with the square of its length. */
const LARGE = 1n << 256n;

/** Control characters beyond those that JSON escapes, marks that change the direction of text or cannot be seen, and line separators. */
const HIDDEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

const escaped = (text: string): string =>
  JSON.stringify(text).replace(HIDDEN, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Text in quotes, cut after 60 characters. */
export function quote(text: string): string {
  return text.length <= MOST_LETTERS ? escaped(text) : `${escaped(text.slice(0, MOST_LETTERS))}… (${text.length} characters)`;
}

/** Text as it is, for names in the middle of a sentence: control characters escaped, cut after 60 characters. */
export function plainText(text: string): string {
  const whole = text.length <= MOST_LETTERS;
  return (
    escaped(whole ? text : text.slice(0, MOST_LETTERS))
      .slice(1, -1)
      .replaceAll(String.raw`\"`, '"') + (whole ? "" : "…")
  );
}

/** Any value: `"text"`, `-0`, `5n`, `[1, 2, …] (100 items)`, `{ a, b }`, `a Map`, `a function`. Never throws. */
export function show(value: unknown): string {
  try {
    return picture(value, 1);
  } catch {
    return "an object that cannot be read";
  }
}

function picture(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "bigint":
      return value < LARGE && value > -LARGE ? `${value}n` : "a bigint of more than 256 bits";
    case "function":
      return "a function";
    case "symbol":
      return `Symbol(${plainText(value.description ?? "")})`;
    case "object":
      return value === null ? "null" : ofObject(value, depth);
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}

function ofObject(value: object, depth: number): string {
  const name = nameOf(value);
  const list = Array.isArray(value)
    ? value
    : ArrayBuffer.isView(value) && "length" in value
      ? (value as unknown as ArrayLike<unknown>)
      : undefined;
  if (list !== undefined) {
    if (depth === 0) return Array.isArray(value) ? "a list" : article(name);
    const items = Array.from({ length: Math.min(MOST_ITEMS, list.length) }, (_, i) => picture(list[i], depth - 1));
    const rest = list.length > MOST_ITEMS ? `, …] (${list.length} items)` : "]";
    return `${Array.isArray(value) ? "" : `${name} `}[${items.join(", ")}${rest}`;
  }
  if (name !== "Object") return article(name);
  if (depth === 0) return "an object";
  const keys: string[] = [];
  for (const key in value) {
    keys.push(keys.length < MOST_ITEMS ? plainText(key) : "…");
    if (keys.length > MOST_ITEMS) break;
  }
  return keys.length === 0 ? "{}" : `{ ${keys.join(", ")} }`;
}

/** The name of the value's class; "Object" for plain ones. */
function nameOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  const name: unknown = prototype === null ? "Object" : (value.constructor as { readonly name?: unknown } | undefined)?.name;
  return typeof name === "string" && name !== "" ? plainText(name) : "Object";
}

const article = (name: string): string => `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
