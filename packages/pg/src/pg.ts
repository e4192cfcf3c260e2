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
  goesOn,
  namedLeaves,
  notFiniteIn,
  progressOf,
  restoreRun,
  saveRun,
  scheduled,
  walked,
  type ActOptions,
  type Agent,
  type AgentState,
  type Parameters,
  type Run,
} from "@rl/agent";
import { adam } from "@rl/nets";
import { tree } from "@rl/tensor";
import { discountedReturns, episodeReturns, gae, normalizeAdvantages } from "./advantages.ts";
import { pgOptions, resolvePgConfig, type PgConfig, type PgOptions } from "./config.ts";
import { explainedVariance } from "./explained-variance.ts";
import { pgMetricInfo, type PgMetrics } from "./metrics.ts";
import { OnPolicy } from "./on-policy.ts";
import { createUpdate, hasValues, sharesLayers, type Batch, type Measured, type Optimizers, type Update } from "./update.ts";

/** Rows of whole-episode batches are filled up to a multiple of this, so that few programs serve all lengths. */
const ROW_STEP = 256;

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

/** A run: what stands still, and what training moves. */
interface PgRun extends Run {
  readonly config: PgConfig;
  readonly onPolicy: OnPolicy;
  readonly update: Update;
  /** Weights, targets and marks of the last batch, kept for the next one of the same length. */
  columns: Pick<Batch, "weights" | "targets" | "rows">;
  parameters: Parameters;
  optimizers: Optimizers;
}

const form = { algorithm: "pg", version: 1, counters: ["iteration"], trees: ["parameters", "optimizers"], options: pgOptions } as const;

/** A policy gradient trainer. Throws one sentence for unknown or impossible options. */
export function createPg(options: PgOptions): PgTrainer {
  const run = start(options);
  const { config, onPolicy } = run;
  return {
    env: run.agent.env,
    config,
    metricInfo: pgMetricInfo,
    train: () => walked("createPg", train(run)),
    act: (observations, given) => onPolicy.policy.act(run.parameters.policy, observations, given),
    values: (observations) => onPolicy.values(run.parameters, observations),
    state: () => saveRun(form, run) as PgState,
    restore: (state) => restoreRun("createPg.restore", form, run, state),
  };
}

function start(options: PgOptions): PgRun {
  const config = resolvePgConfig(options);
  const onPolicy = new OnPolicy("createPg", options.env, options.numEnvs, config);
  const { agent, policy } = onPolicy;
  if (config.wholeEpisodes && agent.env.numEnvs !== 1)
    throw new Error(`createPg: wholeEpisodes with a vector of ${agent.env.numEnvs} environments; expected 1.`);
  const optimizer = adam({ learningRate: 1 });
  const parameters = policy.initialParameters();
  const sharing = sharesLayers(config);
  return {
    config,
    agent,
    onPolicy,
    update: createUpdate(policy, config, optimizer),
    columns: columnsOf(0),
    parameters,
    optimizers: {
      policy: optimizer.init(sharing ? parameters : parameters.policy),
      value: optimizer.init(sharing || !hasValues(config) ? {} : parameters.value),
    },
    iteration: 0,
  };
}

function* train(run: PgRun): Generator<PgMetrics, void, void> {
  while (goesOn(run)) {
    const rates = ratesOf(run);
    const episodesBefore = run.agent.tracker.episodes;
    collect(run);
    const estimates = estimate(run);
    const measured = update(run, estimates, rates);
    yield measure(run, rates.policy, run.agent.tracker.episodes - episodesBefore, estimates, measured);
  }
}

interface Rates {
  readonly policy: number;
  readonly value: number;
}

function ratesOf(run: PgRun): Rates {
  const progress = progressOf(run);
  const policy = scheduled(run, pgOptions, "learningRate", progress);
  return { policy, value: run.config.valueLearningRate === null ? policy : scheduled(run, pgOptions, "valueLearningRate", progress) };
}

/** stepsPerEnv steps of each environment by the policy's own actions, and on to the episode's end where that is chosen. */
function collect(run: PgRun): void {
  const { config, onPolicy, parameters } = run;
  onPolicy.collect(run, parameters.policy, config.stepsPerEnv, config.wholeEpisodes);
}

interface Estimates {
  /** Ψ and the targets of the value function, T·N each. */
  readonly weights: Float64Array;
  readonly targets: Float64Array;
  /** How much of the targets' variance the values explain; NaN without values. */
  readonly explained: number;
  /** Rows of the batch, those that only fill it up counted in. */
  readonly paddedRows: number;
}

