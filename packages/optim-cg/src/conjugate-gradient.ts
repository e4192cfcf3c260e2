/** Conjugate gradients for A x = b, A symmetric positive definite, known only through v ↦ A v; the same as minimising ½xᵀAx − bᵀx, whose
 *  gradient is −r.
 *
 *    r₀ = b − A x₀,  z₀ = M⁻¹r₀,  d₀ = z₀                           r residual, M preconditioner, d direction
 *    αₖ = rₖᵀzₖ / dₖᵀAdₖ                                            the exact minimum along dₖ: −gᵀd / dᵀAd with g = −r
 *    xₖ₊₁ = xₖ + αₖdₖ,  rₖ₊₁ = rₖ − αₖAdₖ
 *    βₖ = rₖ₊₁ᵀzₖ₊₁ / rₖᵀzₖ,  dₖ₊₁ = zₖ₊₁ + βₖdₖ
 *
 *  Hestenes and Stiefel 1952, section 3; with preconditioner: Saad, Iterative Methods for Sparse Linear Systems (2003), algorithm 9.1. */
import { checkCount, checkFunction, checkKeys, checkRange, checkSame, fail, show, vectorOf } from "./check.ts";
import { ResidualHistory } from "./history.ts";
import { apply, denseOperator, type LinearOperator } from "./operators.ts";
import { scaleOf, times, unscaled, unscaledState } from "./scaled.ts";
import { advance, dot, lower, measure, norm, turn, unitRoundoff, zerosLike, type Vector } from "./vectors.ts";

export type Reason =
  /** ‖b − Ax‖, computed from x, is at most tolerance · ‖b‖. */
  | "converged"
  /** `maxIterations` steps were made. */
  | "max-iterations"
  /** dᵀAd ≤ 0 (to rounding): A is not positive definite; or rᵀM⁻¹r ≤ 0: the preconditioner is not. x is the last good point. */
  | "non-positive-curvature"
  /** Going on from the residual computed from x no longer halves it: rounding has been reached. */
  | "stagnated"
  /** The solution is so small that float64 holds no digits of it, or few: x is the nearest that it has. */
  | "underflow"
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

/** The arrays that a solve needs; make one to solve many systems of one size without making them anew. */
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

/** Places of what goes on from one iteration to the next: rᵀz, ‖r‖, and the largest ‖Av‖/‖v‖ seen, a lower bound of ‖A‖ and the yardstick for a curvature of
 *  zero. As variables of the loop the engine would box each of them anew in every iteration. */
const [RZ, NORM, SCALE] = [0, 1, 2] as const;

const WHERE = "conjugateGradient";
const OPTIONS = ["maxIterations", "tolerance", "preconditioner", "reorthogonalize", "start", "onIteration", "workspace"] as const;

/** Solves A x = b by conjugate gradients, starting at zero. `applyA` is v ↦ A v, or A itself as an array of n × n numbers, row after row. In exact
 *  arithmetic at most n steps; one more product with A confirms the residual before "converged" is claimed. Throws TypeError for arguments that
 *  do not fit together; whatever the numbers do is told in `reason`. */
