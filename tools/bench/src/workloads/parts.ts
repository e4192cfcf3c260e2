/** What the engine's workloads share: reproducible numbers, perceptrons, Adam, clipping; written with @rl/tensor's public functions. */
import { Generator } from "@rl/random";
import { add, relu, tanh, tensor, tree, zeros, type Tensor } from "@rl/tensor";

export interface Layer {
  readonly weight: Tensor;
  readonly bias: Tensor;
}
export type Network = readonly Layer[];

export const normals = (rng: Generator, ...shape: readonly number[]): Tensor => {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < data.length; i++) data[i] = rng.standardNormal();
  return tensor(data, { shape });
};

/** Weights N(0, 1/fan-in), biases 0. */
export function network(rng: Generator, ...sizes: readonly number[]): Network {
  return sizes.slice(1).map((out, i) => {
    const scale = 1 / Math.sqrt(sizes[i]!);
    return { weight: normals(rng, sizes[i]!, out).mul(scale), bias: zeros([out]) };
  });
}

export function forward(net: Network, x: Tensor, activation: "tanh" | "relu"): Tensor {
  const bend = activation === "tanh" ? tanh : relu;
  return net.reduce((h, { weight, bias }, i) => {
    const sum = h.matmul(weight).add(bias);
    return i < net.length - 1 ? bend(sum) : sum;
  }, x);
}

export interface AdamState<P> {
  readonly m: P;
  readonly v: P;
  /** β₁ᵗ and β₂ᵗ. */
  readonly power1: Tensor;
  readonly power2: Tensor;
}

export function adamState<P>(params: P): AdamState<P> {
  const nothing = (): P => tree.map((p: Tensor) => zeros(p.shape), params as never) as P;
  return { m: nothing(), v: nothing(), power1: tensor(1), power2: tensor(1) };
}

/** m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²; p ← p − lr·m̂/(√v̂ + ε). Kingma and Ba 2015. */
export function adam<P>(gradients: P, state: AdamState<P>, params: P, learningRate: number): { params: P; state: AdamState<P> } {
  const power1 = state.power1.mul(0.9);
  const power2 = state.power2.mul(0.999);
  const rate = tensor(learningRate).div(power1.neg().add(1));
  const scale = tensor(1).div(power2.neg().add(1).sqrt());
  const m = tree.map((a: Tensor, g: Tensor) => a.mul(0.9).add(g.mul(0.1)), state.m as never, gradients as never) as P;
  const v = tree.map((a: Tensor, g: Tensor) => a.mul(0.999).add(g.mul(g).mul(0.001)), state.v as never, gradients as never) as P;
  const step = (p: Tensor, a: Tensor, b: Tensor): Tensor => p.sub(a.mul(rate).div(b.sqrt().mul(scale).add(1e-8)));
  return { params: tree.map(step, params as never, m as never, v as never) as P, state: { m, v, power1, power2 } };
}

/** Gradients scaled so that their common norm is at most `limit`. */
export function clipByNorm<P>(gradients: P, limit: number): P {
  const squares = tree.leaves(gradients as never).map((g) => (g as Tensor).mul(g as Tensor).sum());
  const norm = squares.reduce((a, b) => add(a, b)).sqrt();
  const factor = tensor(limit).div(norm.add(1e-6)).minimum(1);
  return tree.map((g: Tensor) => g.mul(factor), gradients as never) as P;
}

export const stream = (seed: number): Generator => new Generator(seed);
