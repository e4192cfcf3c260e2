/** One DQN update: target from a second network, Huber loss, norm clip, Adam. Mnih et al. 2015. */
import { gather, grad, noGrad, ones, smoothL1, tensor, zeros, type Tensor } from "@rl/tensor";
import { adam, adamState, clipByNorm, forward, network, normals, stream, type AdamState, type Network } from "./parts.ts";

export interface DqnState {
  readonly q: Network;
  readonly optimizer: AdamState<Network>;
}

export interface DqnBatch {
  readonly observations: Tensor;
  readonly nextObservations: Tensor;
  readonly actions: Tensor;
  readonly rewards: Tensor;
  readonly terminated: Tensor;
}

export function dqnInitial(): DqnState {
  const q = network(stream(0), 4, 256, 256, 2);
  return { q, optimizer: adamState(q) };
}

export const dqnTarget = (): Network => network(stream(1), 4, 256, 256, 2);

export function dqnBatch(batch: number): DqnBatch {
  const rng = stream(2);
  return {
    observations: normals(rng, batch, 4),
    nextObservations: normals(rng, batch, 4),
    actions: tensor(Int32Array.from({ length: batch }, () => rng.integers(0, 2))),
    rewards: ones([batch]),
    terminated: zeros([batch]),
  };
}

export function dqnUpdate({ q, optimizer }: DqnState, target: Network, batch: DqnBatch): DqnState {
  const goal = noGrad(() =>
    forward(target, batch.nextObservations, "relu").max(1).mul(batch.terminated.neg().add(1)).mul(0.99).add(batch.rewards),
  );
  const loss = (net: Network): Tensor =>
    smoothL1(gather(forward(net, batch.observations, "relu"), batch.actions.unsqueeze(1), 1).squeeze(1), goal);
  const gradients = clipByNorm(grad(loss)(q), 10);
  const { params, state } = adam(gradients, optimizer, q, 1e-3);
  return { q: params, optimizer: state };
}
