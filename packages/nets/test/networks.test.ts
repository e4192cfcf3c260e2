import { describe, expect, test } from "vitest";
import { Generator } from "@rl/random";
import { compile, tensor, tree, zeros, type Tensor } from "@rl/tensor";
import * as nets from "../src/index.ts";

const rng = (): Generator => new Generator(42);

describe("initialisers", () => {
  test("the same seed gives the same bits, another seed others", () => {
    for (const make of [
      nets.orthogonal(),
      nets.xavierUniform(),
      nets.xavierNormal(),
      nets.kaimingUniform(),
      nets.kaimingNormal(),
      nets.fanInUniform(),
      nets.uniform(-1, 1),
      nets.normal(1),
    ]) {
      const a = make([5, 7], rng()).data();
      expect(make([5, 7], rng()).data()).toEqual(a);
      expect(make([5, 7], new Generator(43)).data()).not.toEqual(a);
    }
    expect(nets.zeros()([2, 2], rng()).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(nets.constant(3)([2], rng()).toArray()).toEqual([3, 3]);
  });

  test("orthogonal: the shorter side's vectors are orthonormal times the gain", () => {
    for (const [rows, columns] of [
      [6, 4],
      [4, 6],
      [5, 5],
      [64, 64],
    ] as const) {
      const w = nets.orthogonal(2)([rows, columns], rng());
      const gram = rows <= columns ? w.matmul(w.transpose()) : w.transpose().matmul(w);
      const n = Math.min(rows, columns);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) expect(Math.abs(gram.data()[i * n + j]! - (i === j ? 4 : 0))).toBeLessThan(1e-5);
    }
    expect(nets.orthogonal()([8, 3, 2, 2], rng()).shape).toEqual([8, 3, 2, 2]);
  });

  test("bounds and deviations are the papers'", () => {
    const largest = (t: Tensor): number => t.abs().max().item();
    expect(largest(nets.xavierUniform()([200, 100], rng()))).toBeLessThanOrEqual(Math.sqrt(6 / 300));
    expect(largest(nets.xavierUniform()([200, 100], rng()))).toBeGreaterThan(0.999 * Math.sqrt(6 / 300));
    expect(largest(nets.kaimingUniform()([200, 100], rng()))).toBeGreaterThan(0.999 * Math.sqrt(6 / 200));
    expect(largest(nets.fanInUniform()([200, 100], rng()))).toBeLessThanOrEqual(1 / Math.sqrt(200));
    // 20 000 draws: the deviation's standard error is 0.5 %.
    expect(nets.xavierNormal()([200, 100], rng()).std().item() / Math.sqrt(2 / 300)).toBeCloseTo(1, 1);
    expect(nets.kaimingNormal()([200, 100], rng()).std().item() / Math.sqrt(2 / 200)).toBeCloseTo(1, 1);
    expect(nets.fans([8, 3, 5, 5])).toEqual({ fanIn: 75, fanOut: 200 });
  });
});

