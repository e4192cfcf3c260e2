/** All primitives by name: one file each. */
import type { Primitive } from "./primitive.ts";
import { abs } from "./abs.ts";
import { add } from "./add.ts";
import { and } from "./and.ts";
import { argmax } from "./argmax.ts";
import { broadcast } from "./broadcast.ts";
import { cast } from "./cast.ts";
import { ceil } from "./ceil.ts";
import { concat } from "./concat.ts";
import { constant } from "./constant.ts";
import { cos } from "./cos.ts";
import { cumsum } from "./cumsum.ts";
import { div } from "./div.ts";
import { dot } from "./dot.ts";
import { equal } from "./equal.ts";
import { erf } from "./erf.ts";
import { exp } from "./exp.ts";
import { expm1 } from "./expm1.ts";
import { flip } from "./flip.ts";
import { floor } from "./floor.ts";
import { fold } from "./fold.ts";
import { input } from "./input.ts";
import { iota } from "./iota.ts";
import { lessEqual } from "./less-equal.ts";
import { less } from "./less.ts";
import { log } from "./log.ts";
import { log1p } from "./log1p.ts";
import { loop } from "./loop.ts";
import { max } from "./max.ts";
import { maximum } from "./maximum.ts";
import { minimum } from "./minimum.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { not } from "./not.ts";
import { or } from "./or.ts";
import { pad } from "./pad.ts";
import { part } from "./part.ts";
import { permute } from "./permute.ts";
import { pow } from "./pow.ts";
import { randomBits } from "./random-bits.ts";
import { relu } from "./relu.ts";
import { rem } from "./rem.ts";
import { reshape } from "./reshape.ts";
import { round } from "./round.ts";
import { scatterAddAlong } from "./scatter-add-along.ts";
import { scatterAdd } from "./scatter-add.ts";
import { select } from "./select.ts";
import { sigmoid } from "./sigmoid.ts";
import { sign } from "./sign.ts";
import { sin } from "./sin.ts";
import { slice } from "./slice.ts";
import { softplus } from "./softplus.ts";
import { sqrt } from "./sqrt.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { takeAlong } from "./take-along.ts";
import { take } from "./take.ts";
import { tanh } from "./tanh.ts";
import { unfold } from "./unfold.ts";
import { xor } from "./xor.ts";

const all = (): readonly Primitive[] => [
  ...[input, constant, iota],
  ...[neg, abs, sign, floor, ceil, round, sqrt, exp, expm1, log, log1p, sin, cos, tanh, sigmoid, softplus, erf, relu],
  ...[add, sub, mul, div, rem, pow, maximum, minimum],
  ...[equal, less, lessEqual, and, or, xor, not, select, cast],
  ...[reshape, permute, broadcast, slice, pad, concat, flip],
  ...[sum, max, argmax, cumsum, dot],
  ...[take, scatterAdd, takeAlong, scatterAddAlong, unfold, fold, randomBits, loop, part],
];

export const primitives: ReadonlyMap<string, Primitive> = /* @__PURE__ */ (() =>
  new Map(all().map((primitive) => [primitive.name, primitive])))();
