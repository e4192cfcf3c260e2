/** TRPO's Fisher-vector product: the Hessian of the mean KL divergence to the present policy times a vector. Schulman et al. 2015, appendix C. */
import { hvp, logSoftmax, stopGradient, tree, type Tensor } from "@rl/tensor";
import { forward, network, normals, stream, type Network } from "./parts.ts";

export const fisherPolicy = (): Network => network(stream(0), 4, 64, 64, 2);
export const fisherStates = (count: number): Tensor => normals(stream(1), count, 4);
export const fisherVector = (policy: Network): Network => {
  const rng = stream(2);
  return tree.map((p: Tensor) => normals(rng, ...p.shape), policy as never) as Network;
};

export function divergence(policy: Network, states: Tensor): Tensor {
  const logs = logSoftmax(forward(policy, states, "tanh"));
  const now = stopGradient(logs);
  return now.exp().mul(now.sub(logs)).sum(-1).mean();
}

export const fisherProduct = (policy: Network, vector: Network, states: Tensor): Network => hvp(divergence, policy, vector, states);
