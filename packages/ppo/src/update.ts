/**
 * The update of an iteration: all epochs and minibatches as one program, one call into the engine.
 *
 *   L(θ) = −mean min(rₜÂₜ, clip(rₜ, 1−ε, 1+ε)Âₜ) + c₁·mean (V(sₜ) − Rₜ)² − c₂·mean H(π(·|sₜ)),   rₜ = π(aₜ|sₜ)/π_old(aₜ|sₜ)      (eq. 9, to minimise)
 *   for each minibatch, M rows of the B = T·N:   θ ← Adam(θ, ∇L shortened to maxGradNorm)
 *
 * and no further once a minibatch's KL exceeds 1.5 · targetKl; the step that went too far is not taken.
 */
import { clipGradNorm, globalNorm, type AdamState, type Optimizer } from "@rl/nets";
import type { Parameters, Policy } from "@rl/agent";
import { compile, ones, scan, tree, valueAndGrad, where, zeros, type Tensor } from "@rl/tensor";
import type { PpoConfig } from "./config.ts";
import { approximateKl, clipFraction, clippedSurrogate, clippedValueLoss, entropyLoss, normalized, valueLoss } from "./losses.ts";

/** Updates of an iteration stop when KL exceeds targetKl this many times (as in the authors' later code). */
const KL_SLACK = 1.5;

/** What an iteration learns from. K minibatches of M rows. */
export interface Batch {
  /** [B·d], [B·mask width], [B·action size]. */
  readonly observations: Float32Array;
  readonly masks: Uint8Array;
  readonly actions: Int32Array | Float32Array;
  /** Â, R and V_old, [B] each. */
  readonly advantages: Float32Array;
  readonly targets: Float32Array;
  readonly values: Float32Array;
  /** Row numbers of the minibatches, one after the other, [K·M]. */
  readonly order: Int32Array;
  /** Step size, ε and entropy weight of each minibatch, [K] each. */
  readonly rates: Float32Array;
  readonly clips: Float32Array;
  readonly entropies: Float32Array;
}
type Traced<T> = { readonly [name in keyof T]: Tensor };

/** Of a minibatch, each before its own step. */
export type Measure = "loss" | "surrogate" | "value" | "entropy" | "kl" | "clipped" | "norm" | "std";

export interface Updated {
  readonly parameters: Parameters;
  readonly state: AdamState;
  /** Means over the minibatches that were used, scalars. */
  readonly means: Readonly<Record<Measure, Tensor>>;
  /** Per minibatch, [K] each; 0 after an early stop. */
  readonly measured: Readonly<Record<Measure, Tensor>>;
  /** How many minibatches were used, and how many steps were taken: one less after an early stop. */
  readonly used: Tensor;
  readonly steps: Tensor;
  /** Euclidean length of all parameters: not finite as soon as one of them is not. */
  readonly length: Tensor;
}

export type Update = (parameters: Parameters, state: AdamState, batch: Batch) => Updated;

/** A minibatch's numbers: its rows, step size, ε and entropy weight. */
interface Minibatch {
  readonly chosen: Tensor;
  readonly rate: Tensor;
  readonly clip: Tensor;
  readonly entropyWeight: Tensor;
}
interface Carry {
  readonly parameters: Parameters;
  readonly state: AdamState;
  readonly stop: Tensor;
}

/** All rows of the rollout, traced. */
interface RowsOf {
  readonly observations: Tensor;
  readonly actions: Tensor;
  readonly mask: Tensor | undefined;
  readonly advantages: Tensor;
  readonly targets: Tensor;
  readonly values: Tensor;
  readonly logProbabilityOld: Tensor;
}

/** Compiles the update for a policy's networks and action head. The parameters and the optimiser's state it is given are consumed. */
export function createUpdate(policy: Policy, config: PpoConfig, optimizer: Optimizer<AdamState>): Update {
  const { minibatchSize, targetKl } = config;
  return compile(
    function updatePpo(first: Parameters, firstState: AdamState, batch: Traced<Batch>): Updated {
      const all = rowsOf(policy, first, batch);
      const minibatches: Minibatch = {
        chosen: batch.order.reshape([-1, minibatchSize]),
        rate: batch.rates,
        clip: batch.clips,
        entropyWeight: batch.entropies,
      };
      const start: Carry = { parameters: first, state: firstState, stop: falsehood() };
      const step = (carry: Carry, minibatch: Minibatch) => stepMinibatch(policy, config, optimizer, all, carry, minibatch);
      const [last, { used, ...measured }] = scan(step, start, minibatches, targetKl === null ? {} : { stop: ({ stop }) => stop });
      const count = used.sum();
      return {
        parameters: last.parameters,
        state: last.state,
        means: tree.map((column) => column.sum().div(count), measured),
        measured,
        used: count,
        steps: count.sub(last.stop.cast("float32")),
        length: globalNorm(last.parameters),
      };
    },
    { donate: [0, 1] },
  );
}

