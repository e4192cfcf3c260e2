/** The traced parts of the step against independent computations on a small policy. */
import { conjugateGradient } from "@rl/optim-cg";
import { categorical } from "@rl/nets";
import { Generator } from "@rl/random";
import { compile, hvp, ravel, tensor, tree, type Tensor } from "@rl/tensor";
import { describe, expect, it } from "vitest";
import { trustRegion, type Outputs, type TrustRegionOptions } from "../src/index.ts";
import { boundPenalty, surrogate, vineSurrogate } from "../src/losses.ts";

const rng = new Generator(7);
const normals = (shape: number[], scale = 1): Tensor =>
  tensor(
    rng.fillStandardNormal(new Float32Array(shape.reduce((a, b) => a * b, 1))).map((x) => x * scale),
    { shape },
  );

// A policy 3 → 8 → 4 on 60 states, stored as @rl/pg stores it.
const policy = {
  shared: [],
  layers: [
    { weight: normals([3, 8], 0.6), bias: normals([8], 0.1) },
    { weight: normals([8, 4], 0.5), bias: normals([4], 0.1) },
  ],
  head: {},
} as never;
interface Batch {
  readonly observations: Tensor;
  readonly actions: Tensor;
  readonly advantages: Tensor;
}
const batch: Batch = {
  observations: normals([60, 3]),
  actions: tensor(rng.fillIntegers(new Int32Array(60), 0, 4)),
  advantages: normals([60]),
};
const options: TrustRegionOptions = { cgIterations: 40, cgTolerance: 1e-6, cgDamping: 0.1, lineSearchSteps: 10, lineSearchShrink: 0.5 };

interface Layers {
  readonly layers: readonly { readonly weight: Tensor; readonly bias: Tensor }[];
}
const outputs = (own: never, { observations }: Batch): Outputs => {
  const [first, second] = (own as Layers).layers;
  const features = observations.matmul(first!.weight).add(first!.bias).tanh();
  return { output: features.matmul(second!.weight).add(second!.bias), features, head: {} };
};
const region = trustRegion<Batch>(
  {
    outputs,
    kl: (old, now) => categorical(old.output).kl(categorical(now.output)),
    surrogate: (now, old, { actions, advantages }) =>
      surrogate(categorical(now.output).logProbability(actions), categorical(old.output).logProbability(actions), advantages),
  },
  options,
);
const size = ravel(policy).vector.size;

