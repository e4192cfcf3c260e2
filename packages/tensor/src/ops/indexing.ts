/** Reading and adding at integer indices. Indices are int32 tensors (other integers are converted); each must lie in 0 … n − 1. */
import { apply } from "../apply.ts";
import { isFloating } from "../elements.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { asTensor, axisIn, castTo, checkShape, elementFor, expandTo, scalar } from "./common.ts";

function indicesOf(name: string, indices: TensorLike): Tensor {
  const t = asTensor(name, typeof indices === "number" ? scalar(indices, "int32") : indices);
  if (isFloating(t.dtype) || t.dtype === "bool")
    throw new TypeError(`${name}: got indices of dtype ${t.dtype}; expected integers; convert with .cast("int32")`);
  // Conversion keeps the low 32 bits, which could be another index.
  if (t.dtype === "int64")
    for (const i of t.bigints())
      if (i !== BigInt.asIntN(32, i)) throw new RangeError(`${name}: got index ${i}; expected at most 2^31 − 1; check how it was computed`);
  return castTo(t, "int32");
}

/** Rows at indices: x [P…, n, S…], indices [I…] → [P…, I…, S…]. */
export function take(x: TensorLike, indices: TensorLike, axis = 0): Tensor {
  const t = asTensor("take", x);
  return apply("take", [t, indicesOf("take", indices)], { axis: axisIn("take", axis, t.rank) });
}

/** result[…, i, …] = x[…, indices[…, i, …], …]; indices have x's rank; on the other axes they may be shorter than x. */
export function gather(x: TensorLike, indices: TensorLike, axis: number): Tensor {
  const t = asTensor("gather", x);
  const at = axisIn("gather", axis, t.rank);
  const index = indicesOf("gather", indices);
  if (index.rank !== t.rank)
    throw new TypeError(
      `gather: got shape [${t.shape.join(", ")}] and indices [${index.shape.join(", ")}]; expected the same number of axes; add one with .unsqueeze(${axis})`,
    );
  const stop = t.shape.map((n, i) => (i === at ? n : index.shape[i]!));
  if (stop.some((n, i) => n > t.shape[i]!))
    throw new TypeError(
      `gather: got shape [${t.shape.join(", ")}] and indices [${index.shape.join(", ")}]; expected indices no longer than x except along axis ${at}; cut them with .narrow`,
    );
  return apply(
    "takeAlong",
    [
      t.sliceWith(
        t.shape.map(() => 0),
        stop,
        t.shape.map(() => 1),
      ),
      index,
    ],
    { axis: at },
  );
}

/** base with updates added at indices along an axis (take's geometry): updates [P…, I…, S…]. */
export function scatterAdd(base: Tensor, indices: TensorLike, updates: TensorLike, axis = 0): Tensor {
  const at = axisIn("scatterAdd", axis, base.rank);
  const index = indicesOf("scatterAdd", indices);
  const shape = [...base.shape.slice(0, at), ...index.shape, ...base.shape.slice(at + 1)];
  return apply("scatterAdd", [base, index, expandTo(elementFor("scatterAdd", updates, base.dtype), shape)], { axis: at });
}

/** base with updates added at […, indices[…, i, …], …] (gather's geometry). */
export function scatterAddAlong(base: Tensor, indices: TensorLike, updates: TensorLike, axis: number): Tensor {
  const index = indicesOf("scatterAddAlong", indices);
  const added = expandTo(elementFor("scatterAddAlong", updates, base.dtype), index.shape);
  return apply("scatterAddAlong", [base, index, added], { axis: axisIn("scatterAddAlong", axis, base.rank) });
}

/** 1 at each index, 0 elsewhere: indices [I…] → float32 [I…, count]. */
export function oneHot(indices: TensorLike, count: number): Tensor {
  const index = indicesOf("oneHot", indices);
  checkShape("oneHot", [count]);
  const classes = apply("iota", [], { shape: [count], dtype: "int32", axis: 0 });
  return index.unsqueeze(-1).equal(classes).cast("float32");
}
