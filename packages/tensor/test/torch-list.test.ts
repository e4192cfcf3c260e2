/** What users of PyTorch look for: each operation with its gradient, eager and compiled, beside numbers that PyTorch 2 printed. */
import { describe, expect, test } from "vitest";
import { binaryCrossEntropyWithLogits, compile, crossEntropy, grad, tensor, zeros, type NestedArray, type Tensor } from "../src/index.ts";

/** A tree of numbers within 1e-5 of another; NaN, infinities and the shape exactly. */
function expectNear(got: unknown, expected: unknown): void {
  if (Array.isArray(expected)) {
    expect(got).toHaveLength(expected.length);
    expected.forEach((part, i) => expectNear((got as unknown[])[i], part));
  } else if (typeof expected === "number" && Number.isFinite(expected)) expect(got).toBeCloseTo(expected, 5);
  else expect(got).toBe(expected);
}

/** f(x) and the gradient of its sum, both eager and compiled. */
function expectBoth(f: (x: Tensor) => Tensor, x: Tensor, value: unknown, gradient?: unknown): void {
  const total = grad((a: Tensor) => f(a).sum());
  expectNear(f(x).toArray(), value);
  expectNear(compile(f)(x).toArray(), value);
  if (gradient === undefined) return;
  expectNear(total(x).toArray(), gradient);
  expectNear(compile(total)(x).toArray(), gradient);
}

const bools = (values: NestedArray): Tensor => tensor(values, { dtype: "bool" });
const ints = (...values: number[]): Tensor => tensor(Int32Array.from(values));
const logits = tensor([[0.5, -1.5, 2], [3, -0.25, 1], [-1, 0.25, 0.5]]); // prettier-ignore

describe("losses", () => {
  const classes = ints(2, 0, 1);
  const some = ints(2, -100, 1);
  const weight = tensor([1, 2, 0.5]);

  test("class weights", () => {
    expectBoth((x) => crossEntropy(x, classes, { weight }), logits, 0.6176101, [[0.02543289, 0.00344197, -0.02887486], [-0.04236879, 0.00943553, 0.03293324], [0.06368998, -0.34912869, 0.28543871]]); // prettier-ignore
    expectBoth((x) => crossEntropy(x, classes, { weight, reduction: "none" }), logits, [0.11290105, 0.16051005, 1.88822436]);
  });

  test("classes that count nothing", () => {
    expectBoth((x) => crossEntropy(x, some, { ignoreIndex: -100 }), logits, 0.58495712, [[0.0890151, 0.01204688, -0.10106200], [0, 0, 0], [0.05572873, -0.3054876, 0.24975887]]); // prettier-ignore
    const none = ints(7, 7, 7);
    expectBoth((x) => crossEntropy(x, none, { ignoreIndex: 7 }), logits, NaN);
    expectBoth((x) => crossEntropy(x, none, { ignoreIndex: 7, reduction: "sum" }), logits, 0, [[0, 0, 0], [0, 0, 0], [0, 0, 0]]); // prettier-ignore
    expect(() => crossEntropy(logits, some, { ignoreIndex: -1 })).toThrow(RangeError);
  });

  test("smoothed targets, and all at once", () => {
    expectBoth((x) => crossEntropy(x, classes, { labelSmoothing: 0.1 }), logits, 0.56847477, [[0.04823228, -0.00307986, -0.04515244], [-0.02720803, -0.00010299, 0.02731099], [0.02604137, -0.18143617, 0.15539479]]); // prettier-ignore
    const all = { weight, ignoreIndex: -100, labelSmoothing: 0.1 };
    expectBoth((x) => crossEntropy(x, some, all), logits, 0.90333444, [[0.02702018, -0.02120541, -0.00581477], [0, 0, 0], [0.07211737, -0.44841430, 0.37629691]]); // prettier-ignore
    expectBoth((x) => crossEntropy(x, some, { ...all, reduction: "none" }), logits, [0.41128784, 0, 1.84704828]);
    expectBoth((x) => crossEntropy(x, some, { ...all, reduction: "sum" }), logits, 2.25833607);
  });

  test("what positives count", () => {
    const target = tensor([[0, 1, 0.25], [1, 0, 1], [0.5, 0.5, 1]]); // prettier-ignore
    expectBoth((x) => binaryCrossEntropyWithLogits(x, target, { posWeight: tensor([2, 0.5, 1]) }), logits, 0.77100122, [[0.06916215, -0.04542081, 0.07008856], [-0.01053908, 0.04864706, -0.02988238], [-0.06628754, 0.01907027, -0.04194896]]); // prettier-ignore
  });

  test("options out of range are refused", () => {
    expect(() => crossEntropy(logits, classes, { weight: tensor([1, 2]) })).toThrow("got weight float32[2] for 3 classes");
    expect(() => crossEntropy(logits, classes, { labelSmoothing: 1.5 })).toThrow("got labelSmoothing 1.5");
    expect(() => crossEntropy(logits, classes, { labelSmoothing: NaN })).toThrow("got labelSmoothing NaN");
    expect(() => crossEntropy(logits, classes, { ignoreIndex: 0.5 })).toThrow("got ignoreIndex 0.5");
    expect(() => crossEntropy(logits, classes, { reduction: "men" as never, weight })).toThrow('got reduction "men"');
    expect(() => binaryCrossEntropyWithLogits(logits, 1, { posWeight: tensor([1, 2]) })).toThrow(
      "got posWeight of shape [2]; expected one that stretches to [3, 3]",
    );
  });
});

