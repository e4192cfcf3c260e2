/** Leaves of a tree in the order of another's: records are equal whatever the order of their keys. */
import type { Tensor } from "./tensor/tensor.ts";
import { isBranch, leaves } from "./tree.ts";

/** Leaves of `tree` in the order of those of `form`; undefined where the two differ in keys or lengths. Parts without leaves do not count. */
export function leavesLike<L = Tensor>(form: unknown, tree: unknown): L[] | undefined {
  if (isBare(form) || isBare(tree)) return isBare(form) && isBare(tree) ? [] : undefined;
  if (!isBranch(form) || !isBranch(tree)) return isBranch(form) || isBranch(tree) ? undefined : [tree as L];
  if (Array.isArray(form) !== Array.isArray(tree)) return undefined;
  const parts = form as Record<string, unknown>;
  const others = tree as Record<string, unknown>;
  const list: L[] = [];
  for (const key of Object.keys(parts)) {
    const found = leavesLike<L>(parts[key], others[key]);
    if (found === undefined) return undefined;
    list.push(...found);
  }
  return Object.keys(others).every((key) => Object.hasOwn(parts, key) || isBare(others[key])) ? list : undefined;
}

const isBare = (tree: unknown): boolean => leaves(tree).length === 0;
