/** Trees: plain nested objects and arrays with tensors (or anything else) as leaves. */
import type { Tensor } from "./tensor/tensor.ts";

/** A tree whose leaves are L. */
export type Tree<L> = L | readonly Tree<L>[] | { readonly [key: string]: Tree<L> };

/** The shape of a tree T with other leaves. */
export type MapTree<T, From, To> = T extends From
  ? To
  : T extends readonly unknown[]
    ? { [K in keyof T]: MapTree<T[K], From, To> }
    : T extends object
      ? { [K in keyof T]: MapTree<T[K], From, To> }
      : T;

/** Whether a value is an inner part of a tree: an array or a plain object. */
export function isBranch(value: unknown): value is readonly unknown[] | Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** null and undefined stand for parts that are not there: they are kept and are no leaves. */
const isMissing = (value: unknown): boolean => value === null || value === undefined;

function visit(value: unknown, path: string, each: (leaf: unknown, path: string) => void): void {
  if (isMissing(value)) return;
  if (!isBranch(value)) each(value, path);
  else if (Array.isArray(value)) value.forEach((item, i) => visit(item, `${path}[${i}]`, each));
  else for (const key of Object.keys(value)) visit((value as Record<string, unknown>)[key], path === "" ? key : `${path}.${key}`, each);
}

/** All leaves, in order: arrays by index, objects by the order of their keys. */
export function leaves<L = Tensor>(tree: unknown): L[] {
  const list: L[] = [];
  visit(tree, "", (leaf) => list.push(leaf as L));
  return list;
}

/** Leaves with the path of each, like `layers[0].weight`. */
export function entries<L = Tensor>(tree: unknown): [path: string, leaf: L][] {
  const list: [string, L][] = [];
  visit(tree, "", (leaf, path) => list.push([path, leaf as L]));
  return list;
}

function mapPath(f: (...values: unknown[]) => unknown, path: string, first: unknown, rest: readonly unknown[]): unknown {
  if (isMissing(first)) return first;
  if (!isBranch(first)) return f(first, ...rest);
  const misfit = rest.find((other) => !isBranch(other) || Array.isArray(other) !== Array.isArray(first));
  if (misfit !== undefined)
    throw new TypeError(
      `tree.map: got trees of different form at "${path || "the root"}": ${kind(first)} and ${kind(misfit)}; expected the same keys everywhere; build the trees from one template`,
    );
  if (Array.isArray(first)) {
    for (const other of rest)
      if ((other as unknown[]).length !== first.length)
        throw new TypeError(
          `tree.map: got arrays of ${first.length} and ${(other as unknown[]).length} at "${path || "the root"}"; expected equal lengths; build the trees from one template`,
        );
    return first.map((item: unknown, i) =>
      mapPath(
        f,
        `${path}[${i}]`,
        item,
        rest.map((other) => (other as unknown[])[i]),
      ),
    );
  }
  const result: Record<string, unknown> = {};
  const keys = Object.keys(first);
  for (const other of rest) {
    const theirs = Object.keys(other as object);
    const odd = theirs.find((key) => !keys.includes(key)) ?? keys.find((key) => !theirs.includes(key));
    if (odd !== undefined)
      throw new TypeError(
        `tree.map: got the key "${odd}" in one tree only, at "${path || "the root"}"; expected the same keys everywhere; build the trees from one template`,
      );
  }
  for (const key of keys)
    result[key] = mapPath(
      f,
      path === "" ? key : `${path}.${key}`,
      (first as Record<string, unknown>)[key],
      rest.map((other) => (other as Record<string, unknown>)[key]),
    );
  return result;
}

const kind = (value: unknown): string => (Array.isArray(value) ? "an array" : isBranch(value) ? "an object" : "a leaf");

/** A tree of f(leaf of the first tree, leaf of the second at the same place, …). The trees must have one form. */
export function map<T, To = Tensor>(
  f: (leaf: Tensor, ...others: Tensor[]) => To,
  tree: T,
  ...others: readonly unknown[]
): MapTree<T, Tensor, To> {
  return mapPath(f as (...values: unknown[]) => unknown, "", tree, others) as MapTree<T, Tensor, To>;
}

/** A tree of the form of `like` with the leaves given, in order. */
export function unflatten<T>(like: T, list: readonly unknown[]): T {
  let next = 0;
  const made = mapPath(() => list[next++], "", like, []);
  if (next !== list.length)
    throw new TypeError(
      `tree.unflatten: got ${list.length} leaves for a tree of ${next}; expected one for each; pass the list that leaves() gave for such a tree`,
    );
  return made as T;
}

/** f(…f(f(initial, leaf), leaf)…) in the order of leaves. */
export function reduce<R>(f: (result: R, leaf: Tensor) => R, initial: R, tree: unknown): R {
  return leaves(tree).reduce(f, initial);
}
