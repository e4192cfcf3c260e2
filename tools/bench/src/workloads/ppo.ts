/** One PPO update: two networks of two hidden layers, clipped surrogate, entropy bonus, value loss, norm clip, Adam. Schulman et al. 2017. */
import { log } from "@rl/math";
import { gather, grad, logSoftmax, loop, minimum, tensor, type Tensor } from "@rl/tensor";
import { adam, adamState, clipByNorm, forward, network, normals, stream, type AdamState, type Network } from "./parts.ts";

export interface PpoShape {
  readonly hidden: number;
  readonly batch: number;
  readonly observation: number;
  readonly actions: number;
}

export interface PpoParams {
  readonly policy: Network;
  readonly value: Network;
}

export interface PpoState {
  readonly params: PpoParams;
  readonly optimizer: AdamState<PpoParams>;
}

export interface PpoBatch {
  readonly observations: Tensor;
  readonly actions: Tensor;
  readonly advantages: Tensor;
  readonly returns: Tensor;
  readonly logProbabilitiesOld: Tensor;
}

export function ppoInitial({ hidden, observation, actions }: PpoShape): PpoState {
  const params = {
    policy: network(stream(0), observation, hidden, hidden, actions),
    value: network(stream(1), observation, hidden, hidden, 1),
  };
  return { params, optimizer: adamState(params) };
}

export function ppoBatch({ batch, observation, actions }: PpoShape): PpoBatch {
  const rng = stream(2);
  return {
    observations: normals(rng, batch, observation),
    actions: tensor(Int32Array.from({ length: batch }, () => rng.integers(0, actions))),
    advantages: normals(rng, batch),
    returns: normals(rng, batch),
    logProbabilitiesOld: tensor(new Float32Array(batch).fill(-log(actions))),
  };
}

export function ppoLoss({ policy, value }: PpoParams, batch: PpoBatch): Tensor {
  const logs = logSoftmax(forward(policy, batch.observations, "tanh"));
  const chosen = gather(logs, batch.actions.unsqueeze(1), 1).squeeze(1);
  const ratio = chosen.sub(batch.logProbabilitiesOld).exp();
  const surrogate = minimum(ratio.mul(batch.advantages), ratio.clamp(0.8, 1.2).mul(batch.advantages)).mean().neg();
  const error = forward(value, batch.observations, "tanh").squeeze(1).sub(batch.returns);
  const entropy = logs.exp().mul(logs).sum(-1).mean();
  return surrogate.add(error.mul(error).mean().mul(0.5)).add(entropy.mul(0.01));
}

export function ppoUpdate({ params, optimizer }: PpoState, batch: PpoBatch): PpoState {
  const gradients = clipByNorm(grad(ppoLoss)(params, batch), 0.5);
  const { params: next, state } = adam(gradients, optimizer, params, 3e-4);
  return { params: next, optimizer: state };
}

/** `count` updates inside one call. */
export const ppoUpdates =
  (count: number) =>
  (state: PpoState, batch: PpoBatch): PpoState =>
    loop(count, (current: PpoState) => ppoUpdate(current, batch), state);

/** Actions drawn by the Gumbel trick from uniform numbers [B, actions], and values. */
export function ppoAct({ policy, value }: PpoParams, observations: Tensor, uniforms: Tensor): { actions: Tensor; values: Tensor } {
  const logits = forward(policy, observations, "tanh");
  return { actions: logits.sub(uniforms.log().neg().log()).argmax(1), values: forward(value, observations, "tanh").squeeze(1) };
}
