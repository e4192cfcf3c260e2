/** Whether one node's value is right, given the values of its inputs: the tolerances of random programs. */
import type { TypedArray } from "../src/dtype.ts";
import { allocate } from "../src/elements.ts";
import type { Node, ValueType } from "../src/graph.ts";
import { primitives } from "../src/primitives/index.ts";
import { isFloat } from "../src/primitives/primitive.ts";
import { sizeOf } from "../src/shape.ts";
import { isSum, SUMS } from "./expose.ts";

/**
 * Largest allowed distance in representable numbers, for functions that are not exact. All others must be equal to the bit. Primitives promise 2 ulp of the exact
 * value; below a power of two, where numbers lie twice as close, that is four of them.
 */
const ULPS = 4;
const INEXACT = new Set("exp expm1 log log1p sin cos tanh sigmoid softplus erf pow".split(" "));
/** Allowed error of a sum relative to Σ |term|: where terms cancel, no order of float32 additions is right relative to what is left. */
const SUM_TOLERANCE = 1e-5;
/** Products and sums below the normal range are rounded to multiples of 1.4e-45. */
const DENORMAL = 1e-44;

export class Judge {
  operations = 0;
  elements = 0;
  /** By operation: the furthest of its values from the reference, in units in the last place or relative to Σ |term|. */
  readonly furthest = new Map<string, number>();

  /** What is wrong with `actual`, or undefined. */
  wrong(node: Node, types: readonly ValueType[], inputs: readonly TypedArray[], actual: TypedArray): string | undefined {
    const expected = evaluate(node, types, inputs);
    if (actual.length !== expected.length) return `${actual.length} elements, expected ${expected.length}`;
    this.operations++;
    this.elements += expected.length;
    const limit = isSum(node) ? SUM_TOLERANCE : isFloat(node.dtype) && INEXACT.has(node.op) ? ULPS : 0;
    let distance: Distance | undefined;
    let furthest = 0;
    for (let i = 0; i < expected.length; i++) {
      const [a, e] = [actual[i]!, expected[i]!];
      if (Object.is(a, e)) continue;
      distance ??= distanceOf(node, types, inputs);
      const far = distance(a, e, i);
      if (!(far <= limit))
        return `[${i}] is ${show(a)}, expected ${show(e)} from ${inputs.map((from) => (from.length === actual.length ? show(from[i]!) : "…")).join(", ")}`;
      furthest = Math.max(furthest, far);
    }
    if (limit > 0) this.furthest.set(node.op, Math.max(furthest, this.furthest.get(node.op) ?? 0));
    return undefined;
  }

  summary(): string {
    const list = (sums: boolean): string =>
      [...this.furthest]
        .filter(([op]) => SUMS.has(op) === sums)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([op, far]) => `${op} ${sums ? far.toExponential(1) : far}`)
        .join(", ");
    return `judged ${this.operations} operations, ${this.elements} elements; furthest in ulp: ${list(false)}; relative to Σ |term|: ${list(true)}; all others equal to the bit`;
  }
}

export const show = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));

/** A node by its reference code. */
function evaluate(node: Node, inputTypes: readonly ValueType[], inputs: readonly TypedArray[]): TypedArray {
  const out = allocate(node.dtype, sizeOf(node.shape));
  primitives.get(node.op)!.evaluate(inputs, out, { inputTypes, type: node, attributes: node.attributes });
  return out;
}

/** How far a value is from the reference in the measure of its operation. */
type Distance = (actual: number, expected: number, i: number) => number;

function distanceOf(node: Node, types: readonly ValueType[], inputs: readonly TypedArray[]): Distance {
  if (isSum(node)) return sumDistance(node, types, inputs);
  if (INEXACT.has(node.op) && isFloat(node.dtype)) return (a, e) => ulps(a, e, node.dtype === "float32");
  return () => Infinity;
}

/**
 * |a − Σ| / Σ |term|, whatever the sign of a sum that is 0. What is not finite must be as in the reference, except where partial sums may leave the range in one
 * order and not in another.
 */
function sumDistance(node: Node, types: readonly ValueType[], inputs: readonly TypedArray[]): Distance {
  const inFloat64 = (term: (x: number) => number): TypedArray =>
    evaluate(
      { ...node, dtype: "float64" },
      types.map(({ shape, dtype }) => ({ shape, dtype: isFloat(dtype) ? "float64" : dtype })),
      inputs.map((array) => (array instanceof Int32Array ? array : Float64Array.from(array, term))),
    );
  const magnitudes = inFloat64((x) => (Number.isFinite(x) ? Math.abs(x) : 0));
  const sums = inFloat64((x) => x);
  const largest = node.dtype === "float32" ? 3.4e38 : 1.7e308;
  return (a, e, i) => {
    const magnitude = magnitudes[i]!;
    if (magnitude >= largest && !Number.isFinite(a)) return 0;
    if (!Number.isFinite(e) && magnitude < largest) return Infinity;
    const error = Math.abs(a - sums[i]!);
    return error <= DENORMAL ? 0 : error / magnitude;
  };
}

const bits32 = new Int32Array(1);
const float32 = new Float32Array(bits32.buffer);

/** Number of representable numbers between two different ones; a NaN and a zero of the other sign are far from all. */
function ulps(a: number, b: number, single: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b) || a === b) return Infinity;
  if (!single) return Math.abs(a - b) / Math.max(Math.abs(b) * 2.220446049250313e-16, 5e-324);
  const order = (x: number): number => {
    float32[0] = x;
    return bits32[0]! < 0 ? -(bits32[0]! & 0x7fffffff) : bits32[0]!;
  };
  return Math.abs(order(a) - order(b));
}
