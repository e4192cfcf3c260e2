/** Values and gradients at the edges of what operations are defined on; expected ones from the formulas, in float64. */
import { describe, expect, test } from "vitest";
import * as t from "../src/index.ts";
import { compile, grad, tensor, type Tensor } from "../src/index.ts";

const slope = (f: (x: Tensor) => Tensor, ...at: number[]): number[] => [
  ...grad((x: Tensor) => f(x).sum())(tensor(Float32Array.from(at))).data(),
];

describe("dtypes that programs do not have", () => {
  test.each(["int8", "int16", "int64"] as const)("cast to %s is refused inside, and works outside", (dtype) => {
    expect(() => compile((x: Tensor) => x.cast(dtype))(tensor([-8, 30]))).toThrow(
      `cast: got ${dtype}, which does not exist inside compiled programs`,
    );
    expect(() => compile((x: Tensor) => x.to(dtype).add(1))(tensor([-8, 30]))).toThrow(dtype);
    expect(() => compile((x: Tensor) => x.cast(dtype))(tensor([-8, 30], { dtype: "float64" }))).toThrow(dtype);
    expect(compile(() => tensor([-8, 30]).cast(dtype).cast("int32"))().toArray()).toEqual([-8, 30]);
    expect(tensor([-8, 30]).cast(dtype).toArray()).toEqual([-8, 30]);
  });
});

describe("gradients", () => {
  test("of fmod and remainder for the divisor go by the quotient of the value: 1 = 9 · 0.1 + 0.09999…", () => {
    for (const f of [t.remainder, t.fmod]) expect(slope((y) => f(1, y), 0.1)).toEqual([-9]);
    expect(slope((y) => t.fmod(-7, y), 2)).toEqual([3]);
    expect(slope((y) => t.remainder(-7, y), 2)).toEqual([4]);
    expect(slope((y) => t.fmod(5, y), Infinity)).toEqual([-0]);
  });

  test("of softmax and its kin of no elements are empty", () => {
    for (const f of [t.softmax, t.logSoftmax]) {
      for (const shape of [[5, 0], [0, 5], [0]]) expect(grad((x: Tensor) => f(x).sum())(t.zeros(shape)).shape).toEqual(shape);
      expect(grad((x: Tensor) => f(x, 0).sum())(t.zeros([0, 3])).shape).toEqual([0, 3]);
    }
  });

  test("of elu and expm1 keep their digits where the value is near −1", () => {
    const at = [-10, -17, -25, -80];
    for (const f of [t.elu, t.expm1]) slope(f, ...at).forEach((g, i) => expect(Math.abs(g / Math.exp(at[i]!) - 1)).toBeLessThan(3e-7));
    expect(slope((x) => x.elu(2), -1)[0]).toBeCloseTo(2 / Math.E, 6);
  });

  test("of hardtanh are 0 at its ends and outside, 1 inside", () => {
    expect(slope(t.hardtanh, -2, -1, -0.5, 0, 0.5, 1, 3)).toEqual([0, 0, 1, 1, 1, 0, 0]);
    expect(t.hardtanh(tensor([-2, -1, -0.5, 3, NaN, -Infinity])).toArray()).toEqual([-1, -1, -0.5, 1, NaN, -1]);
    expect(t.hardtanh(tensor([-2, 0, 3], { dtype: "int32" })).toArray()).toEqual([-1, 0, 1]);
  });

  test("of maximum and minimum are NaN for an operand that is NaN", () => {
    for (const f of [t.maximum, t.minimum]) {
      expect(slope((y) => f(1, y), NaN)).toEqual([NaN]);
      expect(slope((y) => f(y, 1), NaN)).toEqual([NaN]);
      expect(slope((x) => f(x, NaN), 1)).toEqual([0]);
    }
    expect(slope((x) => x.maximum(2), 1, 2, 3)).toEqual([0, 0.5, 1]);
  });
});

describe("losses", () => {
  test("smoothL1 with beta 0 is |error|; infinite errors have the slope of large ones", () => {
    const target = [0, 0, 0, 0];
    expect(slope((x) => t.smoothL1(x, tensor(target), { beta: 0 }), -2, 0, 3, 1)).toEqual([-0.25, 0, 0.25, 0.25]);
    expect(t.smoothL1(tensor([-2, 0, 3]), 0, { beta: 0, reduction: "none" }).toArray()).toEqual([2, 0, 3]);
    expect(slope((x) => t.huber(x, tensor(target), { delta: 2 }), -Infinity, Infinity, 1, 3)).toEqual([-0.5, 0.5, 0.25, 0.5]);
    expect(slope((x) => t.smoothL1(x, tensor(target)), -Infinity, Infinity, 0.5, 3)).toEqual([-0.25, 0.25, 0.125, 0.25]);
    // The second derivative is there at 0 still.
    expect(grad((x: Tensor) => grad((y: Tensor) => t.huber(y, 0))(x))(tensor(0)).item()).toBe(1);
  });

  test.each([-1, NaN, Infinity])("huber and smoothL1 refuse %s", (value) => {
    expect(() => t.huber(tensor([1]), 0, { delta: value })).toThrow(`huber: got delta ${value}; expected a finite number`);
    expect(() => t.smoothL1(tensor([1]), 0, { beta: value })).toThrow(`smoothL1: got beta ${value}; expected a finite number`);
  });
  test("huber refuses delta 0", () => expect(() => t.huber(tensor([1]), 0, { delta: 0 })).toThrow("expected a number > 0"));
});

test("lerp is exact at both ends, as a number and as a tensor", () => {
  const a = tensor([1e8, -3, 0.1]);
  const b = tensor([1, 7e7, 0.7]);
  for (const [weight, end] of [
    [0, a],
    [1, b],
  ] as const)
    for (const w of [weight, tensor(weight), tensor([weight, weight, weight])]) expect(a.lerp(b, w).toArray()).toEqual(end.toArray());
  expect(t.lerp(2, 4, 0.25).item()).toBe(2.5);
  expect(t.lerp(2, 4, tensor([0.25, 0.75, 2])).toArray()).toEqual([2.5, 3.5, 6]);
  expect(slope((w) => t.lerp(2, 4, w), 0.25, 0.75)).toEqual([2, 2]);
});

test("a bound that is NaN makes clamp NaN, as number and as tensor; a NaN stays one", () => {
  const x = tensor([1, 2]);
  for (const f of [(b: number | Tensor) => x.clamp(null, b), (b: number | Tensor) => x.clamp(b), (b: number | Tensor) => x.clamp(0, b)]) {
    expect(f(NaN).toArray()).toEqual([NaN, NaN]);
    expect(f(tensor(NaN)).toArray()).toEqual([NaN, NaN]);
    expect(compile(f)(tensor(NaN)).toArray()).toEqual([NaN, NaN]);
  }
  expect(x.clamp(tensor([NaN, 3])).toArray()).toEqual([NaN, 3]);
  expect(
    tensor([NaN, 5])
      .clamp(tensor([0, 0]), tensor([1, 1]))
      .toArray(),
  ).toEqual([NaN, 1]);
});

test("sumTo adds small integers up as sum does", () => {
  expect(tensor([200, 100], { dtype: "uint8" }).sumTo([]).toArray()).toBe(300);
  expect(
    tensor([true, true, false] as never, { dtype: "bool" })
      .sumTo([1])
      .toArray(),
  ).toEqual([2]);
  expect(tensor([100, 100], { dtype: "int8" }).sumTo([]).item()).toBe(200);
});
