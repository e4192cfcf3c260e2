import { readFileSync } from "node:fs";
import { Generator } from "@rl/random";
import { grad, tensor, type Tensor } from "@rl/tensor";
import { describe, expect, it } from "vitest";
import type { HeadInput } from "../src/index.ts";
import { categoricalHead } from "../src/heads/categorical.ts";
import { gaussianHead } from "../src/heads/gaussian.ts";
import { stateDependentHead } from "../src/heads/state-dependent.ts";
import { toEnvironmentActions } from "../src/spaces.ts";

const gsde = JSON.parse(readFileSync(new URL("golden/gsde.json", import.meta.url), "utf8")) as Record<
  "features" | "mean" | "actions" | "logStd" | "theta" | "std" | "sample" | "gradientLogStd" | "gradientMean",
  number[][]
> &
  Record<"weight" | "logProbability" | "entropy", number[]> & { readonly featuresHaveGradient: boolean };

const input = (output: number[][], more: { features?: number[][]; mask?: number[][] } = {}): HeadInput => ({
  output: tensor(output),
  features: tensor(more.features ?? [[0]]),
  ...(more.mask === undefined ? {} : { mask: tensor(more.mask) }),
});
const list = (x: Tensor): number[] => Array.from(x.read());
const repeat = (row: number[], n: number): number[][] => Array.from({ length: n }, () => row);
const exponentials = (rows: number, columns: number): Tensor =>
  tensor(new Generator(5).fillExponential(new Float32Array(rows * columns)), { shape: [rows, columns] });
const normals = (rows: number, columns: number): Tensor =>
  tensor(new Generator(5).fillStandardNormal(new Float32Array(rows * columns)), { shape: [rows, columns] });

describe("the categorical policy", () => {
  const head = categoricalHead([3]);
  // Probabilities 0.2, 0.5, 0.3.
  const logits = [Math.log(0.2), Math.log(0.5), Math.log(0.3)];
  it("draws each action as often as its probability says", () => {
    const drawn = list(head.sample(input(repeat(logits, 20_000)), {}, exponentials(20_000, 3)));
    const shares = [0, 1, 2].map((a) => drawn.filter((b) => b === a).length / 20_000);
    // Standard error below 0.0036.
    expect(shares[0]).toBeCloseTo(0.2, 1.7);
    expect(shares[1]).toBeCloseTo(0.5, 1.7);
    expect(shares[2]).toBeCloseTo(0.3, 1.7);
  });
  it("knows logarithms, entropy, mode and KL", () => {
    expect(list(head.logProbability(input([logits, logits]), {}, tensor(Int32Array.of(0, 1), { shape: [2, 1] })))[1]).toBeCloseTo(
      -0.693147,
      5,
    );
    expect(list(head.entropy(input([logits]), {}))[0]).toBeCloseTo(1.029653, 5);
    expect(list(head.mode(input([logits]), {}))).toEqual([1]);
    expect(list(head.kl(input([logits]), {}, input([logits]), {}))[0]).toBeCloseTo(0, 6);
    // 0.2 ln(0.2·3) + 0.5 ln(0.5·3) + 0.3 ln(0.3·3)
    expect(list(head.kl(input([logits]), {}, input([[0, 0, 0]]), {}))[0]).toBeCloseTo(0.068959, 5);
  });
  it("gives forbidden actions probability 0, whatever their logit and the noise", () => {
    const wild = [50, 0, 1];
    const mask = [0, 1, 1];
    const noise = exponentials(5000, 3);
    (noise.data() as Float32Array).fill(0, 0, 300);
    const drawn = list(head.sample(input(repeat(wild, 5000), { mask: repeat(mask, 5000) }), {}, noise));
    expect(new Set(drawn)).toEqual(new Set([1, 2]));
    expect(list(head.mode(input([wild], { mask: [mask] }), {}))).toEqual([2]);
    expect(list(head.entropy(input([wild], { mask: [mask] }), {}))[0]).toBeCloseTo(0.582203, 5);
    expect(list(head.logProbability(input([wild], { mask: [mask] }), {}, tensor(Int32Array.of(2), { shape: [1, 1] })))[0]).toBeCloseTo(
      -0.313262,
      5,
    );
  });
});

describe("the categorical policy of a network that diverges", () => {
  it("still forbids", () => {
    const head = categoricalHead([3]);
    const given = input([[-2e8, -3e8, 50]], { mask: [[1, 1, 0]] });
    expect(list(head.mode(given, {}))).toEqual([0]);
    expect(list(head.sample(given, {}, tensor([[1, 1, 1]])))).toEqual([0]);
    expect(list(head.entropy(given, {}))[0]).toBeCloseTo(0, 12);
  });
});

