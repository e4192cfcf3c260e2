/** Systems whose numbers are so small or large that their squares leave float64: solved for a power of two of b, which changes no digit, and scaled back. */
import { maxNorm, type Vector } from "./vectors.ts";

/** What is scaled in a step, and in a result. */
interface Step<V> {
  readonly direction: V;
  readonly x: V;
  readonly residual: V;
  readonly residualNorm: number;
  readonly curvature: number;
}
interface Result<V, R> {
  readonly x: V;
  readonly residualNorm: number;
  readonly converged: boolean;
  readonly reason: R | "converged" | "underflow" | "not-finite";
}

/** The power of two that brings the largest entry to about 1; 1 where squares are safe, which Float32Array's always are. */
export function scaleOf(b: Vector, start: Vector | undefined): number {
  const largest = Math.max(maxNorm(b), start === undefined ? 0 : maxNorm(start));
  if (b instanceof Float32Array || !(largest > 0 && largest < Infinity) || (largest > 1e-100 && largest < 1e100)) return 1;
  let scale = 1;
  while (largest * scale < 0.5 && scale < 2 ** 1000) scale *= 2;
  while (largest * scale > 2) scale /= 2;
  return scale;
}

export function times<V extends Vector>(a: V, scale: number): V {
  return a.map((value) => value * scale) as V;
}

/** What `onIteration` sees of a scaled solve. */
export function unscaledState<V extends Vector, S extends Step<V>>(state: S, scale: number): S {
  const { direction, x, residual, residualNorm, curvature } = state;
  return {
    ...state,
    direction: times(direction, 1 / scale),
    x: times(x, 1 / scale),
    residual: times(residual, 1 / scale),
    residualNorm: residualNorm / scale,
    curvature: curvature / scale / scale,
  };
}

/** The result for b of the one for scale · b: x is divided in place. Where that loses digits of it, the solution lies beyond float64. */
export function unscaled<V extends Vector, R, T extends Result<V, R>>(result: T, scale: number): T {
  const { x } = result;
  let reason: Result<V, R>["reason"] = result.reason;
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!;
    x[i] = value / scale;
    if (reason === "converged" && Math.abs(x[i]! * scale - value) > 1e-10 * Math.abs(value))
      reason = x[i] === 0 || Number.isFinite(x[i]) ? "underflow" : "not-finite";
  }
  return { ...result, residualNorm: result.residualNorm / scale, reason, converged: reason === "converged" };
}
