/** What the package exports. An operation is a method in src/ops, and has a line below. */
export type { DType, TypedArray } from "./dtype.ts";
export type { AnyTypedArray, TensorDType } from "./elements.ts";
export type { Engine, EngineBuffer, Program, Storage } from "./engine.ts";
export type { Attribute, Attributes, Graph, Node, ValueType } from "./graph.ts";
export type { GradFn, TensorLike } from "./tensor/tensor.ts";
export type { NestedArray } from "./tensor/stored.ts";
export { Tensor } from "./tensor/tensor.ts";
export { arange, empty, eye, full, linspace, ones, randomNormal, randomUniform, tensor, zeros } from "./functions/create.ts";
export type { TensorOptions } from "./functions/create.ts";
export type { RandomSource } from "./tensor/tensor.ts";
export type { Axes } from "./ops/reduce.ts";
export type { SliceSpec } from "./ops/slice-spec.ts";
export type { ConvOptions, Pair, PoolOptions, WindowOptions } from "./ops/windows.ts";
export type { BatchNormOptions } from "./functions/normalize.ts";
export type { CrossEntropyOptions, Reduction } from "./functions/losses.ts";
export { concat, split, stack } from "./functions/lists.ts";
export { binaryCrossEntropyWithLogits, crossEntropy, huber, mse, smoothL1 } from "./functions/losses.ts";
export { batchNorm, layerNorm } from "./functions/normalize.ts";
import { asFunction } from "./functions/form.ts";
export type { Out } from "./functions/form.ts";
export { grad, hvp, inner, jvp, valueAndGrad, vjp } from "./autodiff/functional.ts";
export type { TensorFunction, ValueAndGrad } from "./autodiff/functional.ts";
export { enableGrad, isGradEnabled, noGrad } from "./mode.ts";
export { customGradient, stopGradient } from "./functions/gradient-rules.ts";
export type { CustomRule } from "./functions/gradient-rules.ts";
import * as tree from "./tree.ts";
export { tree };
export { ravel } from "./functions/ravel.ts";
export { compile } from "./compile/compile.ts";
export type { CompileOptions, Given } from "./compile/compile.ts";
export { bitsFromKey, exponentialFromKey, foldIn, keyOf, normalFromKey, uniformFromKey } from "./functions/random.ts";
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

// Operations as functions: methods of tensors whose first argument may also be a number.

