/**
 * TRPO: trust region policy optimisation. Schulman, Levine, Moritz, Jordan & Abbeel 2015, arXiv 1502.05477.
 *
 *   maximise mean[ π_θ(a|s)/π_old(a|s) · Â ]   subject to   mean KL(π_old(·|s) ‖ π_θ(·|s)) ≤ δ
 *
 * Each iteration collects (single path: T steps of N environments, advantages by GAE or discounted sums; vine: branches from saved states), makes one
 * trust region step of the policy (trust-region.ts), and fits the value function by minibatches. B = T·N rows, d numbers per observation.
 *
 * Deviations: KL is averaged over states instead of bounded in each (as the paper's own algorithm does), damping λ is added to the Fisher matrix, the value
 * function is fitted by Adam after the policy step (the paper's single path uses discounted sums alone: advantage "return" is that minus V).
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
  type EnvOption,
  type HeadInput,
  type Parameters,
  type Policy,
  type PolicyParameters,
  type Run,
} from "@rl/agent";
import { adam, type AdamState } from "@rl/nets";
import { explainedVariance, gae, normalizeAdvantages, OnPolicy } from "@rl/pg";
import { compile, tree, type Tensor } from "@rl/tensor";
import { overflowCauses, resolveTrpoConfig, trpoOptions, type TrpoConfig, type TrpoOptions } from "./config.ts";
import { boundPenalty, surrogate } from "./losses.ts";
import { trpoMetricInfo, type TrpoMetrics } from "./metrics.ts";
import { trustRegion, type Outputs, type StepMeasures } from "./trust-region.ts";
import { createValueFit, type FitValues } from "./value-fit.ts";
import { createVine, type Vine } from "./vine.ts";

/** The rows of a single-path step: observations [B·d], masks [B·mask width], actions [B·action size], advantages [B]. */
export interface PathBatch {
  readonly observations: Float32Array;
  readonly masks: Uint8Array;
  readonly actions: Int32Array | Float32Array;
  readonly advantages: Float32Array;
}
type Traced<T> = { readonly [K in keyof T]: Tensor };

/** The measures of a step, read. */
export type Step = { readonly [K in Exclude<keyof StepMeasures, "residuals">]: number } & { readonly residuals: Float32Array };

export interface TrpoState {
  readonly algorithm: "trpo";
  readonly version: 1;
  readonly iteration: number;
  readonly agent: AgentState;
  readonly parameters: unknown;
  readonly optimizer: unknown;
}

export interface TrpoTrainer {
  /** The environments that it learns in, as one vector. To evaluate, make others: these are in the middle of its episodes. */
  readonly env: Agent["env"];
  /** Settings in force. */
  readonly config: TrpoConfig;
  /** What each metric means. */
  readonly metricInfo: typeof trpoMetricInfo;
  /** The last step's measures in full, conjugate gradients' residuals with them; undefined before the first. */
  readonly lastStep: Step | undefined;
  /** One yield per iteration, until totalSteps or iterations are reached. */
  train(): Generator<TrpoMetrics, void, void>;
  /** Actions for raw observations (rows × observation size), as the environment takes them. */
  act(observations: Float32Array, options?: ActOptions): Int32Array | Float32Array;
  /** V(s) of raw observations, one per row. */
  values(observations: Float32Array): Float32Array;
  state(): TrpoState;
  restore(state: object): void;
}

/** gSDE's noise is kept for so many steps unless told otherwise: long enough to reach a far goal by chance, short enough to learn to stand still. */
const AUTO_HOLD = 8;

interface PolicyStep {
  readonly policy: PolicyParameters;
  readonly measures: StepMeasures;
}

/** A run: what stands still, and what training moves. */
interface TrpoRun extends Run {
  readonly config: TrpoConfig;
  readonly causes: string;
  readonly onPolicy: OnPolicy;
  readonly vine: Vine | undefined;
  readonly stepPolicy: (policy: PolicyParameters, batch: PathBatch, targetKl: number) => PolicyStep;
  readonly meanStd: (policy: PolicyParameters, observations: Float32Array) => Tensor;
  readonly fitValues: FitValues;
  /** Rows of a rollout, T·N; of a minibatch of the value fit; and such minibatches in one pass. Rows that fill none sit out that pass, others each time. */
  readonly size: number;
  readonly minibatch: number;
  readonly perEpoch: number;
  readonly batch: PathBatch;
  readonly targets: Float32Array;
  readonly order: Int32Array;
  parameters: Parameters;
  optimizer: AdamState;
  lastStep: Step | undefined;
}

const form = { algorithm: "trpo", version: 1, counters: ["iteration"], trees: ["parameters", "optimizer"], options: trpoOptions } as const;