describe("the multi-categorical policy", () => {
  it("is a product of independent choices", () => {
    const head = categoricalHead([2, 3]);
    const row = [Math.log(0.9), Math.log(0.1), Math.log(0.2), Math.log(0.5), Math.log(0.3)];
    expect(list(head.logProbability(input([row]), {}, tensor(Int32Array.of(1, 2), { shape: [1, 2] })))[0]).toBeCloseTo(
      Math.log(0.1 * 0.3),
      5,
    );
    expect(list(head.mode(input([row]), {}))).toEqual([0, 1]);
    expect(list(head.entropy(input([row]), {}))[0]).toBeCloseTo(0.325083 + 1.029653, 5);
    const drawn = list(head.sample(input(repeat(row, 20_000)), {}, exponentials(20_000, 5)));
    const share = drawn.filter((_, i) => i % 2 === 0 && drawn[i] === 0 && drawn[i + 1] === 2).length / 20_000;
    expect(share).toBeCloseTo(0.27, 1.7);
  });
});

describe("Gaussian policies", () => {
  it("draw mean plus deviation times noise, and clip only on the way to the environment", () => {
    const head = gaussianHead(2, { logStdInit: Math.log(0.5), stateDependentStd: false, boxActions: "clip" });
    const parameters = head.parameters();
    expect(list(parameters.logStd!)).toEqual([Math.fround(Math.log(0.5)), Math.fround(Math.log(0.5))]);
    const drawn = list(head.sample(input([[1, -1]]), parameters, tensor([[2, -4]])));
    expect(drawn).toEqual([2, -3]);
    const out = new Float32Array(2);
    toEnvironmentActions(
      { kind: "box", size: 2, low: Float32Array.of(-2, -2), high: Float32Array.of(2, 2) },
      "clip",
      Float32Array.from(drawn),
      out,
    );
    expect(Array.from(out)).toEqual([2, -2]);
    // Two components: −½·4 − ln 0.5 − 0.918939 and −½·16 − ln 0.5 − 0.918939.
    expect(list(head.logProbability(input([[1, -1]]), parameters, tensor([drawn])))[0]).toBeCloseTo(-2 - 8 + 2 * (0.693147 - 0.918939), 4);
    expect(
      list(
        head.entropy(
          input([
            [1, -1],
            [0, 0],
          ]),
          parameters,
        ),
      ),
    ).toHaveLength(2);
    expect(list(head.std!(input([[1, -1]]), parameters))[0]).toBeCloseTo(0.5, 6);
  });
  it("scale [−1, 1] to finite bounds, component by component, and leave the others in the space's own units", () => {
    const action = {
      kind: "box",
      size: 4,
      low: Float32Array.of(5, 0, -Infinity, 1),
      high: Float32Array.of(10, 0.125, Infinity, Infinity),
    } as const;
    const out = new Float32Array(8);
    toEnvironmentActions(action, "scale", Float32Array.of(-1, 1, 7, -3, 0.5, 0, -9, 2), out);
    expect(Array.from(out)).toEqual([5, 0.125, 7, 1, 8.75, 0.0625, -9, 2]);
    toEnvironmentActions(action, "scale", Float32Array.of(-1.5, 9, 0, 0, 0, 0, 0, 0), out);
    expect(Array.from(out).slice(0, 2)).toEqual([5, 0.125]);
    // Bounds of ±1 change nothing: not even a last bit.
    const unit = { kind: "box", size: 1, low: Float32Array.of(-1), high: Float32Array.of(1) } as const;
    const one = new Float32Array(1);
    toEnvironmentActions(unit, "scale", Float32Array.of(0.1), one);
    expect(one[0]).toBe(Math.fround(0.1));
  });
  it("take the deviation from the network when it depends on the state", () => {
    const head = gaussianHead(1, { logStdInit: 0, stateDependentStd: true, boxActions: "clip" });
    expect(head.outputs).toBe(2);
    expect(head.parameters()).toEqual({});
    expect(list(head.sample(input([[1, Math.log(3)]]), {}, tensor([[2]])))[0]).toBeCloseTo(7, 5);
    // Beyond the bounds the deviation stands still.
    expect(list(head.std!(input([[0, 50]]), {}))[0]).toBeCloseTo(Math.exp(2), 4);
  });
  it("squash into the bounds with the density that belongs to it", () => {
    const head = gaussianHead(1, { logStdInit: 0, stateDependentStd: false, boxActions: "squash" });
    const action = { kind: "box", size: 1, low: Float32Array.of(-2), high: Float32Array.of(6) } as const;
    const out = new Float32Array(3);
    toEnvironmentActions(action, "squash", Float32Array.of(0, 50, -50), out);
    expect(Array.from(out)).toEqual([2, 6, -2]);
    // Probabilities of the squashed actions add up to 1: ∫ exp(log π(u))·(1 − tanh²u) du over u.
    let total = 0;
    for (let u = -8; u <= 8; u += 0.01) {
      const [log] = list(head.logProbability(input([[0.7]]), head.parameters(), tensor([[u]])));
      total += Math.exp(log!) * (1 - Math.tanh(u) ** 2) * 0.01;
    }
    expect(total).toBeCloseTo(1, 3);
  });
});

