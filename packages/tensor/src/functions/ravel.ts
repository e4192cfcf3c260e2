import { sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { leaves, unflatten } from "../tree.ts";
import { concat } from "./lists.ts";

/** All leaves of a tree as one vector, in the order of tree.leaves, and the way back. Works inside compile and grad too. */
export function ravel<T>(params: T): { readonly vector: Tensor; readonly unravel: (vector: Tensor) => T } {
  const list = leaves<Tensor>(params);
  if (list.length === 0) throw new TypeError("ravel: got a tree without leaves; expected at least one tensor; check what the tree holds");
  const odd = list.find(({ dtype }) => dtype !== list[0]!.dtype);
  if (odd)
    throw new TypeError(
      `ravel: got leaves of dtype ${list[0]!.dtype} and ${odd.dtype}; expected one dtype; convert with tree.map((leaf) => leaf.cast("float32"), parameters)`,
    );
  const shapes = list.map(({ shape }) => shape);
  const total = shapes.reduce((n, shape) => n + sizeOf(shape), 0);
  const unravel = (vector: Tensor): T => {
    if (vector.rank !== 1 || vector.shape[0] !== total)
      throw new TypeError(
        `unravel: got shape [${vector.shape.join(", ")}]; expected [${total}]; give a vector as long as the one ravel returned`,
      );
    let before = 0;
    return unflatten(
      params,
      shapes.map((shape) => vector.narrow(0, before, (before += sizeOf(shape))).reshape(shape)),
    );
  };
  return { vector: concat(list.map((leaf) => leaf.reshape([-1]))), unravel };
}