export function conjugateGradient(
  applyA: LinearOperator<Float64Array> | Vector | readonly number[],
  b: readonly number[],
  options?: CgOptions<Float64Array>,
): CgResult<Float64Array>;
export function conjugateGradient<V extends Vector>(
  applyA: LinearOperator<V> | Vector | readonly number[],
  b: V,
  options?: CgOptions<V>,
): CgResult<V>;
export function conjugateGradient<V extends Vector>(
  applyA: LinearOperator<V> | Vector | readonly number[],
  b: V | readonly number[],
  options: CgOptions<V> = {},
): CgResult<V> {
  const rhs = vectorOf(WHERE, "b", b);
  checkKeys(WHERE, options, OPTIONS);
  const n = rhs.length;
  const { maxIterations = 10 * n, preconditioner, reorthogonalize = n <= 256, start, onIteration } = options;
  const { tolerance = rhs instanceof Float32Array ? 1e-5 : 1e-10 } = options;
  checkCount(WHERE, "maxIterations", maxIterations, 0);
  checkRange(WHERE, "tolerance", tolerance, 0, 1, true);
  const multiply = typeof applyA === "function" ? applyA : denseOperator<V>(WHERE, applyA, n);
  if (start !== undefined) checkSame(WHERE, "start", start, "b", rhs);
  checkFunction(WHERE, "preconditioner", preconditioner);
  checkFunction(WHERE, "onIteration", onIteration);
  if (typeof reorthogonalize !== "boolean") fail(WHERE, `reorthogonalize is ${show(reorthogonalize)}, expected true or false; change it.`);
  const workspace = options.workspace === undefined ? cgWorkspace(rhs, preconditioner !== undefined) : options.workspace;
  checkWorkspace(workspace, rhs);
  const scale = scaleOf(rhs, start);
  if (scale !== 1) {
    const scaled: CgOptions<V> = {
      ...options,
      workspace,
      ...(start === undefined ? {} : { start: times(start, scale) }),
      ...(onIteration === undefined ? {} : { onIteration: (state) => onIteration(unscaledState(state, scale)) }),
    };
    return unscaled(conjugateGradient(multiply, times(rhs, scale), scaled), scale);
  }
  const { x, residual: r, direction: d, image: Ad } = workspace;
  const z = preconditioner === undefined ? r : workspace.preconditioned;
  if (z?.length !== n) fail(WHERE, `the workspace has no room for a preconditioner; make it with cgWorkspace(b, true).`);

  let history: ResidualHistory<V> | undefined;
  if (reorthogonalize) {
    const room = Math.min(n, maxIterations);
    history = workspace.history;
    if (history?.fits(n, room, preconditioner !== undefined) !== true)
      history = new ResidualHistory(rhs, room, preconditioner !== undefined);
    workspace.history = history;
    history.clear();
  }

  const bNorm = norm(rhs);
  const goal = tolerance * bNorm;
  x.fill(0);
  r.set(rhs);
  let rNorm = bNorm;
  if (start !== undefined) {
    x.set(start);
    rNorm = trueResidual(multiply, rhs, x, Ad, r);
  }
  const end = (reason: Reason, iterations: number, residualNorm: number): CgResult<V> => ({
    x,
    residualNorm,
    iterations,
    converged: reason === "converged",
    reason,
  });
  if (!Number.isFinite(rNorm)) return end("not-finite", 0, rNorm);
  if (rNorm <= goal) return end("converged", 0, rNorm);

  if (preconditioner !== undefined) apply(WHERE, preconditioner, r, z);
  const kept = new Float64Array(3);
  kept[NORM] = rNorm;
  kept[RZ] = preconditioner === undefined ? rNorm * rNorm : dot(r, z);
  d.set(z);
  history?.push(r, z, kept[RZ]!);
  let lastTrue = Infinity; // the residual at the last time it was computed from x
  const sums = new Float64Array(3);
  const state = { iteration: 0, alpha: NaN, curvature: NaN, direction: d, x, residual: r, residualNorm: NaN };

  for (let k = 1; ; k++) {
    const rz = kept[RZ]!;
    if (!(rz > 0)) return end(Number.isFinite(rz) ? "non-positive-curvature" : "not-finite", k - 1, kept[NORM]!);
    if (k > maxIterations) return end("max-iterations", k - 1, kept[NORM]!);
    apply(WHERE, multiply, d, Ad);
    measure(d, Ad, sums);
    const curvature = sums[0]!;
    const dd = sums[1]!;
    const imageSquared = sums[2]!;
    if (!Number.isFinite(curvature) || !Number.isFinite(imageSquared)) return end("not-finite", k - 1, kept[NORM]!);
    kept[SCALE] = Math.max(kept[SCALE]!, Math.sqrt(imageSquared / dd));
    // Also NaN (0/0 after underflow) ends here: nothing is ever divided by such a curvature.
    if (!(curvature > 8 * unitRoundoff(rhs) * kept[SCALE]! * dd)) return end("non-positive-curvature", k - 1, kept[NORM]!);
    const alpha = rz / curvature;
    let rr = lower(r, alpha, Ad);
    if (!Number.isFinite(rr)) return end("not-finite", k - 1, kept[NORM]!);
    const moved = advance(x, alpha, d);
    if (history !== undefined) {
      history.project(r);
      rr = dot(r, r);
    }
    kept[NORM] = Math.sqrt(rr);
    const renewed = kept[NORM] <= goal || !moved;
    // The recurrence drifts from b − Ax; only the residual of x itself counts. If it is still too large, go on from it.
    if (renewed) kept[NORM] = trueResidual(multiply, rhs, x, Ad, r);
    if (onIteration !== undefined) {
      state.iteration = k;
      state.alpha = alpha;
      state.curvature = curvature;
      state.residualNorm = kept[NORM];
      onIteration(state);
    }
    if (renewed) {
      if (kept[NORM] <= goal) return end("converged", k, kept[NORM]);
      if (!(kept[NORM] < 0.5 * lastTrue)) return end("stagnated", k, kept[NORM]);
      lastTrue = kept[NORM];
      history?.clear();
    }
    if (preconditioner !== undefined) apply(WHERE, preconditioner, r, z);
    kept[RZ] = preconditioner === undefined ? kept[NORM] * kept[NORM] : dot(r, z);
    const beta = renewed ? 0 : kept[RZ]! / rz;
    history?.push(r, z, kept[RZ]!);
    turn(d, z, beta);
  }
}

function checkWorkspace<V extends Vector>(workspace: CgWorkspace<V>, like: V): void {
  if (typeof workspace !== "object" || workspace === null) fail(WHERE, `workspace is ${show(workspace)}, expected cgWorkspace(b).`);
  for (const key of ["x", "residual", "direction", "image"] as const) checkSame(WHERE, `workspace.${key}`, workspace[key], "b", like);
}

/** r = b − A x, by way of `image`; returns ‖r‖. */
function trueResidual<V extends Vector>(multiply: LinearOperator<V>, b: V, x: V, image: V, r: V): number {
  apply(WHERE, multiply, x, image);
  for (let i = 0; i < r.length; i++) r[i] = b[i]! - image[i]!;
  return norm(r);
}
