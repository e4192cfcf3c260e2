/** All primitives by name. */
import type { Primitive } from "./primitive.ts";
import { add, div, maximum, minimum, mul, pow, rem, sub } from "./binary.ts";
import { dot } from "./dot.ts";
import { scatterAdd, scatterAddAlong, take, takeAlong } from "./gather.ts";
import { and, cast, equal, less, lessEqual, not, or, select, xor } from "./logic.ts";
import { loop, part } from "./loop.ts";
import { broadcast, concat, flip, pad, permute, reshape, slice } from "./movement.ts";
import { randomBits } from "./random-bits.ts";
import { argmax, cumsum, max, sum } from "./reduce.ts";
import { constant, input, iota } from "./sources.ts";
import {
  abs,
  ceil,
  cos_,
  erf,
  exp_,
  expm1_,
  floor,
  log1p_,
  log_,
  neg,
  relu,
  round,
  sigmoid,
  sign,
  sin_,
  softplus,
  sqrt,
  tanh_,
} from "./unary.ts";
import { fold, unfold } from "./windows.ts";

const all: readonly Primitive[] = [
  ...[input, constant, iota],
  ...[neg, abs, sign, floor, ceil, round, sqrt, exp_, expm1_, log_, log1p_, sin_, cos_, tanh_, sigmoid, softplus, erf, relu],
  ...[add, sub, mul, div, rem, pow, maximum, minimum],
  ...[equal, less, lessEqual, and, or, xor, not, select, cast],
  ...[reshape, permute, broadcast, slice, pad, concat, flip],
  ...[sum, max, argmax, cumsum, dot],
  ...[take, scatterAdd, takeAlong, scatterAddAlong, unfold, fold, randomBits, loop, part],
];

export const primitives: ReadonlyMap<string, Primitive> = new Map(all.map((primitive) => [primitive.name, primitive]));