/** |x|. */
export const abs = asFunction("abs");
/** a + b. */
export const add = asFunction("add");
/** Whether all are true → bool. */
export const all = asFunction("all");
/** Logical or bitwise and. */
export const and = asFunction("and");
/** Whether any is true → bool. */
export const any = asFunction("any");
/** Index of the first largest element. */
export const argmax = asFunction("argmax");
/** Index of the first smallest element. */
export const argmin = asFunction("argmin");
/** Mean of each window. */
export const avgPool2d = asFunction("avgPool2d", "options");
/** Conversion to another dtype. */
export const cast = asFunction("cast");
/** The smallest whole number ≥ x. */
export const ceil = asFunction("ceil");
/** Limited to [low, high]. */
export const clamp = asFunction("clamp");
/** Convolution of images [N, C, H, W]. */
export const conv2d = asFunction("conv2d", "options");
/** Cosine. */
export const cos = asFunction("cos");
/** Running product along an axis. */
export const cumprod = asFunction("cumprod");
/** Running sum along an axis. */
export const cumsum = asFunction("cumsum");
/** A matrix with a vector on its diagonal, or the diagonal of a matrix. */
export const diag = asFunction("diag");
/** Differences of neighbours along an axis. */
export const diff = asFunction("diff");
/** a / b; float32 for integers. */
export const div = asFunction("div");
/** Sum of products of two vectors. */
export const dot = asFunction("dot");
/** x where x > 0, else alpha·(eˣ − 1). */
export const elu = asFunction("elu");
/** a = b → bool. */
export const equal = asFunction("equal");
/** Error function. */
export const erf = asFunction("erf");
/** eˣ. */
export const exp = asFunction("exp");
/** Repeats axes of extent 1 up to a shape. */
export const expand = asFunction("expand");
/** eˣ − 1. */
export const expm1 = asFunction("expm1");
/** One axis of all elements from start to end. */
export const flatten = asFunction("flatten");
/** Reverses axes. */
export const flip = asFunction("flip");
/** The largest whole number ≤ x. */
export const floor = asFunction("floor");
/** ⌊a / b⌋; integers stay integers. */
export const floorDivide = asFunction("floorDivide");
/** Remainder with the sign of a. */
export const fmod = asFunction("fmod");
/** The adjoint of unfold. */
export const fold = asFunction("fold", "options");
/** Elements at indices along an axis. */
export const gather = asFunction("gather");
/** x/2 · (1 + erf(x/√2)). */
export const gelu = asFunction("gelu");
/** a > b → bool. */
export const greater = asFunction("greater");
/** a ≥ b → bool. */
export const greaterEqual = asFunction("greaterEqual");
/** Limited to [−1, 1]. */
export const hardtanh = asFunction("hardtanh");
/** Whether neither NaN nor infinite → bool. */
export const isFinite = asFunction("isFinite");
/** Whether NaN → bool. */
export const isNaN = asFunction("isNaN");
/** x where x > 0, else negativeSlope · x. */
export const leakyRelu = asFunction("leakyRelu");
/** a + weight · (b − a). */
export const lerp = asFunction("lerp");
/** a < b → bool. */
export const less = asFunction("less");
/** a ≤ b → bool. */
export const lessEqual = asFunction("lessEqual");
/** Natural logarithm. */
export const log = asFunction("log");
/** Logarithm to base 10. */
export const log10 = asFunction("log10");
/** log(1 + x). */
export const log1p = asFunction("log1p");
/** Logarithm to base 2. */
export const log2 = asFunction("log2");
/** log sigmoid(x). */
export const logsigmoid = asFunction("logsigmoid");
/** log softmax along an axis (the last unless given). */
export const logSoftmax = asFunction("logSoftmax");
/** log Σ eˣ over axes. */
export const logsumexp = asFunction("logsumexp");
/** One value where a mask is true. */
export const maskedFill = asFunction("maskedFill");
/** Matrix product over the last two axes. */
export const matmul = asFunction("matmul");
/** Largest element over axes. */
export const max = asFunction("max");
/** The larger of two; NaN if either is. */
export const maximum = asFunction("maximum");
/** Largest element of each window. */
export const maxPool2d = asFunction("maxPool2d", "options");
/** Mean over axes. */
export const mean = asFunction("mean");
/** Smallest element over axes. */
export const min = asFunction("min");
/** The smaller of two; NaN if either is. */
export const minimum = asFunction("minimum");
/** a · b, element by element. */
export const mul = asFunction("mul");
/** Positions start … stop − 1 of one axis. */
export const narrow = asFunction("narrow");
/** −x. */
export const neg = asFunction("neg");
/** √Σx² over axes. */
export const norm = asFunction("norm");
/** Logical or bitwise complement. */
export const not = asFunction("not");
/** a ≠ b → bool. */
export const notEqual = asFunction("notEqual");
/** 1 at each index, 0 elsewhere. */
export const oneHot = asFunction("oneHot");
/** Ones of this shape and dtype. */
export const onesLike = asFunction("onesLike");
/** Logical or bitwise or. */
export const or = asFunction("or");
/** All products of the elements of two vectors. */
export const outer = asFunction("outer");
/** New elements at the ends of axes. */
export const pad = asFunction("pad");
/** Axis i of the result is axis axes[i]. */
export const permute = asFunction("permute");
/** aᵇ. */
export const pow = asFunction("pow");
/** Product over axes. */
export const prod = asFunction("prod");
/** 1/x. */
export const reciprocal = asFunction("reciprocal");
/** max(x, 0). */
export const relu = asFunction("relu");
/** Remainder with the sign of b. */
export const remainder = asFunction("remainder");
/** Same elements under another shape; one extent may be −1. */
export const reshape = asFunction("reshape");
/** The nearest whole number, halves to even. */
export const round = asFunction("round");
/** 1/√x. */
export const rsqrt = asFunction("rsqrt");
/** This with updates added at rows. */
export const scatterAdd = asFunction("scatterAdd");
/** This with updates added at elements along an axis. */
export const scatterAddAlong = asFunction("scatterAddAlong");
/** 1/(1 + e^−x). */
export const sigmoid = asFunction("sigmoid");
/** −1, 0 or 1. */
export const sign = asFunction("sign");
/** x · sigmoid(x). */
export const silu = asFunction("silu");
/** Sine. */
export const sin = asFunction("sin");
/** Part of this tensor: x.slice(0), x.slice([1, null], null), x.slice("1:, ::2"). */
export const slice = asFunction("slice");
/** e^xᵢ / Σⱼ e^xⱼ along an axis (the last unless given). */
export const softmax = asFunction("softmax");
/** log(1 + eˣ). */
export const softplus = asFunction("softplus");
/** x/(1 + |x|). */
export const softsign = asFunction("softsign");
/** Square root. */
export const sqrt = asFunction("sqrt");
/** x². */
export const square = asFunction("square");
/** Removes axes of extent 1. */
export const squeeze = asFunction("squeeze");
/** √variance. */
export const std = asFunction("std", "options");
/** a − b. */
export const sub = asFunction("sub");
/** Σ over axes (all unless given). */
export const sum = asFunction("sum");
/** Rows at indices. */
export const take = asFunction("take");
/** Tangent. */
export const tan = asFunction("tan");
/** Hyperbolic tangent. */
export const tanh = asFunction("tanh");
/** Repeats the whole tensor. */
export const tile = asFunction("tile");
/** permute; without axes the last two change places. */
export const transpose = asFunction("transpose");
/** The lower triangle of matrices. */
export const tril = asFunction("tril");
/** The upper triangle of matrices. */
export const triu = asFunction("triu");
/** Without the fraction. */
export const trunc = asFunction("trunc");
/** Sliding windows of images. */
export const unfold = asFunction("unfold", "options");
/** Inserts an axis of extent 1. */
export const unsqueeze = asFunction("unsqueeze");
/** Σ(x − x̄)²/(n − correction); correction 1 unless given. */
export const variance = asFunction("variance", "options");
/** a where the condition holds, else b. */
export const where = asFunction("where");
/** a · log b; 0 where a is 0. */
export const xlogy = asFunction("xlogy");
/** Exclusive or. */
export const xor = asFunction("xor");
/** Zeros of this shape and dtype. */
export const zerosLike = asFunction("zerosLike");
