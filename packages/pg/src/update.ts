/** The update of a policy gradient: one step of the policy, some of the values, as one program, one call into the engine. */
import type { Parameters, Policy, PolicyParameters } from "@rl/agent";
import { clipGradNorm, globalNorm, type AdamState, type Optimizer } from "@rl/nets";
import { compile, loop, valueAndGrad, type Tensor } from "@rl/tensor";
import type { PgConfig } from "./config.ts";
import { entropyLoss, policyGradientLoss, valueLoss } from "./losses.ts";

export interface Batch {
  /** [B·d], [B·action size], [B·mask width]. */
  readonly observations: Float32Array;
  readonly actions: Int32Array | Float32Array;
  readonly masks: Uint8Array;
  /** Ψ, targets of the value function, and 1 for rows that count, [B] each. */
  readonly weights: Float32Array;
  readonly targets: Float32Array;
  readonly rows: Float32Array;
}
type Traced<T> = { readonly [K in keyof T]: Tensor };

/** One Adam for the policy and one for the values, or one for both (under `policy`) where they share layers. */
export interface Optimizers {
  readonly policy: AdamState;
  readonly value: AdamState;
}

export type Measure = "loss" | "policyLoss" | "entropy" | "std" | "norm" | "valueLoss" | "length";
export type Measured = Readonly<Record<Measure, number>>;

interface Updated {
  readonly parameters: Parameters;
  readonly optimizers: Optimizers;
  /** Before the update, but for `length`, that of all parameters after it. */
  readonly measured: Readonly<Record<Measure, Tensor>>;
}
export type Update = (
  parameters: Parameters,
  optimizers: Optimizers,
  batch: Batch,
  rates: { readonly policy: number; readonly value: number },
) => Updated;

export const hasValues = ({ advantage }: PgConfig): boolean => advantage === "baseline" || advantage === "gae";
export const sharesLayers = (config: PgConfig): boolean => config.sharedLayers > 0 && hasValues(config);

/** Compiles the update. The parameters and the optimisers' states it is given are consumed. */
export function createUpdate(policy: Policy, config: PgConfig, optimizer: Optimizer<AdamState>): Update {
  const step = sharesLayers(config) ? stepTogether : stepApart;
  return compile(
    function updatePg(
      parameters: Parameters,
      optimizers: Optimizers,
      batch: Traced<Batch>,
      rates: { readonly policy: Tensor; readonly value: Tensor },
    ): Updated {
      return step(config, optimizer, lossesOf(policy, config, batch), parameters, optimizers, rates);
    },
    { donate: [0, 1] },
  );
}

interface Losses {
  readonly ofPolicy: (policy: PolicyParameters) => Readonly<Record<"loss" | "policyLoss" | "entropy" | "std", Tensor>>;
  readonly ofValues: (all: Parameters) => Tensor;
}

function lossesOf({ head, network, rows: rowsOf, maskTensor }: Policy, config: PgConfig, batch: Traced<Batch>): Losses {
  const { weights, targets, rows } = batch;
  const observations = rowsOf(batch.observations);
  const actions = batch.actions.reshape([-1, head.actionSize]);
  const mask = maskTensor(batch.masks);
  return {
    ofPolicy(policy) {
      const input = { ...network.policy(policy, observations), mask };
      const policyLoss = policyGradientLoss(head.logProbability(input, policy.head, actions), weights, rows);
      const entropy = entropyLoss(head.entropy(input, policy.head), rows);
      const std = head.std?.(input, policy.head) ?? policyLoss.mul(0);
      return { loss: policyLoss.add(entropy.mul(config.entropyCoefficient)), policyLoss, entropy, std };
    },
    ofValues: (all) => valueLoss(network.value(all, observations), targets, rows),
  };
}

const clip = <G>(maxGradNorm: number | null, gradients: G): { readonly gradients: G; readonly norm: Tensor } =>
  maxGradNorm === null ? { gradients, norm: globalNorm(gradients) } : clipGradNorm(gradients, maxGradNorm);

type Step = (
  config: PgConfig,
  optimizer: Optimizer<AdamState>,
  losses: Losses,
  parameters: Parameters,
  optimizers: Optimizers,
  rates: { readonly policy: Tensor; readonly value: Tensor },
) => Updated;

/** Policy and values share layers: one loss, one step. */
const stepTogether: Step = (config, optimizer, { ofPolicy, ofValues }, parameters, optimizers, rates) => {
  const { value, gradient, aux } = valueAndGrad((all: Parameters) => {
    const { loss, ...parts } = ofPolicy(all.policy);
    const values = ofValues(all);
    return [loss.add(values.mul(config.valueCoefficient)), { ...parts, valueLoss: values }] as const;
  })(parameters);
  const { gradients, norm } = clip(config.maxGradNorm, gradient as Parameters);
  const stepped = optimizer.update(gradients, optimizers.policy, parameters, { learningRate: rates.policy });
  return {
    parameters: stepped.params,
    optimizers: { policy: stepped.state, value: optimizers.value },
    measured: { ...aux, loss: value, norm, length: globalNorm(stepped.params) },
  };
};

/** One step of the policy; then `valueUpdates` of the values, where there are any. */
const stepApart: Step = (config, optimizer, { ofPolicy, ofValues }, parameters, optimizers, rates) => {
  const { value, gradient, aux } = valueAndGrad((policy: PolicyParameters) => {
    const { loss, ...parts } = ofPolicy(policy);
    return [loss, parts] as const;
  })(parameters.policy);
  const { gradients, norm } = clip(config.maxGradNorm, gradient as PolicyParameters);
  const stepped = optimizer.update(gradients, optimizers.policy, parameters.policy, { learningRate: rates.policy });
  const before = hasValues(config) ? ofValues(parameters) : value.mul(0);
  const start = { layers: parameters.value, state: optimizers.value };
  const stepValues = ({ layers, state }: typeof start): typeof start => {
    const slope = valueAndGrad((own: Parameters["value"]) => ofValues({ ...parameters, value: own }))(layers);
    const { gradients: clipped } = clip(config.maxGradNorm, slope.gradient as Parameters["value"]);
    const next = optimizer.update(clipped, state, layers, { learningRate: rates.value });
    return { layers: next.params, state: next.state };
  };
  const values = hasValues(config) ? loop(config.valueUpdates, stepValues, start) : start;
  const next = { policy: stepped.params, value: values.layers };
  return {
    parameters: next,
    optimizers: { policy: stepped.state, value: values.state },
    measured: { ...aux, loss: value, norm, valueLoss: before, length: globalNorm(next) },
  };
};
