import { comingFrom } from "@rl/math/coming-from";
import { nearest, unknownOption } from "@rl/math/options";

/** A wrong use of an environment: says which call, what it got, what it expected and what to do. */
export class EnvError extends Error {
  override readonly name = "EnvError";
}

/** ` Did you mean "x"?` or an empty string. */
export function didYouMean(name: string, known: readonly string[]): string {
  const found = nearest(name, known);
  return found === undefined ? "" : ` Did you mean ${JSON.stringify(found)}?`;
}

/** Refuses keys of `options` that are not in `known`. `call` names the call for the message, e.g. `make("CartPole-v1")`. */
export function checkKeys(call: string, options: object | undefined, known: readonly string[]): void {
  const problem = options === undefined ? undefined : unknownOption(call, options, known, comingFrom);
  if (problem !== undefined) throw new EnvError(problem);
}

/** A short picture of any value for messages. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (value === null || typeof value !== "object") return Object.is(value, -0) ? "-0" : String(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const list = value as unknown as ArrayLike<number>;
    return `${value.constructor.name}(${list.length}) [${showItems(list)}]`;
  }
  if (Array.isArray(value)) return `[${showItems(value)}]`;
  const keys = Object.keys(value);
  const name = value.constructor?.name ?? "Object";
  if (keys.length === 0) return name === "Object" ? "{}" : `${name} {}`;
  return `${name === "Object" ? "" : `${name} `}{ ${keys.slice(0, 6).join(", ")}${keys.length > 6 ? ", …" : ""} }`;
}

function showItems(list: ArrayLike<unknown>): string {
  const items = Array.from({ length: Math.min(6, list.length) }, (_, i) => show(list[i]));
  return items.join(", ") + (list.length > 6 ? ", …" : "");
}
