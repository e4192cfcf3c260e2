/** One DDPG update: critic, actor, and both targets a little towards them. Lillicrap et al. 2016. */
import { concat, grad, ones, tree, zeros, type Tensor } from "@rl/tensor";
import { adam, adamState, forward, network, normals, stream, type AdamState, type Network } from "./parts.ts";

export interface DdpgState {
  readonly actor: Network;
  readonly critic: Network;
  readonly actorTarget: Network;
  readonly criticTarget: Network;
  readonly actorOptimizer: AdamState<Network>;
  readonly criticOptimizer: AdamState<Network>;
}

export interface DdpgBatch {
  readonly observations: Tensor;
  readonly nextObservations: Tensor;
  readonly actions: Tensor;
  readonly rewards: Tensor;
  readonly terminated: Tensor;
}

export function ddpgInitial(): DdpgState {
  const actor = network(stream(0), 3, 400, 300, 1);
  const critic = network(stream(1), 4, 400, 300, 1);
  return {
    actor,
    critic,
    actorTarget: network(stream(2), 3, 400, 300, 1),
    criticTarget: network(stream(3), 4, 400, 300, 1),
    actorOptimizer: adamState(actor),
    criticOptimizer: adamState(critic),
  };
}

export function ddpgBatch(batch: number): DdpgBatch {
  const rng = stream(4);
  return {
    observations: normals(rng, batch, 3),
    nextObservations: normals(rng, batch, 3),
    actions: normals(rng, batch, 1).tanh(),
    rewards: ones([batch, 1]),
    terminated: zeros([batch, 1]),
  };
}

const act = (net: Network, x: Tensor): Tensor => forward(net, x, "relu").tanh();
const value = (net: Network, x: Tensor, action: Tensor): Tensor => forward(net, concat([x, action], 1), "relu");

export function ddpgUpdate(state: DdpgState, batch: DdpgBatch): DdpgState {
  const { observations, nextObservations, actions, rewards, terminated } = batch;
  const goal = value(state.criticTarget, nextObservations, act(state.actorTarget, nextObservations))
    .mul(terminated.neg().add(1))
    .mul(0.98)
    .add(rewards);
  const criticLoss = (net: Network): Tensor => {
    const error = value(net, observations, actions).sub(goal);
    return error.mul(error).mean();
  };
  const critic = adam(grad(criticLoss)(state.critic), state.criticOptimizer, state.critic, 1e-3);
  const actorLoss = (net: Network): Tensor => value(critic.params, observations, act(net, observations)).mean().neg();
  const actor = adam(grad(actorLoss)(state.actor), state.actorOptimizer, state.actor, 1e-3);
  const follow = (target: Network, source: Network): Network =>
    tree.map((t: Tensor, p: Tensor) => t.mul(0.995).add(p.mul(0.005)), target as never, source as never) as Network;
  return {
    actor: actor.params,
    critic: critic.params,
    actorTarget: follow(state.actorTarget, actor.params),
    criticTarget: follow(state.criticTarget, critic.params),
    actorOptimizer: actor.state,
    criticOptimizer: critic.state,
  };
}