describe("diagonals", () => {
  const x = tensor([[1, 2, 3], [4, 5, 6]]); // prettier-ignore

  test("triangles", () => {
    expectBoth((a) => a.tril(-1), x, [[0, 0, 0], [4, 0, 0]], [[0, 0, 0], [1, 0, 0]]); // prettier-ignore
    expectBoth((a) => a.triu(1), x, [[0, 2, 3], [0, 0, 6]], [[0, 1, 1], [0, 0, 1]]); // prettier-ignore
    expect(tensor([[[NaN, Infinity], [NaN, 1]]]).tril().toArray()).toEqual([[[NaN, 0], [NaN, 1]]]); // prettier-ignore
    expect(bools([[1, 1], [1, 1]]).triu(1).toArray()).toEqual([[0, 1], [0, 0]]); // prettier-ignore
    expect([x.clone().tril_().toArray(), x.clone().triu_(2).toArray()]).toEqual([[[1, 0, 0], [4, 5, 0]], [[0, 0, 3], [0, 0, 0]]]); // prettier-ignore
    expect(zeros([0, 3]).tril().shape).toEqual([0, 3]);
    expect(() => zeros([3]).tril()).toThrow("tril: got shape [3]");
    expect(() => x.triu(0.5)).toThrow("triu: got diagonal 0.5");
  });

  test("of a matrix and of a vector", () => {
    expectBoth((a) => a.diag(), x, [1, 5], [[1, 0, 0], [0, 1, 0]]); // prettier-ignore
    expectBoth((a) => a.diag(1), x, [2, 6], [[0, 1, 0], [0, 0, 1]]); // prettier-ignore
    for (const end of [-2, 3]) expect(x.diag(end).shape).toEqual([0]);
    expectBoth((a) => a.diag(-1), tensor([1, 2]), [[0, 0, 0], [1, 0, 0], [0, 2, 0]], [1, 1]); // prettier-ignore
    expectBoth((a) => a.diag(1), tensor([1, Infinity]), [[0, 1, 0], [0, 0, Infinity], [0, 0, 0]]); // prettier-ignore
    expect(zeros([0]).diag(1).toArray()).toEqual([[0]]);
    const single = tensor([[3]]);
    single.diag().fill_(4);
    expect(single.toArray()).toEqual([[3]]);
    expect(() => x.diag(4)).toThrow("diag: got diagonal 4 of shape [2, 3]; expected -2 to 3");
  });

  test("differences", () => {
    expectBoth((a) => a.diff(2), tensor([1, 4, 9, 16]), [2, 2], [1, -1, -1, 1]);
    expectBoth((a) => a.diff(1, 0), x, [[3, 3, 3]], [[-1, -1, -1], [1, 1, 1]]); // prettier-ignore
    expect(bools([1, 0, 0]).diff().toArray()).toEqual([1, 0]);
    expect(tensor([1, 2, 4]).diff(0).toArray()).toEqual([1, 2, 4]);
    expect([zeros([0]).diff().shape, zeros([4]).diff(5).shape]).toEqual([[0], [0]]);
    expect(() => x.diff(-1)).toThrow("diff: got times -1");
  });
});

