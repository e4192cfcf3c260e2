/** Policy and value networks: multilayer perceptrons, separate or with shared first layers, as pure functions of a tree of parameters. */
import { activationFunction, linear, orthogonal, zeros, type LinearParams } from "@rl/nets";
import type { Generator } from "@rl/random";
import type { Tensor } from "@rl/tensor";
import type { ActionHead, HeadParameters } from "./heads/head.ts";
import type { NetworkOptions } from "./options/network.ts";

/** Everything that is learned by the policy's loss. */
export interface PolicyParameters {
  /** Hidden layers that the value function uses too. */
  readonly shared: readonly LinearParams[];
  /** The other hidden layers, and the last one. */
  readonly layers: readonly LinearParams[];
  readonly head: HeadParameters;
}

export interface Parameters {
  readonly policy: PolicyParameters;
  /** The value function's own layers. */
  readonly value: readonly LinearParams[];
}

export interface PolicyOutput {
  /** [B, head.outputs]. */
  readonly output: Tensor;
  /** The last hidden layer, [B, width]. */
  readonly features: Tensor;
}

export interface Network {
  /** Fresh parameters; the same generator gives the same. */
  init(rng: Generator): Parameters;
  /** observations: [B, inputs]. */
  policy(parameters: PolicyParameters, observations: Tensor): PolicyOutput;
  /** V(s), [B]. Layers that are shared come from the policy's parameters. */
  value(parameters: Parameters, observations: Tensor): Tensor;
  /** Both, with the shared layers computed once. */
  both(parameters: Parameters, observations: Tensor): PolicyOutput & { readonly values: Tensor };
}

export function createNetwork(inputs: number, head: ActionHead, options: NetworkOptions): Network {
  const { hiddenSizes, sharedLayers, initialization } = options;
  const activation = activationFunction(options.activation);
  const widths = [inputs, ...hiddenSizes];
  const lastWidth = widths[widths.length - 1]!;

  const layer = (rng: Generator, from: number, to: number, gain: number): LinearParams =>
    linear(from, to, initialization === "orthogonal" ? { weight: orthogonal(gain), bias: zeros() } : {}).init(rng);
  const hidden = (rng: Generator, from: number, to: number): LinearParams[] => {
    const layers: LinearParams[] = [];
    for (let i = from; i < to; i++) layers.push(layer(rng.fork("layer", i), widths[i]!, widths[i + 1]!, Math.SQRT2));
    return layers;
  };
  const apply = ({ weight, bias }: LinearParams, x: Tensor): Tensor => x.matmul(weight).add(bias!);
  const through = (layers: readonly LinearParams[], x: Tensor): Tensor => layers.reduce((h, each) => activation(apply(each, h)), x);
  const top = (layers: readonly LinearParams[], x: Tensor): PolicyOutput => {
    const features = through(layers.slice(0, -1), x);
    return { features, output: apply(layers[layers.length - 1]!, features) };
  };
  const valueOf = (layers: readonly LinearParams[], x: Tensor): Tensor => top(layers, x).output.squeeze(1);

  return {
    init(rng) {
      const policyRng = rng.fork("policy");
      const valueRng = rng.fork("value");
      return {
        policy: {
          shared: hidden(rng.fork("shared"), 0, sharedLayers),
          layers: [...hidden(policyRng, sharedLayers, hiddenSizes.length), layer(policyRng.fork("output"), lastWidth, head.outputs, 0.01)],
          head: head.parameters(),
        },
        value: [...hidden(valueRng, sharedLayers, hiddenSizes.length), layer(valueRng.fork("output"), lastWidth, 1, 1)],
      };
    },
    policy: (parameters, observations) => top(parameters.layers, through(parameters.shared, observations)),
    value: (parameters, observations) => valueOf(parameters.value, through(parameters.policy.shared, observations)),
    both(parameters, observations) {
      const shared = through(parameters.policy.shared, observations);
      return { ...top(parameters.policy.layers, shared), values: valueOf(parameters.value, shared) };
    },
  };
}
