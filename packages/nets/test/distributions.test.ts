import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Generator } from "@rl/random";
import { compile, grad, tensor, type Tensor, type TensorDType } from "@rl/tensor";
import { categorical, gaussian, multiCategorical, squashedGaussian } from "../src/index.ts";

// golden/distributions.json: the distribution cases of a file made with PyTorch 2.15.0 in float64; gradients are of Σ output·weights.
interface Array_ {
  shape: number[];
  dtype: "float" | "int";
  data: number[];
}
interface Case {
  op: string;
  inputs: Array_[];
  output: Array_;
  weights: Array_;
  gradients: Array_[];
}
const { cases } = JSON.parse(readFileSync(new URL("golden/distributions.json", import.meta.url), "utf8")) as { cases: Case[] };

const operations: Record<string, (x: Tensor[]) => Tensor> = {
  "categorical logProbability": ([logits, choices]) => categorical(logits!).logProbability(choices!),
  "categorical entropy": ([logits]) => categorical(logits!).entropy(),
  "categorical kl": ([a, b]) => categorical(a!).kl(categorical(b!)),
  "gaussian logProbability": ([mean, logStd, x]) => gaussian(mean!, logStd!).logProbability(x!),
  "gaussian entropy": ([logStd]) => gaussian(logStd!, logStd!).entropy(),
  "gaussian kl": ([m1, s1, m2, s2]) => gaussian(m1!, s1!).kl(gaussian(m2!, s2!)),
  "squashed gaussian logProbability": ([mean, logStd, u]) => squashedGaussian(mean!, logStd!).logProbability(u!),
};

const load = (a: Array_, dtype: TensorDType): Tensor =>
  tensor(Float64Array.from(a.data), { shape: a.shape }).cast(a.dtype === "int" ? "int32" : dtype);

function relativeError(actual: ArrayLike<number>, expected: number[]): number {
  const scale = Math.max(...expected.map(Math.abs), 1e-300);
  return Math.max(...expected.map((x, i) => Math.abs(actual[i]! - x))) / scale;
}

describe("golden values", () => {
  test("all cases are tried", () => expect(cases.length).toBe(7));
  cases.forEach((golden) => {
    test(golden.op, () => {
      for (const [dtype, tolerance] of [
        ["float64", 1e-10],
        ["float32", 1e-5],
      ] as const) {
        const floats = golden.inputs.filter((x) => x.dtype === "float").map((x) => load(x, dtype));
        const run = (x: Tensor[]): Tensor =>
          operations[golden.op]!([...x, ...golden.inputs.filter((i) => i.dtype === "int").map((i) => load(i, dtype))]);
        const slope = grad((x: Tensor[]) => run(x).mul(load(golden.weights, dtype)).sum());
        for (const wrap of [(f: (x: Tensor[]) => Tensor[]) => f, (f: (x: Tensor[]) => Tensor[]) => compile(f)]) {
          expect(relativeError(wrap((x) => [run(x)])(floats)[0]!.data(), golden.output.data)).toBeLessThan(tolerance);
          const gradients = wrap(slope)(floats);
          golden.gradients.forEach((expected, i) => expect(relativeError(gradients[i]!.data(), expected.data)).toBeLessThan(tolerance));
        }
      }
    });
  });
});

