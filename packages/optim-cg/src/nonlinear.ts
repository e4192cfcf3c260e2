/** Nonlinear conjugate gradients: minimise f from its values and gradients.
 *
 *    d₀ = −g₀,  xₖ₊₁ = xₖ + αₖdₖ with αₖ by the strong Wolfe conditions,  dₖ₊₁ = −gₖ₊₁ + βₖdₖ,  y = gₖ₊₁ − gₖ
 *
 *    fletcher-reeves      β = gₖ₊₁ᵀgₖ₊₁ / gₖᵀgₖ                        Fletcher and Reeves 1964
 *    polak-ribiere+       β = max(0, gₖ₊₁ᵀy / gₖᵀgₖ)                   Polak and Ribière 1969, Gilbert and Nocedal 1992
 *    hestenes-stiefel     β = max(0, gₖ₊₁ᵀy / dₖᵀy)                    Hestenes and Stiefel 1952
 *    steepest-descent     β = 0                                        for comparison
 *
 *  Restart with −g every so many steps, when |gₖ₊₁ᵀgₖ| ≥ ν ‖gₖ₊₁‖² (Powell 1977), and whenever the direction does not descend. */
import { checkCount, checkFunction, checkKeys, checkRange, fail, show, takeAnswer, vectorOf } from "./check.ts";
import { addScaled, copyOf, dot, maxNorm, zerosLike, type Vector } from "./vectors.ts";
import { WolfeSearch, type Trial } from "./wolfe.ts";

export type NonlinearMethod = "fletcher-reeves" | "polak-ribiere+" | "hestenes-stiefel" | "steepest-descent";

/** x ↦ ∇f(x). Writes into `out` (and returns nothing or `out`), or returns another array, which is copied. */
export type Gradient<V extends Vector = Vector> = (x: V, out: V) => ArrayLike<number> | void;

export type NonlinearReason =
  /** max |gᵢ| is at most `tolerance`. */
  | "converged"
  | "max-iterations"
  /** No lower point was found even along −g: rounding has been reached, or the gradient is not f's. */
  | "stagnated"
  /** f or its gradient is not finite at the start. */
  | "not-finite";

export interface NonlinearIteration<V extends Vector = Vector> {
  readonly iteration: number;
  /** The point reached, f and ∇f there: the solver's own arrays, to read now. */
  readonly x: V;
  readonly value: number;
  readonly gradient: V;
  /** Direction and length of the step just made. */
  readonly direction: V;
  readonly alpha: number;
  /** f and gradient evaluations so far; each trial of the line search takes one of both. */
  readonly evaluations: number;
}

export interface NonlinearOptions<V extends Vector = Vector> {
  /** Default "hestenes-stiefel", which needs the fewest evaluations of the four (README). */
  readonly method?: NonlinearMethod;
  /** When to start anew with −g: every `every` steps (default: never) and where consecutive gradients are less orthogonal than `orthogonality`
   *  (Powell's ν, default 0.8; Infinity: never). */
  readonly restarts?: { readonly every?: number; readonly orthogonality?: number };
  /** Converged when max |gᵢ| ≤ tolerance, default 1e-5. */
  readonly tolerance?: number;
  /** Default 200 n. */
  readonly maxIterations?: number;
  /** Sufficient decrease c₁ (default 1e-4) and curvature c₂ (default 0.3) of the strong Wolfe conditions, 0 < c₁ < c₂ < 1. */
  readonly c1?: number;
  readonly c2?: number;
  readonly onIteration?: (state: NonlinearIteration<V>) => void;
}

export interface NonlinearResult<V extends Vector = Vector> {
  readonly x: V;
  readonly value: number;
  /** max |gᵢ| at x. */
  readonly gradientNorm: number;
  readonly iterations: number;
  /** Points at which f and its gradient were evaluated, both at each. */
  readonly evaluations: number;
  readonly converged: boolean;
  readonly reason: NonlinearReason;
}

const WHERE = "nonlinearConjugateGradient";
const OPTIONS = ["method", "restarts", "tolerance", "maxIterations", "c1", "c2", "onIteration"] as const;
const METHODS: readonly NonlinearMethod[] = ["fletcher-reeves", "polak-ribiere+", "hestenes-stiefel", "steepest-descent"];
const MAX_TRIALS = 40;

