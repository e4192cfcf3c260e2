/**
 * PPO: proximal policy optimisation with the clipped surrogate. Schulman, Wolski, Dhariwal, Radford & Klimov 2017, arXiv 1707.06347.
 *
 *   maximise mean[ min(rₜÂₜ, clip(rₜ, 1−ε, 1+ε)Âₜ) − c₁(V(sₜ) − Rₜ)² + c₂H(π(·|sₜ)) ],   rₜ = π(aₜ|sₜ)/π_old(aₜ|sₜ)          (eq. 9)
 *
 * Each iteration collects T steps of N environments (B = T·N rows, d numbers per observation), estimates Â by GAE(λ) and R = Â + V, and makes several passes over
 * the rows in shuffled minibatches of M (update.ts). All passes are one call into the engine.
 *
 * Deviations from the paper, all of them common: advantages normalised per minibatch, gradients clipped by their norm, orthogonal starting weights, and a
 * step that ended by a time limit is continued by V of its final observation (Pardo et al. 2018).
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
  type NotFiniteError,
} from "@rl/agent";
import { adam, scheduleValue, type AdamState } from "@rl/nets";
import { explainedVariance, gae, OnPolicy } from "@rl/pg";
import { tree } from "@rl/tensor";
import { resolvePpoConfig, type PpoConfig, type PpoOptions } from "./config.ts";
import { ppoMetricInfo, type PpoMetrics } from "./metrics.ts";
import { normalizedReturns } from "./normalized-returns.ts";
import { createUpdate, type Batch, type Updated } from "./update.ts";

export interface PpoState {
  readonly algorithm: "ppo";
  readonly version: 1;
  readonly iteration: number;
  readonly updates: number;
  readonly agent: AgentState;
  readonly parameters: unknown;
  readonly optimizer: unknown;
}

export interface PpoTrainer {
  /** The environments that it learns in, as one vector. To evaluate, make others: these are in the middle of its episodes. */
  readonly env: Agent["env"];
  /** Settings in force. */
  readonly config: PpoConfig;
  /** What each metric means. */
  readonly metricInfo: typeof ppoMetricInfo;
  /** The metric that says how good the agent is: the mean return of episodes; with restartRollouts, which never sees the end of long ones, and rewards as they are, of the rollout. */
  readonly scoreMetric: "rollout/ep_rew_mean" | "rollout/return_mean";
  /** One yield per iteration, until totalSteps or iterations are reached. */
  train(): Generator<PpoMetrics, void, void>;
  /** Actions for raw observations (rows × observation size), as the environment takes them. */
  act(observations: Float32Array, options?: ActOptions): Int32Array | Float32Array;
  /** V(s) of raw observations, one per row; in units of normalised rewards where these are on. */
  values(observations: Float32Array): Float32Array;
  state(): PpoState;
  restore(state: object): void;
}

