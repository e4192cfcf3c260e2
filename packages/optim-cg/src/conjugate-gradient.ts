/** Conjugate gradients for A x = b, A symmetric positive definite, known only through v ↦ A v; the same as minimising ½xᵀAx − bᵀx, whose
 *  gradient is −r.
 *
 *    r₀ = b − A x₀,  z₀ = M⁻¹r₀,  d₀ = z₀                           r residual, M preconditioner, d direction
 *    αₖ = rₖᵀzₖ / dₖᵀAdₖ                                            the exact minimum along dₖ: −gᵀd / dᵀAd with g = −r
 *    xₖ₊₁ = xₖ + αₖdₖ,  rₖ₊₁ = rₖ − αₖAdₖ
 *    βₖ = rₖ₊₁ᵀzₖ₊₁ / rₖᵀzₖ,  dₖ₊₁ = zₖ₊₁ + βₖdₖ
 *
 *  Hestenes and Stiefel 1952, section 3; with preconditioner: Saad, Iterative Methods for Sparse Linear Systems (2003), algorithm 9.1. */
import { checkCount, checkKeys, checkRange, checkSame, checkVector, fail } from "./check.ts";
import { ResidualHistory } from "./history.ts";
import { copyOf, dot, norm, unitRoundoff, zerosLike, type Vector } from "./vectors.ts";

/** v ↦ A v. Writes into `out` (and returns nothing or `out`), or returns another array, which is copied. `v` and `out` must not be kept. */
export type LinearOperator<V extends Vector = Vector> = (v: V, out: V) => ArrayLike<number> | void;

export type Reason =
  /** ‖b − Ax‖, computed from x, is at most tolerance · ‖b‖. */
  | "converged"
  /** `maxIterations` steps were made. */
  | "max-iterations"
  /** dᵀAd ≤ 0 (to rounding): A is not positive definite; or rᵀM⁻¹r ≤ 0: the preconditioner is not. x is the last good point. */
  | "non-positive-curvature"
  /** Going on from the residual computed from x no longer halves it: rounding has been reached. */
  | "stagnated"
  /** b, A v or M⁻¹r held NaN or infinity, or a sum overflowed. x is the last finite point. */
  | "not-finite";

/** One finished iteration. The arrays are the solver's own, to read now and not to keep or change; the object is used again. */
export interface CgIteration<V extends Vector = Vector> {
  /** From 1. */
  readonly iteration: number;
  /** Step length αₖ and curvature dᵀAd > 0. */
  readonly alpha: number;
  readonly curvature: number;
  /** The direction of the step just made, the point it reached, and the residual there. */
  readonly direction: V;
  readonly x: V;
  readonly residual: V;
  /** ‖r‖₂ there, by the recurrence. */
  readonly residualNorm: number;
}

export interface CgOptions<V extends Vector = Vector> {
  /** Most steps, default 10 n: exact arithmetic needs n, rounding may need more. */
  readonly maxIterations?: number;
  /** Converged when ‖b − Ax‖₂ ≤ tolerance · ‖b‖₂; from 0 (go on until rounding) to 1, default 1e-10 (1e-5 for Float32Array). */
  readonly tolerance?: number;
  /** r ↦ M⁻¹r for a symmetric positive definite M close to A. */
  readonly preconditioner?: LinearOperator<V>;
  /** Keep every residual and orthogonalise each new one against them, so that n steps suffice in spite of rounding. Default: true for n ≤ 256,
   *  where the room for it is small. */
  readonly reorthogonalize?: boolean;
  /** First point, default zero. */
  readonly start?: V;
  readonly onIteration?: (state: CgIteration<V>) => void;
  /** Arrays to use again; the returned x is then the workspace's. */
  readonly workspace?: CgWorkspace<V>;
}

export interface CgResult<V extends Vector = Vector> {
  readonly x: V;
  /** ‖b − Ax‖₂: computed from x when converged or stagnated, else as the recurrence carries it. */
  readonly residualNorm: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly reason: Reason;
}

/** The arrays that a solve needs; make one to solve many systems of one size without allocating. */
export interface CgWorkspace<V extends Vector = Vector> {
  readonly x: V;
  readonly residual: V;
  readonly direction: V;
  readonly image: V;
  /** M⁻¹r; only touched when there is a preconditioner. */
  readonly preconditioned: V;
  /** Earlier residuals; made by the first solve that reorthogonalises, then kept. */
  history?: ResidualHistory<V> | undefined;
}

export function cgWorkspace<V extends Vector>(like: V, preconditioned = true): CgWorkspace<V> {
  return {
    x: zerosLike(like),
    residual: zerosLike(like),
    direction: zerosLike(like),
    image: zerosLike(like),
    preconditioned: zerosLike(like, preconditioned ? like.length : 0),
  };
}

const WHERE = "conjugateGradient";
const OPTIONS = ["maxIterations", "tolerance", "preconditioner", "reorthogonalize", "start", "onIteration", "workspace"] as const;

/** Solves A x = b by conjugate gradients, starting at zero. `applyA` is v ↦ A v, or A itself as an array of n × n numbers, row after row. In exact
 *  arithmetic at most n steps; one more product with A confirms the residual before "converged" is claimed. Throws TypeError for arguments that
 *  do not fit together; whatever the numbers do is told in `reason`. */