/** A TRPO trainer. Throws one sentence for unknown or impossible options. */
export function createTrpo(options: TrpoOptions): TrpoTrainer {
  const run = start(options);
  const { config, onPolicy } = run;
  return {
    env: run.agent.env,
    config,
    metricInfo: trpoMetricInfo,
    get lastStep() {
      return run.lastStep;
    },
    train: () => walked("createTrpo", train(run)),
    act: (observations, given) => onPolicy.policy.act(run.parameters.policy, observations, given),
    values: (observations) => onPolicy.values(run.parameters, observations),
    state: () => saveRun(form, run) as TrpoState,
    restore: (state) => restoreRun("createTrpo.restore", form, run, state),
  };
}

function start(options: TrpoOptions): TrpoRun {
  const config = resolveTrpoConfig(options);
  const causes = overflowCauses(config);
  const onPolicy = new OnPolicy("createTrpo", options.env, numEnvsOf(options, config), { ...config, autoHold: AUTO_HOLD, causes });
  const { agent, policy, rollout } = onPolicy;
  const vine = config.sampling === "vine" ? createVine(agent, policy, options.env, config) : undefined;
  const optimizer = adam({ learningRate: 1 });
  const parameters = policy.initialParameters();
  const size = agent.env.numEnvs * config.stepsPerEnv;
  const minibatch = Math.min(config.valueMinibatchSize, size);
  const perEpoch = Math.floor(size / minibatch);
  return {
    config,
    causes,
    agent,
    onPolicy,
    vine,
    stepPolicy: createStep(policy, config),
    meanStd: compile(function meanStd(parametersNow: PolicyParameters, observations: Tensor) {
      const { output, features, head } = outputsOf(policy, parametersNow, observations);
      return policy.head.std!({ output, features }, head);
    }),
    fitValues: createValueFit(policy, optimizer, { minibatch, perEpoch }),
    size,
    minibatch,
    perEpoch,
    batch: {
      observations: rollout.observations.subarray(0, size * agent.observation.size),
      masks: rollout.masks.subarray(0, size * agent.maskSize),
      actions: rollout.actions,
      advantages: new Float32Array(size),
    },
    targets: new Float32Array(size),
    order: new Int32Array(config.valueEpochs * perEpoch * minibatch),
    parameters,
    optimizer: optimizer.init(parameters.value),
    lastStep: undefined,
    iteration: 0,
  };
}

/** The vine walks one environment of its own; a vector, which it refuses, says so itself. */
const numEnvsOf = (
  { env, numEnvs }: { readonly env: EnvOption; readonly numEnvs?: number },
  { sampling }: TrpoConfig,
): number | undefined => (sampling === "vine" && !(typeof env === "object" && "numEnvs" in env) ? 1 : numEnvs);

const outputsOf = ({ network, rows }: Policy, parameters: PolicyParameters, observations: Tensor): Outputs => ({
  ...network.policy(parameters, rows(observations)),
  head: parameters.head,
});

/** Compiles the trust region step of a single path. */
function createStep(policy: Policy, config: TrpoConfig): TrpoRun["stepPolicy"] {
  const { head, maskTensor } = policy;
  const inputOf = ({ output, features }: Outputs, masks: Tensor): HeadInput => ({ output, features, mask: maskTensor(masks) });
  const region = trustRegion<Traced<PathBatch>>(
    {
      outputs: (parameters, { observations }) => outputsOf(policy, parameters, observations),
      kl: (old, now, { masks }) => head.kl(inputOf(old, masks), old.head, inputOf(now, masks), now.head),
      surrogate(now, old, { masks, actions, advantages }) {
        const taken = actions.reshape([-1, head.actionSize]);
        return surrogate(
          head.logProbability(inputOf(now, masks), now.head, taken),
          head.logProbability(inputOf(old, masks), old.head, taken),
          advantages,
        );
      },
    },
    config,
  );
  return compile(
    function trustRegionStep(parameters: PolicyParameters, batch: Traced<PathBatch>, targetKl: Tensor) {
      return region.step(parameters, batch, targetKl);
    },
    { donate: [0] },
  );
}

/** What an iteration found besides the step's own measures. */
interface Found {
  /** C of the lower bound. */
  readonly penalty: number;
  /** Of the value fit, and how much of the targets' variance the values explained before it; NaN with the vine. */
  readonly loss: number;
  readonly explained: number;
}

function* train(run: TrpoRun): Generator<TrpoMetrics, void, void> {
  while (goesOn(run)) {
    const progress = progressOf(run);
    const rate = scheduled(run, trpoOptions, "valueLearningRate", progress);
    const targetKl = scheduled(run, trpoOptions, "targetKl", progress);
    const found = run.vine === undefined ? singlePath(run, rate, targetKl) : fromVine(run, run.vine, targetKl);
    run.iteration += 1;
    yield measure(run, rate, found);
  }
}