function rowsOf({ network, head, rows, maskTensor }: Policy, first: Parameters, batch: Traced<Batch>): RowsOf {
  const observations = rows(batch.observations);
  const actions = batch.actions.reshape([-1, head.actionSize]);
  const mask = maskTensor(batch.masks);
  const before = { ...network.policy(first.policy, observations), mask };
  const logProbabilityOld = head.logProbability(before, first.policy.head, actions);
  const { advantages, targets, values } = batch;
  return { observations, actions, mask, advantages, targets, values, logProbabilityOld };
}

/** One minibatch: loss, gradient, step; and what is measured before it. */
function stepMinibatch(
  policy: Policy,
  config: PpoConfig,
  optimizer: Optimizer<AdamState>,
  all: RowsOf,
  { parameters, state }: Carry,
  { chosen, rate, clip, entropyWeight }: Minibatch,
) {
  const { maxGradNorm, targetKl } = config;
  const loss = valueAndGrad(lossOf(policy, config, all, chosen, clip, entropyWeight))(parameters);
  const gradient = loss.gradient as Parameters;
  const { gradients, norm } =
    maxGradNorm === null ? { gradients: gradient, norm: globalNorm(gradient) } : clipGradNorm(gradient, maxGradNorm);
  const { params, state: nextState } = optimizer.update(gradients, state, parameters, { learningRate: rate });
  const measured = { loss: loss.value, ...loss.aux, norm, used: ones([]) };
  if (targetKl === null) return [{ parameters: params, state: nextState, stop: falsehood() }, measured] as const;
  const stop = loss.aux.kl.greater(KL_SLACK * targetKl);
  const next = { parameters: choose(stop, parameters, params), state: choose(stop, state, nextState), stop };
  return [next, measured] as const;
}

/** The loss of the chosen rows as a function of the parameters, and its parts. */
function lossOf({ network, head }: Policy, config: PpoConfig, all: RowsOf, chosen: Tensor, clip: Tensor, entropyWeight: Tensor) {
  const { valueClipRange, valueCoefficient, normalizeAdvantages } = config;
  const observations = all.observations.take(chosen);
  const actions = all.actions.take(chosen);
  const mask = all.mask?.take(chosen);
  const old = all.logProbabilityOld.take(chosen);
  const rawAdvantage = all.advantages.take(chosen);
  const advantage = normalizeAdvantages ? normalized(rawAdvantage) : rawAdvantage;
  const target = all.targets.take(chosen);
  const valueOld = all.values.take(chosen);
  return (now: Parameters) => {
    const { values, ...output } = network.both(now, observations);
    const input = { ...output, mask };
    const logProbability = head.logProbability(input, now.policy.head, actions);
    const surrogate = clippedSurrogate(logProbability, old, advantage, clip);
    const value = valueClipRange === null ? valueLoss(values, target) : clippedValueLoss(values, valueOld, target, valueClipRange);
    const entropy = entropyLoss(head.entropy(input, now.policy.head));
    const total = surrogate.add(value.mul(valueCoefficient)).add(entropy.mul(entropyWeight));
    const kl = approximateKl(logProbability, old);
    const clipped = clipFraction(logProbability, old, clip);
    const std = head.std?.(input, now.policy.head) ?? zeros([]);
    return [total, { surrogate, value, entropy, kl, clipped, std }] as const;
  };
}

const falsehood = (): Tensor => zeros([], { dtype: "bool" });

/** `yes` where the scalar holds, else `no`, leaf by leaf. */
function choose<T>(condition: Tensor, yes: T, no: T): T {
  const others = tree.leaves<Tensor>(no);
  return tree.unflatten(
    yes,
    tree.leaves<Tensor>(yes).map((leaf, i) => where(condition, leaf, others[i]!)),
  );
}
