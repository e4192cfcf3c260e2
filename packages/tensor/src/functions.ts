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
export const abs = withOut("abs", arithmeticOps.abs);
/** a + b. */
export const add = withOut("add", arithmeticOps.add);
/** Conversion to another dtype. */
export const cast = withOut("cast", arithmeticOps.cast);
/** The smallest whole number ≥ x. */
export const ceil = withOut("ceil", arithmeticOps.ceil);
/** Limited to [low, high]. */
export const clamp = withOut("clamp", arithmeticOps.clamp);
/** Cosine. */
export const cos = withOut("cos", arithmeticOps.cos);
/** a / b; float32 for integers. */
export const div = withOut("div", arithmeticOps.div);
/** Error function. */
export const erf = withOut("erf", arithmeticOps.erf);
/** eˣ. */
export const exp = withOut("exp", arithmeticOps.exp);
/** eˣ − 1. */
export const expm1 = withOut("expm1", arithmeticOps.expm1);
/** The largest whole number ≤ x. */
export const floor = withOut("floor", arithmeticOps.floor);
/** ⌊a / b⌋; integers stay integers. */
export const floorDivide = withOut("floorDivide", arithmeticOps.floorDivide);
/** Remainder with the sign of a. */
export const fmod = withOut("fmod", arithmeticOps.fmod);
/** a + weight · (b − a). */
export const lerp = withOut("lerp", arithmeticOps.lerp);
/** Natural logarithm. */
export const log = withOut("log", arithmeticOps.log);
/** Logarithm to base 10. */
export const log10 = withOut("log10", arithmeticOps.log10);
/** log(1 + x). */
export const log1p = withOut("log1p", arithmeticOps.log1p);
/** Logarithm to base 2. */
export const log2 = withOut("log2", arithmeticOps.log2);
/** The larger of two; NaN if either is. */
export const maximum = withOut("maximum", arithmeticOps.maximum);
/** The smaller of two; NaN if either is. */
export const minimum = withOut("minimum", arithmeticOps.minimum);
/** a · b, element by element. */
export const mul = withOut("mul", arithmeticOps.mul);
/** −x. */
export const neg = withOut("neg", arithmeticOps.neg);
/** Ones of this shape and dtype. */
export const onesLike = withOut("onesLike", arithmeticOps.onesLike);
/** aᵇ. */
export const pow = withOut("pow", arithmeticOps.pow);
/** 1/x. */
export const reciprocal = withOut("reciprocal", arithmeticOps.reciprocal);
/** Remainder with the sign of b. */
export const remainder = withOut("remainder", arithmeticOps.remainder);
/** The nearest whole number, halves to even. */
export const round = withOut("round", arithmeticOps.round);
/** 1/√x. */
export const rsqrt = withOut("rsqrt", arithmeticOps.rsqrt);
/** −1, 0 or 1. */
export const sign = withOut("sign", arithmeticOps.sign);
/** Sine. */
export const sin = withOut("sin", arithmeticOps.sin);
/** Square root. */
export const sqrt = withOut("sqrt", arithmeticOps.sqrt);
/** x². */
export const square = withOut("square", arithmeticOps.square);
/** a − b. */
export const sub = withOut("sub", arithmeticOps.sub);
/** Tangent. */
export const tan = withOut("tan", arithmeticOps.tan);
/** Hyperbolic tangent. */
export const tanh = withOut("tanh", arithmeticOps.tanh);
/** Without the fraction. */
export const trunc = withOut("trunc", arithmeticOps.trunc);
/** Zeros of this shape and dtype. */
export const zerosLike = withOut("zerosLike", arithmeticOps.zerosLike);
/** x where x > 0, else alpha·(eˣ − 1). */
export const elu = withOut("elu", activationOps.elu);
/** x/2 · (1 + erf(x/√2)). */
export const gelu = withOut("gelu", activationOps.gelu);
/** Limited to [−1, 1]. */
export const hardtanh = withOut("hardtanh", activationOps.hardtanh);
/** x where x > 0, else negativeSlope · x. */
export const leakyRelu = withOut("leakyRelu", activationOps.leakyRelu);
/** log softmax along an axis (the last unless given). */
export const logSoftmax = withOut("logSoftmax", activationOps.logSoftmax);
/** log sigmoid(x). */
export const logsigmoid = withOut("logsigmoid", activationOps.logsigmoid);
/** max(x, 0). */
export const relu = withOut("relu", activationOps.relu);
/** 1/(1 + e^−x). */
export const sigmoid = withOut("sigmoid", activationOps.sigmoid);
/** x · sigmoid(x). */
export const silu = withOut("silu", activationOps.silu);
/** e^xᵢ / Σⱼ e^xⱼ along an axis (the last unless given). */
export const softmax = withOut("softmax", activationOps.softmax);
/** log(1 + eˣ). */
export const softplus = withOut("softplus", activationOps.softplus);
/** x/(1 + |x|). */
export const softsign = withOut("softsign", activationOps.softsign);
/** Logical or bitwise and. */
export const and = withOut("and", logicOps.and);
/** a = b → bool. */
export const equal = withOut("equal", logicOps.equal);
/** a > b → bool. */
export const greater = withOut("greater", logicOps.greater);
/** a ≥ b → bool. */
export const greaterEqual = withOut("greaterEqual", logicOps.greaterEqual);
/** Whether neither NaN nor infinite → bool. */
export const isFinite = withOut("isFinite", logicOps.isFinite);
/** Whether NaN → bool. */
export const isNaN = withOut("isNaN", logicOps.isNaN);
/** a < b → bool. */
export const less = withOut("less", logicOps.less);
/** a ≤ b → bool. */
export const lessEqual = withOut("lessEqual", logicOps.lessEqual);
/** Logical or bitwise complement. */
export const not = withOut("not", logicOps.not);
/** a ≠ b → bool. */
export const notEqual = withOut("notEqual", logicOps.notEqual);
/** Logical or bitwise or. */
export const or = withOut("or", logicOps.or);
/** a where the condition holds, else b. */
export const where = withOut("where", logicOps.where);
/** Exclusive or. */
export const xor = withOut("xor", logicOps.xor);
/** Whether all are true → bool. */
export const all = withOut("all", reduceOps.all);
/** Whether any is true → bool. */
export const any = withOut("any", reduceOps.any);
/** Index of the first largest element. */
export const argmax = withOut("argmax", reduceOps.argmax);
/** Index of the first smallest element. */
export const argmin = withOut("argmin", reduceOps.argmin);
/** Running sum along an axis. */
export const cumsum = withOut("cumsum", reduceOps.cumsum);
/** log Σ eˣ over axes. */
export const logsumexp = withOut("logsumexp", reduceOps.logsumexp);
/** Largest element over axes. */
export const max = withOut("max", reduceOps.max);
/** Mean over axes. */
export const mean = withOut("mean", reduceOps.mean);
/** Smallest element over axes. */
export const min = withOut("min", reduceOps.min);
/** √Σx² over axes. */
export const norm = withOut("norm", reduceOps.norm);
/** Product over axes. */
export const prod = withOut("prod", reduceOps.prod);
/** √variance. */
export const std = withOut("std", reduceOps.std, "options");
/** Σ over axes (all unless given). */
export const sum = withOut("sum", reduceOps.sum);
/** Σ(x − x̄)²/(n − correction); correction 1 unless given. */
export const variance = withOut("variance", reduceOps.variance, "options");
/** This joined with others along an axis. */
export const concat = withOut("concat", shapeOps.concat);
/** Repeats axes of extent 1 up to a shape. */
export const expand = withOut("expand", shapeOps.expand);
/** One axis of all elements from start to end. */
export const flatten = withOut("flatten", shapeOps.flatten);
/** Reverses axes. */
export const flip = withOut("flip", shapeOps.flip);
/** Positions start … stop − 1 of one axis. */
export const narrow = withOut("narrow", shapeOps.narrow);
/** New elements at the ends of axes. */
export const pad = withOut("pad", shapeOps.pad);
/** Axis i of the result is axis axes[i]. */
export const permute = withOut("permute", shapeOps.permute);
/** Same elements under another shape; one extent may be −1. */
export const reshape = withOut("reshape", shapeOps.reshape);
/** Part of this tensor: x.slice(0), x.slice([1, null], null), x.slice("1:, ::2"). */
export const slice = withOut("slice", shapeOps.slice);
/** Parts along an axis. */
export const split = shapeOps.split;
/** Removes axes of extent 1. */
export const squeeze = withOut("squeeze", shapeOps.squeeze);
/** Joins tensors of one shape along a new axis. */
export const stack = withOut("stack", shapeOps.stack);
/** Repeats the whole tensor. */
export const tile = withOut("tile", shapeOps.tile);
/** permute; without axes the last two change places. */
export const transpose = withOut("transpose", shapeOps.transpose);
/** Inserts an axis of extent 1. */
export const unsqueeze = withOut("unsqueeze", shapeOps.unsqueeze);
/** Elements at indices along an axis. */
export const gather = withOut("gather", indexingOps.gather);
/** 1 at each index, 0 elsewhere. */
export const oneHot = withOut("oneHot", indexingOps.oneHot);
/** This with updates added at rows. */
export const scatterAdd = withOut("scatterAdd", indexingOps.scatterAdd);
/** This with updates added at elements along an axis. */
export const scatterAddAlong = withOut("scatterAddAlong", indexingOps.scatterAddAlong);
/** Rows at indices. */
export const take = withOut("take", indexingOps.take);
/** Sum of products of two vectors. */
export const dot = withOut("dot", linearOps.dot);
/** Matrix product over the last two axes. */
export const matmul = withOut("matmul", linearOps.matmul);
/** All products of the elements of two vectors. */
export const outer = withOut("outer", linearOps.outer);
/** Mean of each window. */
export const avgPool2d = withOut("avgPool2d", windowsOps.avgPool2d, "options");
/** Convolution of images [N, C, H, W]. */
export const conv2d = withOut("conv2d", windowsOps.conv2d, "options");
/** The adjoint of unfold. */
export const fold = withOut("fold", windowsOps.fold, "options");
/** Largest element of each window. */
export const maxPool2d = withOut("maxPool2d", windowsOps.maxPool2d, "options");
/** Sliding windows of images. */
export const unfold = withOut("unfold", windowsOps.unfold, "options");
/** Per channel (x − mean)/√(variance + eps) · weight + bias; batch moments unless running ones are given. */
export const batchNorm = withOut("batchNorm", normalizeOps.batchNorm, "options");
/** Over the last axes (x − mean)/√(variance + eps) · weight + bias. */
export const layerNorm = withOut("layerNorm", normalizeOps.layerNorm, "options");
/** softplus(x) − t·x: cross entropy of targets t in [0, 1] from logits. */
export const binaryCrossEntropyWithLogits = withOut("binaryCrossEntropyWithLogits", lossesOps.binaryCrossEntropyWithLogits, "options");
/** −log softmax(logits)[class] for logits [B, C] and classes int [B]. */
export const crossEntropy = withOut("crossEntropy", lossesOps.crossEntropy, "options");
/** Squared error near 0, linear beyond delta. */
export const huber = withOut("huber", lossesOps.huber, "options");
/** Mean of (prediction − target)². */
export const mse = withOut("mse", lossesOps.mse, "options");
/** Squared error over 2·beta near 0, linear beyond beta. */
export const smoothL1 = withOut("smoothL1", lossesOps.smoothL1, "options");
