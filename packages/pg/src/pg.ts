/**
 * Policy gradients: from the simplest one to a baseline with generalised advantage estimation.
 *
 *   ∇J(θ) = E[ Σₜ ∇ log π(aₜ|sₜ) · Ψₜ ]        Sutton & Barto 2018, ch. 13; Schulman et al. 2016, eq. 1
 *
 *   Ψₜ = R(τ)                  "return": the simplest policy gradient
 *      = Σₖ γᵏ rₜ₊ₖ            "reward-to-go"
 *      = Σₖ γᵏ rₜ₊ₖ − V(sₜ)    "baseline", continued by V where a rollout or an episode is cut
 *      = Â of GAE(γ, λ)        "gae"
 *
 * T steps of N environments make a batch of B = T·N rows; d numbers per observation.
 * Deviations: rewards-to-go are discounted from the step on, as everywhere in practice, while the formula's γᵗ in front of it is left out; advantages are normalised
 * per batch unless told otherwise.
 */
import {
  expectState,
  namedLeaves,
  notFiniteIn,
  restoreTree,
  saveTree,
  type ActOptions,
  type Agent,
  type AgentState,
  type Parameters,
  type PolicyParameters,
} from "@rl/agent";
import { adam, clipGradNorm, globalNorm, scheduleValue, type AdamState } from "@rl/nets";
import { compile, loop, tree, valueAndGrad, type Tensor } from "@rl/tensor";
import { discountedReturns, episodeReturns, gae, normalizeAdvantages } from "./advantages.ts";
import { resolvePgConfig, type PgConfig, type PgOptions } from "./config.ts";
import { explainedVariance } from "./explained-variance.ts";
import { entropyLoss, policyGradientLoss, valueLoss } from "./losses.ts";
import { pgMetricInfo, type PgMetrics } from "./metrics.ts";
import { OnPolicy } from "./on-policy.ts";

/** Rows of whole-episode batches are filled up to a multiple of this, so that few programs serve all lengths. */
const ROW_STEP = 256;