/** Collects a rollout, estimates advantages, steps the policy, fits the values. */
function singlePath(run: TrpoRun, rate: number, targetKl: number): Found {
  run.onPolicy.collect(run, run.parameters.policy, run.config.stepsPerEnv);
  const estimates = estimate(run);
  take(run, run.stepPolicy(run.parameters.policy, run.batch, targetKl));
  return { ...estimates, loss: fit(run, rate) };
}

function fromVine(run: TrpoRun, vine: Vine, targetKl: number): Found {
  const penalty = vine.iterate(run.parameters.policy, run.iteration, targetKl, (step) => take(run, step));
  return { penalty, loss: NaN, explained: NaN };
}

/** Fills advantages and targets from the rollout. */
function estimate({ agent, batch, config, onPolicy, parameters, size, targets }: TrpoRun): Omit<Found, "loss"> {
  const { rewards, terminated, truncated } = onPolicy.rollout;
  const finalValues = new Float64Array(size);
  const all = onPolicy.estimateValues(parameters, finalValues, size + agent.env.numEnvs);
  const values = all.subarray(0, size);
  const lastValues = all.subarray(size);
  const { discount } = config;
  const lambda = config.advantage === "gae" ? config.gaeLambda : 1;
  const { advantages, returns } = gae({ rewards, values, terminated, truncated, finalValues, lastValues, discount, lambda });
  const explained = explainedVariance(returns, values);
  if (config.normalizeAdvantages) normalizeAdvantages(advantages);
  batch.advantages.set(advantages);
  targets.set(returns);
  const largest = advantages.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { penalty: boundPenalty(largest, discount), explained };
}

/** Takes a step of the policy and reads its measures; stops where they are not finite. */
function take(run: TrpoRun, { policy, measures }: PolicyStep): void {
  run.parameters = { policy, value: run.parameters.value };
  const { residuals, ...scalars } = measures;
  const step: Step = { ...tree.map((value) => value.item(), scalars), residuals: residuals.data() as Float32Array };
  run.lastStep = step;
  if (Number.isFinite(step.gradientNorm) && Number.isFinite(step.objective)) return;
  throw notFiniteIn({ where: "createTrpo", iteration: run.iteration + 1, causes: run.causes }, [
    ["targets", run.targets],
    ["advantages", run.batch.advantages],
    ["the objective", [step.objective]],
    ["the gradient's length", [step.gradientNorm]],
  ]);
}

/** Fits the values to the targets; returns the last pass's loss. */
function fit(run: TrpoRun, rate: number): number {
  const { agent, batch, config, iteration, minibatch, order, perEpoch, size, targets } = run;
  const rng = agent.rng.fork("minibatches", iteration);
  const used = perEpoch * minibatch;
  for (let epoch = 0; epoch < config.valueEpochs; epoch++) order.set(rng.permutation(size).subarray(0, used), epoch * used);
  const { policy, value } = run.parameters;
  const fitted = run.fitValues(value, run.optimizer, policy, batch.observations, targets, order, rate);
  run.parameters = { policy, value: fitted.values };
  run.optimizer = fitted.state;
  const loss = fitted.loss.item();
  if (Number.isFinite(loss) && Number.isFinite(fitted.length.item())) return loss;
  throw notFiniteIn({ where: "createTrpo", iteration: iteration + 1, causes: run.causes }, [
    ["targets", targets],
    ["the value loss", [loss]],
    ...namedLeaves("parameters", run.parameters),
  ]);
}

function measure(run: TrpoRun, rate: number, { penalty, loss, explained }: Found): TrpoMetrics {
  const { agent, batch, iteration, onPolicy, parameters, vine } = run;
  const { improvement, kl, accepted, fraction, residuals, cgIterations, gradientNorm } = run.lastStep!;
  const hasStd = onPolicy.policy.head.std !== undefined && vine === undefined;
  return {
    "rollout/ep_rew_mean": agent.tracker.meanReturn(),
    "rollout/ep_len_mean": agent.tracker.meanLength(),
    "time/iterations": iteration,
    "time/total_timesteps": agent.steps,
    "train/policy_objective": improvement,
    "train/kl_divergence_loss": kl,
    "train/is_line_search_success": accepted,
    "train/step_fraction": fraction,
    "train/lower_bound": improvement - penalty * kl,
    "train/cg_residual": cgIterations > 0 ? residuals[cgIterations - 1]! : NaN,
    "train/cg_iterations": cgIterations,
    "train/grad_norm": gradientNorm,
    "train/value_loss": loss,
    "train/explained_variance": explained,
    "train/learning_rate": rate,
    "train/n_updates": iteration,
    "train/std": hasStd ? run.meanStd(parameters.policy, batch.observations).item() : NaN,
  };
}
