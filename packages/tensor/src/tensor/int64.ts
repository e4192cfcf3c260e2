/** int64 exists outside compiled programs only; its elements are BigInts, so its arithmetic is here. */
import type { TypedArray } from "../dtype.ts";
import type { TensorDType } from "../elements.ts";
import type { Attributes } from "../graph.ts";
import type { Application, Primitive } from "../primitives/primitive.ts";
import { reduce } from "../primitives/shared/reduction.ts";
import { splitAt } from "../shape.ts";
import type { Stored } from "./stored.ts";

interface ResultType {
  readonly shape: readonly number[];
  readonly dtype: TensorDType;
}

const magnitude = (a: bigint): bigint => (a < 0n ? -a : a);

const UNARY: Record<string, (a: bigint) => bigint> = {
  neg: (a) => -a,
  abs: magnitude,
  sign: (a) => (a > 0n ? 1n : a < 0n ? -1n : 0n),
  not: (a) => ~a,
};

const BINARY: Record<string, (a: bigint, b: bigint) => bigint> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => (b === 0n ? 0n : a / b),
  rem: (a, b) => (b === 0n ? 0n : a % b),
  maximum: (a, b) => (a > b ? a : b),
  minimum: (a, b) => (a < b ? a : b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};

/** Primitives that only move, compare or add elements: their reference code works on BigInts as it is. */
const GENERIC = new Set([
  "reshape",
  "permute",
  "broadcast",
  "slice",
  "concat",
  "flip",
  "select",
  "equal",
  "less",
  "lessEqual",
  "take",
  "takeAlong",
  "argmax",
  "scatterAdd",
  "scatterAddAlong",
]);

export function evaluateInt64(
  primitive: Primitive,
  inputs: readonly Stored[],
  arrays: readonly TypedArray[],
  out: TypedArray,
  type: ResultType,
  attributes: Attributes,
): void {
  const name = primitive.name;
  const results = out as unknown as BigInt64Array;
  const [a, b] = arrays as unknown as readonly [BigInt64Array, BigInt64Array];
  const application: Application = {
    inputTypes: inputs.map(({ shape }) => ({ shape, dtype: "int32" })),
    type: { shape: type.shape, dtype: "int32" },
    attributes,
  };
  const unary = UNARY[name];
  const binary = BINARY[name];
  if (name === "cast") return castInt64(a as BigInt64Array | TypedArray, out, type.dtype);
  if (unary) for (let i = 0; i < out.length; i++) results[i] = unary(a[i]!);
  else if (binary) for (let i = 0; i < out.length; i++) results[i] = binary(a[i]!, b[i]!);
  else if (GENERIC.has(name)) {
    primitive.evaluate(arrays, out, application);
  } else if (name === "pad") {
    const value = BigInt(Math.trunc(attributes.value as number)) as unknown as number;
    primitive.evaluate(arrays, out, { ...application, attributes: { ...attributes, value } });
  } else if (name === "sum") reduce(application, (to, from) => void (results[to]! += a[from]!));
  else if (name === "max") {
    results.fill(-LARGEST - 1n);
    reduce(application, (to, from) => void (results[to] = a[from]! > results[to]! ? a[from]! : results[to]!));
  } else if (name === "cumsum") cumsum(a, results, application);
  else
    throw new TypeError(
      `${name}: got int64; expected another dtype, because int64 has arithmetic, comparisons, sums, extrema and rearrangements only; convert with .cast("int32") or .cast("float64")`,
    );
}

const LARGEST = 2n ** 63n - 1n;

/** Towards zero; what is too large becomes the largest, NaN 0, as for the other integers. */
function saturate(value: number): bigint {
  if (!(value < 2 ** 63)) return value > 0 ? LARGEST : 0n;
  return value > -(2 ** 63) ? BigInt(Math.trunc(value)) : -LARGEST - 1n;
}

function castInt64(from: BigInt64Array | TypedArray, out: TypedArray | BigInt64Array, dtype: TensorDType): void {
  for (let i = 0; i < out.length; i++) {
    const value = from[i]!;
    if (dtype === "int64") (out as BigInt64Array)[i] = typeof value === "bigint" ? value : saturate(value);
    else if (dtype === "bool") (out as TypedArray)[i] = value ? 1 : 0;
    else if (dtype === "float32" || dtype === "float64") (out as TypedArray)[i] = Number(value);
    else (out as TypedArray)[i] = Number(BigInt.asIntN(32, value as bigint));
  }
}

function cumsum(x: BigInt64Array, out: BigInt64Array, { type, attributes }: Application): void {
  const { extent, inner } = splitAt(type.shape, attributes.axis as number);
  const reverse = attributes.reverse as boolean;
  for (let i = 0; i < out.length; i++) {
    const at = reverse ? out.length - 1 - i : i;
    const e = Math.floor(at / inner) % extent;
    out[at] = x[at]! + (e === (reverse ? extent - 1 : 0) ? 0n : out[at + (reverse ? inner : -inner)]!);
  }
}
