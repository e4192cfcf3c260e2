export type { DType, TypedArray } from "./dtype.ts";
export type { AnyTypedArray, TensorDType } from "./elements.ts";
export type { Engine, EngineBuffer, Program, Storage } from "./engine.ts";
export type { Attribute, Attributes, Graph, Node, ValueType } from "./graph.ts";
export type { GradFn, NestedArray, TensorLike } from "./tensor.ts";
export { Tensor } from "./tensor.ts";
export { arange, empty, eye, full, linspace, ones, randomNormal, randomUniform, tensor, zeros } from "./create.ts";
export type { RandomSource, TensorOptions } from "./create.ts";
export type { Axes } from "./ops/reduce.ts";
export type { SliceSpec } from "./ops/slice-spec.ts";
export type { ConvOptions, Pair, PoolOptions, WindowOptions } from "./ops/windows.ts";
export type { BatchNormOptions } from "./ops/normalize.ts";
export type { Reduction } from "./ops/losses.ts";
export {
  abs,
  add,
  all,
  and,
  any,
  argmax,
  argmin,
  avgPool2d,
  batchNorm,
  binaryCrossEntropyWithLogits,
  cast,
  ceil,
  clamp,
  concat,
  conv2d,
  cos,
  crossEntropy,
  cumsum,
  div,
  dot,
  elu,
  equal,
  erf,
  exp,
  expand,
  expm1,
  flatten,
  flip,
  floor,
  floorDivide,
  fmod,
  fold,
  gather,
  gelu,
  greater,
  greaterEqual,
  hardtanh,
  huber,
  isFinite,
  isNaN,
  layerNorm,
  leakyRelu,
  lerp,
  less,
  lessEqual,
  log,
  log10,
  log1p,
  log2,
  logSoftmax,
  logsigmoid,
  logsumexp,
  matmul,
  max,
  maxPool2d,
  maximum,
  mean,
  min,
  minimum,
  mse,
  mul,
  narrow,
  neg,
  norm,
  not,
  notEqual,
  oneHot,
  onesLike,
  or,
  outer,
  pad,
  permute,
  pow,
  prod,
  reciprocal,
  relu,
  remainder,
  reshape,
  round,
  rsqrt,
  scatterAdd,
  scatterAddAlong,
  sigmoid,
  sign,
  silu,
  sin,
  slice,
  smoothL1,
  softmax,
  softplus,
  softsign,
  split,
  sqrt,
  square,
  squeeze,
  stack,
  std,
  sub,
  sum,
  take,
  tan,
  tanh,
  tile,
  transpose,
  trunc,
  unfold,
  unsqueeze,
  variance,
  where,
  xor,
  zerosLike,
} from "./functions.ts";
export type { Out } from "./eager/out.ts";
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
export type { CompileOptions, Given } from "./compile/compile.ts";
export { bitsFromKey, exponentialFromKey, foldIn, keyOf, normalFromKey, uniformFromKey } from "./ops/random.ts";
export { loop, scan } from "./loops/loop.ts";
export type { LoopOptions, ScanOptions } from "./loops/loop.ts";
export { inspect, showGraph } from "./inspect.ts";
export type { Inspection } from "./inspect.ts";
export { availableEngines, defaultEngine, registerEngine, setDefaultEngine } from "./engines.ts";
export { referenceEngine } from "./reference.ts";
export { createWasmEngine, wasmEngine } from "./wasm/engine.ts";
export type { WasmEngineOptions } from "./wasm/engine.ts";
export { engineInfo } from "./wasm/detect.ts";
export type { EngineInfo } from "./wasm/detect.ts";
