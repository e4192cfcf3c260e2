/** Matrix products. */
import { apply } from "../apply.ts";
import { promote } from "../elements.ts";
import { sameShape, sizeOf } from "../shape.ts";
import type { Tensor, TensorLike } from "../tensor.ts";
import { asTensor, broadcastShapes, castTo, expandTo, named } from "./common.ts";

/**
 * Matrix product over the last two axes; leading axes broadcast. A vector on the left counts as one row, on the right as one column, and that axis
 * disappears from the result.
 */
export function matmul(a: TensorLike, b: TensorLike): Tensor {
  let x = asTensor("matmul", a);
  let y = asTensor("matmul", b);
  if (x.rank === 0 || y.rank === 0 || x.shape.at(-1) !== (y.rank === 1 ? y.shape[0] : y.shape.at(-2))) {
    const inner =
      x.rank > 0 && y.rank > 0 ? `; the inner extents ${x.shape.at(-1)} and ${y.rank === 1 ? y.shape[0] : y.shape.at(-2)} differ` : "";
    throw new TypeError(
      `matmul: got shapes [${x.shape.join(", ")}] and [${y.shape.join(", ")}]${inner}; expected [… , M, K] and [… , K, N]; turn one with .transpose()`,
    );
  }
  let dtype = promote(x.dtype, y.dtype);
  if (dtype === "bool" || dtype === "uint8" || dtype === "int8" || dtype === "int16") dtype = "int32";
  x = castTo(x, dtype);
  y = castTo(y, dtype);
  const row = x.rank === 1;
  const column = y.rank === 1;
  if (row) x = x.reshape([1, x.shape[0]!]);
  if (column) y = y.reshape([y.shape[0]!, 1]);
  const product = matrices(x, y);
  if (!row && !column) return named("matmul", product);
  const shape = [...product.shape];
  if (column) shape.pop();
  if (row) shape.splice(column ? shape.length - 1 : shape.length - 2, 1);
  return named("matmul", product.reshape(shape));
}

function matrices(x: Tensor, y: Tensor): Tensor {
  const [M, K] = x.shape.slice(-2) as [number, number];
  const N = y.shape.at(-1)!;
  if (x.rank === 2 && y.rank === 2) return apply("dot", [x, y]);
  // One right-hand matrix for all: the leading axes are just more rows.
  if (y.rank === 2) return apply("dot", [x.reshape([sizeOf(x.shape.slice(0, -1)), K]), y]).reshape([...x.shape.slice(0, -1), N]);
  const batch = broadcastShapes("matmul", x.shape.slice(0, -2), y.shape.slice(0, -2));
  const B = sizeOf(batch);
  const flat = (t: Tensor, rows: number, columns: number): Tensor => {
    const full = sameShape(t.shape.slice(0, -2), batch) ? t : expandTo(t, [...batch, rows, columns]);
    return full.reshape([B, rows, columns]);
  };
  return apply("dot", [flat(x, M, K), flat(y, K, N)]).reshape([...batch, M, N]);
}

/** Sum of products of two vectors. */
export function dot(a: TensorLike, b: TensorLike): Tensor {
  const x = asTensor("dot", a);
  const y = asTensor("dot", b);
  if (x.rank !== 1 || y.rank !== 1 || x.shape[0] !== y.shape[0])
    throw new TypeError(
      `dot: got shapes [${x.shape.join(", ")}] and [${y.shape.join(", ")}]; expected two vectors of one length; use matmul for matrices`,
    );
  return named("dot", x.mul(y).sum());
}

/** All products of the elements of two vectors: [M], [N] → [M, N]. */
export function outer(a: TensorLike, b: TensorLike): Tensor {
  const x = asTensor("outer", a);
  const y = asTensor("outer", b);
  if (x.rank !== 1 || y.rank !== 1)
    throw new TypeError(
      `outer: got shapes [${x.shape.join(", ")}] and [${y.shape.join(", ")}]; expected two vectors; flatten them with .reshape([-1])`,
    );
  return named("outer", x.unsqueeze(1).mul(y.unsqueeze(0)));
}
