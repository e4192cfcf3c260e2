/** The operations as functions, each with an optional { out } at the end: an existing tensor that takes the result. */
import { withOut } from "./eager/out.ts";
import * as arithmeticOps from "./ops/arithmetic.ts";
import * as activationOps from "./ops/activation.ts";
import * as logicOps from "./ops/logic.ts";
import * as reduceOps from "./ops/reduce.ts";
import * as shapeOps from "./ops/shape.ts";
import * as indexingOps from "./ops/indexing.ts";
import * as linearOps from "./ops/linear.ts";
import * as windowsOps from "./ops/windows.ts";
import * as normalizeOps from "./ops/normalize.ts";
import * as lossesOps from "./ops/losses.ts";

/** |x|. */
export const abs = /* @__PURE__ */ withOut("abs", arithmeticOps.abs);
/** a + b. */
export const add = /* @__PURE__ */ withOut("add", arithmeticOps.add);
/** Conversion to another dtype. */
export const cast = /* @__PURE__ */ withOut("cast", arithmeticOps.cast);
/** The smallest whole number ≥ x. */
export const ceil = /* @__PURE__ */ withOut("ceil", arithmeticOps.ceil);
/** Limited to [low, high]. */
export const clamp = /* @__PURE__ */ withOut("clamp", arithmeticOps.clamp);
/** Cosine. */
export const cos = /* @__PURE__ */ withOut("cos", arithmeticOps.cos);
/** a / b; float32 for integers. */
export const div = /* @__PURE__ */ withOut("div", arithmeticOps.div);
/** Error function. */
export const erf = /* @__PURE__ */ withOut("erf", arithmeticOps.erf);
/** eˣ. */
export const exp = /* @__PURE__ */ withOut("exp", arithmeticOps.exp);
/** eˣ − 1. */
export const expm1 = /* @__PURE__ */ withOut("expm1", arithmeticOps.expm1);
/** The largest whole number ≤ x. */
export const floor = /* @__PURE__ */ withOut("floor", arithmeticOps.floor);
/** ⌊a / b⌋; integers stay integers. */
export const floorDivide = /* @__PURE__ */ withOut("floorDivide", arithmeticOps.floorDivide);
/** Remainder with the sign of a. */
export const fmod = /* @__PURE__ */ withOut("fmod", arithmeticOps.fmod);
/** a + weight · (b − a). */
export const lerp = /* @__PURE__ */ withOut("lerp", arithmeticOps.lerp);
/** Natural logarithm. */
export const log = /* @__PURE__ */ withOut("log", arithmeticOps.log);
/** Logarithm to base 10. */
export const log10 = /* @__PURE__ */ withOut("log10", arithmeticOps.log10);
/** log(1 + x). */
export const log1p = /* @__PURE__ */ withOut("log1p", arithmeticOps.log1p);
/** Logarithm to base 2. */
export const log2 = /* @__PURE__ */ withOut("log2", arithmeticOps.log2);
/** The larger of two; NaN if either is. */
export const maximum = /* @__PURE__ */ withOut("maximum", arithmeticOps.maximum);
/** The smaller of two; NaN if either is. */
export const minimum = /* @__PURE__ */ withOut("minimum", arithmeticOps.minimum);
/** a · b, element by element. */
export const mul = /* @__PURE__ */ withOut("mul", arithmeticOps.mul);
/** −x. */
export const neg = /* @__PURE__ */ withOut("neg", arithmeticOps.neg);
/** Ones of this shape and dtype. */
export const onesLike = /* @__PURE__ */ withOut("onesLike", arithmeticOps.onesLike);
/** aᵇ. */
export const pow = /* @__PURE__ */ withOut("pow", arithmeticOps.pow);
/** 1/x. */
export const reciprocal = /* @__PURE__ */ withOut("reciprocal", arithmeticOps.reciprocal);
/** Remainder with the sign of b. */
export const remainder = /* @__PURE__ */ withOut("remainder", arithmeticOps.remainder);
/** The nearest whole number, halves to even. */
export const round = /* @__PURE__ */ withOut("round", arithmeticOps.round);
/** 1/√x. */
export const rsqrt = /* @__PURE__ */ withOut("rsqrt", arithmeticOps.rsqrt);
/** −1, 0 or 1. */
export const sign = /* @__PURE__ */ withOut("sign", arithmeticOps.sign);
/** Sine. */
export const sin = /* @__PURE__ */ withOut("sin", arithmeticOps.sin);
/** Square root. */
export const sqrt = /* @__PURE__ */ withOut("sqrt", arithmeticOps.sqrt);
/** x². */
export const square = /* @__PURE__ */ withOut("square", arithmeticOps.square);
/** a − b. */
export const sub = /* @__PURE__ */ withOut("sub", arithmeticOps.sub);
/** Tangent. */
export const tan = /* @__PURE__ */ withOut("tan", arithmeticOps.tan);
/** Hyperbolic tangent. */
export const tanh = /* @__PURE__ */ withOut("tanh", arithmeticOps.tanh);
/** Without the fraction. */
export const trunc = /* @__PURE__ */ withOut("trunc", arithmeticOps.trunc);
/** Zeros of this shape and dtype. */
export const zerosLike = /* @__PURE__ */ withOut("zerosLike", arithmeticOps.zerosLike);
/** x where x > 0, else alpha·(eˣ − 1). */
export const elu = /* @__PURE__ */ withOut("elu", activationOps.elu);
/** x/2 · (1 + erf(x/√2)). */
export const gelu = /* @__PURE__ */ withOut("gelu", activationOps.gelu);
/** Limited to [−1, 1]. */
export const hardtanh = /* @__PURE__ */ withOut("hardtanh", activationOps.hardtanh);
/** x where x > 0, else negativeSlope · x. */
export const leakyRelu = /* @__PURE__ */ withOut("leakyRelu", activationOps.leakyRelu);
/** log softmax along an axis (the last unless given). */
export const logSoftmax = /* @__PURE__ */ withOut("logSoftmax", activationOps.logSoftmax);
/** log sigmoid(x). */
export const logsigmoid = /* @__PURE__ */ withOut("logsigmoid", activationOps.logsigmoid);
/** max(x, 0). */
export const relu = /* @__PURE__ */ withOut("relu", activationOps.relu);
/** 1/(1 + e^−x). */
export const sigmoid = /* @__PURE__ */ withOut("sigmoid", activationOps.sigmoid);
/** x · sigmoid(x). */
export const silu = /* @__PURE__ */ withOut("silu", activationOps.silu);
/** e^xᵢ / Σⱼ e^xⱼ along an axis (the last unless given). */
export const softmax = /* @__PURE__ */ withOut("softmax", activationOps.softmax);
/** log(1 + eˣ). */
export const softplus = /* @__PURE__ */ withOut("softplus", activationOps.softplus);
/** x/(1 + |x|). */
export const softsign = /* @__PURE__ */ withOut("softsign", activationOps.softsign);
/** Logical or bitwise and. */
export const and = /* @__PURE__ */ withOut("and", logicOps.and);
/** a = b → bool. */
export const equal = /* @__PURE__ */ withOut("equal", logicOps.equal);
/** a > b → bool. */
export const greater = /* @__PURE__ */ withOut("greater", logicOps.greater);
/** a ≥ b → bool. */
export const greaterEqual = /* @__PURE__ */ withOut("greaterEqual", logicOps.greaterEqual);
/** Whether neither NaN nor infinite → bool. */
export const isFinite = /* @__PURE__ */ withOut("isFinite", logicOps.isFinite);
/** Whether NaN → bool. */
export const isNaN = /* @__PURE__ */ withOut("isNaN", logicOps.isNaN);
/** a < b → bool. */
export const less = /* @__PURE__ */ withOut("less", logicOps.less);
/** a ≤ b → bool. */
export const lessEqual = /* @__PURE__ */ withOut("lessEqual", logicOps.lessEqual);
/** Logical or bitwise complement. */
export const not = /* @__PURE__ */ withOut("not", logicOps.not);
/** a ≠ b → bool. */
export const notEqual = /* @__PURE__ */ withOut("notEqual", logicOps.notEqual);
/** Logical or bitwise or. */
export const or = /* @__PURE__ */ withOut("or", logicOps.or);
/** a where the condition holds, else b. */
export const where = /* @__PURE__ */ withOut("where", logicOps.where);
/** Exclusive or. */
export const xor = /* @__PURE__ */ withOut("xor", logicOps.xor);
/** Whether all are true → bool. */
export const all = /* @__PURE__ */ withOut("all", reduceOps.all);
/** Whether any is true → bool. */
export const any = /* @__PURE__ */ withOut("any", reduceOps.any);
/** Index of the first largest element. */
export const argmax = /* @__PURE__ */ withOut("argmax", reduceOps.argmax);
/** Index of the first smallest element. */
export const argmin = /* @__PURE__ */ withOut("argmin", reduceOps.argmin);
/** Running sum along an axis. */
export const cumsum = /* @__PURE__ */ withOut("cumsum", reduceOps.cumsum);
/** log Σ eˣ over axes. */
export const logsumexp = /* @__PURE__ */ withOut("logsumexp", reduceOps.logsumexp);
/** Largest element over axes. */
export const max = /* @__PURE__ */ withOut("max", reduceOps.max);
/** Mean over axes. */
export const mean = /* @__PURE__ */ withOut("mean", reduceOps.mean);
/** Smallest element over axes. */
export const min = /* @__PURE__ */ withOut("min", reduceOps.min);
/** √Σx² over axes. */
export const norm = /* @__PURE__ */ withOut("norm", reduceOps.norm);
/** Product over axes. */
export const prod = /* @__PURE__ */ withOut("prod", reduceOps.prod);
/** √variance. */
export const std = /* @__PURE__ */ withOut("std", reduceOps.std, "options");
/** Σ over axes (all unless given). */
export const sum = /* @__PURE__ */ withOut("sum", reduceOps.sum);
/** Σ(x − x̄)²/(n − correction); correction 1 unless given. */
export const variance = /* @__PURE__ */ withOut("variance", reduceOps.variance, "options");
/** This joined with others along an axis. */
export const concat = /* @__PURE__ */ withOut("concat", shapeOps.concat);
/** Repeats axes of extent 1 up to a shape. */
export const expand = /* @__PURE__ */ withOut("expand", shapeOps.expand);
/** One axis of all elements from start to end. */
export const flatten = /* @__PURE__ */ withOut("flatten", shapeOps.flatten);
/** Reverses axes. */
export const flip = /* @__PURE__ */ withOut("flip", shapeOps.flip);
/** Positions start … stop − 1 of one axis. */
export const narrow = /* @__PURE__ */ withOut("narrow", shapeOps.narrow);
/** New elements at the ends of axes. */
export const pad = /* @__PURE__ */ withOut("pad", shapeOps.pad);
/** Axis i of the result is axis axes[i]. */
export const permute = /* @__PURE__ */ withOut("permute", shapeOps.permute);
/** Same elements under another shape; one extent may be −1. */
export const reshape = /* @__PURE__ */ withOut("reshape", shapeOps.reshape);
/** Part of this tensor: x.slice(0), x.slice([1, null], null), x.slice("1:, ::2"). */
export const slice = /* @__PURE__ */ withOut("slice", shapeOps.slice);
/** Parts along an axis. */
export const split = shapeOps.split;
/** Removes axes of extent 1. */
export const squeeze = /* @__PURE__ */ withOut("squeeze", shapeOps.squeeze);
/** Joins tensors of one shape along a new axis. */
export const stack = /* @__PURE__ */ withOut("stack", shapeOps.stack);
/** Repeats the whole tensor. */
export const tile = /* @__PURE__ */ withOut("tile", shapeOps.tile);
/** permute; without axes the last two change places. */
export const transpose = /* @__PURE__ */ withOut("transpose", shapeOps.transpose);
/** Inserts an axis of extent 1. */
export const unsqueeze = /* @__PURE__ */ withOut("unsqueeze", shapeOps.unsqueeze);
/** Elements at indices along an axis. */
export const gather = /* @__PURE__ */ withOut("gather", indexingOps.gather);
/** 1 at each index, 0 elsewhere. */
export const oneHot = /* @__PURE__ */ withOut("oneHot", indexingOps.oneHot);
/** This with updates added at rows. */
export const scatterAdd = /* @__PURE__ */ withOut("scatterAdd", indexingOps.scatterAdd);
/** This with updates added at elements along an axis. */
export const scatterAddAlong = /* @__PURE__ */ withOut("scatterAddAlong", indexingOps.scatterAddAlong);
/** Rows at indices. */
export const take = /* @__PURE__ */ withOut("take", indexingOps.take);
/** Sum of products of two vectors. */
export const dot = /* @__PURE__ */ withOut("dot", linearOps.dot);
/** Matrix product over the last two axes. */
export const matmul = /* @__PURE__ */ withOut("matmul", linearOps.matmul);
/** All products of the elements of two vectors. */
export const outer = /* @__PURE__ */ withOut("outer", linearOps.outer);
/** Mean of each window. */
export const avgPool2d = /* @__PURE__ */ withOut("avgPool2d", windowsOps.avgPool2d, "options");
/** Convolution of images [N, C, H, W]. */
export const conv2d = /* @__PURE__ */ withOut("conv2d", windowsOps.conv2d, "options");
/** The adjoint of unfold. */
export const fold = /* @__PURE__ */ withOut("fold", windowsOps.fold, "options");
/** Largest element of each window. */
export const maxPool2d = /* @__PURE__ */ withOut("maxPool2d", windowsOps.maxPool2d, "options");
/** Sliding windows of images. */
export const unfold = /* @__PURE__ */ withOut("unfold", windowsOps.unfold, "options");
/** Per channel (x − mean)/√(variance + eps) · weight + bias; batch moments unless running ones are given. */
export const batchNorm = /* @__PURE__ */ withOut("batchNorm", normalizeOps.batchNorm, "options");
/** Over the last axes (x − mean)/√(variance + eps) · weight + bias. */
export const layerNorm = /* @__PURE__ */ withOut("layerNorm", normalizeOps.layerNorm, "options");
/** softplus(x) − t·x: cross entropy of targets t in [0, 1] from logits. */
export const binaryCrossEntropyWithLogits = /* @__PURE__ */ withOut(
  "binaryCrossEntropyWithLogits",
  lossesOps.binaryCrossEntropyWithLogits,
  "options",
);
/** −log softmax(logits)[class] for logits [B, C] and classes int [B]. */
export const crossEntropy = /* @__PURE__ */ withOut("crossEntropy", lossesOps.crossEntropy, "options");
/** Squared error near 0, linear beyond delta. */
export const huber = /* @__PURE__ */ withOut("huber", lossesOps.huber, "options");
/** Mean of (prediction − target)². */
export const mse = /* @__PURE__ */ withOut("mse", lossesOps.mse, "options");
/** Squared error over 2·beta near 0, linear beyond beta. */
export const smoothL1 = /* @__PURE__ */ withOut("smoothL1", lossesOps.smoothL1, "options");
