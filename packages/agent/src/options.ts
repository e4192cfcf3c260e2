/** Checking of options: unknown keys name the nearest known one, bad values say what was got and what is expected. */
import { comingFrom } from "@rl/math/coming-from";
import { nearest, unknownOption } from "@rl/math/options";

export { nearest };

/** What is expected of a value, as words for the error ("a number from 0 to 1"); undefined when the value is fine. */
export type Rule = (value: unknown) => string | undefined;
export type Rules<T> = { readonly [K in keyof T]-?: Rule };

const show = (value: unknown): string =>
  typeof value === "string"
    ? `"${value}"`
    : typeof value === "function"
      ? "a function"
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value);

/** Throws one sentence for the first unknown key or bad value. Keys whose value is undefined count as left out. */
export function checkOptions<T extends object>(where: string, given: object, rules: Rules<T>): void {
  const problem = unknownOption(where, given, Object.keys(rules), comingFrom);
  if (problem !== undefined) throw new Error(problem);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const expected = rules[key as keyof T](value);
    if (expected !== undefined) throw new Error(`${where}: ${key} is ${show(value)}; expected ${expected}.`);
  }
}

const finite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** A finite number of at least `min` (or above `above`) and at most `max`. */
function number(limits: { readonly min?: number; readonly above?: number; readonly max?: number } = {}): Rule {
  const { min = -Infinity, above = -Infinity, max = Infinity } = limits;
  const from = above > -Infinity ? `above ${above}` : min > -Infinity ? `of at least ${min}` : "";
  const expected = `a number${from === "" ? "" : ` ${from}`}${max < Infinity ? `${from === "" ? " of" : " and"} at most ${max}` : ""}`;
  return (value) => (finite(value) && value >= min && value > above && value <= max ? undefined : expected);
}

function integer(limits: { readonly min?: number; readonly max?: number } = {}): Rule {
  const { min = -Infinity, max = Infinity } = limits;
  const expected = `a whole number${min > -Infinity ? ` of at least ${min}` : ""}${max < Infinity ? ` and at most ${max}` : ""}`;
  return (value) => (Number.isInteger(value) && (value as number) >= min && (value as number) <= max ? undefined : expected);
}

const boolean: Rule = (value) => (typeof value === "boolean" ? undefined : "true or false");

function oneOf(...names: readonly string[]): Rule {
  const expected = `one of ${names.map((name) => `"${name}"`).join(", ")}`;
  return (value) => {
    if (typeof value !== "string") return expected;
    if (names.includes(value)) return undefined;
    const meant = nearest(value, names);
    return meant === undefined ? expected : `${expected}; the nearest is "${meant}"`;
  };
}

/** Widths of hidden layers: [64, 64]; [] for a linear network. */
const layerSizes: Rule = (value) =>
  Array.isArray(value) && value.every((size) => Number.isInteger(size) && (size as number) >= 1)
    ? undefined
    : "a list of layer widths such as [64, 64], each a whole number of at least 1";

/** A schedule whose values obey `rule`: a number, { linear: [from, to] }, { exponential: [from, to, decay] } or a function of progress. */
function schedule(rule: Rule): Rule {
  return (value) => {
    if (typeof value === "function") return undefined;
    if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value as Record<string, unknown>);
      const [kind, ends] = entries[0] ?? [];
      const wanted = kind === "linear" ? 2 : kind === "exponential" ? 3 : 0;
      if (
        entries.length === 1 &&
        Array.isArray(ends) &&
        ends.length === wanted &&
        ends.every(finite) &&
        ends.slice(0, 2).every((end) => rule(end) === undefined) &&
        (kind === "linear" || (ends[2] as number) > 0)
      )
        return undefined;
    } else if (rule(value) === undefined) {
      return undefined;
    }
    return `${rule(NaN) ?? "a number"}, or { linear: [from, to] }, { exponential: [from, to, decay > 0] } of such numbers, or a function of progress`;
  };
}

const anything: Rule = () => undefined;
/** Allows null beside what the rule allows. */
function nullable(rule: Rule): Rule {
  return (value) => {
    const expected = value === null ? undefined : rule(value);
    return expected === undefined ? undefined : `${expected}, or null`;
  };
}

/** The rules that options are checked by. */
export const rule = { number, integer, boolean, oneOf, layerSizes, schedule, nullable, anything } as const;
