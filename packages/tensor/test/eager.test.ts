import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { Generator } from "@rl/random";
import * as t from "../src/index.ts";
import { tensor, zeros, type Tensor } from "../src/index.ts";

describe("creation", () => {
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
    expect(() => big.cumsum(0)).toThrow("cumsum: got int64; expected another dtype");
    expect(() => tensor([7, 8]).take(tensor([4294967296], { dtype: "int64" }))).toThrow("take: got index 4294967296; expected at most");
    expect(() => t.layerNorm(tensor([1, 2]), t.ones([2, 2]))).toThrow("layerNorm: got shape [2] and a weight of 2 axes");
    expect(() => big.sum()).toThrow("int64");
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
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(Object.getPrototypeOf(t.Tensor.prototype) as object)).filter((name) =>
      name.endsWith("_"),
    );
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

describe("autograd", () => {
  test("the worked example: out = mean(3(x + 2)²), ∂out/∂x = x + 2", () => {
    const x = tensor(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { requiresGrad: true },
    );
    const y = x.add(2);
    const z = y.mul(y).mul(3);
    const out = z.mean();
    expect([x.gradFn, y.gradFn!.name, z.gradFn!.name, out.gradFn!.name]).toEqual([null, "add", "mul", "mean"]);
    expect(out.gradFn!.inputs[0]!.name).toBe("sum");
    expect(x.grad).toBeNull();
    out.backward();
    expect(x.grad!.toArray()).toEqual(y.toArray());
    out.backward();
    expect(x.grad!.toArray()).toEqual([
      [6, 8, 10],
      [12, 14, 16],
    ]);
    x.zeroGrad();
    expect(x.grad).toBeNull();
  });

  test("requiresGrad follows inputs, cannot be set on results, can on what the user made", () => {
    const x = tensor([1, 2]);
    expect(x.add(1).requiresGrad).toBe(false);
    x.requiresGrad = true;
    const y = x.add(1);
    expect([y.requiresGrad, y.detach().requiresGrad, t.noGrad(() => x.add(1)).requiresGrad]).toEqual([true, false, false]);
    expect(() => (y.requiresGrad = false)).toThrow("computed by add");
    x.requiresGrad = false;
    expect(x.add(1).requiresGrad).toBe(false);
    expect(() => tensor([1], { dtype: "int32", requiresGrad: true })).toThrow("float32 or float64");
    expect(x.greater(0).requiresGrad).toBe(false);
  });

  test("backward with a gradient is the gradient of sum(z · gradient); without one on a non-scalar it says so", () => {
    const g = tensor([
      [1, 10],
      [100, 1000],
    ]);
    const run = (finish: (z: Tensor) => void): unknown => {
      const x = tensor(
        [
          [1, 2],
          [3, 4],
        ],
        { requiresGrad: true },
      );
      finish(x.mul(x));
      return x.grad!.toArray();
    };
    expect(run((z) => z.backward(g))).toEqual(run((z) => z.mul(g).sum().backward()));
    expect(run((z) => z.backward(g))).toEqual([
      [2, 40],
      [600, 8000],
    ]);
    const x = tensor([1, 2], { requiresGrad: true });
    expect(() => x.mul(2).backward()).toThrow("call backward(gradient)");
    expect(() => x.mul(2).backward(tensor([1, 2, 3]))).toThrow("expected float32[2]");
    expect(() => tensor([1]).sum().backward()).toThrow("requiresGrad");
    expect(() => t.compile((a: Tensor) => (a.sum().backward(), a))(tensor([1]))).toThrow("use grad");
  });

  test("a value changed in place that a gradient needs is detected; one that it does not need is not", () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = x.exp();
    y.add_(1);
    expect(() => y.sum().backward()).toThrow(/needed for the gradient of exp.*version 1, expected 0/);
    const v = x.mul(2);
    const w = v.add(1);
    v.mul_(3);
    w.sum().backward();
    expect(x.grad!.toArray()).toEqual([2, 2]);
    const array = tensor([3, 4]);
    const product = x.mul(array);
    array.slice(0).fill_(5);
    expect(() => product.sum().backward()).toThrow("changed in place afterwards");
  });

  test("changes in place are differentiated, also through views", () => {
    const x = tensor([1, 2, 3], { requiresGrad: true });
    const y = x.mul(2);
    y.slice("0:2").mul_(10);
    y.slice(2).fill_(0);
    y.sum().backward();
    expect(x.grad!.toArray()).toEqual([20, 20, 0]);
    x.zeroGrad();
    const z = zeros([4]);
    const part = z.slice("1:");
    part.copy_(x.square());
    z.mul(tensor([1, 1, 10, 100]))
      .sum()
      .backward();
    // ∂/∂x of x₀² + 10·x₁² + 100·x₂²
    expect(x.grad!.toArray()).toEqual([2, 40, 600]);
    expect(part.requiresGrad && z.requiresGrad).toBe(true);
    const old = z.slice(0);
    z.slice(0).add_(x.slice(0));
    expect(() => old.mul(2)).toThrow("take the view again");
  });

  test("leaves may change inside noGrad only", () => {
    const w = tensor([1, 2], { requiresGrad: true });
    expect(() => w.add_(1)).toThrow("inside noGrad");
    expect(() => w.slice(0).fill_(3)).toThrow("inside noGrad");
    t.noGrad(() => w.sub_(tensor([0.5, 0.5])));
    expect([w.toArray(), w.requiresGrad]).toEqual([[0.5, 1.5], true]);
  });

  test("gradient descent by hand", () => {
    const w = tensor([5, -3], { requiresGrad: true, dtype: "float64" });
    for (let i = 0; i < 100; i++) {
      w.sub(tensor([1, 2], { dtype: "float64" }))
        .square()
        .sum()
        .backward();
      t.noGrad(() => w.sub_(w.grad!.mul(0.1)));
      w.zeroGrad();
    }
    // w − target shrinks by 1 − 2·0.1 a step: 4·0.8¹⁰⁰ = 8.1481e-10 and −5·0.8¹⁰⁰ remain.
    expect((w.data()[0]! - 1) * 1e10).toBeCloseTo(8.1481, 3);
    expect((w.data()[1]! - 2) * 1e10).toBeCloseTo(-10.1852, 3);
  });

  test("gradients of gradients with createGraph", () => {
    const x = tensor(2, { requiresGrad: true });
    x.pow(3).backward(undefined, { createGraph: true });
    const slope = x.grad!;
    x.zeroGrad();
    slope.backward();
    // (x³)″ = 6x
    expect(x.grad!.item()).toBe(12);
  });

  test("clone and to pass gradients, detach stops them", () => {
    const x = tensor([1, 2], { requiresGrad: true });
    x.clone().mul(2).add(x.to("float64").mul(3)).add(x.detach().mul(100)).sum().backward();
    expect(x.grad!.toArray()).toEqual([5, 5]);
  });

  test("a thousand backward passes leak nothing", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const w = t.randomNormal([32, 32], new Generator(0), { requiresGrad: true } as never);
    const pass = (): void => {
      w.matmul(w).tanh().mean().backward();
      w.zeroGrad();
    };
    for (let i = 0; i < 20; i++) pass();
    collect();
    const before = process.memoryUsage();
    for (let i = 0; i < 1000; i++) pass();
    collect();
    const after = process.memoryUsage();
    // One pass holds about 20 KB; a thousand that leaked would be 20 MB.
    expect(after.heapUsed - before.heapUsed).toBeLessThan(2e6);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2e6);
  });
});
