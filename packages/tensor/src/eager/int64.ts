/** int64 exists outside compiled programs only; its elements are BigInts, so its arithmetic is here. */
import type { TensorDType } from "../elements.ts";
import type { Attributes } from "../graph.ts";
import type { TypedArray } from "../dtype.ts";
import type { Primitive } from "../primitives/primitive.ts";
import type { Tensor } from "../tensor.ts";

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

/** Primitives that only move elements or compare them: their reference code works on BigInts as it is. */
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
]);

export function evaluateInt64(
  primitive: Primitive,
  inputs: readonly Tensor[],
  arrays: readonly TypedArray[],
  out: TypedArray,
  type: ResultType,
  attributes: Attributes,
): void {
  const name = primitive.name;
  const results = out as unknown as BigInt64Array;
  const [a, b] = arrays as unknown as readonly [BigInt64Array, BigInt64Array];
  const unary = UNARY[name];
  const binary = BINARY[name];
  if (name === "cast") return castInt64(a as BigInt64Array | TypedArray, out, type.dtype);
  if (unary) for (let i = 0; i < out.length; i++) results[i] = unary(a[i]!);
  else if (binary) for (let i = 0; i < out.length; i++) results[i] = binary(a[i]!, b[i]!);
  else if (GENERIC.has(name)) {
    const inputTypes = inputs.map(({ shape }) => ({ shape, dtype: "int32" as const }));
    primitive.evaluate(arrays, out, { inputTypes, type: { shape: type.shape, dtype: "int32" }, attributes });
  } else
    throw new TypeError(
      `${name}: got int64; expected another dtype, because int64 has arithmetic, comparisons and rearrangements only; convert with .cast("int32") or .cast("float64")`,
    );
}

function castInt64(from: BigInt64Array | TypedArray, out: TypedArray | BigInt64Array, dtype: TensorDType): void {
  for (let i = 0; i < out.length; i++) {
    const value = from[i]!;
    if (dtype === "int64")
      (out as BigInt64Array)[i] = typeof value === "bigint" ? value : BigInt(Math.trunc(Number.isFinite(value) ? value : 0));
    else if (dtype === "bool") (out as TypedArray)[i] = value ? 1 : 0;
    else if (dtype === "float32" || dtype === "float64") (out as TypedArray)[i] = Number(value);
    else (out as TypedArray)[i] = Number(BigInt.asIntN(32, value as bigint));
  }
}
