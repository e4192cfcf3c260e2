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
  expectState,
  namedLeaves,
  notFiniteIn,
  restoreTree,
  saveTree,
  type ActOptions,
  type Agent,
  type AgentState,
  type HeadInput,
  type Parameters,
  type PolicyParameters,
} from "@rl/agent";
import { explainedVariance, gae, normalizeAdvantages, OnPolicy } from "@rl/pg";
import { adam, globalNorm, scheduleValue, type AdamState } from "@rl/nets";
import { compile, scan, tree, valueAndGrad, type Tensor } from "@rl/tensor";
import { overflowCauses, resolveTrpoConfig, type TrpoConfig, type TrpoOptions } from "./config.ts";
import { boundPenalty, surrogate, valueLoss } from "./losses.ts";
import { trpoMetricInfo, type TrpoMetrics } from "./metrics.ts";
import { trustRegion, type Outputs, type StepMeasures } from "./trust-region.ts";
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

/** A TRPO trainer. Throws one sentence for unknown or impossible options. */
export function createTrpo(options: TrpoOptions): TrpoTrainer {
  const config = resolveTrpoConfig(options);
  const onVine = config.sampling === "vine";
  const causes = overflowCauses(config);
  const onPolicy = new OnPolicy(
    "createTrpo",
    options.env,
    onVine && !(typeof options.env === "object" && "numEnvs" in options.env) ? 1 : options.numEnvs,
    { ...config, autoHold: AUTO_HOLD, causes },
  );
  const { agent, policy, rollout } = onPolicy;
  const { tracker } = agent;
  const { head, network } = policy;
  const { numEnvs } = agent.env;
  const vine: Vine | undefined = onVine ? createVine(agent, policy, options.env, config) : undefined;

  const optimizer = adam({ learningRate: 1 });
  let parameters = policy.initialParameters();
  let optimizerState: AdamState = optimizer.init(parameters.value);
  let iteration = 0;
  let lastStep: Step | undefined;

  const outputsOf = (parameters: PolicyParameters, observations: Tensor): Outputs => ({
    ...network.policy(parameters, policy.rows(observations)),
    head: parameters.head,
  });
  const inputOf = ({ output, features }: Outputs, masks: Tensor): HeadInput => ({ output, features, mask: policy.maskTensor(masks) });
  const region = trustRegion<Traced<PathBatch>>(
    {
      outputs: (policy, { observations }) => outputsOf(policy, observations),
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
  type StepResult = { readonly policy: PolicyParameters; readonly measures: StepMeasures };
  const stepPolicy = compile(
    function trustRegionStep(policy: PolicyParameters, batch: Traced<PathBatch>, targetKl: Tensor) {
      return region.step(policy, batch, targetKl);
    },
    { donate: [0] },
  );

  /** `order`: row numbers, one minibatch after the other. */
  const fitValues = compile(
    function fitValues(
      values: Parameters["value"],
      state: AdamState,
      policyNow: PolicyParameters,
      observations: Tensor,
      targets: Tensor,
      order: Tensor,
      rate: Tensor,
    ) {
      const rows = policy.rows(observations);
      const minibatches = order.reshape([-1, minibatchSize]);
      const [last, losses] = scan(
        ({ layers, moments }: { layers: Parameters["value"]; moments: AdamState }, chosen: Tensor) => {
          const input = rows.take(chosen);
          const target = targets.take(chosen);
          const { value, gradient } = valueAndGrad((own: Parameters["value"]) =>
            valueLoss(network.value({ policy: policyNow, value: own }, input), target),
          )(layers);
          const next = optimizer.update(gradient as Parameters["value"], moments, layers, { learningRate: rate });
          return [{ layers: next.params, moments: next.state }, value] as const;
        },
        { layers: values, moments: state },
        minibatches,
      );
      const loss = losses.narrow(0, losses.shape[0]! - perEpoch, losses.shape[0]!).mean();
      return { values: last.layers, state: last.moments, loss, length: globalNorm(last.layers) };
    },
    { donate: [0, 1] },
  );

  const size = numEnvs * config.stepsPerEnv;
  const minibatchSize = Math.min(config.valueMinibatchSize, size);
  /** Minibatches per epoch; rows that do not fill one sit out that epoch, others each time. */
  const perEpoch = Math.floor(size / minibatchSize);
  const advantages32 = new Float32Array(size);
  const targets32 = new Float32Array(size);
  const order = new Int32Array(config.valueEpochs * perEpoch * minibatchSize);

  function shuffle(): void {
    const rng = agent.rng.fork("minibatches", iteration);
    for (let epoch = 0; epoch < config.valueEpochs; epoch++)
      order.set(rng.permutation(size).subarray(0, perEpoch * minibatchSize), epoch * perEpoch * minibatchSize);
  }

  /** Collects a rollout, steps the policy, fits the values. */
  function singlePath(rate: number, targetKl: number): { readonly penalty: number; readonly loss: number; readonly explained: number } {
    onPolicy.collect(parameters.policy, iteration, config.stepsPerEnv);
    const { rewards, terminated, truncated } = rollout;
    const finalValues = new Float64Array(size);
    const all = onPolicy.estimateValues(parameters, finalValues, size + numEnvs);
    const values = all.subarray(0, size);
    const { discount } = config;
    const lambda = config.advantage === "gae" ? config.gaeLambda : 1;
    const { advantages, returns } = gae({
      rewards,
      values,
      terminated,
      truncated,
      finalValues,
      lastValues: all.subarray(size),
      discount,
      lambda,
    });
    const explained = explainedVariance(returns, values);
    if (config.normalizeAdvantages) normalizeAdvantages(advantages);
    advantages32.set(advantages);
    targets32.set(returns);
    const penalty = boundPenalty(
      advantages.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
      discount,
    );

    const observations = rollout.observations.subarray(0, size * agent.observation.size);
    const batch: PathBatch = {
      observations,
      masks: rollout.masks.subarray(0, size * agent.maskSize),
      actions: rollout.actions,
      advantages: advantages32,
    };
    take(stepPolicy(parameters.policy, batch, targetKl));
    shuffle();
    const fitted = fitValues(parameters.value, optimizerState, parameters.policy, observations, targets32, order, rate);
    parameters = { policy: parameters.policy, value: fitted.values };
    optimizerState = fitted.state;
    const loss = fitted.loss.item();
    if (!Number.isFinite(loss) || !Number.isFinite(fitted.length.item())) {
      throw notFiniteIn({ where: "createTrpo", iteration: iteration + 1, causes }, [
        ["targets", targets32],
        ["the value loss", [loss]],
        ...namedLeaves("parameters", parameters),
      ]);
    }
    return { penalty, loss, explained };
  }

  function take({ policy, measures }: StepResult): void {
    parameters = { policy, value: parameters.value };
    const { residuals, ...scalars } = measures;
    lastStep = { ...tree.map((value) => value.item(), scalars), residuals: residuals.data() as Float32Array };
    if (!Number.isFinite(lastStep.gradientNorm) || !Number.isFinite(lastStep.objective)) {
      throw notFiniteIn({ where: "createTrpo", iteration: iteration + 1, causes }, [
        ["targets", targets32],
        ["advantages", advantages32],
        ["the objective", [lastStep.objective]],
        ["the gradient's length", [lastStep.gradientNorm]],
      ]);
    }
  }

  const meanStd = compile(function meanStd(policy: PolicyParameters, observations: Tensor) {
    const outputs = outputsOf(policy, observations);
    return head.std!({ output: outputs.output, features: outputs.features }, policy.head);
  });

  function* train(): Generator<TrpoMetrics, void, void> {
    const { totalSteps, iterations } = config;
    while (agent.steps < totalSteps && iteration < iterations) {
      const progress = Math.max(
        totalSteps === Infinity ? 0 : agent.steps / totalSteps,
        iterations === Infinity ? 0 : iteration / iterations,
      );
      const rate = scheduleValue(config.valueLearningRate, progress);
      const targetKl = scheduleValue(config.targetKl, progress);
      const measured =
        vine === undefined
          ? singlePath(rate, targetKl)
          : { penalty: vine.iterate(parameters.policy, iteration, targetKl, take), loss: NaN, explained: NaN };
      iteration += 1;
      const { improvement, kl, accepted, fraction, residuals, cgIterations, gradientNorm } = lastStep!;
      yield {
        "rollout/ep_rew_mean": tracker.meanReturn(),
        "rollout/ep_len_mean": tracker.meanLength(),
        "time/iterations": iteration,
        "time/total_timesteps": agent.steps,
        "train/policy_objective": improvement,
        "train/kl_divergence_loss": kl,
        "train/is_line_search_success": accepted,
        "train/step_fraction": fraction,
        "train/lower_bound": improvement - measured.penalty * kl,
        "train/cg_residual": cgIterations > 0 ? residuals[cgIterations - 1]! : NaN,
        "train/cg_iterations": cgIterations,
        "train/grad_norm": gradientNorm,
        "train/value_loss": measured.loss,
        "train/explained_variance": measured.explained,
        "train/learning_rate": rate,
        "train/n_updates": iteration,
        "train/std":
          head.std === undefined || vine !== undefined
            ? NaN
            : meanStd(parameters.policy, rollout.observations.subarray(0, size * agent.observation.size)).item(),
      };
    }
  }

  return {
    env: agent.env,
    config,
    metricInfo: trpoMetricInfo,
    get lastStep() {
      return lastStep;
    },
    train,
    act: (observations, actOptions) => policy.act(parameters.policy, observations, actOptions),
    values: (observations) => onPolicy.values(parameters, observations),
    state: () => ({
      algorithm: "trpo",
      version: 1,
      iteration,
      agent: agent.state(),
      parameters: saveTree(parameters),
      optimizer: saveTree(optimizerState),
    }),
    restore(given) {
      const saved = expectState<TrpoState>("createTrpo.restore", given, "trpo", 1);
      const restoredParameters = restoreTree("createTrpo.restore", parameters, saved.parameters);
      const restoredOptimizer = restoreTree("createTrpo.restore", optimizerState, saved.optimizer);
      agent.restore(saved.agent);
      parameters = restoredParameters;
      optimizerState = restoredOptimizer;
      iteration = saved.iteration;
    },
  };
}
