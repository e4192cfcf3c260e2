/** Convolutional workloads: a DQN update on pixels (three strided convolutions with batch normalisation, RMSprop) and a LeNet step. */
import {
  batchNorm,
  conv2d,
  crossEntropy,
  gather,
  grad,
  maxPool2d,
  noGrad,
  ones,
  relu,
  smoothL1,
  tensor,
  tree,
  zeros,
  type Tensor,
} from "@rl/tensor";
import { network, normals, stream, type Network } from "./parts.ts";

interface Block {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly scale: Tensor;
  readonly shift: Tensor;
}

export interface PixelNet {
  readonly blocks: readonly Block[];
  readonly head: Network;
}

export interface PixelState {
  readonly q: PixelNet;
  readonly square: PixelNet;
}

const CHANNELS = [3, 16, 32, 32];

export function pixelNet(seed: number): PixelNet {
  const rng = stream(seed);
  const blocks = CHANNELS.slice(1).map((out, i) => ({
    weight: normals(rng, out, CHANNELS[i]!, 5, 5).mul(1 / Math.sqrt(25 * CHANNELS[i]!)),
    bias: zeros([out]),
    scale: ones([out]),
    shift: zeros([out]),
  }));
  return { blocks, head: network(rng, 512, 2) };
}

/** Running moments of the target network in evaluation: mean 0, variance 1 as initialised. */
export function pixelForward({ blocks, head }: PixelNet, x: Tensor, training: boolean): Tensor {
  const features = blocks.reduce((h, { weight, bias, scale, shift }) => {
    const y = conv2d(h, weight, bias, { stride: 2 });
    const channels = scale.shape[0]!;
    const moments = training ? {} : { runningMean: zeros([channels]), runningVariance: ones([channels]) };
    return relu(batchNorm(y, scale, shift, moments));
  }, x);
  return head.reduce((h, { weight, bias }) => h.matmul(weight).add(bias), features.reshape([x.shape[0]!, -1]));
}

export function pixelInitial(): PixelState {
  const q = pixelNet(0);
  return { q, square: tree.map((p: Tensor) => zeros(p.shape), q as never) as PixelNet };
}

export interface PixelBatch {
  readonly observations: Tensor;
  readonly nextObservations: Tensor;
  readonly actions: Tensor;
  readonly rewards: Tensor;
}

export function pixelBatch(batch: number): PixelBatch {
  const rng = stream(2);
  return {
    observations: normals(rng, batch, 3, 40, 90),
    nextObservations: normals(rng, batch, 3, 40, 90),
    actions: tensor(Int32Array.from({ length: batch }, () => rng.integers(0, 2))),
    rewards: ones([batch]),
  };
}

/** RMSprop as PyTorch's: v ← 0.99v + 0.01g², p ← p − lr·g/(√v + ε); gradients clipped to ±1. */
export function pixelUpdate({ q, square }: PixelState, target: PixelNet, batch: PixelBatch): PixelState {
  const goal = noGrad(() => pixelForward(target, batch.nextObservations, false).max(1).mul(0.999).add(batch.rewards));
  const loss = (net: PixelNet): Tensor =>
    smoothL1(gather(pixelForward(net, batch.observations, true), batch.actions.unsqueeze(1), 1).squeeze(1), goal);
  const gradients = tree.map((g: Tensor) => g.clamp(-1, 1), grad(loss)(q) as never) as PixelNet;
  const next = tree.map((v: Tensor, g: Tensor) => v.mul(0.99).add(g.mul(g).mul(0.01)), square as never, gradients as never) as PixelNet;
  const params = tree.map(
    (p: Tensor, g: Tensor, v: Tensor) => p.sub(g.mul(0.01).div(v.sqrt().add(1e-8))),
    q as never,
    gradients as never,
    next as never,
  ) as PixelNet;
  return { q: params, square: next };
}

export interface LeNet {
  readonly first: { readonly weight: Tensor; readonly bias: Tensor };
  readonly second: { readonly weight: Tensor; readonly bias: Tensor };
  readonly dense: Network;
}

export function leNet(): LeNet {
  const rng = stream(0);
  return {
    first: { weight: normals(rng, 6, 1, 5, 5).mul(0.2), bias: zeros([6]) },
    second: { weight: normals(rng, 16, 6, 5, 5).mul(1 / Math.sqrt(150)), bias: zeros([16]) },
    dense: network(rng, 400, 120, 84, 10),
  };
}

export function leNetBatch(batch: number): { images: Tensor; labels: Tensor } {
  const rng = stream(1);
  return { images: normals(rng, batch, 1, 28, 28), labels: tensor(Int32Array.from({ length: batch }, () => rng.integers(0, 10))) };
}

export function leNetForward({ first, second, dense }: LeNet, images: Tensor): Tensor {
  let h = maxPool2d(relu(conv2d(images, first.weight, first.bias, { padding: 2 })), { kernel: 2 });
  h = maxPool2d(relu(conv2d(h, second.weight, second.bias)), { kernel: 2 });
  return dense.reduce(
    (x, { weight, bias }, i) => {
      const sum = x.matmul(weight).add(bias);
      return i < 2 ? relu(sum) : sum;
    },
    h.reshape([images.shape[0]!, -1]),
  );
}

/** Stochastic gradient descent, rate 0.01. */
export function leNetStep(net: LeNet, images: Tensor, labels: Tensor): LeNet {
  const gradients = grad((n: LeNet) => crossEntropy(leNetForward(n, images), labels))(net);
  return tree.map((p: Tensor, g: Tensor) => p.sub(g.mul(0.01)), net as never, gradients as never) as LeNet;
}