export function conjugateGradient<V extends Vector>(applyA: LinearOperator<V> | Vector, b: V, options: CgOptions<V> = {}): CgResult<V> {
  checkVector(WHERE, "b", b);
  checkKeys(WHERE, options, OPTIONS);
  const n = b.length;
  const { maxIterations = 10 * n, preconditioner, reorthogonalize = n <= 256, start, onIteration } = options;
  const tolerance = options.tolerance ?? (b instanceof Float32Array ? 1e-5 : 1e-10);
  checkCount(WHERE, "maxIterations", maxIterations, 0);
  checkRange(WHERE, "tolerance", tolerance, 0, 1, true);
  const multiply = typeof applyA === "function" ? applyA : denseOperator<V>(WHERE, applyA, n);
  if (start !== undefined) checkSame(WHERE, "start", start, "b", b);
  const workspace = options.workspace ?? cgWorkspace(b, preconditioner !== undefined);
  checkSame(WHERE, "workspace.x", workspace.x, "b", b);
  const { x, residual: r, direction: d, image: Ad } = workspace;
  const z = preconditioner === undefined ? r : workspace.preconditioned;
  if (z.length !== n) fail(WHERE, `the workspace has no room for a preconditioner; make it with cgWorkspace(b, true).`);

  let history: ResidualHistory<V> | undefined;
  if (reorthogonalize) {
    const room = Math.min(n, maxIterations);
    history = workspace.history;
    if (history?.fits(n, room, preconditioner !== undefined) !== true) history = new ResidualHistory(b, room, preconditioner !== undefined);
    workspace.history = history;
    history.clear();
  }

  const bNorm = norm(b);
  const goal = tolerance * bNorm;
  x.fill(0);
  r.set(b);
  let rNorm = bNorm;
  if (start !== undefined) {
    x.set(start);
    rNorm = trueResidual(multiply, b, x, Ad, r);
  }
  const end = (reason: Reason, iterations: number): CgResult<V> => ({
    x,
    residualNorm: rNorm,
    iterations,
    converged: reason === "converged",
    reason,
  });
  if (!Number.isFinite(rNorm)) return end("not-finite", 0);
  if (rNorm <= goal) return end("converged", 0);

  const precondition = (): void => {
    if (preconditioner !== undefined) apply(preconditioner, r, z);
  };
  precondition();
  let rz = preconditioner === undefined ? rNorm * rNorm : dot(r, z);
  d.set(z);
  history?.push(r, z, rz);
  let lastTrue = Infinity; // the residual at the last time it was computed from x
  let scale = 0; // largest ‖Av‖/‖v‖ seen: a lower bound of ‖A‖, the yardstick for a curvature of zero
  const state = { iteration: 0, alpha: 0, curvature: 0, direction: d, x, residual: r, residualNorm: rNorm };

  for (let k = 1; ; k++) {
    if (!(rz > 0)) return end(Number.isFinite(rz) ? "non-positive-curvature" : "not-finite", k - 1);
    if (k > maxIterations) return end("max-iterations", k - 1);
    apply(multiply, d, Ad);
    const curvature = dot(d, Ad);
    const dd = dot(d, d);
    const image = Math.sqrt(dot(Ad, Ad));
    if (!Number.isFinite(curvature) || !Number.isFinite(image)) return end("not-finite", k - 1);
    scale = Math.max(scale, image / Math.sqrt(dd));
    // Also NaN (0/0 after underflow) ends here: nothing is ever divided by such a curvature.
    if (!(curvature > 8 * unitRoundoff(b) * scale * dd)) return end("non-positive-curvature", k - 1);
    const alpha = rz / curvature;
    let moved = false;
    for (let i = 0; i < n; i++) {
      const before = x[i]!;
      x[i] = before + alpha * d[i]!;
      if (x[i] !== before) moved = true;
      r[i] = r[i]! - alpha * Ad[i]!;
    }
    history?.project(r);
    const rr = dot(r, r);
    if (!Number.isFinite(rr)) {
      for (let i = 0; i < n; i++) x[i] = x[i]! - alpha * d[i]!;
      return end("not-finite", k - 1);
    }
    rNorm = Math.sqrt(rr);
    let renewed = false;
    if (rNorm <= goal || !moved) {
      // The recurrence drifts from b − Ax; only the residual of x itself counts. If it is still too large, go on from it.
      rNorm = trueResidual(multiply, b, x, Ad, r);
      renewed = true;
    }
    if (onIteration !== undefined) {
      state.iteration = k;
      state.alpha = alpha;
      state.curvature = curvature;
      state.residualNorm = rNorm;
      onIteration(state);
    }
    if (renewed) {
      if (rNorm <= goal) return end("converged", k);
      if (!(rNorm < 0.5 * lastTrue)) return end("stagnated", k);
      lastTrue = rNorm;
      history?.clear();
    }
    precondition();
    const rzNext = preconditioner === undefined ? rNorm * rNorm : dot(r, z);
    const beta = renewed ? 0 : rzNext / rz;
    rz = rzNext;
    history?.push(r, z, rz);
    for (let i = 0; i < n; i++) d[i] = z[i]! + beta * d[i]!;
  }
}

/** out = A v, whichever way the operator answers. */
function apply<V extends Vector>(operator: LinearOperator<V>, v: V, out: V): void {
  const answer = operator(v, out);
  if (answer === undefined || answer === out) return;
  if (answer.length !== out.length)
    fail(WHERE, `the operator returned ${answer.length} numbers, expected ${out.length}; write A v into its second argument.`);
  out.set(answer);
}

/** r = b − A x, by way of `image`; returns ‖r‖. */
function trueResidual<V extends Vector>(multiply: LinearOperator<V>, b: V, x: V, image: V, r: V): number {
  apply(multiply, x, image);
  for (let i = 0; i < r.length; i++) r[i] = b[i]! - image[i]!;
  return norm(r);
}

/** v ↦ A v of a matrix of n × n numbers, row after row. */
export function denseOperator<V extends Vector>(where: string, matrix: Vector, n: number): LinearOperator<V> {
  checkVector(where, "the matrix", matrix);
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
