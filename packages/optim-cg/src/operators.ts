import { checkVector, fail, takeAnswer, vectorOf } from "./check.ts";
import { copyOf, type Vector } from "./vectors.ts";

/** v ↦ A v. Writes into `out` (and returns nothing or `out`), or returns another array, which is copied. `v` and `out` must not be kept. */
export type LinearOperator<V extends Vector = Vector> = (v: V, out: V) => ArrayLike<number> | void;

/** out = A v, whichever way the operator answers. */
export function apply<V extends Vector>(where: string, operator: LinearOperator<V>, v: V, out: V): void {
  takeAnswer(where, "the operator", operator(v, out), out);
}

/** v ↦ A v of a matrix of n × n numbers, row after row. */
export function denseOperator<V extends Vector>(where: string, values: Vector | readonly number[], n: number): LinearOperator<V> {
  const matrix: Vector = vectorOf(where, "the matrix", values);
  if (matrix.length !== n * n)
    fail(
      where,
      `the matrix has ${matrix.length} numbers, expected ${n} × ${n} = ${n * n} for a right side of length ${n}; give it row after row.`,
    );
  return (v, out) => {
    for (let row = 0; row < n; row++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += matrix[row * n + k]! * v[k]!;
      out[row] = sum;
    }
  };
}

/** The preconditioner of A's diagonal (Jacobi): r ↦ r / diag(A). */
export function jacobiPreconditioner<V extends Vector>(diagonal: V): LinearOperator<V> {
  checkVector("jacobiPreconditioner", "diagonal", diagonal);
  diagonal.forEach((value, i) => {
    if (!(value > 0) || value === Infinity)
      fail(
        "jacobiPreconditioner",
        `entry ${i} of the diagonal is ${value}, expected a finite number above 0, as every symmetric positive definite matrix has there.`,
      );
  });
  const inverse = copyOf(diagonal);
  for (let i = 0; i < inverse.length; i++) inverse[i] = 1 / inverse[i]!;
  return (r, out) => {
    for (let i = 0; i < out.length; i++) out[i] = r[i]! * inverse[i]!;
  };
}
