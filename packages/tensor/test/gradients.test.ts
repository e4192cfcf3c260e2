import { describe, expect, test } from "vitest";
import * as t from "../src/index.ts";
import { compile, grad, tensor, type Tensor } from "../src/index.ts";
import { primitives } from "../src/primitives/index.ts";
import { goldenCases, goldenHigher, load, operationOf, relativeError, type GoldenArray } from "./golden.ts";

const f64 = (data: number[] | number[][]): Tensor => tensor(data, { dtype: "float64" });
const i32 = (data: number[]): Tensor => tensor(data, { dtype: "int32" });

/** Central differences of a scalar function of several tensors, along one direction per tensor. */
function slopeAlong(f: (x: Tensor[]) => Tensor, at: Tensor[], direction: Tensor[], step: number): number {
  const moved = (h: number): number => f(at.map((x, i) => x.add(direction[i]!.mul(h)))).item();
  return (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / (12 * step);
}

/** Numbers that look random and are the same every time. */
function pattern(like: Tensor, phase: number): Tensor {
  const data = Float64Array.from({ length: like.size }, (_v, i) => Math.sin(12.9898 * (i + 1) + 78.233 * phase));
  return tensor(data, { shape: like.shape });
}

/** First and second derivatives of Σ f(x)·w against differences, outside and inside compile. */
function checkDerivatives(f: (x: Tensor[]) => Tensor, at: Tensor[], step = 1e-4): void {
  const sample = f(at);
  const weights = pattern(sample, 1);
  const loss = (x: Tensor[]): Tensor => f(x).mul(weights).sum();
  const directions = at.map((x, i) => pattern(x, i + 2));
  const slope = grad(loss)(at);
  const along = (x: Tensor[]): Tensor => t.inner(grad(loss)(x), directions);
  const size = slope.reduce((n, g) => n + g.abs().sum().item(), 1e-3);
  const first = t.inner(slope, directions).item();
  expect(Math.abs(first - slopeAlong(loss, at, directions, step)) / size, "first derivative").toBeLessThan(1e-7);
  const curvature = grad(along)(at);
  const second = t.inner(curvature, directions).item();
  const bend = curvature.reduce((n, g) => n + g.abs().sum().item(), size);
  expect(Math.abs(second - slopeAlong(along, at, directions, step)) / bend, "second derivative").toBeLessThan(1e-7);
  const compiled = compile(grad(along))(at);
  compiled.forEach((g, i) => expect(relativeError(g.read(), [...curvature[i]!.read()])).toBeLessThan(1e-12));
}

describe("derivatives against finite differences, of first and second order", () => {
  goldenCases.forEach((golden, i) => {
    const run = operationOf(golden.op);
    // The step must not cross a kink, and the function must not be too steep for it.
    if (!run || golden.op === "logsumexp big") return;
    test(`golden ${i} ${golden.op}`, () => {
      const floats = golden.inputs.filter(({ dtype }) => dtype === "float").map((x) => load(x, "float64"));
      const f = (x: Tensor[]): Tensor => {
        let next = 0;
        return run(
          golden.inputs.map((input) => (input.dtype === "float" ? x[next++]! : load(input, "float64"))),
          golden.attributes,
        );
      };
      checkDerivatives(f, floats, golden.op.includes("wide") ? 1e-5 : 1e-4);
    });
  });

  const x = f64([0.3, -1.2, 2.1, 0.7]);
  const positive = f64([0.3, 1.2, 2.1, 0.7]);
  const m = f64([
    [0.5, -1, 2],
    [1.5, 0.2, -0.7],
  ]);
  const more: Record<string, [f: (x: Tensor[]) => Tensor, at: Tensor[]]> = {
    erf: [([a]) => a!.erf(), [x]],
    tan: [([a]) => a!.tan(), [x.mul(0.3)]],
    log2: [([a]) => a!.log2(), [positive]],
    log10: [([a]) => a!.log10(), [positive]],
    softsign: [([a]) => a!.softsign(), [x]],
    hardtanh: [([a]) => a!.hardtanh(), [x]],
    elu: [([a]) => a!.elu(0.7), [x]],
    fmod: [([a, b]) => a!.fmod(b!), [x, f64([0.7, 0.5, -0.8, 0.4])]],
    remainder: [([a, b]) => a!.remainder(b!), [x, f64([0.7, 0.5, -0.8, 0.4])]],
    lerp: [([a, b, w]) => a!.lerp(b!, w!), [x, positive, f64([0.1, 0.2, 0.3, 0.4])]],
    "pow tensors": [([a, b]) => a!.pow(b!), [positive, x]],
    "pow negative": [([a]) => a!.pow(-3), [x]],
    "pow half": [([a]) => a!.pow(0.5), [positive]],
    "pow fraction": [([a]) => a!.pow(2.5), [positive]],
    "clamp by tensors": [([a, low, high]) => a!.clamp(low!, high!), [x, f64([0, 0, 0, 0]), f64([1, 1, 1, 0.5])]],
    round: [([a]) => a!.floor().add(a!.ceil()).add(a!.round()).add(a!.sign()).add(a!.trunc()).mul(a!), [x]],
    take: [([a]) => a!.take(i32([1, 1, 0]), 1), [m]],
    scatterAdd: [
      ([a, u]) => a!.square().scatterAdd(i32([2, 0, 2]), u!.square(), 1),
      [
        m,
        f64([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ],
    ],
    scatterAddAlong: [
      ([a, u]) => a!.square().scatterAddAlong(tensor([[1, 0, 1]], { dtype: "int32" }), u!.square(), 0),
      [m, f64([[1, 2, 3]])],
    ],
    "cumsum reverse": [([a]) => a!.cumsum(1, true).square(), [m]],
    "fold of unfold": [
      ([a]) =>
        a!
          .unfold({ kernel: 2, stride: 1, dilation: [1, 2] })
          .square()
          .fold({ kernel: 2, stride: 1, dilation: [1, 2] }, [3, 4]),
      [pattern(t.zeros([1, 2, 3, 4]), 3)],
    ],
    tile: [([a]) => a!.tile([2, 2]).square(), [m]],
    split: [([a]) => a!.split([1, 2], 1)[1]!.square(), [m]],
    "pad inside": [([a]) => a!.padWith([1, 0], [0, 2], [2, 1], 3).square(), [m]],
    "slice with steps": [([a]) => a!.slice("::-1, ::2").square(), [m]],
    "cast to float32 and back": [([a]) => a!.cast("float64").square(), [m]],
    sumTo: [([a]) => a!.sumTo([1, 3]).square(), [m]],
    "norm of all": [([a]) => a!.norm(), [m]],
    "prod with a zero": [([a]) => a!.prod(), [f64([2, 0, 3, -1])]],
    "avgPool with padding": [([a]) => a!.avgPool2d({ kernel: 2, stride: 1, padding: 1 }).square(), [pattern(t.zeros([1, 1, 3, 3]), 5)]],
    "custom gradient": [
      ([a]) =>
        t.customGradient(
          "cube",
          [a!],
          (v) => v.pow(3),
          ({ inputs: [v], cotangent }) => [v!.square().mul(3).mul(cotangent)],
        ),
      [x],
    ],
  };
  for (const [name, [f, at]] of Object.entries(more)) test(name, () => checkDerivatives(f, at));

  test("every primitive with a gradient rule was tried", () => {
    const seen = new Set<string>();
    const look = (f: (x: Tensor[]) => Tensor, at: Tensor[]): void => {
      const text =
        String(t.inspect(((...a: Tensor[]) => grad((b: Tensor[]) => f(b).sum())(a)) as never, at).traced) +
        t.inspect(((...a: Tensor[]) => f(a)) as never, at).traced;
      for (const [, op] of text.matchAll(/= (\w+)/g)) seen.add(op!);
    };
    for (const [f, at] of Object.values(more)) look(f, at);
    for (const golden of goldenCases) {
      const run = operationOf(golden.op);
      const inputs = golden.inputs.map((input) => load(input, "float64"));
      if (run && golden.inputs.every(({ dtype }) => dtype === "float")) look((a) => run(a, golden.attributes), inputs);
    }
    look(([a]) => a!.gather(tensor([[0, 1]], { dtype: "int32" }), 1).add(a!.greater(0).where(a!, 0).sum()), [f64([[1, 2]])]);
    const differentiable = [...primitives.values()].filter(({ gradient }) => gradient).map(({ name }) => name);
    expect(differentiable.filter((name) => !seen.has(name))).toEqual([]);
  });
});

describe("golden/autograd.json, higher", () => {
  const { hvp } = goldenHigher as {
    hvp: { x: GoldenArray; parameters: GoldenArray[]; v: GoldenArray[]; gradient: GoldenArray[]; hvp: GoldenArray[] };
  };
  const close = (actual: Tensor[], expected: GoldenArray[], tolerance: number): void =>
    expected.forEach((e, i) => expect(relativeError(actual[i]!.read(), e.data)).toBeLessThan(tolerance));
  for (const [dtype, tolerance] of [
    ["float64", 1e-10],
    ["float32", 1e-5],
  ] as const) {
    const x = load(hvp.x, dtype);
    const params = hvp.parameters.map((p) => load(p, dtype));
    const v = hvp.v.map((p) => load(p, dtype));
    const network = ([w1, b1, w2]: Tensor[]): Tensor => x.matmul(w1!).add(b1!).tanh().matmul(w2!);
    const loss = (p: Tensor[]): Tensor => network(p).square().mean();
    const fisher = (name: string): GoldenArray[] => (goldenHigher[name] as { fvp: GoldenArray[] }).fvp;

    test(`gradient and Hessian-vector product, ${dtype}`, () => {
      close(grad(loss)(params), hvp.gradient, tolerance);
      close(t.hvp(loss, params, v), hvp.hvp, tolerance);
      close(compile((p: Tensor[], u: Tensor[]) => t.hvp(loss, p, u))(params, v), hvp.hvp, tolerance);
      // The same by forward over reverse.
      close(t.jvp((...p: Tensor[]) => grad(loss)(p), params, v).tangent, hvp.hvp, tolerance);
    });

    test(`Fisher-vector products, ${dtype}`, () => {
      const categorical = (p: Tensor[]): Tensor => {
        const log = network(p).logSoftmax();
        const old = t.stopGradient(log);
        return old.exp().mul(old.sub(log)).sum(-1).mean();
      };
      close(t.hvp(categorical, params, v), fisher("fisher categorical"), tolerance);
      const gaussian = (p: Tensor[]): Tensor => {
        const mean = network(p);
        return mean
          .sub(t.stopGradient(mean))
          .square()
          .div(2 * 0.25)
          .sum(-1)
          .mean();
      };
      close(compile((p: Tensor[], u: Tensor[]) => t.hvp(gaussian, p, u))(params, v), fisher("fisher gaussian"), tolerance);
    });

    test(`derivatives of tanh(t)·exp(−t) of order 0 to 3, ${dtype}`, () => {
      const golden = goldenHigher["derivatives of tanh(t)exp(-t)"] as unknown as { t: number[]; "orders 0..3": number[][] };
      let f = (s: Tensor): Tensor => s.tanh().mul(s.neg().exp());
      golden["orders 0..3"].forEach((expected) => {
        const values = golden.t.map((s) => f(tensor(s, { dtype })).item());
        expect(relativeError(values, expected)).toBeLessThan(tolerance);
        f = grad(f);
      });
    });
  }
});

describe("functional forms", () => {
  test("grad of one argument, several, of trees, with aux", () => {
    const f = (a: Tensor, b: { c: Tensor; d: [Tensor] }): Tensor => a.mul(b.c).add(b.d[0].square()).sum();
    const a = tensor([1, 2]);
    const b: { c: Tensor; d: [Tensor] } = { c: tensor([3, 4]), d: [tensor([5, 6])] };
    expect(grad(f)(a, b).toArray()).toEqual([3, 4]);
    expect(grad(f, 1)(a, b).d[0].toArray()).toEqual([10, 12]);
    const [ga, gb] = grad(f, [0, 1])(a, b) as [Tensor, typeof b];
    expect([ga.toArray(), gb.c.toArray()]).toEqual([
      [3, 4],
      [1, 2],
    ]);
    const { value, gradient, aux } = t.valueAndGrad((x: Tensor) => [x.square().sum(), { double: x.mul(2) }] as const)(a);
    expect([value.item(), gradient.toArray(), aux.double.toArray()]).toEqual([5, [2, 4], [2, 4]]);
    expect([value, aux.double].map((v) => v.requiresGrad)).toEqual([false, false]);
  });

  test("vjp and jvp", () => {
    const f = (x: Tensor, y: Tensor): Tensor => x.matmul(y).tanh();
    const x = f64([
      [1, 2],
      [3, 4],
    ]).mul(0.1);
    const y = f64([[1], [-2]]);
    const { value, pullback } = t.vjp(f, x, y);
    expect(value.shape).toEqual([2, 1]);
    const [gx, gy] = pullback(f64([[1], [0]]));
    // y' = 1 − tanh²(−0.3) = 0.91513696; gx row 0 = y'·[1, −2]
    expect(gx.slice(0).toArray()).toEqual([expect.closeTo(0.9151369618266292, 12), expect.closeTo(-1.8302739236532584, 12)]);
    expect(gx.slice(1).toArray()).toEqual([0, 0]);
    expect(gy.toArray()).toEqual([[expect.closeTo(0.09151369618266292, 12)], [expect.closeTo(0.18302739236532584, 12)]]);
    const { tangent } = t.jvp(f, [x, y], [x.onesLike(), y.zerosLike()]);
    // d = 1·1 + 1·(−2) = −1 times y'
    expect(tangent.slice("0, 0").item()).toBeCloseTo(-0.9151369618266292, 12);
  });

  test("stopGradient, noGrad, and what nothing depends on", () => {
    const x = tensor([2, 3]);
    expect(grad((a: Tensor) => a.mul(t.stopGradient(a)).sum())(x).toArray()).toEqual([2, 3]);
    expect(grad((a: Tensor) => a.mul(t.noGrad(() => a.mul(1))).sum())(x).toArray()).toEqual([2, 3]);
    expect(grad((a: { used: Tensor; unused: Tensor }) => a.used.sum())({ used: x, unused: x }).unused.toArray()).toEqual([0, 0]);
    expect(t.noGrad(() => grad((a: Tensor) => a.square().sum())(x)).toArray()).toEqual([4, 6]);
  });

  test("nested differentiation keeps its variables apart", () => {
    // d/dx [x · d/dy (x + y)] = 1, not 2: the classic trap of perturbation confusion.
    expect(grad((x: Tensor) => x.mul(grad((y: Tensor) => x.add(y))(tensor(1))))(tensor(1)).item()).toBe(1);
    const captured = tensor([1, 2], { requiresGrad: true });
    grad((x: Tensor) => x.mul(captured).square().sum())(tensor([3, 4]))
      .sum()
      .backward();
    // ∂/∂c Σ 2xc² = 4xc
    expect(captured.grad!.toArray()).toEqual([12, 32]);
  });

  test("equal elements share the gradient of max, maximum and minimum", () => {
    expect(grad((x: Tensor) => x.max())(tensor([1, 3, 3])).toArray()).toEqual([0, 0.5, 0.5]);
    expect(grad((x: Tensor) => x.maximum(2).sum())(tensor([1, 2, 3])).toArray()).toEqual([0, 0.5, 1]);
    expect(grad((x: Tensor) => x.clamp(0, 1).sum())(tensor([0, 0.5, 1, 2])).toArray()).toEqual([1, 1, 1, 0]);
    expect(grad((x: Tensor) => x.relu().sum())(tensor([0, -1, 1])).toArray()).toEqual([0, 0, 1]);
    expect(grad((x: Tensor) => x.pow(tensor([2, 2])).sum())(tensor([0, 3])).toArray()).toEqual([0, 6]);
  });

  test("misuse is explained", () => {
    expect(() => grad((x: Tensor) => x)(tensor([1, 2]))).toThrow("returned shape [2]; expected a scalar");
    expect(() => grad((x: Tensor) => x.sum())(tensor([1], { dtype: "int32" }))).toThrow("got dtype int32");
    expect(() => grad((x: { a: string }) => tensor(x.a.length))({ a: "b" })).toThrow('got string at "a"');
    expect(() => grad((x: Tensor) => x.sum(), 1)(tensor([1]))).toThrow("argument number 1");
    expect(() => t.vjp((x: Tensor) => x, tensor([1])).pullback(tensor([1, 2]))).toThrow("expected float32[1]");
    expect(() => t.tree.map((a) => a, { a: tensor(1) }, { b: tensor(1) })).toThrow('the key "b" in one tree only');
  });

  test("trees keep what is not there", () => {
    const params = { w: tensor([1, 2]), bias: undefined, more: [null, tensor([3])] };
    expect(t.tree.leaves(params).length).toBe(2);
    const doubled = t.tree.map((a) => a.mul(2), params);
    expect([doubled.w.toArray(), doubled.bias, (doubled.more as unknown[])[0]]).toEqual([[2, 4], undefined, null]);
    expect(grad((p: typeof params) => p.w.square().sum())(params).w.toArray()).toEqual([2, 4]);
  });

  test("ravel and back", () => {
    const params = {
      w: tensor([
        [1, 2],
        [3, 4],
      ]),
      b: [tensor([5])],
    };
    const { vector, unravel } = t.ravel(params);
    expect(vector.toArray()).toEqual([1, 2, 3, 4, 5]);
    expect(unravel(vector.mul(2)).w.toArray()).toEqual([
      [2, 4],
      [6, 8],
    ]);
    expect(grad((p: typeof params) => t.ravel(p).vector.square().sum())(params).b[0]!.toArray()).toEqual([10]);
    expect(() => unravel(tensor([1]))).toThrow("expected [5]");
    expect(t.tree.entries(params).map(([path]) => path)).toEqual(["w", "b[0]"]);
  });
});
