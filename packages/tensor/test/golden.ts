/** The cases of golden/autograd.json as functions of this package. The file was made with PyTorch 2.15.0 in float64; gradients are of Σ output·weights. */
import { readFileSync } from "node:fs";
import {
  avgPool2d,
  batchNorm,
  binaryCrossEntropyWithLogits,
  concat,
  conv2d,
  crossEntropy,
  elu,
  gelu,
  huber,
  layerNorm,
  leakyRelu,
  logsigmoid,
  matmul,
  maxPool2d,
  mse,
  outer,
  pow,
  silu,
  smoothL1,
  softplus,
  stack,
  tensor,
  type Tensor,
  type TensorDType,
} from "../src/index.ts";

export interface GoldenArray {
  readonly shape: readonly number[];
  readonly dtype: "float" | "int";
  readonly data: readonly number[];
}

export interface GoldenCase {
  readonly op: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- attributes differ per operation
  readonly attributes: Record<string, any>;
  readonly inputs: readonly GoldenArray[];
  readonly output: GoldenArray;
  readonly weights: GoldenArray;
  readonly gradients: readonly GoldenArray[];
}

const file = JSON.parse(readFileSync(new URL("golden/autograd.json", import.meta.url), "utf8")) as {
  cases: GoldenCase[];
  higher: Record<string, Record<string, unknown>>;
};
export const goldenCases = file.cases;
export const goldenHigher = file.higher;

export const load = (array: GoldenArray, dtype: TensorDType): Tensor =>
  tensor(Float64Array.from(array.data), { shape: array.shape }).cast(array.dtype === "int" ? "int32" : dtype);

type Run = (x: Tensor[], attributes: GoldenCase["attributes"]) => Tensor;

const reduction =
  (name: "sum" | "mean" | "max" | "min" | "logsumexp" | "prod" | "norm", keep = false): Run =>
  ([x], { axis }) =>
    x![name](axis, keep);

const special: Record<string, Run> = {
  "pow scalar": ([x], { exponent }) => pow(x!, exponent),
  elu: ([x]) => elu(x!),
  gelu: ([x]) => gelu(x!),
  silu: ([x]) => silu(x!),
  softplus: ([x]) => softplus(x!),
  logsigmoid: ([x]) => logsigmoid(x!),
  leakyRelu: ([x], { negativeSlope }) => leakyRelu(x!, negativeSlope),
  clamp: ([x], { min, max }) => x!.clamp(min, max),
  sum: reduction("sum"),
  mean: reduction("mean"),
  "sum keepdims": reduction("sum", true),
  "mean keepdims": reduction("mean", true),
  "max axis": reduction("max"),
  "min axis": reduction("min"),
  logsumexp: reduction("logsumexp"),
  "logsumexp big": reduction("logsumexp"),
  prod: reduction("prod"),
  norm: reduction("norm"),
  variance: ([x], { axis, correction }) => x!.variance(axis, { correction }),
  std: ([x], { axis, correction }) => x!.std(axis, { correction }),
  cumsum: ([x], { axis }) => x!.cumsum(axis),
  matmul: ([a, b]) => matmul(a!, b!),
  outer: ([a, b]) => outer(a!, b!),
  softmax: ([x], { axis }) => x!.softmax(axis),
  logSoftmax: ([x], { axis }) => x!.logSoftmax(axis),
  gather: ([x, i], { axis }) => x!.gather(i!, axis),
  "take rows": ([x, i], { axis }) => x!.take(i!, axis),
  crossEntropy: ([x, c]) => crossEntropy(x!, c!),
  slice: ([x], { spec }) => x!.slice(spec),
  flip: ([x], { axis }) => x!.flip(axis),
  concat: (x, { axis }) => concat(x, axis),
  stack: (x, { axis }) => stack(x, axis),
  pad: ([x], { pad }) => x!.pad(pad),
  transpose: ([x], { axes }) => x!.transpose(axes),
  reshape: ([x], { shape }) => x!.reshape(shape),
  expand: ([x], { shape }) => x!.expand(shape),
  where: ([a, b, condition]) => condition!.where(a!, b!),
  conv2d: ([x, w, b], { stride, padding, dilation, groups }) => conv2d(x!, w!, b!, { stride, padding, dilation, groups }),
  maxPool2d: ([x], options) => maxPool2d(x!, options as never),
  avgPool2d: ([x], options) => avgPool2d(x!, options as never),
  "batchNorm train": ([x, w, b], { eps }) => batchNorm(x!, w!, b!, { eps }),
  "batchNorm eval": ([x, w, b], { eps, runningMean, runningVariance }) =>
    batchNorm(x!, w!, b!, {
      eps,
      runningMean: tensor(runningMean, { dtype: x!.dtype }),
      runningVariance: tensor(runningVariance, { dtype: x!.dtype }),
    }),
  layerNorm: ([x, w, b], { eps }) => layerNorm(x!, w!, b!, { eps }),
  smoothL1: ([x, t]) => smoothL1(x!, t!),
  "huber delta 2": ([x, t], { delta }) => huber(x!, t!, { delta }),
  mse: ([x, t]) => mse(x!, t!),
  binaryCrossEntropyWithLogits: ([x, t]) => binaryCrossEntropyWithLogits(x!, t!),
};

const UNARY = "neg exp tanh sigmoid relu abs sin cos square log sqrt rsqrt reciprocal log1p expm1".split(" ");
const BINARY = "add sub mul div maximum minimum pow".split(" ");
const METHODS: Record<string, Run> = Object.fromEntries([
  ...UNARY.map((name): [string, Run] => [name, ([x]) => (x as unknown as Record<string, () => Tensor>)[name]!()]),
  ...BINARY.map((name): [string, Run] => [name, ([a, b]) => (a as unknown as Record<string, (b: Tensor) => Tensor>)[name]!(b!)]),
]);

/** The operation of a case; undefined for the distributions, which belong to @rl/nets. */
export function operationOf(name: string): Run | undefined {
  const plain = name.replace(/ wide$/, "");
  return special[plain] ?? METHODS[plain];
}

/** The largest difference, relative to the largest expected element. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let scale = 1e-300;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]!));
    const difference = Math.abs(actual[i]! - expected[i]!);
    worst = Math.max(worst, difference === difference ? difference : Infinity);
  }
  if (actual.length !== expected.length) return Infinity;
  return worst / scale;
}
