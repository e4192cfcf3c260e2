/**
 * Random numbers inside programs, from explicit keys: a key and a shape give the same bits on every engine (see the randomBits primitive), so a compiled loop can
 * draw what it needs. Keys are int32[2]; a key is used for one draw, and foldIn makes as many further keys as needed. Outside programs prefer a Generator of
 * @rl/random.
 */
import { castTo, checkShape } from "../ops/common.ts";
import { concrete, type Tensor, type TensorLike } from "../tensor/tensor.ts";
import { asTensor } from "./form.ts";

/** The key of a seed (a whole number in ±2^53). */
export function keyOf(seed: number): Tensor {
  if (!Number.isSafeInteger(seed))
    throw new TypeError(`keyOf: got ${String(seed)}; expected a whole number within ±2^53; derive one from a generator's integers()`);
  return concrete(Int32Array.of(seed | 0, Math.floor(seed / 4294967296) | 0), [2], "int32");
}

/** Another key, made from a key and a whole number (an int32 scalar, such as a loop's index): different numbers give independent keys. */
export function foldIn(key: Tensor, n: TensorLike): Tensor {
  const number = typeof n === "number" ? key.scalar(n | 0, "int32") : castTo(asTensor("foldIn", n), "int32");
  // The second word keeps keys made here apart from keys of seeds.
  const mixed = key.xor(number.reshape([1]).concat([key.scalar(-1640531527, "int32").reshape([1])]));
  return bitsFromKey(mixed, [2]);
}

/** Uniform 32-bit words, int32. */
export function bitsFromKey(key: Tensor, shape: readonly number[]): Tensor {
  checkShape("bitsFromKey", shape);
  return key.bind("randomBits", [key], { shape: [...shape] });
}

/** Uniform in [0, 1), float32: the low 24 bits of each word over 2^24. */
export function uniformFromKey(key: Tensor, shape: readonly number[]): Tensor {
  return castTo(bitsFromKey(key, shape).and(0xffffff), "float32")
    .mul(2 ** -24)
    .named("uniformFromKey");
}

/** Exponential with mean 1, float32: −log(1 − u); where u is 0, half its step, 2^−25, so that every number is above 0, as a race of choices needs. */
export function exponentialFromKey(key: Tensor, shape: readonly number[]): Tensor {
  return uniformFromKey(key, shape)
    .neg()
    .log1p()
    .neg()
    .maximum(2 ** -25)
    .named("exponentialFromKey");
}

/** Standard normal, float32, by Box and Muller 1958: √(−2 log(1 − u))·cos 2πv from two words each. */
export function normalFromKey(key: Tensor, shape: readonly number[]): Tensor {
  const uniforms = uniformFromKey(key, [2, ...shape]);
  const radius = uniforms.slice(0).neg().log1p().mul(-2).sqrt();
  return radius.mul(uniforms.slice(1).mul(6.283185307179586).cos()).named("normalFromKey");
}
