/**
 * What a primitive is. Each file beside this one holds one primitive, complete: exact semantics in its header, shape rule, reference code, gradient rule,
 * cost, and how the wasm engine computes it. What several share is in `shared`.
 *
 * Conventions for all of them
 * - Arrays are row-major and contiguous. Shapes may hold zeros. Rank 0 is a scalar.
 * - float32 results are the float64 result of the formula rounded once to float32; float64 results are the formula itself.
 *   int32 wraps modulo 2^32, uint8 modulo 256; bool holds 0 or 1.
 * - Gradient rules return one cotangent per input (same shape and dtype as the input; undefined means zero), written in public operations,
 *   so they can be traced and differentiated again.
 */
import type { DType, TypedArray } from "../dtype.ts";
import type { Attributes, ValueType } from "../graph.ts";
import type { Operations } from "../ops/operations.ts";
import type { RuleContext } from "../ops/value.ts";
import type { WasmRule } from "../kernels/rules.ts";

/** One use of a primitive with everything static about it. */
export interface Application {
  readonly inputTypes: readonly ValueType[];
  readonly type: ValueType;
  readonly attributes: Attributes;
}

export interface GradientContext extends RuleContext<Operations> {
  readonly attributes: Attributes;
}

export interface Primitive {
  readonly name: string;
  /** Type of the result. Throws a clear error for wrong ranks, shapes, dtypes or attributes. */
  infer(inputs: readonly ValueType[], attributes: Attributes): ValueType;
  /** Reference code: writes all elements of `out` (which may hold anything before). */
  evaluate(inputs: readonly TypedArray[], out: TypedArray, application: Application): void;
  /** Absent: not differentiable (integer or boolean result, or a source): every cotangent is zero. */
  readonly gradient?: (context: GradientContext) => readonly (Operations | undefined)[];
  /** Approximate floating point operations. */
  flops(application: Application): number;
  readonly wasm: WasmRule;
}

/** Dtypes that are numbers, and those of fractions. */
export const NUMERIC: readonly DType[] = ["float32", "float64", "int32", "uint8"];
export const FLOAT: readonly DType[] = ["float32", "float64"];

/** The attribute as a list of numbers: axes, a shape, steps. */
export const numbers = (attributes: Attributes, key: string): readonly number[] => attributes[key] as readonly number[];

/** The type that attributes say, of a primitive without inputs. */
export const declaredType = (attributes: Attributes): ValueType => ({
  shape: numbers(attributes, "shape"),
  dtype: attributes.dtype as DType,
});

export function showType(type: ValueType): string {
  return `${type.dtype}[${type.shape.join(", ")}]`;
}

export const isFloat = (dtype: DType): boolean => dtype === "float32" || dtype === "float64";

/** The one error of shape rules: names the operation, shows the types it got, says what it expects. */
export function misuse(name: string, inputs: readonly ValueType[], expected: string): Error {
  return new TypeError(`${name}: got ${inputs.map(showType).join(" and ") || "no inputs"}; expected ${expected}`);
}

export function expectCount(name: string, inputs: readonly ValueType[], count: number): void {
  if (inputs.length !== count) throw misuse(name, inputs, `${count} input${count === 1 ? "" : "s"}`);
}

export function expectDType(name: string, inputs: readonly ValueType[], position: number, allowed: readonly DType[]): void {
  if (!allowed.includes(inputs[position]!.dtype)) {
    throw misuse(name, inputs, `dtype ${allowed.join(" or ")} for input ${position}; convert with .cast(dtype)`);
  }
}

export function expectAxis(name: string, inputs: readonly ValueType[], axis: number, rank: number): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= rank) throw misuse(name, inputs, `an axis from 0 to ${rank - 1}, not ${axis}`);
}
