/** The rules that values of options are checked by. */
import { comingFrom } from "@rl/math/coming-from";
import { nearest, show, unknownOption } from "@rl/math/options";
import type { Schedule } from "@rl/nets";

/** What is expected of a value, as words for the error ("a number from 0 to 1"); undefined when the value is fine. T is the type of values that obey. */
export interface Rule<out T = unknown> {
  (value: unknown): string | undefined;
  /** The values that obey, in a few signs for tables: "≥ 1", `"gae" | "return"`. */
  readonly values?: string;
  /** Of schedules: the rule of the numbers they give. */
  readonly each?: Rule<number>;
  /** Nothing has it: it holds T for the compiler. */
  readonly type?: T;
}
export type Rules<T> = { readonly [K in keyof T]-?: Rule };

/** A rule of one's own: what obeys, what is expected in words, and for tables. */
export const ruleOf = <T>(obeys: (value: unknown) => boolean, expected: string, values: string): Rule<T> =>
  Object.assign((value: unknown) => (obeys(value) ? undefined : expected), { values });

const shown = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return show(value);
  try {
    return JSON.stringify(value) ?? show(value);
  } catch {
    return show(value);
  }
};

/** Throws one sentence for the first unknown key or bad value. Keys whose value is undefined count as left out. */
export function checkOptions<T extends object>(where: string, given: object, rules: Rules<T>): void {
  const problem = unknownOption(where, given, Object.keys(rules), comingFrom);
  if (problem !== undefined) throw new Error(problem);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const expected = rules[key as keyof T](value);
    if (expected !== undefined) throw new Error(`${where}: ${key} is ${shown(value)}; expected ${expected}.`);
  }
}

const finite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** "≥ 0", "> 0", "0 … 1", "" where there is no limit. */
function limitsInSigns(min: number, above: number, max: number): string {
  if (above > -Infinity) return max < Infinity ? `> ${above}, ≤ ${max}` : `> ${above}`;
  if (min > -Infinity) return max < Infinity ? `${min} … ${max}` : `≥ ${min}`;
  return max < Infinity ? `≤ ${max}` : "";
}

/** A finite number of at least `min` (or above `above`) and at most `max`. */
function number(limits: { readonly min?: number; readonly above?: number; readonly max?: number } = {}): Rule<number> {
  const { min = -Infinity, above = -Infinity, max = Infinity } = limits;
  const from = above > -Infinity ? `above ${above}` : min > -Infinity ? `of at least ${min}` : "";
  const expected = `a number${from === "" ? "" : ` ${from}`}${max < Infinity ? `${from === "" ? " of" : " and"} at most ${max}` : ""}`;
  const signs = limitsInSigns(min, above, max);
  return ruleOf((value) => finite(value) && value >= min && value > above && value <= max, expected, signs === "" ? "number" : signs);
}

function integer(limits: { readonly min?: number; readonly max?: number } = {}): Rule<number> {
  const { min = -Infinity, max = Infinity } = limits;
  const expected = `a whole number${min > -Infinity ? ` of at least ${min}` : ""}${max < Infinity ? ` and at most ${max}` : ""}`;
  const values = `whole ${limitsInSigns(min, -Infinity, max)}`.trim();
  return ruleOf((value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max, expected, values);
}

/** A whole number of at least 1, or Infinity for no end. */
function integerOrInfinity(): Rule<number> {
  const whole = integer({ min: 1 });
  return ruleOf((value) => value === Infinity || whole(value) === undefined, whole(NaN)!, "whole ≥ 1, ∞");
}

const boolean: Rule<boolean> = /* @__PURE__ */ ruleOf((value) => typeof value === "boolean", "true or false", "true, false");

function oneOf<const Name extends string>(...names: readonly Name[]): Rule<Name> {
  const expected = `one of ${names.map((name) => `"${name}"`).join(", ")}`;
  const check = (value: unknown): string | undefined => {
    if (typeof value !== "string") return expected;
    if ((names as readonly string[]).includes(value)) return undefined;
    const meant = nearest(value, names);
    return meant === undefined ? expected : `${expected}; the nearest is "${meant}"`;
  };
  return Object.assign(check, { values: names.map((name) => `"${name}"`).join(", ") });
}

/** Widths of hidden layers: [64, 64]; [] for a linear network. */
const layerSizes: Rule<readonly number[]> = /* @__PURE__ */ ruleOf(
  (value) => Array.isArray(value) && value.every((size) => Number.isInteger(size) && (size as number) >= 1),
  "a list of layer widths such as [64, 64], each a whole number of at least 1",
  "list of widths",
);

/** A schedule whose values obey `each`: a number, { linear: [from, to] }, { exponential: [from, to, decay] } or a function of progress. */
function schedule(each: Rule<number>): Rule<Schedule> {
  const obeys = (value: unknown): boolean => {
    if (typeof value === "function") return true;
    if (typeof value !== "object" || value === null) return each(value) === undefined;
    const entries = Object.entries(value as Record<string, unknown>);
    const [kind, ends] = entries[0] ?? [];
    const wanted = kind === "linear" ? 2 : kind === "exponential" ? 3 : 0;
    return (
      entries.length === 1 &&
      Array.isArray(ends) &&
      ends.length === wanted &&
      ends.every(finite) &&
      ends.slice(0, 2).every((end) => each(end) === undefined) &&
      (kind === "linear" || (ends[2] as number) > 0)
    );
  };
  const expected = `${each(NaN) ?? "a number"}, or { linear: [from, to] }, { exponential: [from, to, decay > 0] } of such numbers, or a function of progress`;
  return Object.assign(ruleOf<Schedule>(obeys, expected, `${each.values ?? "number"}, schedule`), { each });
}

const anything: Rule = () => undefined;

/** Allows null beside what the rule allows. */
function nullable<T>(inner: Rule<T>): Rule<T | null> {
  const check = (value: unknown): string | undefined => {
    const expected = value === null ? undefined : inner(value);
    return expected === undefined ? undefined : `${expected}, or null`;
  };
  return Object.assign(check, { values: `${inner.values ?? "any"}, null`, ...(inner.each === undefined ? {} : { each: inner.each }) });
}

/** The rules that options are checked by. */
export const rule = { number, integer, integerOrInfinity, boolean, oneOf, layerSizes, schedule, nullable, anything } as const;
