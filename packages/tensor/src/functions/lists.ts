/** Operations that take, or give, a list of tensors. */
import { checkList } from "../ops/common.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { asTensor, withOut } from "./form.ts";

function joined(tensors: readonly TensorLike[], axis = 0): Tensor {
  checkList("concat", "tensors", tensors);
  if (tensors.length === 0) throw new TypeError("concat: got no tensors; expected at least one; check the list first");
  return asTensor("concat", tensors[0]!).concat(tensors.slice(1), axis);
}

/** Joins tensors along an axis. */
export const concat = withOut("concat", joined);

/** Joins tensors of one shape along a new axis. */
export const stack = withOut("stack", (tensors: readonly TensorLike[], axis = 0): Tensor => {
  checkList("stack", "tensors", tensors);
  return joined(
    tensors.map((x) => asTensor("stack", x).unsqueeze(axis)),
    axis,
  ).named("stack");
});

/** Cuts an axis into parts of `size` (the last may be smaller), or of the sizes given. */
export const split = (x: TensorLike, size: number | readonly number[], axis?: number): Tensor[] => asTensor("split", x).split(size, axis);