/** Minimises f from x0 (which is not changed). Nothing is allocated per iteration. */
export function nonlinearConjugateGradient(
  f: (x: Float64Array) => number,
  gradient: Gradient<Float64Array>,
  x0: readonly number[],
  options?: NonlinearOptions<Float64Array>,
): NonlinearResult<Float64Array>;
export function nonlinearConjugateGradient<V extends Vector>(
  f: (x: V) => number,
  gradient: Gradient<V>,
  x0: V,
  options?: NonlinearOptions<V>,
): NonlinearResult<V>;
export function nonlinearConjugateGradient<V extends Vector>(
  f: (x: V) => number,
  gradient: Gradient<V>,
  x0: V | readonly number[],
  options: NonlinearOptions<V> = {},
): NonlinearResult<V> {
  const start = vectorOf(WHERE, "x0", x0);
  checkKeys(WHERE, options, OPTIONS);
  const { method = "hestenes-stiefel", tolerance = 1e-5, maxIterations = 200 * start.length, c1 = 1e-4, c2 = 0.3, onIteration } = options;
  if (!METHODS.includes(method)) fail(WHERE, `method is ${show(method)}, expected one of ${METHODS.join(", ")}; choose one of them.`);
  const { restarts = {} } = options;
  checkKeys(`${WHERE} restarts`, restarts, ["every", "orthogonality"]);
  const { every = Infinity, orthogonality = 0.8 } = restarts;
  checkFunction(WHERE, "onIteration", onIteration);
  for (const [name, value] of Object.entries({ f, gradient }))
    if (typeof value !== "function") fail(WHERE, `${name} is ${show(value)}, expected a function; give f and its gradient.`);
  if (every !== Infinity) checkCount(WHERE, "restarts.every", every, 1);
  if (typeof orthogonality !== "number" || !(orthogonality > 0))
    fail(WHERE, `restarts.orthogonality is ${show(orthogonality)}, expected a number above 0 (Infinity: never); change it.`);
  checkRange(WHERE, "tolerance", tolerance, 0, Infinity, true);
  checkCount(WHERE, "maxIterations", maxIterations, 0);
  checkRange(WHERE, "c2", c2, 0, 1);
  checkRange(WHERE, "c1", c1, 0, c2);

  let x = copyOf(start);
  let g = zerosLike(start);
  let xNext = zerosLike(start);
  let gNext = zerosLike(start);
  const d = zerosLike(start);
  const xBest = zerosLike(start);
  const gBest = zerosLike(start);
  let evaluations = 0;
  const evaluate = (point: V, out: V): number => {
    evaluations++;
    takeAnswer(WHERE, "gradient", gradient(point, out), out);
    const value: unknown = f(point);
    if (typeof value !== "number") fail(WHERE, `f returned ${show(value)}, expected a number; return the function's value.`);
    return value as number;
  };
  // The last tried point and the best one are kept, so that an accepted step costs no further evaluation.
  let triedAlpha = NaN;
  let bestAlpha = NaN;
  let bestValue = Infinity;
  const probe = (alpha: number, out: Trial): void => {
    addScaled(xNext, x, alpha, d);
    out.value = evaluate(xNext, gNext);
    out.slope = dot(gNext, d);
    triedAlpha = alpha;
    if (out.value < bestValue) {
      bestValue = out.value;
      bestAlpha = alpha;
      xBest.set(xNext);
      gBest.set(gNext);
    }
  };

  let value = evaluate(x, g);
  let gradientNorm = maxNorm(g);
  let iterations = 0;
  const end = (reason: NonlinearReason): NonlinearResult<V> => ({
    x,
    value,
    gradientNorm,
    iterations,
    evaluations,
    converged: reason === "converged",
    reason,
  });
  if (!Number.isFinite(value) || !Number.isFinite(gradientNorm)) return end("not-finite");
  let gg = dot(g, g);
  // Squares beyond float64: no direction can be judged.
  if (!Number.isFinite(gg)) return end("not-finite");
  for (let i = 0; i < d.length; i++) d[i] = -g[i]!;
  let slope = -gg;
  let sinceRestart = 0;
  // The first trial aims at a step of length 1, later ones at the decrease of the step before, at most four times its α.
  let alpha = 1 / Math.sqrt(gg);
  const wolfe = new WolfeSearch();
  const settings = { c1, c2, maxTrials: MAX_TRIALS };
  const state = { iteration: 0, x, value, gradient: g, direction: d, alpha: 0, evaluations: 0 };

  while (gradientNorm > tolerance) {
    if (iterations === maxIterations) return end("max-iterations");
    bestValue = value;
    bestAlpha = NaN;
    const found = wolfe.search(probe, value, slope, alpha, settings);
    const { best } = wolfe;
    if (!found && !(best.value < value)) {
      if (sinceRestart === 0) return end("stagnated");
      for (let i = 0; i < d.length; i++) d[i] = -g[i]!;
      slope = -gg;
      alpha = 1 / Math.sqrt(gg);
      sinceRestart = 0;
      continue;
    }
    if (triedAlpha !== best.alpha) {
      if (bestAlpha !== best.alpha) probe(best.alpha, { alpha: 0, value: 0, slope: 0 });
      else {
        xNext.set(xBest);
        gNext.set(gBest);
      }
    }
    [x, xNext] = [xNext, x];
    [g, gNext] = [gNext, g]; // gNext is now the gradient before the step
    const decrease = value - best.value;
    value = best.value;
    gradientNorm = maxNorm(g);
    iterations++;
    sinceRestart++;
    if (onIteration !== undefined)
      onIteration(Object.assign(state, { iteration: iterations, x, value, gradient: g, alpha: best.alpha, evaluations }));

    const ggNext = dot(g, g);
    const ggBefore = dot(g, gNext);
    const gBefore = gg;
    gg = ggNext;
    let beta = 0;
    if (method === "fletcher-reeves") beta = ggNext / gBefore;
    else if (method === "polak-ribiere+") beta = Math.max(0, (ggNext - ggBefore) / gBefore);
    else if (method === "hestenes-stiefel") beta = Math.max(0, (ggNext - ggBefore) / (dot(g, d) - slope));
    if (sinceRestart >= every || Math.abs(ggBefore) >= orthogonality * ggNext || !Number.isFinite(beta)) beta = 0;
    for (let i = 0; i < d.length; i++) d[i] = beta * d[i]! - g[i]!;
    slope = dot(g, d);
    if (!(slope < 0)) {
      for (let i = 0; i < d.length; i++) d[i] = -g[i]!;
      slope = -gg;
      beta = 0;
    }
    if (beta === 0) sinceRestart = 0;
    alpha = Math.min((-2.02 * decrease) / slope, 4 * best.alpha);
  }
  return end("converged");
}
