import type { Vector } from "./vectors.ts";

export function fail(where: string, message: string): never {
  throw new TypeError(`${where}: ${message}`);
}

/** What SciPy's users and others call our options. The same as in the table of @rl/math/coming-from, which a test of the CLI holds it to: this package depends on nothing. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  tolerance: "tol rtol atol gtol xtol ftol residualtolerance",
  maxIterations: "maxiter niter itermax maxfev maxfun maxit epochs niterations numiterations iters numupdates",
  maxSteps:
    "linesearchmaxiter backtrackiters linesearchiters maxbacktracks linesearchsteps backtracksteps lssteps lsmaxsteps maxiter maxfev niter itermax maxfun maxit",
  shrink: "rho contraction backtracking linesearchshrinkingfactor backtrackcoeff backtrackratio backtrackfactor stepfrac lsshrink",
  start: "x0 initialguess xinit",
  preconditioner: "m minv precond preconditionerfn",
  onIteration: "callback callbacks onstep hooks ontrainresult disp returnall fulloutput printlevel callbackfn",
};

/** Letters and digits only, lower case. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** Refuses options that are no object, and names that are not known; names what is meant where that can be told. */
export function checkKeys(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    fail(where, `options are ${show(options)}, expected an object; write { ${known[0]}: … }.`);
  for (const key in options) {
    if (known.includes(key)) continue;
    const meant = key.length > 64 ? undefined : meantBy(plain(key), known);
    fail(where, `unknown option ${show(key)}${meant === undefined ? "." : `; did you mean "${meant}"?`} Known are ${known.join(", ")}.`);
  }
}

/** Known from elsewhere, without its end, or with no more slips of the pen than a name of its length may have. */
function meantBy(word: string, known: readonly string[]): string | undefined {
  const elsewhere = known.find((name) => ELSEWHERE[name]?.split(" ").includes(word));
  if (elsewhere !== undefined || word.length < 2) return elsewhere;
  const near = (name: string): number =>
    word.length > 2 && plain(name).startsWith(word) ? Math.min(1, distance(word, plain(name))) : distance(word, plain(name));
  const [best] = known.toSorted((one, other) => near(one) - near(other));
  return best !== undefined && near(best) <= Math.max(1, Math.floor((Math.min(word.length, best.length) - 2) / 3)) ? best : undefined;
}

/** A value in a message: short, on one line. */
export function show(value: unknown): string {
  if (typeof value === "string")
    return value.length > 60
      ? `${JSON.stringify(value.slice(0, 60)).replace(/[\x7f-\x9f]/g, "?")}… (${value.length} characters)`
      : JSON.stringify(value).replace(/[\x7f-\x9f]/g, "?");
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return `a list of length ${value.length}`;
  if (typeof value !== "object" || value === null) return typeof value === "bigint" ? "a bigint" : String(value);
  const name: unknown = Object.getPrototypeOf(value) === null ? "" : value.constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object" ? name.slice(0, 60) : "an object";
}

/** Edit distance of two names. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[b.length]!;
}

export function checkVector(where: string, name: string, value: Vector): void {
  if (!(value instanceof Float64Array) && !(value instanceof Float32Array)) {
    const got: unknown = value;
    fail(
      where,
      `${name} is ${Array.isArray(got) ? "an array that holds other things than numbers" : show(got)}, expected a Float64Array, a Float32Array or an array of numbers; write Float64Array.from(…).`,
    );
  }
  if (value.length === 0) fail(where, `${name} has length 0, expected at least one entry; give a problem with an unknown.`);
}

/** The vector itself, or an ordinary array of numbers as a Float64Array. */
export function vectorOf<V extends Vector>(where: string, name: string, value: V | readonly number[]): V {
  const vector =
    Array.isArray(value) && Array.from(value as readonly unknown[]).every((v) => typeof v === "number")
      ? (Float64Array.from(value) as Vector)
      : (value as V);
  checkVector(where, name, vector);
  return vector as V;
}

/** Both vectors must be of one kind and length. */
export function checkSame(where: string, name: string, value: Vector, other: string, like: Vector): void {
  checkVector(where, name, value);
  if (value.length !== like.length || value.constructor !== like.constructor) {
    fail(where, `${name} is a ${describe(value)}, expected a ${describe(like)} as ${other} is; convert one of them.`);
  }
}

function describe(v: Vector): string {
  return `${v instanceof Float32Array ? "Float32Array" : "Float64Array"} of length ${v.length}`;
}

/** Left out, or a function. */
export function checkFunction(where: string, name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function")
    fail(where, `${name} is ${show(value)}, expected a function; leave it out or write one.`);
}

/** What a function of the caller answered, as `out`: it wrote there and returned nothing or `out`, or returned another array. */
export function takeAnswer(where: string, what: string, answer: unknown, out: Vector): void {
  if (answer === undefined || answer === out) return;
  if (!Array.isArray(answer) && !ArrayBuffer.isView(answer))
    fail(where, `${what} returned ${show(answer)}, expected nothing, or ${out.length} numbers; write them into its second argument.`);
  const numbers = answer as unknown as ArrayLike<number>;
  if (numbers.length !== out.length)
    fail(where, `${what} returned ${numbers.length} numbers, expected ${out.length}; write them into its second argument.`);
  for (let i = 0; i < out.length; i++) out[i] = typeof numbers[i] === "number" ? numbers[i]! : NaN;
}

export function checkCount(where: string, name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    fail(where, `${name} is ${show(value)}, expected a whole number from ${least} on; change it.`);
}

/** A number in (low, high), or [low, high) when `lowIncluded`. */
export function checkRange(where: string, name: string, value: number, low: number, high: number, lowIncluded = false): void {
  if (typeof value !== "number" || !(lowIncluded ? value >= low : value > low) || !(value < high)) {
    fail(where, `${name} is ${show(value)}, expected a number in ${lowIncluded ? "[" : "("}${low}, ${high}); change it.`);
  }
}