interface Batch {
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
interface Optimizers {
  readonly policy: AdamState;
  readonly value: AdamState;
}

export interface PgState {
  readonly algorithm: "pg";
  readonly version: 1;
  readonly iteration: number;
  readonly agent: AgentState;
  readonly parameters: unknown;
  readonly optimizers: unknown;
}

export interface PgTrainer {
  /** The environments that it learns in, as one vector. To evaluate, make others: these are in the middle of its episodes. */
  readonly env: Agent["env"];
  /** Settings in force. */
  readonly config: PgConfig;
  /** What each metric means. */
  readonly metricInfo: typeof pgMetricInfo;
  /** One yield per iteration, until totalSteps or iterations are reached. */
  train(): Generator<PgMetrics, void, void>;
  /** Actions for raw observations (rows × observation size), as the environment takes them. */
  act(observations: Float32Array, options?: ActOptions): Int32Array | Float32Array;
  /** V(s) of raw observations, one per row; in units of normalised rewards where these are on. */
  values(observations: Float32Array): Float32Array;
  state(): PgState;
  restore(state: object): void;
}

/** A policy gradient trainer. Throws one sentence for unknown or impossible options. */
export function createPg(options: PgOptions): PgTrainer {
  const config = resolvePgConfig(options);
  const onPolicy = new OnPolicy("createPg", options.env, options.numEnvs, config);
  const { agent, policy, rollout } = onPolicy;
  const { head, network } = policy;
  const { tracker } = agent;
  const { numEnvs } = agent.env;
  if (config.wholeEpisodes && numEnvs !== 1)
    throw new Error(`createPg: wholeEpisodes with a vector of ${numEnvs} environments; expected 1.`);
  const hasValues = config.advantage === "baseline" || config.advantage === "gae";
  const sharing = config.sharedLayers > 0 && hasValues;

  const optimizer = adam({ learningRate: 1 });
  let parameters = policy.initialParameters();
  let optimizers: Optimizers = {
    policy: optimizer.init(sharing ? parameters : parameters.policy),
    value: optimizer.init(sharing || !hasValues ? {} : parameters.value),
  };
  let iteration = 0;
  let buffers: Batch | undefined;

  // The update: one step of the policy, `valueUpdates` steps of the values; one call into the engine.
  const clip = <G>(gradients: G): { readonly gradients: G; readonly norm: Tensor } =>
    config.maxGradNorm === null ? { gradients, norm: globalNorm(gradients) } : clipGradNorm(gradients, config.maxGradNorm);

  const update = compile(
    function updatePg(current: Parameters, optimizersNow: Optimizers, batch: Traced<Batch>, rates: { policy: Tensor; value: Tensor }) {
      const { weights, targets, rows } = batch;
      const observations = policy.rows(batch.observations);
      const actions = batch.actions.reshape([-1, head.actionSize]);
      const mask = policy.maskTensor(batch.masks);
      const policyLosses = (policy: PolicyParameters) => {
        const input = { ...network.policy(policy, observations), mask };
        const policyLoss = policyGradientLoss(head.logProbability(input, policy.head, actions), weights, rows);
        const entropy = entropyLoss(head.entropy(input, policy.head), rows);
        const std = head.std?.(input, policy.head) ?? policyLoss.mul(0);
        return { loss: policyLoss.add(entropy.mul(config.entropyCoefficient)), policyLoss, entropy, std };
      };
      const lossOfValues = (all: Parameters): Tensor => valueLoss(network.value(all, observations), targets, rows);

      if (sharing) {
        const { value, gradient, aux } = valueAndGrad((all: Parameters) => {
          const { loss, ...parts } = policyLosses(all.policy);
          const ofValues = lossOfValues(all);
          return [loss.add(ofValues.mul(config.valueCoefficient)), { ...parts, valueLoss: ofValues }] as const;
        })(current);
        const { gradients, norm } = clip(gradient as Parameters);
        const stepped = optimizer.update(gradients, optimizersNow.policy, current, { learningRate: rates.policy });
        return {
          parameters: stepped.params,
          optimizers: { policy: stepped.state, value: optimizersNow.value },
          measured: { ...aux, loss: value, norm, length: globalNorm(stepped.params) },
        };
      }
      const { value, gradient, aux } = valueAndGrad((policy: PolicyParameters) => {
        const { loss, ...parts } = policyLosses(policy);
        return [loss, parts] as const;
      })(current.policy);
      const { gradients, norm } = clip(gradient as PolicyParameters);
      const stepped = optimizer.update(gradients, optimizersNow.policy, current.policy, { learningRate: rates.policy });
      const before = hasValues ? lossOfValues(current) : value.mul(0);
      const values = !hasValues
        ? { layers: current.value, state: optimizersNow.value }
        : loop(
            config.valueUpdates,
            ({ layers, state }) => {
              const slope = valueAndGrad((own: Parameters["value"]) => lossOfValues({ ...current, value: own }))(layers);
              const next = optimizer.update(clip(slope.gradient as Parameters["value"]).gradients, state, layers, {
                learningRate: rates.value,
              });
              return { layers: next.params, state: next.state };
            },
            { layers: current.value, state: optimizersNow.value },
          );
      const next = { policy: stepped.params, value: values.layers };
      return {
        parameters: next,
        optimizers: { policy: stepped.state, value: values.state },
        measured: { ...aux, loss: value, norm, valueLoss: before, length: globalNorm(next) },
      };
    },
    { donate: [0, 1] },
  );

  /** Weights Ψ and value targets of the rollout, [T·N] each, and how much of the targets the values explain. */
  function estimate(paddedRows: number): { readonly weights: Float64Array; readonly targets: Float64Array; readonly explained: number } {
    const size = rollout.length * numEnvs;
    const [rewards, terminated, truncated] = [
      rollout.rewards.subarray(0, size),
      rollout.terminated.subarray(0, size),
      rollout.truncated.subarray(0, size),
    ];
    const { discount } = config;
    if (!hasValues) {
      const ended = terminated.map((flag, i) => flag | (truncated[i] as number));
      const weights = (config.advantage === "return" ? episodeReturns : discountedReturns)({ rewards, discount, ended, numEnvs });
      return { weights, targets: weights, explained: NaN };
    }
    const finalValues = new Float64Array(size);
    const all = onPolicy.estimateValues(parameters, finalValues, paddedRows + numEnvs);
    const values = all.subarray(0, size);
    const lastValues = all.subarray(size, size + numEnvs);
    const lambda = config.advantage === "gae" ? config.gaeLambda : 1;
    const { advantages, returns } = gae({ rewards, values, terminated, truncated, finalValues, lastValues, discount, lambda });
    return { weights: advantages, targets: returns, explained: explainedVariance(returns, values) };
  }

  function batchOf(paddedRows: number, weights: Float64Array, targets: Float64Array): Batch {
    if (buffers?.weights.length !== paddedRows) {
      const column = (): Float32Array => new Float32Array(paddedRows);
      buffers = {
        observations: new Float32Array(0),
        actions: rollout.actions,
        masks: rollout.masks,
        weights: column(),
        targets: column(),
        rows: column(),
      };
    }
    const { weights: w, targets: g, rows } = buffers;
    w.fill(0).set(weights);
    g.fill(0).set(targets);
    rows.fill(0).fill(1, 0, weights.length);
    return {
      observations: rollout.observations.subarray(0, paddedRows * agent.observation.size),
      actions: rollout.actions.subarray(0, paddedRows * head.actionSize),
      masks: rollout.masks.subarray(0, paddedRows * agent.maskSize),
      weights: w,
      targets: g,
      rows,
    };
  }

  function* train(): Generator<PgMetrics, void, void> {
    const { totalSteps, iterations, stepsPerEnv, wholeEpisodes } = config;
    while (agent.steps < totalSteps && iteration < iterations) {
      const progress = Math.max(
        totalSteps === Infinity ? 0 : agent.steps / totalSteps,
        iterations === Infinity ? 0 : iteration / iterations,
      );
      const episodesBefore = tracker.episodes;
      onPolicy.collect(parameters.policy, iteration, stepsPerEnv, wholeEpisodes);

      const rowsUsed = rollout.length * numEnvs;
      const paddedRows = wholeEpisodes ? Math.ceil(rowsUsed / ROW_STEP) * ROW_STEP : rowsUsed;
      rollout.reserve(paddedRows / numEnvs);
      const { weights, targets, explained } = estimate(paddedRows);
      if (config.normalizeAdvantages) normalizeAdvantages(weights);

      const rate = scheduleValue(config.learningRate, progress);
      const valueRate = config.valueLearningRate === null ? rate : scheduleValue(config.valueLearningRate, progress);
      const updated = update(parameters, optimizers, batchOf(paddedRows, weights, targets), { policy: rate, value: valueRate });
      parameters = updated.parameters;
      optimizers = updated.optimizers;
      iteration += 1;

      const { loss, policyLoss, entropy, std, norm, valueLoss: lossOfValues, length } = tree.map((value) => value.item(), updated.measured);
      if (![loss, norm, lossOfValues, length].every(Number.isFinite)) {
        throw notFiniteIn({ where: "createPg", iteration }, [
          ["targets", targets],
          ["weights", weights],
          ["the policy loss", [policyLoss]],
          ["the entropy", [entropy]],
          ["the value loss", [lossOfValues]],
          ["the gradient's length", [norm]],
          ...namedLeaves("parameters", parameters),
        ]);
      }
      const recent = wholeEpisodes ? tracker.episodes - episodesBefore : undefined;
      yield {
        "rollout/ep_rew_mean": tracker.meanReturn(recent),
        "rollout/ep_len_mean": tracker.meanLength(recent),
        "time/iterations": iteration,
        "time/total_timesteps": agent.steps,
        "train/loss": loss,
        "train/policy_gradient_loss": policyLoss,
        "train/value_loss": hasValues ? lossOfValues : NaN,
        "train/entropy_loss": entropy,
        "train/explained_variance": explained,
        "train/grad_norm": norm,
        "train/learning_rate": rate,
        "train/n_updates": iteration,
        "train/std": head.std === undefined ? NaN : std,
      };
    }
  }

  return {
    env: agent.env,
    config,
    metricInfo: pgMetricInfo,
    train,
    act: (observations, actOptions) => policy.act(parameters.policy, observations, actOptions),
    values: (observations) => onPolicy.values(parameters, observations),
    state: () => ({
      algorithm: "pg",
      version: 1,
      iteration,
      agent: agent.state(),
      parameters: saveTree(parameters),
      optimizers: saveTree(optimizers),
    }),
    restore(given) {
      const saved = expectState<PgState>("createPg.restore", given, "pg", 1);
      const restoredParameters = restoreTree("createPg.restore", parameters, saved.parameters);
      const restoredOptimizers = restoreTree("createPg.restore", optimizers, saved.optimizers);
      agent.restore(saved.agent);
      parameters = restoredParameters;
      optimizers = restoredOptimizers;
      iteration = saved.iteration;
    },
  };
}
