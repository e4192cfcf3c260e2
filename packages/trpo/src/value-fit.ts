/** The fit of the value function: Adam over shuffled minibatches, all passes as one program, one call into the engine. */
import type { Parameters, Policy, PolicyParameters } from "@rl/agent";
import { globalNorm, type AdamState, type Optimizer } from "@rl/nets";
import { compile, scan, valueAndGrad, type Tensor } from "@rl/tensor";
import { valueLoss } from "./losses.ts";

export interface Fitted {
  readonly values: Parameters["value"];
  readonly state: AdamState;
  /** Mean loss of the last pass. */
  readonly loss: Tensor;
  /** Euclidean length of the values' parameters: not finite as soon as one of them is not. */
  readonly length: Tensor;
}

/** `order`: row numbers, one minibatch after the other. The values' parameters and the optimiser's state are consumed. */
export type FitValues = (
  values: Parameters["value"],
  state: AdamState,
  policy: PolicyParameters,
  observations: Float32Array,
  targets: Float32Array,
  order: Int32Array,
  rate: number,
) => Fitted;

/** `perEpoch`: minibatches in one pass. */
export function createValueFit(
  { network, rows }: Policy,
  optimizer: Optimizer<AdamState>,
  sizes: { readonly minibatch: number; readonly perEpoch: number },
): FitValues {
  return compile(
    function fitValues(
      values: Parameters["value"],
      state: AdamState,
      policy: PolicyParameters,
      observations: Tensor,
      targets: Tensor,
      order: Tensor,
      rate: Tensor,
    ): Fitted {
      const inputs = rows(observations);
      const step = ({ layers, moments }: { layers: Parameters["value"]; moments: AdamState }, chosen: Tensor) => {
        const input = inputs.take(chosen);
        const target = targets.take(chosen);
        const { value, gradient } = valueAndGrad((own: Parameters["value"]) =>
          valueLoss(network.value({ policy, value: own }, input), target),
        )(layers);
        const next = optimizer.update(gradient as Parameters["value"], moments, layers, { learningRate: rate });
        return [{ layers: next.params, moments: next.state }, value] as const;
      };
      const [last, losses] = scan(step, { layers: values, moments: state }, order.reshape([-1, sizes.minibatch]));
      const loss = losses.narrow(0, losses.shape[0]! - sizes.perEpoch, losses.shape[0]!).mean();
      return { values: last.layers, state: last.moments, loss, length: globalNorm(last.layers) };
    },
    { donate: [0, 1] },
  );
}
