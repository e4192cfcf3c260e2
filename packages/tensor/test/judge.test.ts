/** The tolerances of random programs from both sides: what is allowed just so, and what is just too far. */
import { describe, expect, test } from "vitest";
import type { TypedArray } from "../src/dtype.ts";
import type { Attributes, Node, ValueType } from "../src/graph.ts";
import { primitives } from "../src/primitives/index.ts";
import { Judge } from "./judge.ts";

const f32 = (...numbers: number[]): Float32Array => Float32Array.from(numbers);
const typeOf = (array: TypedArray): ValueType => ({ shape: [array.length], dtype: array instanceof Float32Array ? "float32" : "int32" });

/** Whether `actual` is right as the result of a primitive of vectors. */
function right(op: string, inputs: readonly TypedArray[], actual: TypedArray, attributes: Attributes = {}): boolean {
  const types = inputs.map(typeOf);
  const node: Node = { op, inputs: inputs.map((_x, i) => i), attributes, ...primitives.get(op)!.infer(types, attributes) };
  return new Judge().wrong(node, types, inputs, actual) === undefined;
}

/** The float32 number `steps` after x. */
function after(x: number, steps: number): number {
  const bits = new Int32Array(f32(x).buffer);
  bits[0]! += steps;
  return new Float32Array(bits.buffer)[0]!;
}

describe("the judge", () => {
  test("allows functions four numbers on either side, no NaN and no zero of the other sign", () => {
    for (const steps of [-4, 0, 4]) expect(right("exp", [f32(0.5)], f32(after(Math.exp(0.5), steps)))).toBe(true);
    for (const steps of [-5, 5]) expect(right("exp", [f32(0.5)], f32(after(Math.exp(0.5), steps)))).toBe(false);
    for (const wrong of [NaN, -0, Infinity]) expect(right("sin", [f32(0)], f32(wrong))).toBe(false);
    expect(right("log", [f32(-1)], f32(NaN))).toBe(true);
    expect(right("log", [f32(-1)], f32(0))).toBe(false);
  });

  test("allows sums 1e-5 of Σ |term|, whatever is left of it, and no other infinity or NaN", () => {
    const sum = (terms: number[], actual: number): boolean => right("sum", [f32(...terms)], f32(actual), { axes: [0] });
    expect([sum([1000, 1, -1000], 1.02), sum([1000, 1, -1000], 1.0201)]).toEqual([true, false]);
    expect([sum([1, -1], -0), sum([1, -1], 3e-5)]).toEqual([true, false]);
    for (const wrong of [NaN, Infinity, -Infinity]) expect(sum([1, 2], wrong)).toBe(false);
    expect([sum([1, Infinity], Infinity), sum([1, Infinity], 3e38), sum([1, Infinity], NaN)]).toEqual([true, false, false]);
    // In another order the partial sums leave the range.
    expect([sum([3e38, 3e38, -3e38], Infinity), sum([3e38, 3e38, -3e38], 2e38)]).toEqual([true, false]);
  });

  test("holds all else to the bit", () => {
    expect([right("mul", [f32(3), f32(5)], f32(15)), right("mul", [f32(3), f32(5)], f32(after(15, 1)))]).toEqual([true, false]);
    expect(right("neg", [f32(0)], f32(0))).toBe(false);
    expect(right("add", [Int32Array.of(1), Int32Array.of(2)], Int32Array.of(4))).toBe(false);
    expect(right("sum", [Int32Array.of(1, 2)], Int32Array.of(4), { axes: [0] })).toBe(false);
    expect(right("neg", [f32(1, 2)], f32(-1))).toBe(false);
  });
});