describe("state-dependent exploration", () => {
  const head = stateDependentHead(1, { width: 2, logStdInit: 0, sampleEvery: 4, boxActions: "scale" });
  const parameters = { logStd: tensor([[Math.log(2)], [0]]) };
  it("adds features times the kept matrix: the same state gives the same action", () => {
    const theta = [0.5, -1];
    const noise = tensor([theta, theta, theta]);
    const drawn = list(
      head.sample(
        input([[1], [1], [1]], {
          features: [
            [1, 3],
            [0, 0],
            [1, 3],
          ],
        }),
        parameters,
        noise,
      ),
    );
    // 1 + 1·0.5·2 − 3·1·1
    expect(drawn[0]).toBeCloseTo(-1, 5);
    expect(drawn[1]).toBeCloseTo(1, 5);
    expect(drawn[2]).toBe(drawn[0]);
    expect(head.noise).toEqual({ distribution: "normal", size: 2, hold: 4 });
  });
  it("equals Stable-Baselines3's distribution: log π, entropy, deviation, action and gradients", () => {
    const size = 2;
    const wide = stateDependentHead(size, { width: 4, logStdInit: 0, sampleEvery: 1, boxActions: "clip" });
    const given = { ...input(gsde.mean, { features: gsde.features }) };
    const own = { logStd: tensor(gsde.logStd) };
    const close = (got: ArrayLike<number>, wanted: number[]): void => {
      expect(got.length).toBe(wanted.length);
      wanted.forEach((value, i) => expect(Math.abs(got[i]! - value) / Math.max(1, Math.abs(value))).toBeLessThan(2e-6));
    };
    close(list(wide.logProbability(given, own, tensor(gsde.actions))), gsde.logProbability);
    close(list(wide.entropy(given, own)), gsde.entropy);
    expect(list(wide.std!(given, own))[0]).toBeCloseTo(gsde.std.flat().reduce((a, b) => a + b) / gsde.std.flat().length, 5);
    close(list(wide.sample(given, own, tensor(gsde.features.map(() => gsde.theta.flat())))), gsde.sample.flat());
    const slopes = grad((at: { logStd: Tensor; mean: Tensor; features: Tensor }) => {
      const row = { output: at.mean, features: at.features };
      const logs = wide.logProbability(row, { logStd: at.logStd }, tensor(gsde.actions));
      return logs
        .mul(tensor(gsde.weight))
        .sum()
        .add(wide.entropy(row, { logStd: at.logStd }).sum());
    })({ logStd: own.logStd, mean: given.output, features: given.features }) as Record<"logStd" | "mean" | "features", Tensor>;
    close(list(slopes.logStd), gsde.gradientLogStd.flat());
    close(list(slopes.mean), gsde.gradientMean.flat());
    expect(gsde.featuresHaveGradient).toBe(false);
    expect(list(slopes.features).every((slope) => slope === 0)).toBe(true);
  });
  it("has the variance Σ z²σ² in each state", () => {
    // z = (1, 3), σ = (2, 1): 4 + 9 = 13.
    expect(list(head.std!(input([[0]], { features: [[1, 3]] }), parameters))[0]).toBeCloseTo(Math.sqrt(13), 4);
    const drawn = list(head.sample(input(repeat([0], 20_000), { features: repeat([1, 3], 20_000) }), parameters, normals(20_000, 2)));
    expect(drawn.reduce((sum, x) => sum + x * x, 0) / 20_000).toBeCloseTo(13, -0.3);
    expect(list(head.logProbability(input([[1]], { features: [[1, 3]] }), parameters, tensor([[2]])))[0]).toBeCloseTo(
      -0.5 / 13 - 0.5 * Math.log(13) - 0.918939,
      4,
    );
  });
});
