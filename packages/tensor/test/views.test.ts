import { describe, expect, test } from "vitest";
import * as t from "../src/index.ts";
import { tensor, zeros } from "../src/index.ts";

describe("views", () => {
  test("slices share memory: writing to the view changes the base, and the other way", () => {
    const base = zeros([3, 4]);
    base.slice("1:, ::2").fill_(7);
    expect(base.toArray()).toEqual([
      [0, 0, 0, 0],
      [7, 0, 7, 0],
      [7, 0, 7, 0],
    ]);
    const row = base.slice(2);
    base.fill_(1);
    expect(row.toArray()).toEqual([1, 1, 1, 1]);
    base.slice(null, -1).copy_(tensor([5, 6, 7]));
    expect(base.slice("..., -1").toArray()).toEqual([5, 6, 7]);
    base.transpose().slice(0).zero_();
    expect(base.slice("0, :2").toArray()).toEqual([0, 1]);
    expect(row.isView && !base.isView).toBe(true);
  });

  test("overlapping copies read before they write", () => {
    const x = t.arange(6).cast("float32");
    x.slice("1:").copy_(x.slice(":-1"));
    expect(x.toArray()).toEqual([0, 0, 1, 2, 3, 4]);
    x.copy_(x.flip(0));
    expect(x.toArray()).toEqual([4, 3, 2, 1, 0, 0]);
  });

  test("reshape, transpose, unsqueeze, expand, squeeze and flip are views", () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    x.reshape([4]).slice(0).fill_(10);
    x.transpose().slice("0, 1").fill_(30);
    x.unsqueeze(0).slice("0, 0, 1").fill_(20);
    x.flip([0, 1]).slice("0, 0").fill_(40);
    expect(x.toArray()).toEqual([
      [10, 20],
      [30, 40],
    ]);
    const column = tensor([[1], [2]]);
    expect(column.expand([2, 3]).toArray()).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(column.expand([2, 3]).strides).toEqual([1, 0]);
    expect(x.transpose().isContiguous).toBe(false);
    expect(x.transpose().reshape([4]).isView).toBe(false);
    expect(x.transpose().reshape([4]).toArray()).toEqual([10, 30, 20, 40]);
  });

  test("positions and steps follow Python", () => {
    const x = t.arange(10);
    const cases: [string, number[]][] = [
      ["2:5", [2, 3, 4]],
      ["-3:", [7, 8, 9]],
      [":-7", [0, 1, 2]],
      ["::3", [0, 3, 6, 9]],
      ["::-4", [9, 5, 1]],
      ["7:2:-2", [7, 5, 3]],
      ["5:100", [5, 6, 7, 8, 9]],
      ["5:2", []],
      ["-100:2", [0, 1]],
    ];
    for (const [spec, expected] of cases) expect(x.slice(spec).toArray(), spec).toEqual(expected);
    expect(x.slice(-1).item()).toBe(9);
    expect(x.slice([1, null, 4]).toArray()).toEqual([1, 5, 9]);
    expect(() => x.slice(10)).toThrow("got row 10 of axis 0, which has 10");
    expect(() => x.slice("0, 0")).toThrow("at most 1");
    expect(() => x.slice("a")).toThrow('got "a"');
    expect(() => x.slice("::0")).toThrow("step 0");
    expect(
      tensor([
        [1, 2],
        [3, 4],
      ])
        .rows()
        .map((row) => row.toArray()),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("typed arrays and tensors share memory in both directions; clone does not", () => {
    const array = Float32Array.of(1, 2, 3, 4);
    const x = tensor(array, { shape: [2, 2] });
    array[0] = 10;
    expect(x.slice("0, 0").item()).toBe(10);
    x.slice("1, 1").fill_(40);
    expect(array[3]).toBe(40);
    expect(x.data()).toBe(array);
    x.slice(1).data()[0] = 30;
    expect(array[2]).toBe(30);
    const copy = x.clone();
    copy.fill_(0);
    expect(array[0]).toBe(10);
    const apart = x.read();
    apart[0] = 0;
    expect(array[0]).toBe(10);
    // A transposed view has no array of its own: data() is a copy.
    x.transpose().data()[0] = 0;
    expect(array[0]).toBe(10);
  });
});
