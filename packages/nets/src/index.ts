export { linear, mlp, conv, activation, activationFunction, maxPool, avgPool, flatten } from "./layers.ts";
export type { Activation, ActivationName, ConvLayerOptions, LinearOptions, LinearParams, MlpOptions } from "./layers.ts";
export { sequential, summary } from "./network.ts";
export type { LayerInfo, Network } from "./network.ts";
export { applyBatchNorm, initBatchNorm, trainBatchNorm } from "./batch-norm.ts";
export type { BatchNormParams, BatchNormState } from "./batch-norm.ts";
export {
  constant,
  fanInUniform,
  fans,
  kaimingNormal,
  kaimingUniform,
  normal,
  orthogonal,
  uniform,
  xavierNormal,
  xavierUniform,
  zeros,
} from "./initializers.ts";
export type { Initializer } from "./initializers.ts";
export { categorical, multiCategorical } from "./distributions/categorical.ts";
export type { Categorical, MultiCategorical } from "./distributions/categorical.ts";
export { gaussian, squashedGaussian } from "./distributions/gaussian.ts";
export type { Gaussian, SquashedGaussian } from "./distributions/gaussian.ts";
export { adagrad, adam, adamw, rmsprop, sgd } from "./optimizers.ts";
export type { AdagradOptions, AdamOptions, AdamState, Moments, Optimizer, RmspropOptions, SgdOptions } from "./optimizers.ts";
export { clipGradNorm, clipGradValue, globalNorm } from "./clip.ts";
export { scheduleValue } from "./schedule.ts";
export type { Schedule } from "./schedule.ts";
export type { RandomStream } from "./random-stream.ts";
