export type { DType, TypedArray } from "./dtype.ts";
export type { AnyTypedArray, TensorDType } from "./elements.ts";
export type { Engine, EngineBuffer, Program, Storage } from "./engine.ts";
export type { Attribute, Attributes, Graph, Node, ValueType } from "./graph.ts";
export type { GradFn, NestedArray, TensorLike } from "./tensor.ts";
export { Tensor } from "./tensor.ts";
export { arange, empty, eye, full, linspace, ones, randomNormal, randomUniform, tensor, zeros } from "./create.ts";
export type { RandomSource, TensorOptions } from "./create.ts";
export {
  abs,
  add,
  cast,
  ceil,
  clamp,
  cos,
  div,
  erf,
  exp,
  expm1,
  floor,
  floorDivide,
  fmod,
  lerp,
  log,
  log10,
  log1p,
  log2,
  maximum,
  minimum,
  mul,
  neg,
  onesLike,
  pow,
  reciprocal,
  remainder,
  round,
  rsqrt,
  sign,
  sin,
  sqrt,
  square,
  sub,
  tan,
  tanh,
  trunc,
  zerosLike,
} from "./ops/arithmetic.ts";
export {
  elu,
  gelu,
  hardtanh,
  leakyRelu,
  logSoftmax,
  logsigmoid,
  relu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
} from "./ops/activation.ts";
export { and, equal, greater, greaterEqual, isFinite, isNaN, less, lessEqual, not, notEqual, or, where, xor } from "./ops/logic.ts";
export { all, any, argmax, argmin, cumsum, logsumexp, max, mean, min, norm, prod, std, sum, variance } from "./ops/reduce.ts";
export type { Axes } from "./ops/reduce.ts";
export {
  concat,
  expand,
  flatten,
  flip,
  narrow,
  pad,
  permute,
  reshape,
  slice,
  split,
  squeeze,
  stack,
  tile,
  transpose,
  unsqueeze,
} from "./ops/shape.ts";
export type { SliceSpec } from "./ops/slice-spec.ts";
export { gather, oneHot, scatterAdd, scatterAddAlong, take } from "./ops/indexing.ts";
export { dot, matmul, outer } from "./ops/linear.ts";
export { avgPool2d, conv2d, fold, maxPool2d, unfold } from "./ops/windows.ts";
export type { ConvOptions, Pair, PoolOptions, WindowOptions } from "./ops/windows.ts";
export { batchNorm, layerNorm } from "./ops/normalize.ts";
export type { BatchNormOptions } from "./ops/normalize.ts";
export { binaryCrossEntropyWithLogits, crossEntropy, huber, mse, smoothL1 } from "./ops/losses.ts";
export type { Reduction } from "./ops/losses.ts";
export { grad, hvp, inner, jvp, valueAndGrad, vjp } from "./autodiff/functional.ts";
export type { TensorFunction, ValueAndGrad } from "./autodiff/functional.ts";
export { enableGrad, isGradEnabled, noGrad } from "./autodiff/mode.ts";
export { customGradient } from "./autodiff/custom.ts";
export type { CustomRule } from "./autodiff/custom.ts";
export { stopGradient } from "./autodiff/stop.ts";
import * as tree from "./tree.ts";
export { tree };
export { ravel } from "./ravel.ts";
export { compile } from "./compile/compile.ts";
export type { CompileOptions } from "./compile/compile.ts";
export { loop, scan } from "./loops/loop.ts";
export type { LoopOptions, ScanOptions } from "./loops/loop.ts";
export { inspect, showGraph } from "./inspect.ts";
export type { Inspection } from "./inspect.ts";
export { availableEngines, defaultEngine, registerEngine, setDefaultEngine } from "./engines/registry.ts";
export { referenceEngine } from "./engines/reference.ts";