describe("element by element", () => {
  test("xlogy", () => {
    const x = tensor([0, 0, 1, 2, NaN, -1, 0]);
    const y = tensor([0, 2, 3, 0, 0, 2, NaN]);
    const value = [0, 0, 1.09861231, -Infinity, NaN, -0.69314718, NaN];
    expectBoth((a) => a.xlogy(y), x, value, [0, 0.69314718, 1.09861231, -Infinity, -Infinity, 0.69314718, NaN]);
    expectBoth((b) => x.xlogy(b), y, value, [NaN, 0, 0.33333334, Infinity, NaN, -0.5, NaN]);
  });

  test("running products, with zeros", () => {
    const x = tensor([[2, 0, 3], [-1, 4, 0.5], [0, 0, 2]]); // prettier-ignore
    const w = tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]); // prettier-ignore
    expectBoth((a) => a.cumprod(1), x, [[2, 0, 0], [-1, -4, -2], [0, 0, 0]]); // prettier-ignore
    const slopes = (axis: number): Tensor => grad((a: Tensor) => a.cumprod(axis).mul(w).sum())(x);
    expectNear(slopes(-1).toArray(), [[1, 22, 0], [36, -8, -24], [7, 0, 0]]); // prettier-ignore
    expectNear(slopes(0).toArray(), [[-3, 22, 15], [8, 0, 72], [-14, 0, 13.5]]); // prettier-ignore
    expect(ints(1, 2, 3, 4, 5, 6, 7).cumprod(0).toArray()).toEqual([1, 2, 6, 24, 120, 720, 5040]);
    expect(tensor([1, 2, 3]).cumprod_(0).toArray()).toEqual([1, 2, 6]);
    expect(tensor([1, NaN, 0]).cumprod(0).toArray()).toEqual([1, NaN, NaN]);
    expect([zeros([0]).cumprod(0).shape, zeros([2, 0]).cumprod(0).shape]).toEqual([[0], [2, 0]]);
    expect(bools([1, 0]).cumprod(0).dtype).toBe("int32");
  });

  test("masked places", () => {
    const x = tensor([[1, NaN], [3, 4]]); // prettier-ignore
    expectBoth((a) => a.maskedFill(a.isNaN(), -7), x, [[1, -7], [3, 4]], [[1, 0], [1, 1]]); // prettier-ignore
    expectBoth((a) => a.maskedFill(bools([1, 0]), -Infinity), x, [[-Infinity, NaN], [-Infinity, 4]]); // prettier-ignore
    expectBoth((v) => zeros([3]).maskedFill(bools([1, 0, 1]), v), tensor(2), [2, 0, 2], 2);
    expect(
      ints(1, 2)
        .maskedFill_(bools([0, 1]), 9)
        .toArray(),
    ).toEqual([1, 9]);
    expect(() => x.maskedFill(x, 0)).toThrow("maskedFill: got a mask of dtype float32; expected bool");
    expect(() => ints(1).maskedFill(true, 0.5)).toThrow("maskedFill: got 0.5 for dtype int32");
    expect(() => zeros([2]).maskedFill(bools([1, 0, 1]), 0)).toThrow("maskedFill: got a mask of shape [3]");
  });
});