describe("categorical", () => {
  test("stays finite for logits of any size", () => {
    const logits = tensor([
      [1e30, 0, -1e30],
      [3e38, -3e38, 0],
      [5e4, 5e4, -5e4],
    ]);
    const p = categorical(logits);
    expect(p.probabilities.toArray()).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0.5, 0.5, 0],
    ]);
    const entropy = p.entropy().data();
    expect([Math.abs(entropy[0]!), Math.abs(entropy[1]!)]).toEqual([0, 0]);
    expect(entropy[2]).toBeCloseTo(Math.LN2, 6);
    const slope = grad((x: Tensor) =>
      categorical(x)
        .entropy()
        .sum()
        .add(
          categorical(x)
            .logProbability(tensor([0, 0, 1], { dtype: "int32" }))
            .sum(),
        ),
    )(logits);
    for (const g of slope.data()) expect(Number.isFinite(g)).toBe(true);
  });

  test("choices with logit −∞ have probability 0, no influence on the entropy, and are never drawn", () => {
    const p = categorical(tensor([[0, -Infinity, 0]]));
    expect(p.probabilities.toArray()).toEqual([[0.5, 0, 0.5]]);
    expect(p.entropy().item()).toBeCloseTo(Math.LN2, 6);
    expect(p.kl(p).item()).toBeCloseTo(0, 7);
    const rng = new Generator(1);
    for (let i = 0; i < 200; i++) expect(p.sample(rng).item()).not.toBe(1);
  });

  test("gradients of entropy and KL are finite beside logits of −∞, whatever their weight", () => {
    const logits = tensor([[0, -Infinity, 1]]);
    const other = categorical(tensor([[1, -Infinity, 0]]));
    // PyTorch 2.15.0 for the two logits that are finite.
    const entropy = grad((x: Tensor) => categorical(x).entropy().mul(2).sum())(logits).data();
    [0.3932238664829637, 0, -0.3932238664829637].forEach((slope, i) => expect(entropy[i]).toBeCloseTo(slope, 6));
    const kl = grad((x: Tensor) => categorical(x).kl(other).mul(2e3).sum())(logits).data();
    [-786.4477329659274, 0, 786.4477329659274].forEach((slope, i) => expect(kl[i]).toBeCloseTo(slope, 3));
  });

  test("KL is ∞ where the other cannot choose what this one does, as in PyTorch", () => {
    const some = categorical(tensor([[0, 0, -Infinity]]));
    const all = categorical(tensor([[0, 0, 0]]));
    expect(all.kl(some).item()).toBe(Infinity);
    // log 3 − log 2
    expect(some.kl(all).item()).toBeCloseTo(0.4054651081081644, 6);
  });

  test("draws among logits that are coarser than the noise", () => {
    for (const logit of [1e8, -1e8, 1e30]) {
      const drawn = categorical(tensor([logit, logit, -Infinity]).expand([2000, 3])).sample(new Generator(3));
      const first = [...drawn.data()].filter((k) => k === 0).length;
      expect([...drawn.data()]).not.toContain(2);
      // Standard deviation 22; five of them.
      expect(Math.abs(first - 1000)).toBeLessThan(112);
    }
  });

  test("draws with the right frequencies, the same for the same seed", () => {
    const weights = [0.1, 0.2, 0.3, 0.4];
    const p = categorical(tensor(weights.map(Math.log)).expand([20000, 4]));
    const counts = [0, 0, 0, 0];
    const drawn = p.sample(new Generator(7));
    for (const k of drawn.data()) counts[k]!++;
    // Standard deviation of a count is below √(20000/4) = 71; five of them.
    counts.forEach((n, k) => expect(Math.abs(n - 20000 * weights[k]!)).toBeLessThan(355));
    expect(p.sample(new Generator(7)).data()).toEqual(drawn.data());
    expect(p.sample(new Generator(8)).data()).not.toEqual(drawn.data());
  });

  test("samples from noise inside compile as outside", () => {
    const noise = tensor([
      [0.5, 2, 1],
      [3, 0.1, 1],
    ]);
    const logits = tensor([
      [0, 1, 0.2],
      [1, 0, 2],
    ]);
    const draw = (l: Tensor, e: Tensor): Tensor => categorical(l).sample(e);
    // exp(logit)/E = [2, 1.36, 1.22] and [0.906, 10, 7.39]
    expect(draw(logits, noise).toArray()).toEqual([0, 1]);
    expect(compile(draw)(logits, noise).toArray()).toEqual([0, 1]);
    expect(categorical(logits).mode().toArray()).toEqual([1, 2]);
  });
});

test("multi-discrete is the sum of its parts", () => {
  const logits = tensor([
    [0.3, -0.2, 1, 0.5, -1],
    [0, 0, 0, 0, 0],
  ]);
  const p = multiCategorical(logits, [2, 3]);
  const choices = tensor(
    [
      [1, 0],
      [0, 2],
    ],
    { dtype: "int32" },
  );
  const a = categorical(logits.narrow(1, 0, 2));
  const b = categorical(logits.narrow(1, 2, 5));
  const expected = a.logProbability(tensor([1, 0], { dtype: "int32" })).add(b.logProbability(tensor([0, 2], { dtype: "int32" })));
  expect(p.logProbability(choices).toArray()).toEqual(expected.toArray());
  expect(p.entropy().slice(1).item()).toBeCloseTo(Math.log(6), 6);
  expect(p.sample(new Generator(3)).shape).toEqual([2, 2]);
  expect(p.mode().toArray()).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(() => multiCategorical(logits, [2, 2])).toThrow("add up");
  expect(() => p.kl(multiCategorical(logits, [2, 2, 1]))).toThrow("got a distribution of 3 parts; expected 2");
});

describe("Gaussian", () => {
  test("samples mean + std·noise with the right moments", () => {
    const z = gaussian(tensor([1, -2]).expand([20000, 2]), tensor([0, Math.log(3)])).sample(new Generator(5));
    const mean = z.mean(0).data();
    const std = z.std(0).data();
    // Standard errors 1/√20000 = 0.007 and 3/√20000 = 0.021; five of them.
    expect(Math.abs(mean[0]! - 1)).toBeLessThan(0.036);
    expect(Math.abs(mean[1]! + 2)).toBeLessThan(0.11);
    expect(Math.abs(std[1]! - 3)).toBeLessThan(0.08);
  });

  test("entropy and log-probability belong together: entropy = −E log p", () => {
    const p = gaussian(tensor([0.5, 0.5]).expand([20000, 2]), tensor([-0.3, 0.4]));
    const estimate = -p
      .logProbability(p.sample(new Generator(2)))
      .mean()
      .item();
    expect(Math.abs(estimate - p.entropy().item())).toBeLessThan(0.04);
  });

  test("KL is 0 for equal and finite for far scales", () => {
    const p = gaussian(tensor([[1, 2]]), tensor([30, -30]));
    expect(p.kl(p).item()).toBe(0);
    expect(Number.isFinite(p.kl(gaussian(tensor([[1, 2]]), tensor([31, -29]))).item())).toBe(true);
  });

  test("squashed actions stay inside the bounds and their log-probability stays finite", () => {
    const p = squashedGaussian(tensor([[20, -20]]), -1);
    const { action, before } = p.sample(new Generator(1));
    for (const a of action.data()) expect(Math.abs(a)).toBeLessThanOrEqual(1);
    expect(Number.isFinite(p.logProbability(before).item())).toBe(true);
    expect(p.mode().toArray()).toEqual([[1, -1]]);
  });
});
