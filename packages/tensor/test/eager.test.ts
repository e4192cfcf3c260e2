import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Generator } from "@rl/random";
import * as t from "../src/index.ts";
import { tensor, zeros, type Tensor } from "../src/index.ts";

describe("creation", () => {
  test("the console shows type, shape and elements, inside of other values, too", () => {
    expect(inspect({ weights: tensor([[1, 2.5]]), step: tensor(3, { dtype: "int32" }) })).toBe(
      "{ weights: Tensor float32[1, 2] [[1, 2.5]], step: Tensor int32[] 3 }",
    );
  });

  test("uninitialised, zeros, ones, filled, ranges, identity", () => {
    expect(t.empty([2, 3]).shape).toEqual([2, 3]);
    expect(zeros([2, 2]).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(t.ones([3], { dtype: "int16" }).dtype).toBe("int16");
    expect(t.full([2], 2.5).toArray()).toEqual([2.5, 2.5]);
    expect(t.arange(5).toArray()).toEqual([0, 1, 2, 3, 4]);
    expect(t.arange(5).dtype).toBe("int32");
    expect(t.arange(1, 2, 0.25).toArray()).toEqual([1, 1.25, 1.5, 1.75]);
    expect(t.arange(3, 0, -1).toArray()).toEqual([3, 2, 1]);
    expect(t.linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(t.eye(2, 3).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  test("random numbers come from a generator and repeat with its seed", () => {
    const a = t.randomNormal([3, 2], new Generator(1), { mean: 10, std: 2, dtype: "float64" });
    const rng = new Generator(1);
    expect([...a.data()]).toEqual(Array.from({ length: 6 }, () => 10 + 2 * rng.standardNormal()));
    const u = t.randomUniform([100], new Generator(1), { low: -1, high: 1 }).data();
    expect(Math.min(...u)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...u)).toBeLessThan(1);
  });

  test("from nested arrays, numbers and typed arrays, with every dtype", () => {
    const m = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect([m.shape, m.dtype, m.size, m.rank]).toEqual([[2, 3], "float32", 6, 2]);
    expect(tensor(3).item()).toBe(3);
    expect(tensor(true).dtype).toBe("bool");
    for (const [dtype, array] of [
      ["uint8", Uint8Array],
      ["int8", Int8Array],
      ["int16", Int16Array],
      ["int32", Int32Array],
      ["float32", Float32Array],
      ["float64", Float64Array],
    ] as const) {
      const x = tensor([1, 2, 100], { dtype });
      expect(x.data()).toBeInstanceOf(array);
      expect(x.toArray()).toEqual([1, 2, 100]);
      expect(tensor(new array(2)).dtype).toBe(dtype);
    }
    const big = tensor(BigInt64Array.of(2n ** 60n, -1n));
    expect(big.dtype).toBe("int64");
    expect([...big.add(1).bigints()]).toEqual([2n ** 60n + 1n, 0n]);
    expect([...tensor([7, -7], { dtype: "int64" }).floorDivide(2).bigints()]).toEqual([3n, -4n]);
    expect(() => big.data()).toThrow("bigints()");
    expect(() => big.exp()).not.toThrow();
    expect(() => big.matmul(big)).toThrow("dot: got int64; expected another dtype");
    expect(() => tensor([7, 8]).take(tensor([4294967296], { dtype: "int64" }))).toThrow("take: got index 4294967296; expected at most");
    expect(() => t.layerNorm(tensor([1, 2]), t.ones([2, 2]))).toThrow("layerNorm: got shape [2] and a weight of 2 axes");
  });

  test("small integers wrap, and mix to the wider type", () => {
    expect(tensor([127, -128], { dtype: "int8" }).add(1).toArray()).toEqual([-128, -127]);
    expect(tensor([32767], { dtype: "int16" }).mul(2).toArray()).toEqual([-2]);
    expect(tensor([1], { dtype: "int8" }).add(tensor([1], { dtype: "uint8" })).dtype).toBe("int16");
    expect(tensor([1], { dtype: "int32" }).add(0.5).dtype).toBe("float32");
    expect(tensor([3], { dtype: "int32" }).div(2).item()).toBe(1.5);
    expect(tensor([1], { dtype: "int32" }).add(tensor([1], { dtype: "float64" })).dtype).toBe("float64");
    expect(tensor([2]).mul(tensor([3], { dtype: "int32" })).dtype).toBe("float32");
  });

  test("bad data, shapes and options are refused", () => {
    expect(() => tensor([[1, 2], [3]])).toThrow("rows of different length");
    expect(() => tensor([1, 2, 3], { shape: [2, 2] })).toThrow("got 3 elements and shape [2, 2]");
    for (const shape of [[-1], [1.5], [NaN], [Infinity]]) expect(() => zeros(shape)).toThrow("whole numbers ≥ 0");
    expect(() => zeros([2 ** 20, 2 ** 20])).toThrow("at most 2^31");
    expect(() => tensor([1], { dtyp: "int8" } as never)).toThrow('unknown option "dtyp"');
    expect(() => tensor([1], { dtype: "float16" as never })).toThrow('got dtype "float16"');
    expect(() => tensor(["a"] as never)).toThrow("expected numbers");
  });
});

describe("operations in four forms", () => {
  const a = (): Tensor => tensor([1, 2, 3]);
  test("function, method, out, in place", () => {
    expect(t.add(a(), 1).toArray()).toEqual([2, 3, 4]);
    expect(a().add(1).toArray()).toEqual([2, 3, 4]);
    const out = zeros([3]);
    expect(t.add(a(), 1, { out })).toBe(out);
    expect(out.toArray()).toEqual([2, 3, 4]);
    const x = a();
    expect(x.add_(1)).toBe(x);
    expect(x.toArray()).toEqual([2, 3, 4]);
  });

  test("every operation in place gives what its plain form gives", () => {
    const methods: string[] = [];
    for (let at = t.Tensor.prototype as object; at !== Object.prototype; at = Object.getPrototypeOf(at) as object)
      methods.push(...Object.getOwnPropertyNames(at).filter((name) => name.endsWith("_") && !name.startsWith("_")));
    const special = new Set([
      "fill_",
      "zero_",
      "normal_",
      "uniform_",
      "t_",
      "transpose_",
      "squeeze_",
      "unsqueeze_",
      "copy_",
      "scatterAdd_",
      "lerp_",
      "cumsum_",
      "clamp_",
      // These: torch-list.test.ts.
      "cumprod_",
      "maskedFill_",
      "tril_",
      "triu_",
    ]);
    let tried = 0;
    for (const name of methods) {
      if (special.has(name)) continue;
      const bits = ["and_", "or_", "xor_", "not_"].includes(name);
      const x = tensor([1, 2, 3], { dtype: bits ? "int32" : "float32" });
      const call = (at: Tensor, method: string): Tensor =>
        (at as unknown as Record<string, (b?: number) => Tensor>)[method]!(...(/^(elu|leakyRelu)/.test(method) ? [] : [2]));
      expect(call(x.clone(), name).toArray(), name).toEqual(call(x, name.slice(0, -1)).toArray());
      tried++;
    }
    expect(tried).toBeGreaterThan(45);
  });

  test("copy_, fill_, zero_, t_, transpose_, squeeze_, unsqueeze_, clamp_, lerp_, cumsum_, scatterAdd_, normal_, uniform_", () => {
    const x = zeros([2, 3]);
    x.copy_(tensor([1, 2, 3]));
    expect(x.toArray()).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    x.t_();
    expect([x.shape, x.toArray()]).toEqual([
      [3, 2],
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
    ]);
    x.transpose_().unsqueeze_(0);
    expect(x.shape).toEqual([1, 2, 3]);
    expect(x.squeeze_().clamp_(2, null).toArray()).toEqual([
      [2, 2, 3],
      [2, 2, 3],
    ]);
    expect(x.cumsum_(1).toArray()).toEqual([
      [2, 4, 7],
      [2, 4, 7],
    ]);
    expect(x.lerp_(0, 0.5).toArray()).toEqual([
      [1, 2, 3.5],
      [1, 2, 3.5],
    ]);
    expect(x.scatterAdd_(tensor([1, 1], { dtype: "int32" }), 1).toArray()).toEqual([
      [1, 2, 3.5],
      [3, 4, 5.5],
    ]);
    expect(x.fill_(9).zero_().sum().item()).toBe(0);
    const drawn = zeros([4]).normal_(new Generator(3));
    expect(drawn.toArray()).toEqual(t.randomNormal([4], new Generator(3)).toArray());
    expect(zeros([4]).uniform_(new Generator(3), { low: 2, high: 3 }).min().item()).toBeGreaterThanOrEqual(2);
  });

  test("misuse is explained", () => {
    expect(() =>
      tensor([1, 2]).add_(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toThrow("got a result of shape [2, 2] for a tensor of shape [2]");
    expect(() => tensor([1, 2], { dtype: "int32" }).add_(0.5)).toThrow("cannot hold it");
    expect(() => tensor([1]).expand([3]).add_(1)).toThrow("expanded view");
    expect(() => t.add(a(), 1, { out: zeros([2]) })).toThrow("got a result of shape [3]");
    expect(() => t.add(tensor([1], { requiresGrad: true }), 1, { out: zeros([1]) })).toThrow("not recorded");
    expect(() => t.compile((x: Tensor) => x.add_(1))(a())).toThrow("cannot change in place; use add");
    expect(() => t.add(a(), [1] as never)).toThrow("got [1]");
    expect(() => t.add(tensor([1, 2, 3]), tensor([1, 2]))).toThrow("got shapes [3] and [2]");
  });
});
