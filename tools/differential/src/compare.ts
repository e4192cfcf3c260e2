/** Whether two answers agree. */
import { numberOf, type Json } from "./json.ts";

/** Numbers may differ by absolute + relative · s, where s is the largest finite magnitude in the innermost list that holds them (or the number itself). */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}
export const EXACT: Tolerance = { relative: 0, absolute: 0 };

/** The first place where two answers differ, in words; undefined when they agree. NaN equals NaN; 0 equals −0 unless the tolerance is exact. */
export function difference(ours: Json, theirs: Json, tolerance: Tolerance, path = "answer", scale?: number): string | undefined {
  const [a, b] = [numberOf(ours), numberOf(theirs)];
  if (a !== undefined && b !== undefined) {
    const allowed = tolerance.absolute + tolerance.relative * (scale ?? Math.max(Math.abs(a), Math.abs(b)));
    const close = Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= allowed;
    const same = Object.is(a, b) || (tolerance.absolute + tolerance.relative > 0 && close);
    return same ? undefined : `${path}: ours ${shown(a)}, theirs ${shown(b)}`;
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    if (ours.length !== theirs.length) return `${path}: ours has ${ours.length} items, theirs ${theirs.length}`;
    const inner = largest([...(ours as Json[]), ...(theirs as Json[])]);
    return first(ours.map((item: Json, i) => () => difference(item, theirs[i] as Json, tolerance, `${path}[${i}]`, inner)));
  }
  if (isRecord(ours) && isRecord(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
    return first(
      keys.map((key) => () => {
        if (!(key in ours) || !(key in theirs)) return `${path}.${key}: only ${key in ours ? "ours" : "theirs"} has it`;
        return difference(ours[key]!, theirs[key]!, tolerance, `${path}.${key}`);
      }),
    );
  }
  return ours === theirs ? undefined : `${path}: ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`;
}

const shown = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));
const isRecord = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function first(tries: readonly (() => string | undefined)[]): string | undefined {
  for (const attempt of tries) {
    const found = attempt();
    if (found !== undefined) return found;
  }
  return undefined;
}

function largest(items: readonly Json[]): number | undefined {
  let most: number | undefined;
  for (const item of items) {
    const x = numberOf(item);
    if (x !== undefined && Number.isFinite(x)) most = Math.max(most ?? 0, Math.abs(x));
  }
  return most;
}
