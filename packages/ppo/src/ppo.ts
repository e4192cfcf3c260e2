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
  goesOn,
  namedLeaves,
  notFiniteIn,
  progressOf,
  restoreRun,
  saveRun,
  scheduled,
  shareOf,
  walked,
  type ActOptions,
  type Agent,
  type AgentState,
  type NotFiniteError,
  type Parameters,
  type Run,
} from "@rl/agent";
import { adam, type AdamState } from "@rl/nets";
import { explainedVariance, gae, OnPolicy } from "@rl/pg";
import { tree } from "@rl/tensor";
import { ppoOptions, resolvePpoConfig, type PpoConfig, type PpoOptions } from "./config.ts";
import { ppoMetricInfo, type PpoMetrics } from "./metrics.ts";
import { normalizedReturns } from "./normalized-returns.ts";
import { createUpdate, type Batch, type Update, type Updated } from "./update.ts";

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

/** A run: what stands still, and what training moves. */
interface PpoRun extends Run {
  readonly config: PpoConfig;
  readonly onPolicy: OnPolicy;
  readonly update: Update;
  /** Rows of a rollout, T·N. */
  readonly size: number;
  readonly batch: Batch;
  readonly finalValues: Float64Array;
  parameters: Parameters;
  optimizer: AdamState;
  /** Optimiser steps so far. */
  updates: number;
}

const form = {
  algorithm: "ppo",
  version: 1,
  counters: ["iteration", "updates"],
  trees: ["parameters", "optimizer"],
  options: ppoOptions,
} as const;

/** A PPO trainer. Throws one sentence for unknown or impossible options. */
export function createPpo(options: PpoOptions): PpoTrainer {
  const run = start(options);
  const { config, onPolicy } = run;
  return {
    env: run.agent.env,
    config,
    metricInfo: ppoMetricInfo,
    scoreMetric: config.restartRollouts && !config.normalizeRewards ? "rollout/return_mean" : "rollout/ep_rew_mean",
    train: () => walked("createPpo", train(run)),
    act: (observations, given) => onPolicy.policy.act(run.parameters.policy, observations, given),
    values: (observations) => onPolicy.values(run.parameters, observations),
    state: () => saveRun(form, run) as PpoState,
    restore: (state) => restoreRun("createPpo.restore", form, run, state),
  };
}

function start(options: PpoOptions): PpoRun {
  const config = resolvePpoConfig(options);
  const onPolicy = new OnPolicy("createPpo", options.env, options.numEnvs, config);
  const { agent, policy } = onPolicy;
  const optimizer = adam({ learningRate: 1, eps: config.adamEpsilon });
  const parameters = policy.initialParameters();
  const size = agent.env.numEnvs * config.stepsPerEnv;
  return {
    config,
    agent,
    onPolicy,
    update: createUpdate(policy, config, optimizer),
    size,
    batch: batchOf(onPolicy, config, size),
    finalValues: new Float64Array(size),
    parameters,
    optimizer: optimizer.init(parameters),
    iteration: 0,
    updates: 0,
  };
}

/** The arrays that every iteration's update reads; those of the rollout are the rollout's own. */
function batchOf({ agent, rollout }: OnPolicy, { epochs, minibatchSize }: PpoConfig, size: number): Batch {
  const minibatches = epochs * Math.floor(size / minibatchSize);
  return {
    observations: rollout.observations.subarray(0, size * agent.observation.size),
    masks: rollout.masks.subarray(0, size * agent.maskSize),
    actions: rollout.actions,
    advantages: new Float32Array(size),
    targets: new Float32Array(size),
    values: new Float32Array(size),
    order: new Int32Array(minibatches * minibatchSize),
    rates: new Float32Array(minibatches),
    clips: new Float32Array(minibatches),
    entropies: new Float32Array(minibatches),
  };
}

function* train(run: PpoRun): Generator<PpoMetrics, void, void> {
  while (goesOn(run)) {
    const progress = progressOf(run);
    const learningRate = scheduled(run, ppoOptions, "learningRate", progress);
    collect(run);
    const estimates = estimate(run);
    plan(run, progress);
    const updated = update(run);
    yield measure(run, learningRate, estimates, updated);
  }
}

