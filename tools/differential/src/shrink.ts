/** Makes a failing case small by its structure alone: lists lose items, numbers become plain. Whatever still fails is kept. */
import { numberOf, type Json } from "./json.ts";

/** @param fails whether a case still shows the failure. A case that makes no sense must not.
 *  @param budget how many cases to try at most. */
export async function shrink<C extends Json>(start: C, fails: (candidate: C) => Promise<boolean>, budget = 400): Promise<C> {
  let best = start;
  for (let improved = true; improved && budget > 0;) {
    improved = false;
    for (const candidate of smaller(best)) {
      if (budget-- <= 0) break;
      if (await fails(candidate as C)) {
        best = candidate as C;
        improved = true;
        break;
      }
    }
  }
  return best;
}

/** Cases one step smaller, the boldest first. */
function* smaller(value: Json): Generator<Json> {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    // A list that begins with a word is a step and its operands: it keeps its length.
    for (
      let size = typeof list[0] === "string" && numberOf(list[0]) === undefined ? 0 : list.length;
      size >= 1;
      size = Math.floor(size / 2)
    )
      for (let at = 0; at + size <= list.length; at += size) yield [...list.slice(0, at), ...list.slice(at + size)];
    for (let i = 0; i < list.length; i++) for (const item of smaller(list[i]!)) yield list.with(i, item);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) for (const less of smaller(item as Json)) yield { ...value, [key]: less };
  } else {
    const x = numberOf(value);
    if (x === undefined || !Number.isFinite(x)) return;
    // Only numbers of fewer digits, so that it ends.
    for (const y of [0, 1, Math.trunc(x), Math.round(x * 10) / 10, Math.round(x * 100) / 100])
      if (String(y).length < String(x).length || (x !== 0 && y === 0)) yield y;
  }
}
