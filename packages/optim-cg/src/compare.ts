/** Steepest descent and Newton, to compare conjugate gradients with. */
import { checkCount, checkFunction, checkKeys, checkRange, checkSame, fail, show, takeAnswer, vectorOf } from "./check.ts";
import type { CgResult, Reason } from "./conjugate-gradient.ts";
import type { Gradient } from "./nonlinear.ts";
import { apply, denseOperator, type LinearOperator } from "./operators.ts";
import { scaleOf, times, unscaled } from "./scaled.ts";
import { copyOf, dot, maxNorm, norm, zerosLike, type Vector } from "./vectors.ts";

export interface SteepestDescentOptions<V extends Vector = Vector> {
  /** Most steps, default 10 n. */
  readonly maxIterations?: number;
  /** Converged when the residual's norm is at most tolerance · ‖b‖, default 1e-10. */
  readonly tolerance?: number;
  /** First point, default zero. */
  readonly start?: V;
  readonly onIteration?: (state: { readonly iteration: number; readonly x: V; readonly residualNorm: number }) => void;
}

/** Solves A x = b by steepest descent with the exact step: r = b − Ax, x ← x + (rᵀr / rᵀAr) r. The error's A-norm falls by (κ−1)/(κ+1) a step at
 *  worst, against CG's (√κ−1)/(√κ+1). `applyA` as in `conjugateGradient`. */
export function steepestDescent(
  applyA: LinearOperator<Float64Array> | Vector | readonly number[],
  b: readonly number[],
  options?: SteepestDescentOptions<Float64Array>,
): CgResult<Float64Array>;
export function steepestDescent<V extends Vector>(
  applyA: LinearOperator<V> | Vector | readonly number[],
  b: V,
  options?: SteepestDescentOptions<V>,
): CgResult<V>;
export function steepestDescent<V extends Vector>(
  applyA: LinearOperator<V> | Vector | readonly number[],
  b: V | readonly number[],
  options: SteepestDescentOptions<V> = {},
): CgResult<V> {
  const where = "steepestDescent";
  const rhs = vectorOf(where, "b", b);
  checkKeys(where, options, ["maxIterations", "tolerance", "start", "onIteration"]);
  const { maxIterations = 10 * rhs.length, tolerance = 1e-10, start, onIteration } = options;
  checkCount(where, "maxIterations", maxIterations, 0);
  checkRange(where, "tolerance", tolerance, 0, 1, true);
  if (start !== undefined) checkSame(where, "start", start, "b", rhs);
  const multiply = typeof applyA === "function" ? applyA : denseOperator<V>(where, applyA, rhs.length);
  checkFunction(where, "onIteration", onIteration);
  const scale = scaleOf(rhs, start);
  if (scale !== 1) {
    const seen: SteepestDescentOptions<V> = {
      ...options,
      ...(start === undefined ? {} : { start: times(start, scale) }),
      ...(onIteration === undefined
        ? {}
        : { onIteration: (state) => onIteration({ ...state, x: times(state.x, 1 / scale), residualNorm: state.residualNorm / scale }) }),
    };
    return unscaled(steepestDescent(multiply, times(rhs, scale), seen), scale);
  }
  const x = start === undefined ? zerosLike(rhs) : copyOf(start);
  const r = zerosLike(rhs);
  const image = zerosLike(rhs);
  apply(where, multiply, x, image);
  for (let i = 0; i < r.length; i++) r[i] = rhs[i]! - image[i]!;
  const goal = tolerance * norm(rhs);
  let residualNorm = norm(r);
  const end = (reason: Reason, iterations: number): CgResult<V> => ({
    x,
    residualNorm,
    iterations,
    converged: reason === "converged",
    reason,
  });
  for (let k = 0; ; k++) {
    if (!Number.isFinite(residualNorm)) return end("not-finite", k);
    if (residualNorm <= goal) return end("converged", k);
    if (k === maxIterations) return end("max-iterations", k);
    apply(where, multiply, r, image);
    const curvature = dot(r, image);
    if (Number.isNaN(curvature)) return end("not-finite", k);
    if (!(curvature > 0)) return end("non-positive-curvature", k);
    const alpha = dot(r, r) / curvature;
    for (let i = 0; i < r.length; i++) {
      x[i] = x[i]! + alpha * r[i]!;
      r[i] = r[i]! - alpha * image[i]!;
    }
    residualNorm = norm(r);
    onIteration?.({ iteration: k + 1, x, residualNorm });
  }
}