describe("the trust region step", () => {
  const v = normals([size]);

  it("Fisher product: equal to the Hessian of the mean KL, differentiated twice without the shortcut", () => {
    const old = tree.map((leaf) => tensor(leaf.data() as Float32Array, { shape: leaf.shape }), outputs(policy, batch));
    const kl = (own: never): Tensor =>
      categorical(old.output)
        .kl(categorical(outputs(own, batch).output))
        .mean();
    const full = ravel(hvp(kl as never, policy, ravel(policy).unravel(v) as never))
      .vector.add(v.mul(0.1))
      .data();
    const product = compile((p: typeof policy, x: Tensor) => region.fisherProduct(p, batch, x))(policy, v).data();
    const largest = Math.max(...full.map(Math.abs));
    for (let i = 0; i < size; i++) expect(Math.abs(product[i]! - full[i]!)).toBeLessThan(1e-5 * largest);
  });

  it("is symmetric and positive: uᵀFv = vᵀFu, vᵀFv ≥ λ‖v‖²", () => {
    const u = normals([size]);
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);
    const fv = region.fisherProduct(policy, batch, v).data();
    const fu = region.fisherProduct(policy, batch, u).data();
    expect(dot(u.data(), fv)).toBeCloseTo(dot(v.data(), fu), 4);
    expect(dot(v.data(), fv)).toBeGreaterThan(0.1 * dot(v.data(), v.data()));
  });

  it("conjugate gradients inside the program and @rl/optim-cg give the same solution to 1e-5", () => {
    const g = region.gradient(policy, batch);
    const { solution, residuals, iterations } = compile((p: typeof policy, x: Tensor) => region.solve(p, batch, x))(policy, g);
    const b = Float64Array.from(g.data());
    const { x, converged } = conjugateGradient(
      (vector: Float64Array, out: Float64Array) => {
        out.set(region.fisherProduct(policy, batch, tensor(Float32Array.from(vector))).data() as Float32Array);
      },
      b,
      { tolerance: 1e-6, maxIterations: 200 },
    );
    expect(converged).toBe(true);
    const ours = solution.data();
    const largest = Math.max(...x.map(Math.abs));
    for (let i = 0; i < size; i++) expect(Math.abs(ours[i]! - x[i]!)).toBeLessThan(1e-5 * largest);
    const count = iterations.item();
    expect(count).toBeGreaterThan(5);
    expect(count).toBeLessThanOrEqual(40);
    expect((residuals.data() as Float32Array)[count - 1]!).toBeLessThanOrEqual(1e-6);
  });

  it("has ratio 1 and KL 0 before the step: L(θ_old) is the mean advantage", () => {
    const { measures } = region.step(policy, batch, tensor(0.01));
    const mean = Array.from(batch.advantages.data()).reduce((a, b) => a + (b as number), 0) / 60;
    expect(measures.objective.item()).toBeCloseTo(mean, 6);
  });

  it("gradient: equal to finite differences of the surrogate", () => {
    const g = region.gradient(policy, batch).data();
    const { vector, unravel } = ravel(policy);
    const old = outputs(policy, batch);
    const value = (x: Float32Array): number =>
      surrogate(
        categorical(outputs(unravel(tensor(x)) as never, batch).output).logProbability(batch.actions),
        categorical(old.output).logProbability(batch.actions),
        batch.advantages,
      ).item();
    for (const i of [0, 5, 24, 40, size - 1]) {
      const [up, down] = [1e-2, -1e-2].map((h) =>
        value(Float32Array.from(vector.data() as Float32Array, (x, k) => (k === i ? x + h : x))),
      ) as [number, number];
      expect(g[i]!).toBeCloseTo((up - down) / 2e-2, 3);
    }
  });

  it("returns the very parameters when nothing is accepted", () => {
    const refusing = trustRegion<Batch>(
      {
        outputs,
        kl: (old) => old.output.sum(1).mul(NaN),
        surrogate: (now, old, { advantages }) => now.output.sub(old.output).sum(1).mul(advantages).mean(),
      },
      options,
    );
    const { policy: after, measures } = refusing.step(policy, batch, tensor(0.01));
    expect(measures.accepted.item()).toBe(0);
    expect(measures.fraction.item()).toBe(0);
    tree
      .leaves<Tensor>(after)
      .forEach((leaf, i) =>
        expect(
          Buffer.from((leaf.data() as Float32Array).slice().buffer).equals(
            Buffer.from((tree.leaves<Tensor>(policy)[i]!.data() as Float32Array).slice().buffer),
          ),
        ).toBe(true),
      );
  });
});

describe("objectives by hand", () => {
  it("surrogate: mean of ratio · advantage", () => {
    const value = surrogate(tensor([Math.log(0.5), Math.log(0.3)]), tensor([Math.log(0.25), Math.log(0.6)]), tensor([1, -2])).item();
    expect(value).toBeCloseTo((2 * 1 + 0.5 * -2) / 2, 6);
  });
  it("vine: weights normalised per state", () => {
    const value = vineSurrogate(
      tensor([[Math.log(0.8), Math.log(0.2)]]),
      tensor([[Math.log(0.4), Math.log(0.6)]]),
      tensor([[3, 6]]),
    ).item();
    // Weights 2 and 1/3: (2·3 + 6/3) / (2 + 1/3).
    expect(value).toBeCloseTo(8 / (7 / 3), 5);
  });
  it("penalty: 4εγ/(1 − γ)²", () => {
    expect(boundPenalty(2, 0.9)).toBeCloseTo((4 * 2 * 0.9) / 0.01, 6);
    expect(boundPenalty(1, 1)).toBe(Infinity);
  });
});
