/** Numbers and settings as people type them. */
import { parseJson } from "@rl/math/json";
import { quote } from "@rl/math/options";
import { toPath } from "@rl/train/node";
import { asUsage, UsageError } from "./errors.ts";

const FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6 };

/** A whole number: 300000, 300_000, 3e5, 300k, 1M. */
export function parseCount(option: string, min = 1, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    // Longer than any number that is exact, however it is written.
    if (text.length > 100) throw new UsageError(`${option} is ${quote(text)}, expected a whole number of at least ${min}.`);
    const [, digits, unit] = /^(\d[\d_]*(?:\.\d+)?(?:e\d+)?)([km]?)$/i.exec(text) ?? [];
    const value = digits === undefined ? NaN : Number(digits.replaceAll("_", "")) * FACTORS[(unit ?? "").toLowerCase()]!;
    if (value > max) throw new UsageError(`${option} is "${text}", expected a whole number of at most ${grouped(max)}.`);
    if (!Number.isSafeInteger(value) || value < min)
      throw new UsageError(
        `${option} is "${text}", expected a whole number of at least ${min}, such as ${option} ${min < 10 ? 100_000 : min}.`,
      );
    return value;
  };
}

/** A number within limits. */
export function parseNumber(option: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? NaN : Number(text);
    if (!(value >= min && value <= max)) throw new UsageError(`${option} is ${quote(text)}, expected a number from ${min} to ${max}.`);
    return value;
  };
}

/** A path, or the text of a file: URL. */
export function parsePath(option: string): (text: string) => string {
  return (text) => asUsage(() => toPath(text, option));
}

/** A setting's name is a word, its value a line; what is longer was not typed. */
const MOST_LETTERS = 10_000;

/** Collects `--set key=value`, as often as it is given. Values: numbers, true, false, null, JSON, schedules such as lin_2.5e-4, else text. */
export function collectSetting(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  if (text.length > MOST_LETTERS)
    throw new UsageError(`--set is ${quote(text)}, expected at most ${grouped(MOST_LETTERS)} characters, such as --set learningRate=3e-3.`);
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--set is ${quote(text)}, expected key=value, such as --set learningRate=3e-3.`);
  return { ...before, [text.slice(0, at).trim()]: parseValue(text.slice(at + 1).trim()) };
}

/** In time that grows with the text's length alone: no part of a pattern can match what the part before it matches. */
export function parseValue(text: string): unknown {
  // rl-baselines3-zoo's way to write a schedule that falls linearly to zero.
  const linear = text.startsWith("lin_") ? text.slice(4) : "";
  if (linear !== "" && Number.isFinite(Number(linear))) return { linear: [Number(linear), 0] };
  if (text === "Infinity" || /^[-+]?(\d[\d_]*(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Number(text.replaceAll("_", ""));
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError && error.cause === undefined)
      throw new UsageError(`--set is ${quote(text)}, which ${error.message}.`, { cause: error });
    return text;
  }
}

/** 1234567 → "1,234,567". */
export const grouped = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 });

/** Up to four digits: 0.0123, 12.35, 499.1, 12,346. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : String(value);
  if (Number.isSafeInteger(value)) return grouped(value);
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-3
    ? value.toPrecision(3)
    : size >= 1000
      ? grouped(value)
      : size >= 100
        ? value.toFixed(1)
        : String(Number(value.toPrecision(4)));
}

/** Steps where room is short: 512, 96,256, 1.19M, 100M. */
export function compact(value: number): string {
  return value < 1e6 ? grouped(value) : `${Number((value / 1e6).toPrecision(4))}M`;
}

/** Seconds as 0:07, 12:34 or 1:02:03. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${parts.join(":")}` : `${Math.floor(whole / 60)}:${parts[1]}`;
}