/** A PPO trainer. Throws one sentence for unknown or impossible options. */
export function createPpo(options: PpoOptions): PpoTrainer {
  const config = resolvePpoConfig(options);
  const onPolicy = new OnPolicy("createPpo", options.env, options.numEnvs, config);
  const { agent, policy, rollout } = onPolicy;
  const { tracker } = agent;
  const { head } = policy;
  const { numEnvs } = agent.env;
  const { stepsPerEnv, epochs, minibatchSize } = config;
  const size = numEnvs * stepsPerEnv;
  const perEpoch = Math.floor(size / minibatchSize);
  const updatesPerIteration = epochs * perEpoch;

  const optimizer = adam({ learningRate: 1, eps: config.adamEpsilon });
  const update = createUpdate(policy, config, optimizer);
  let parameters = policy.initialParameters();
  let optimizerState: AdamState = optimizer.init(parameters);
  let iteration = 0;
  let updates = 0;

  const batch: Batch = {
    observations: rollout.observations.subarray(0, size * agent.observation.size),
    masks: rollout.masks.subarray(0, size * agent.maskSize),
    actions: rollout.actions,
    advantages: new Float32Array(size),
    targets: new Float32Array(size),
    values: new Float32Array(size),
    order: new Int32Array(updatesPerIteration * minibatchSize),
    rates: new Float32Array(updatesPerIteration),
    clips: new Float32Array(updatesPerIteration),
    entropies: new Float32Array(updatesPerIteration),
  };
  const finalValues = new Float64Array(size);

  /** Fills advantages and targets from the rollout; returns the mean target and how much of the targets the values explain. */
  function estimate(): { readonly returnMean: number; readonly explained: number } {
    let returnMean = 0;
    const { rewards, terminated, truncated } = rollout;
    const all = onPolicy.estimateValues(parameters, finalValues, size + numEnvs);
    batch.values.set(all.subarray(0, size));
    if (config.advantage === "normalized-return") {
      returnMean = normalizedReturns({ rewards, terminated, truncated, numEnvs, discount: config.discount }, batch.targets);
      for (let i = 0; i < size; i++) batch.advantages[i] = batch.targets[i]! - batch.values[i]!;
    } else {
      const { advantages, returns } = gae({
        rewards,
        values: batch.values,
        terminated,
        truncated,
        finalValues,
        lastValues: all.subarray(size),
        discount: config.discount,
        lambda: config.gaeLambda,
      });
      batch.advantages.set(advantages);
      batch.targets.set(returns);
      for (const target of returns) returnMean += target / size;
    }
    return { returnMean, explained: explainedVariance(batch.targets, batch.values) };
  }

  /** Shuffles the rows anew for each epoch and writes down the schedules. */
  function plan(progress: number, perIteration: number): void {
    const rng = agent.rng.fork("minibatches", iteration);
    for (let epoch = 0; epoch < epochs; epoch++) {
      batch.order.set(rng.permutation(size).subarray(0, perEpoch * minibatchSize), epoch * perEpoch * minibatchSize);
      const at = config.scheduleUnit === "epoch" ? progress + (perIteration * epoch) / epochs : progress;
      batch.rates.fill(scheduleValue(config.learningRate, at), epoch * perEpoch, (epoch + 1) * perEpoch);
      batch.clips.fill(scheduleValue(config.clipRange, progress), epoch * perEpoch, (epoch + 1) * perEpoch);
      batch.entropies.fill(scheduleValue(config.entropyCoefficient, progress), epoch * perEpoch, (epoch + 1) * perEpoch);
    }
  }

  function* train(): Generator<PpoMetrics, void, void> {
    const { totalSteps, iterations } = config;
    while (agent.steps < totalSteps && iteration < iterations) {
      const share = Math.max(totalSteps === Infinity ? 0 : size / totalSteps, iterations === Infinity ? 0 : 1 / iterations);
      const progress = Math.max(
        totalSteps === Infinity ? 0 : agent.steps / totalSteps,
        iterations === Infinity ? 0 : iteration / iterations,
      );
      if (config.restartRollouts) agent.restart(iteration);
      onPolicy.collect(parameters.policy, iteration, stepsPerEnv);
      const { returnMean, explained } = estimate();
      plan(progress, share);
      const updated = update(parameters, optimizerState, batch);
      parameters = updated.parameters;
      optimizerState = updated.state;
      iteration += 1;
      const { loss, surrogate, value, entropy, kl, clipped, norm, std } = tree.map((mean) => mean.item(), updated.means);
      updates += updated.steps.item();
      if (![loss, norm, updated.length.item()].every(Number.isFinite)) throw notFinite(updated);
      yield {
        "rollout/ep_rew_mean": tracker.meanReturn(),
        "rollout/ep_len_mean": tracker.meanLength(),
        "rollout/return_mean": returnMean,
        "time/iterations": iteration,
        "time/total_timesteps": agent.steps,
        "train/loss": loss,
        "train/policy_gradient_loss": surrogate,
        "train/value_loss": value,
        "train/entropy_loss": entropy,
        "train/approx_kl": kl,
        "train/clip_fraction": clipped,
        "train/clip_range": batch.clips[0]!,
        "train/explained_variance": explained,
        "train/grad_norm": norm,
        "train/learning_rate": scheduleValue(config.learningRate, progress),
        "train/n_updates": updates,
        "train/std": head.std === undefined ? NaN : std,
      };
    }
  }

  /** Names what went wrong first, in the order in which an iteration computes. */
  function notFinite({ measured, parameters: last }: Updated): NotFiniteError {
    const { value, surrogate, entropy, norm } = tree.map((column) => column.read() as Float32Array, measured);
    const minibatches = Array.from(value, (_, k) => {
      const at = (column: Float32Array): Float32Array => column.subarray(k, k + 1);
      return [
        [`the value loss of minibatch ${k + 1}`, at(value)],
        [`the clipped surrogate of minibatch ${k + 1}`, at(surrogate)],
        [`the entropy of minibatch ${k + 1}`, at(entropy)],
        [`the gradient's length in minibatch ${k + 1}`, at(norm)],
      ] as const;
    });
    return notFiniteIn({ where: "createPpo", iteration }, [
      ["values", batch.values],
      ["targets", batch.targets],
      ["advantages", batch.advantages],
      ...minibatches.flat(),
      ...namedLeaves("parameters", last),
    ]);
  }

  return {
    env: agent.env,
    config,
    metricInfo: ppoMetricInfo,
    scoreMetric: config.restartRollouts && !config.normalizeRewards ? "rollout/return_mean" : "rollout/ep_rew_mean",
    train,
    act: (observations, actOptions) => policy.act(parameters.policy, observations, actOptions),
    values: (observations) => onPolicy.values(parameters, observations),
    state: () => ({
      algorithm: "ppo",
      version: 1,
      iteration,
      updates,
      agent: agent.state(),
      parameters: saveTree(parameters),
      optimizer: saveTree(optimizerState),
    }),
    restore(given) {
      const saved = expectState<PpoState>("createPpo.restore", given, "ppo", 1);
      const restoredParameters = restoreTree("createPpo.restore", parameters, saved.parameters);
      const restoredOptimizer = restoreTree("createPpo.restore", optimizerState, saved.optimizer);
      agent.restore(saved.agent);
      parameters = restoredParameters;
      optimizerState = restoredOptimizer;
      iteration = saved.iteration;
      updates = saved.updates;
    },
  };
}
