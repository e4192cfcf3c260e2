/**
 * JSON and plain data that came from elsewhere (subpath @rl/math/json): how deep it may be. Readers and writers of trees call themselves for each level, and
 * the engine's stack ends somewhere between a thousand and ten thousand of them; so nothing deeper than `MAX_DEPTH` is let in, and what is let in can be read.
 */
import { plainText } from "./show.ts";

/** Most levels of lists and objects within each other. Trainers' states have a dozen. */
export const MAX_DEPTH = 256;

/** Most lists and objects in a tree, one that stands in several places counted each time: a few that hold each other twice would be endless when written out. */
const MAX_PARTS = 2_000_000;

/** What is wrong with a text's nesting: "is nested more than 256 levels deep at character 256", or undefined. One look at each character. */
function depthProblem(text: string): string | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charCodeAt(i);
    if (letter === 0x22) {
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++;
    } else if (letter === 0x5b || letter === 0x7b) {
      if (++depth > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep at character ${i}`;
    } else if (letter === 0x5d || letter === 0x7d) depth--;
  }
  return undefined;
}

/** JSON.parse for text from anywhere. @throws SyntaxError whose message goes on where a sentence names the text: "is not JSON (…)", "is nested more than 256 levels deep …". */
export function parseJson(text: string): unknown {
  if (typeof text !== "string") throw new SyntaxError(`is not text but ${text === null ? "null" : typeof text}`);
  const problem = depthProblem(text);
  if (problem !== undefined) throw new SyntaxError(problem);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`is not JSON (${plainText((error as Error).message)})`, { cause: error });
  }
}

/**
 * What keeps a value from being a tree that can be written down: "holds itself at a.b", "is nested more than 256 levels deep at a.b.…", "has more than 2000000
 * parts"; undefined where nothing does. Only lists and objects are looked into, by their own enumerable keys; typed arrays are leaves.
 */
export function treeProblem(value: unknown): string | undefined {
  if (!isBranch(value)) return undefined;
  const open: { readonly node: object; readonly keys: readonly string[] | undefined; readonly length: number; next: number }[] = [];
  const inside = new Set<object>();
  const enter = (node: object): void => {
    const keys = Array.isArray(node) ? undefined : Object.keys(node);
    open.push({ node, keys, length: keys?.length ?? (node as unknown[]).length, next: 0 });
    inside.add(node);
  };
  const path = (): string =>
    open
      .slice(0, 8)
      .map(({ keys, next }) => plainText(keys?.[next - 1] ?? String(next - 1)))
      .join(".") + (open.length > 8 ? ".…" : "");
  enter(value);
  for (let parts = 1; open.length > 0;) {
    const top = open[open.length - 1]!;
    if (top.next === top.length) {
      inside.delete(top.node);
      open.pop();
      continue;
    }
    const at = top.next++;
    const child: unknown = top.keys === undefined ? (top.node as unknown[])[at] : (top.node as Record<string, unknown>)[top.keys[at]!];
    if (!isBranch(child)) continue;
    if (inside.has(child)) return `holds itself at ${path()}`;
    if (open.length === MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep at ${path()}`;
    if (++parts > MAX_PARTS) return `has more than ${MAX_PARTS} parts`;
    enter(child);
  }
  return undefined;
}

const isBranch = (value: unknown): value is object => typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