/** T steps of each environment by the policy's own actions. */
function collect(run: PpoRun): void {
  const { agent, config, onPolicy, parameters, iteration } = run;
  if (config.restartRollouts) agent.restart(iteration);
  onPolicy.collect(run, parameters.policy, config.stepsPerEnv);
}

interface Estimates {
  readonly returnMean: number;
  /** How much of the targets' variance the values explain. */
  readonly explained: number;
}

/** Fills advantages and targets from the rollout. */
function estimate({ config, onPolicy, parameters, batch, finalValues, size }: PpoRun): Estimates {
  const { discount } = config;
  const { rewards, terminated, truncated } = onPolicy.rollout;
  const { numEnvs } = onPolicy.agent.env;
  const { values, targets, advantages } = batch;
  const all = onPolicy.estimateValues(parameters, finalValues, size + numEnvs);
  values.set(all.subarray(0, size));
  let returnMean = 0;
  if (config.advantage === "normalized-return") {
    returnMean = normalizedReturns({ rewards, terminated, truncated, numEnvs, discount }, targets);
    for (let i = 0; i < size; i++) advantages[i] = targets[i]! - values[i]!;
  } else {
    const lastValues = all.subarray(size);
    const estimated = gae({ rewards, values, terminated, truncated, finalValues, lastValues, discount, lambda: config.gaeLambda });
    advantages.set(estimated.advantages);
    targets.set(estimated.returns);
    for (const target of estimated.returns) returnMean += target / size;
  }
  return { returnMean, explained: explainedVariance(targets, values) };
}

/** Shuffles the rows anew for each epoch and writes down the schedules. */
function plan(run: PpoRun, progress: number): void {
  const { agent, config, batch, iteration, size } = run;
  const { epochs, minibatchSize } = config;
  const perEpoch = Math.floor(size / minibatchSize);
  const perIteration = shareOf(config, size, 1);
  const rng = agent.rng.fork("minibatches", iteration);
  for (let epoch = 0; epoch < epochs; epoch++) {
    batch.order.set(rng.permutation(size).subarray(0, perEpoch * minibatchSize), epoch * perEpoch * minibatchSize);
    const at = config.scheduleUnit === "epoch" ? Math.min(1, progress + (perIteration * epoch) / epochs) : progress;
    const [from, to] = [epoch * perEpoch, (epoch + 1) * perEpoch];
    batch.rates.fill(scheduled(run, ppoOptions, "learningRate", at), from, to);
    batch.clips.fill(scheduled(run, ppoOptions, "clipRange", progress), from, to);
    batch.entropies.fill(scheduled(run, ppoOptions, "entropyCoefficient", progress), from, to);
  }
}

/** All epochs and minibatches in one call; stops where a number is not finite. */
function update(run: PpoRun): Updated {
  const updated = run.update(run.parameters, run.optimizer, run.batch);
  run.parameters = updated.parameters;
  run.optimizer = updated.state;
  run.iteration += 1;
  run.updates += updated.steps.item();
  const { loss, norm } = updated.means;
  if (![loss, norm, updated.length].every((measured) => Number.isFinite(measured.item()))) throw notFinite(run, updated);
  return updated;
}

function measure(run: PpoRun, learningRate: number, { returnMean, explained }: Estimates, updated: Updated): PpoMetrics {
  const { agent, batch, onPolicy } = run;
  const { loss, surrogate, value, entropy, kl, clipped, norm, std } = tree.map((mean) => mean.item(), updated.means);
  return {
    "rollout/ep_rew_mean": agent.tracker.meanReturn(),
    "rollout/ep_len_mean": agent.tracker.meanLength(),
    "rollout/return_mean": returnMean,
    "time/iterations": run.iteration,
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
    "train/learning_rate": learningRate,
    "train/n_updates": run.updates,
    "train/std": onPolicy.policy.head.std === undefined ? NaN : std,
  };
}

/** Names what went wrong first, in the order in which an iteration computes. */
function notFinite({ batch, iteration }: PpoRun, { measured, parameters }: Updated): NotFiniteError {
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
    ...namedLeaves("parameters", parameters),
  ]);
}
