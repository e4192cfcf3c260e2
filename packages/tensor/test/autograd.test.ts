import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { Generator } from "@rl/random";
import * as t from "../src/index.ts";
import { tensor, zeros, type Tensor } from "../src/index.ts";

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
    expect(() => y.sum().backward()).toThrow(/the result of exp, .* needed for the gradient .*version 1, expected 0/);
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
    x.zeroGrad();
    old.backward(); // z's first element as it is now: 0 + x₀
    expect(x.grad!.toArray()).toEqual([1, 0, 0]);
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
    collect(); // buffers that the first found are given back in the background, at the latest when the second begins
    const after = process.memoryUsage();
    // One pass holds about 20 KB; a thousand that leaked would be 20 MB.
    expect(after.heapUsed - before.heapUsed).toBeLessThan(2e6);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2e6);
  });
});
