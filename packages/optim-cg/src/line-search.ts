import { checkCount, checkKeys, checkRange, checkSame, fail, show, vectorOf } from "./check.ts";
import { addScaled, copyOf, type Vector } from "./vectors.ts";

export interface LineSearchOptions<V extends Vector, T> {
  /** Factor in (0, 1) from one tried fraction to the next. */
  readonly shrink: number;
  /** Most points to try. */
  readonly maxSteps: number;
  /** Whether what `evaluate` said of the point start + fraction · step will do. */
  readonly accept: (value: T, fraction: number) => boolean;
  /** The array for the points, of the same kind and length as `start`; made when missing. The returned point is this array. */
  readonly workspace?: V;
}

export interface LineSearchResult<V extends Vector> {
  readonly accepted: boolean;
  /** start + fraction · step, or, when nothing was accepted, start with the same bits. */
  readonly point: V;
  /** 1, shrink, shrink², …; 0 when nothing was accepted. */
  readonly fraction: number;
}

const WHERE = "lineSearch";

/** Backtracking line search: tries start + step, start + shrink · step, start + shrink² · step, … and returns the first point that is accepted, or
 *  the start bit for bit. `evaluate` gets an array that is used again for the next point and must not be kept. A number that is not finite is
 *  never accepted. Neither `start` nor `step` is changed. Nocedal and Wright, Numerical Optimization (2006), algorithm 3.1. */
export function lineSearch<T>(
  evaluate: (point: Float64Array) => T,
  start: readonly number[],
  step: readonly number[],
  options: LineSearchOptions<Float64Array, T>,
): LineSearchResult<Float64Array>;
export function lineSearch<T, V extends Vector>(
  evaluate: (point: V) => T,
  start: V,
  step: V,
  options: LineSearchOptions<V, T>,
): LineSearchResult<V>;
export function lineSearch<T, V extends Vector>(
  evaluate: (point: V) => T,
  start: V | readonly number[],
  step: V | readonly number[],
  options: LineSearchOptions<V, T>,
): LineSearchResult<V> {
  const origin = vectorOf(WHERE, "start", start);
  const along = vectorOf(WHERE, "step", step);
  checkSame(WHERE, "step", along, "start", origin);
  checkKeys(WHERE, options, ["shrink", "maxSteps", "accept", "workspace"]);
  const { shrink, maxSteps, accept, workspace } = options;
  checkRange(WHERE, "shrink", shrink, 0, 1);
  checkCount(WHERE, "maxSteps", maxSteps, 1);
  for (const [name, value] of Object.entries({ evaluate, accept }))
    if (typeof value !== "function") fail(WHERE, `${name} is ${show(value)}, expected a function; write one.`);
  if (workspace !== undefined) checkSame(WHERE, "workspace", workspace, "start", origin);
  if (workspace === origin || workspace === along)
    fail(WHERE, "workspace is the same array as start or step, expected another one; make one more array.");
  const point = workspace ?? copyOf(origin);
  let fraction = 1;
  for (let k = 0; k < maxSteps; k++) {
    addScaled(point, origin, fraction, along);
    const value = evaluate(point);
    if ((typeof value !== "number" || Number.isFinite(value)) && accept(value, fraction)) return { accepted: true, point, fraction };
    fraction *= shrink;
  }
  point.set(origin);
  return { accepted: false, point, fraction: 0 };
}
