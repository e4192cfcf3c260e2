/** Elements of eager tensors as PyTorch 2.15 gave them; the numbers are its own. Each was a difference once. */
import { expect, test } from "vitest";
import * as t from "../src/index.ts";
import { tensor, zeros, type Tensor } from "../src/index.ts";

test("extrema of int8 and int16, all of whose elements lie on one side of 0", () => {
  expect(tensor([-3, -5], { dtype: "int8" }).max().item()).toBe(-3);
  expect(tensor([3, 5], { dtype: "int16" }).min().item()).toBe(3);
  expect(
    tensor([[68, 5, -2]], { dtype: "int8" })
      .max(0)
      .toArray(),
  ).toEqual([68, 5, -2]);
});

test("int64 adds up, compares and pads", () => {
  const long = (data: number[] | number[][]): Tensor => tensor(data, { dtype: "int64" });
  expect([
    ...long([2 ** 60, 2 ** 60, 3])
      .sum()
      .reshape([1])
      .bigints(),
  ]).toEqual([2305843009213693955n]);
  expect([long([-5, -3]).max().item(), long([-5, -3]).min().item(), long([3, 7, 5]).argmax().item()]).toEqual([-3, -5, 1]);
  expect([long([1, 2, 3]).cumsum(0).toArray(), long([1, 2, 3]).cumsum(0, true).toArray()]).toEqual([
    [1, 3, 6],
    [6, 5, 3],
  ]);
  expect(
    long([
      [2, 3],
      [4, 5],
    ])
      .cumsum(0)
      .toArray(),
  ).toEqual([
    [2, 3],
    [6, 8],
  ]);
  expect(
    long([7])
      .pad([[1, 0]], 2)
      .toArray(),
  ).toEqual([2, 7]);
  expect(
    long([0, 0])
      .scatterAdd(long([1, 1]), long([4, 5]))
      .toArray(),
  ).toEqual([0, 9]);
  expect([...tensor([1e30, NaN, -1e30, 1.9]).cast("int64").bigints()]).toEqual([2n ** 63n - 1n, 0n, -(2n ** 63n), 1n]);
});

test("numbers are written in the tensor's own precision", () => {
  expect(zeros([1], { dtype: "float64" }).fill_(0.1).item()).toBe(0.1);
  expect(zeros([1], { dtype: "float64" }).copy_(0.1).item()).toBe(0.1);
  expect(zeros([1], { dtype: "int32" }).fill_(16777217).item()).toBe(16777217);
  expect(
    zeros([1], { dtype: "float64" })
      .scatterAdd(tensor([0], { dtype: "int32" }), 0.1)
      .item(),
  ).toBe(0.1);
});

test("numbers that an integer type cannot hold are refused, except where the result is right all the same", () => {
  const byte = tensor([100], { dtype: "uint8" });
  for (const use of [
    () => tensor([300], { dtype: "uint8" }),
    () => t.full([1], NaN, { dtype: "int32" }),
    () => byte.less(300),
    () => byte.equal(-1),
    () => byte.clone().fill_(300),
    () => byte.greater(0).where(byte, 300),
    () => byte.pad([[0, 1]], 256),
  ])
    expect(use).toThrow(/for dtype (uint8|int32); expected .* choose a wider dtype/);
  expect([byte.add(300).item(), byte.sub(101).item()]).toEqual([144, 255]);
  expect([byte.clamp(-1, 300).item(), byte.maximum(-5).item(), byte.minimum(300).item()]).toEqual([100, 100, 100]);
  expect(
    tensor([0], { dtype: "bool" })
      .pad([[0, 1]], 2)
      .cast("int32")
      .toArray(),
  ).toEqual([0, 1]);
});

test("functions of integers and powers of 0", () => {
  expect(t.logsigmoid(tensor([5], { dtype: "uint8" })).item()).toBeCloseTo(-0.0067, 4);
  expect(t.logsigmoid(tensor([-128], { dtype: "int8" })).item()).toBe(-128);
  expect([tensor([3], { dtype: "int32" }).pow(0).dtype, tensor([3], { dtype: "int32" }).pow(0).item()]).toEqual(["int32", 1]);
  expect(tensor([100, 100], { dtype: "int8" }).prod().item()).toBe(10000);
  expect(tensor([1], { dtype: "bool" }).isFinite().toArray()).toEqual([1]);
  expect(tensor([300, -200, NaN]).cast("int8").toArray()).toEqual([127, -128, 0]); // as uint8 does; PyTorch wraps
});

test("int64 holds BigInts of 64 bits, wraps numbers beyond and pads with whole ones", () => {
  const one = tensor([1], { dtype: "int64" });
  expect(one.bigints()).toEqual(BigInt64Array.of(1n));
  expect(() => tensor([2n ** 63n] as never, { dtype: "int64" })).toThrow("tensor: got 9223372036854775808 for dtype int64");
  expect(tensor([-(2n ** 63n)] as never, { dtype: "int64" }).bigints()).toEqual(BigInt64Array.of(-(2n ** 63n)));
  expect(one.add(2 ** 64 + 4096).bigints()).toEqual(BigInt64Array.of(4097n));
  expect(one.pad([[0, 1]], 3.5).bigints()).toEqual(BigInt64Array.of(1n, 3n));
});

test("floorDivide has no slope, by 0 neither", () => {
  const slopes = t.grad((a: Tensor, b: Tensor) => a.floorDivide(b).sum(), [0, 1])(tensor([1, 2]), tensor([0, 3]));
  expect(t.tree.map((slope) => slope.toArray(), slopes)).toEqual([[0, 0], [0, 0]]); // prettier-ignore
});

test("floorDivide goes with remainder", () => {
  const by = (a: number[], b: number[]): unknown => t.floorDivide(tensor(a), tensor(b)).toArray();
  expect(by([1, -1, 7, -7, 5], [0.1, Infinity, 2, 2, 0])).toEqual([9, -1, 3, -4, Infinity]);
  expect(by([7, -7, -3, -3, 0], [-2, -2, -128.5, Infinity, -2])).toEqual([-4, 3, 0, -1, -0]);
});

test("nothing, and fewer elements than the correction", () => {
  expect([tensor([1, 2]).variance(0, { correction: 3 }).item(), zeros([0]).variance().item()]).toEqual([Infinity, NaN]);
  expect([zeros([0]).logsumexp().item(), zeros([2, 0]).softmax().shape, zeros([2, 0]).logSoftmax().shape]).toEqual([
    -Infinity,
    [2, 0],
    [2, 0],
  ]);
});