/** Weights Ψ and value targets of the rollout. */
function estimate({ agent, config, onPolicy, parameters }: PgRun): Estimates {
  const { rollout } = onPolicy;
  const { numEnvs } = agent.env;
  const { discount } = config;
  const size = rollout.length * numEnvs;
  const paddedRows = config.wholeEpisodes ? Math.ceil(size / ROW_STEP) * ROW_STEP : size;
  rollout.reserve(paddedRows / numEnvs);
  const rewards = rollout.rewards.subarray(0, size);
  const terminated = rollout.terminated.subarray(0, size);
  const truncated = rollout.truncated.subarray(0, size);
  let estimates: Omit<Estimates, "paddedRows">;
  if (hasValues(config)) {
    const finalValues = new Float64Array(size);
    const all = onPolicy.estimateValues(parameters, finalValues, paddedRows + numEnvs);
    const values = all.subarray(0, size);
    const lastValues = all.subarray(size, size + numEnvs);
    const lambda = config.advantage === "gae" ? config.gaeLambda : 1;
    const { advantages, returns } = gae({ rewards, values, terminated, truncated, finalValues, lastValues, discount, lambda });
    estimates = { weights: advantages, targets: returns, explained: explainedVariance(returns, values) };
  } else {
    const ended = terminated.map((flag, i) => flag | (truncated[i] as number));
    const weights = (config.advantage === "return" ? episodeReturns : discountedReturns)({ rewards, discount, ended, numEnvs });
    estimates = { weights, targets: weights, explained: NaN };
  }
  if (config.normalizeAdvantages) normalizeAdvantages(estimates.weights);
  return { ...estimates, paddedRows };
}

const columnsOf = (rows: number): PgRun["columns"] => ({
  weights: new Float32Array(rows),
  targets: new Float32Array(rows),
  rows: new Float32Array(rows),
});

function batchOf(run: PgRun, { weights, targets, paddedRows }: Estimates): Batch {
  const { agent, onPolicy } = run;
  const { rollout, policy } = onPolicy;
  if (run.columns.weights.length !== paddedRows) run.columns = columnsOf(paddedRows);
  const { columns } = run;
  columns.weights.fill(0).set(weights);
  columns.targets.fill(0).set(targets);
  columns.rows.fill(0).fill(1, 0, weights.length);
  return {
    observations: rollout.observations.subarray(0, paddedRows * agent.observation.size),
    actions: rollout.actions.subarray(0, paddedRows * policy.head.actionSize),
    masks: rollout.masks.subarray(0, paddedRows * agent.maskSize),
    ...columns,
  };
}

/** One step of the policy and `valueUpdates` of the values; stops where a number is not finite. */
function update(run: PgRun, estimates: Estimates, rates: Rates): Measured {
  const updated = run.update(run.parameters, run.optimizers, batchOf(run, estimates), rates);
  run.parameters = updated.parameters;
  run.optimizers = updated.optimizers;
  run.iteration += 1;
  const measured = tree.map((value) => value.item(), updated.measured);
  const { loss, policyLoss, entropy, norm, valueLoss, length } = measured;
  if ([loss, norm, valueLoss, length].every(Number.isFinite)) return measured;
  throw notFiniteIn({ where: "createPg", iteration: run.iteration }, [
    ["targets", estimates.targets],
    ["weights", estimates.weights],
    ["the policy loss", [policyLoss]],
    ["the entropy", [entropy]],
    ["the value loss", [valueLoss]],
    ["the gradient's length", [norm]],
    ...namedLeaves("parameters", run.parameters),
  ]);
}

/** `episodes`: those that ended in this iteration. */
function measure(run: PgRun, learningRate: number, episodes: number, { explained }: Estimates, measured: Measured): PgMetrics {
  const { agent, config, iteration, onPolicy } = run;
  const recent = config.wholeEpisodes ? episodes : undefined;
  return {
    "rollout/ep_rew_mean": agent.tracker.meanReturn(recent),
    "rollout/ep_len_mean": agent.tracker.meanLength(recent),
    "time/iterations": iteration,
    "time/total_timesteps": agent.steps,
    "train/loss": measured.loss,
    "train/policy_gradient_loss": measured.policyLoss,
    "train/value_loss": hasValues(config) ? measured.valueLoss : NaN,
    "train/entropy_loss": measured.entropy,
    "train/explained_variance": explained,
    "train/grad_norm": measured.norm,
    "train/learning_rate": learningRate,
    "train/n_updates": iteration,
    "train/std": onPolicy.policy.head.std === undefined ? NaN : measured.std,
  };
}