describe("networks", () => {
  test("mlp computes layer by layer", () => {
    const net = nets.mlp([2, 3, 1], { activation: "relu" });
    const params = [
      {
        weight: tensor([
          [1, -1, 0.5],
          [2, 0, -1],
        ]),
        bias: tensor([0, 1, 0]),
      },
      { weight: tensor([[1], [2], [3]]), bias: tensor([-1]) },
    ];
    // x = [1, 2]: [1+4, −1+1, 0.5−2] = [5, 0, −1.5] → relu [5, 0, 0] → 5 − 1 = 4
    expect(net.apply(params, tensor([[1, 2]])).toArray()).toEqual([[4]]);
    expect(compile(net.apply)(params, tensor([[1, 2]])).toArray()).toEqual([[4]]);
  });

  test("parameters are seeded, plain and the summary counts them", () => {
    const net = nets.mlp([4, 64, 64, 2], { weight: nets.orthogonal(Math.SQRT2), outputWeight: nets.orthogonal(0.01) });
    const params = net.init(rng());
    expect(tree.leaves(params).map((t) => t.shape)).toEqual([[4, 64], [64], [64, 64], [64], [64, 2], [2]]);
    expect(params[1]!.bias!.abs().max().item()).toBe(0);
    expect(params[2]!.weight.abs().max().item()).toBeLessThan(0.01);
    expect(tree.leaves(net.init(rng())).map((t) => t.toArray())).toEqual(tree.leaves(params).map((t) => t.toArray()));
    const text = nets.summary(net, [4]);
    expect(text).toContain("linear 4 → 64, tanh");
    expect(text.split("\n").at(-1)).toMatch(/^total +4 610$/);
  });

  test("LeNet's shapes and its 61 706 parameters", () => {
    const lenet = nets.sequential(
      nets.conv(1, 6, { kernel: 5 }),
      nets.activation("relu"),
      nets.maxPool({ kernel: 2 }),
      nets.conv(6, 16, { kernel: 5 }),
      nets.activation("relu"),
      nets.maxPool({ kernel: 2 }),
      nets.flatten(),
      nets.mlp([400, 120, 84, 10], { activation: "relu" }),
    );
    const lines = lenet.layers([1, 32, 32]);
    expect(lines.map(({ output }) => output.join("×"))).toEqual([
      "6×28×28",
      "6×28×28",
      "6×14×14",
      "16×10×10",
      "16×10×10",
      "16×5×5",
      "400",
      "120",
      "84",
      "10",
    ]);
    expect(lines.reduce((n, { parameters }) => n + parameters, 0)).toBe(61706);
    expect(lenet.apply(lenet.init(rng()), zeros([2, 1, 32, 32])).shape).toEqual([2, 10]);
    expect(() => lenet.layers([3, 32, 32])).toThrow("[B, 1, H, W]");
  });

  test("batch normalisation moves its running moments as PyTorch does", () => {
    const { params, state } = nets.initBatchNorm(1);
    const x = tensor([1, 2, 3, 6], { shape: [4, 1] });
    const { output, state: next } = nets.trainBatchNorm(params, state, x);
    // mean 3, biased variance 3.5, unbiased 14/3
    expect(output.data()[3]).toBeCloseTo(3 / Math.sqrt(3.5 + 1e-5), 5);
    expect(next.mean.item()).toBeCloseTo(0.3, 6);
    expect(next.variance.item()).toBeCloseTo(0.9 + 0.1 * (14 / 3), 6);
    expect(nets.applyBatchNorm(params, next, x).data()[0]).toBeCloseTo((1 - 0.3) / Math.sqrt(0.9 + 1.4 / 3 + 1e-5), 5);
  });

  test("errors say what was got and expected", () => {
    // One value has no variance: the running one would be NaN for ever. PyTorch refuses it too.
    const { params, state } = nets.initBatchNorm(2);
    expect(() => nets.trainBatchNorm(params, state, zeros([1, 2]))).toThrow("got shape [1, 2]; expected more than one value per channel");
    expect(nets.trainBatchNorm(params, state, zeros([1, 2, 2])).state.variance.toArray()).toEqual([Math.fround(0.9), Math.fround(0.9)]);
    expect(() => nets.mlp([4])).toThrow("at least inputs and outputs");
    expect(() => nets.mlp([4, 2], { activation: "tanhh" as never })).toThrow('got "tanhh"');
    expect(() => nets.mlp([4, 2], { activations: "tanh" } as never)).toThrow('did you mean "activation"');
    expect(() => nets.linear(3, 0)).toThrow("whole number");
    expect(() => nets.conv(3, 4, { kernel: 3, groups: 2 })).toThrow("got 3 inputs, 4 outputs and 2 groups");
    expect(() => nets.maxPool({ kernel: 2, strides: 2 } as never)).toThrow('did you mean "stride"');
    expect(() => nets.linear(3, 2).outputShape([4])).toThrow("expected 3");
    expect(() => nets.conv(1, 1, { kernel: 5 }).outputShape([1, 3, 3])).toThrow(
      "got an input of shape [B, 1, 3, 3]; expected [B, C, H, W] with room",
    );
    expect(() => nets.maxPool({ kernel: 3 }).outputShape([1, 2, 2])).toThrow("max pool: got an input of shape [B, 1, 2, 2]");
  });
});

test("schedules", () => {
  expect(nets.scheduleValue(0.5, 0.3)).toBe(0.5);
  expect(nets.scheduleValue({ linear: [1, 0] }, 0.25)).toBe(0.75);
  expect(nets.scheduleValue({ exponential: [0.9, 0.05, 0.2] }, 0)).toBeCloseTo(0.9, 15);
  expect(nets.scheduleValue({ exponential: [0.9, 0.05, 0.2] }, 0.2)).toBeCloseTo(0.05 + 0.85 / Math.E, 12);
  expect(nets.scheduleValue((p) => p * p, 0.5)).toBe(0.25);
  expect(() => nets.scheduleValue({ lin: [1, 0] } as never, 0)).toThrow("linear");
  // −0/0 is NaN at the start; below 0 the value runs away from its end.
  expect(() => nets.scheduleValue({ exponential: [1, 0.1, 0] }, 0)).toThrow("got decay 0");
  expect(() => nets.scheduleValue({ exponential: [1, 0.1, -0.2] }, 0)).toThrow("expected a number > 0");
});