export interface NewtonOptions<V extends Vector = Vector> {
  /** Default 50. */
  readonly maxIterations?: number;
  /** Converged when max |gᵢ| ≤ tolerance, default 1e-8. */
  readonly tolerance?: number;
  readonly onIteration?: (state: { readonly iteration: number; readonly x: V; readonly gradientNorm: number }) => void;
}

export interface NewtonResult<V extends Vector = Vector> {
  readonly x: V;
  /** max |gᵢ| at x. */
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly reason: "converged" | "max-iterations" | "non-positive-curvature" | "not-finite";
}

/** Newton's method with full steps, for small problems: H(x) s = −g(x) by a Cholesky factor, x ← x + s. One step on a quadratic. `hessian` returns
 *  n × n numbers, row after row. A Hessian that is not positive definite ends it with "non-positive-curvature". x0 is not changed. */
export function newton(
  gradient: Gradient<Float64Array>,
  hessian: (x: Float64Array) => ArrayLike<number>,
  x0: readonly number[],
  options?: NewtonOptions<Float64Array>,
): NewtonResult<Float64Array>;
export function newton<V extends Vector>(
  gradient: Gradient<V>,
  hessian: (x: V) => ArrayLike<number>,
  x0: V,
  options?: NewtonOptions<V>,
): NewtonResult<V>;
export function newton<V extends Vector>(
  gradient: Gradient<V>,
  hessian: (x: V) => ArrayLike<number>,
  x0: V | readonly number[],
  options: NewtonOptions<V> = {},
): NewtonResult<V> {
  const where = "newton";
  const start = vectorOf(where, "x0", x0);
  checkKeys(where, options, ["maxIterations", "tolerance", "onIteration"]);
  const { maxIterations = 50, tolerance = 1e-8, onIteration } = options;
  checkCount(where, "maxIterations", maxIterations, 0);
  checkRange(where, "tolerance", tolerance, 0, Infinity, true);
  checkFunction(where, "onIteration", onIteration);
  for (const [name, value] of Object.entries({ gradient, hessian }))
    if (typeof value !== "function") fail(where, `${name} is ${show(value)}, expected a function; write one.`);
  const n = start.length;
  const x = copyOf(start);
  const g = zerosLike(start);
  const factor = new Float64Array(n * n);
  const step = new Float64Array(n);
  let gradientNorm = 0;
  const measure = (): void => {
    takeAnswer(where, "gradient", gradient(x, g), g);
    gradientNorm = maxNorm(g);
  };
  measure();
  const end = (reason: NewtonResult["reason"], iterations: number): NewtonResult<V> => ({
    x,
    gradientNorm,
    iterations,
    converged: reason === "converged",
    reason,
  });
  for (let k = 0; ; k++) {
    if (!Number.isFinite(gradientNorm)) return end("not-finite", k);
    if (gradientNorm <= tolerance) return end("converged", k);
    if (k === maxIterations) return end("max-iterations", k);
    const matrix = hessian(x);
    if (!Array.isArray(matrix) && !ArrayBuffer.isView(matrix))
      fail(where, `hessian returned ${show(matrix)}, expected ${n * n} numbers; return it row after row.`);
    if (matrix.length !== n * n)
      fail(where, `hessian returned ${matrix.length} numbers, expected ${n} × ${n} = ${n * n}; return it row after row.`);
    if (!cholesky(matrix, factor, n)) return end("non-positive-curvature", k);
    solve(factor, g, step, n);
    for (let i = 0; i < n; i++) x[i] = x[i]! - step[i]!;
    measure();
    onIteration?.({ iteration: k + 1, x, gradientNorm });
  }
}

/** L with LLᵀ = matrix into the lower triangle of `factor`; false when the matrix is not positive definite. */
function cholesky(matrix: ArrayLike<number>, factor: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[j * n + k]!;
      if (i !== j) factor[i * n + j] = sum / factor[j * n + j]!;
      else if (sum > 0) factor[i * n + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** out = (LLᵀ)⁻¹ right. */
function solve(factor: Float64Array, right: Vector, out: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    let sum = right[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * out[k]!;
    out[i] = sum / factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = out[i]!;
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * out[k]!;
    out[i] = sum / factor[i * n + i]!;
  }
}
