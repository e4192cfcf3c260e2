/** A stochastic policy with a value function for an agent: networks, the distribution over actions, and acting. */
import { unknownOption } from "@rl/math/options";
import { compile, type Tensor } from "@rl/tensor";
import type { Actions, Agent } from "./agent.ts";
import { chooseHead } from "./heads/choose.ts";
import type { ActionHead, HeadInput } from "./heads/head.ts";
import { createNetwork, type Network, type Parameters, type PolicyParameters } from "./network.ts";
import { checkNetwork, type NetworkOptions } from "./options/network.ts";
import { drawNoise } from "./noise.ts";

export interface ActOptions {
  /** The most likely action instead of a drawn one. Default false. */
  readonly deterministic?: boolean;
  /** Rows × mask width: 1 where an action is allowed; looked at by agents that were trained with masks. Default: all are. */
  readonly masks?: ArrayLike<number>;
}

/** What a policy needs of an agent. */
export type PolicyHost = Pick<Agent, "where" | "observation" | "action" | "maskSize" | "rng" | "rows" | "actStream" | "environmentActions">;

const ACT_OPTIONS = ["deterministic", "masks"] as const satisfies readonly (keyof ActOptions)[];

export interface Policy {
  readonly head: ActionHead;
  readonly network: Network;
  /** Fresh parameters, a function of the agent's seed. */
  initialParameters(): Parameters;
  /** Rows of observations, of any rank, as [B, inputs]. */
  rows(observations: Tensor): Tensor;
  /** Masks of a batch (uint8, any number of rows) as the heads want them; undefined where there are none. */
  maskTensor(masks: Tensor): Tensor | undefined;
  /** Actions drawn with `noise` [B · head.noise.size], for rows that are encoded and normalised. The result is overwritten by the next call. */
  sample(policy: PolicyParameters, observations: Float32Array, masks: Uint8Array, noise: Float32Array): Actions;
  /** V(s) of rows that are encoded and normalised. The result is overwritten by the next call. */
  values(parameters: Parameters, observations: Float32Array): Float32Array;
  /** Actions for raw observations, as the environment takes them. */
  act(policy: PolicyParameters, observations: Float32Array, options?: ActOptions): Actions;
}

/** `autoHold`: steps for which stateDependentExploration "auto" keeps its noise; left out: a whole rollout. */
export function createPolicy(agent: PolicyHost, options: NetworkOptions, autoHold?: number): Policy {
  const { observation, action, maskSize } = agent;
  checkNetwork(agent.where, options, action.kind);
  const head = chooseHead(agent.where, action, options, observation.size, autoHold);
  const network = createNetwork(observation.size, head, options);
  const rows = (x: Tensor): Tensor => x.reshape([-1, observation.size]);
  const maskTensor = (masks: Tensor): Tensor | undefined => (maskSize === 0 ? undefined : masks.cast("float32").reshape([-1, maskSize]));
  const inputOf = (policy: PolicyParameters, observations: Tensor, masks: Tensor): HeadInput => ({
    ...network.policy(policy, rows(observations)),
    mask: maskTensor(masks),
  });

  const sampleProgram = compile(
    function samplePolicy(policy: PolicyParameters, observations: Tensor, masks: Tensor, noise: Tensor): Tensor {
      return head.sample(inputOf(policy, observations, masks), policy.head, noise.reshape([-1, head.noise.size]));
    },
    { reuse: true },
  );
  const modeProgram = compile(
    function policyMode(policy: PolicyParameters, observations: Tensor, masks: Tensor): Tensor {
      return head.mode(inputOf(policy, observations, masks), policy.head);
    },
    { reuse: true },
  );
  const valueProgram = compile(
    function values(parameters: Parameters, observations: Tensor): Tensor {
      return network.value(parameters, rows(observations));
    },
    { reuse: true },
  );

  return {
    head,
    network,
    initialParameters: () => network.init(agent.rng.fork("parameters")),
    rows,
    maskTensor,
    sample: (policy, observations, masks, noise) => sampleProgram(policy, observations, masks, noise).data() as Actions,
    values: (parameters, observations) => valueProgram(parameters, observations).data() as Float32Array,
    act(policy, observations, given = {}) {
      const problem = unknownOption("act", given, ACT_OPTIONS);
      if (problem !== undefined) throw new Error(problem);
      const { count, observations: encoded, masks } = agent.rows("act", observations, given.masks);
      if (given.deterministic === true)
        return agent.environmentActions(modeProgram(policy, encoded, masks).data() as Actions, head.boxActions);
      const noise = new Float32Array(count * head.noise.size);
      drawNoise(head.noise, agent.actStream(), noise);
      return agent.environmentActions(sampleProgram(policy, encoded, masks, noise).data() as Actions, head.boxActions);
    },
  };
}
