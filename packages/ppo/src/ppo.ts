/**
 * PPO: proximal policy optimisation with the clipped surrogate. Schulman, Wolski, Dhariwal, Radford & Klimov 2017, arXiv 1707.06347.
 *
 *   maximise mean[ min(rₜÂₜ, clip(rₜ, 1−ε, 1+ε)Âₜ) − c₁(V(sₜ) − Rₜ)² + c₂H(π(·|sₜ)) ],   rₜ = π(aₜ|sₜ)/π_old(aₜ|sₜ)          (eq. 9)
 *
 * Each iteration collects T steps of N environments (B = T·N rows, d numbers per observation), estimates Â by GAE(λ) and R = Â + V, and makes several passes over
 * the rows in shuffled minibatches of M. All passes are one call into the engine.
 *
 * Deviations from the paper, all of them common: advantages normalised per minibatch, gradients clipped by their norm, orthogonal starting weights, and a
 * step that ended by a time limit is continued by V of its final observation (Pardo et al. 2018).
 */
import { adam, clipGradNorm, globalNorm, scheduleValue, type AdamState } from "@rl/nets";
import { Agent, explainedVariance, gae, restoreTree, saveTree, type ActOptions, type AgentState, type Parameters } from "@rl/pg";
import { compile, scan, tree, valueAndGrad, where, type Tensor } from "@rl/tensor";
import { resolvePpoConfig, type PpoConfig, type PpoOptions } from "./config.ts";
import { approximateKl, clipFraction, clippedSurrogate, clippedValueLoss, entropyLoss, normalized, valueLoss } from "./losses.ts";
import { ppoMetricInfo, type PpoMetrics } from "./metrics.ts";
import { normalizedReturns } from "./normalized-returns.ts";

/** Updates of an iteration stop when KL exceeds targetKl this many times (as in the authors' later code). */
const KL_SLACK = 1.5;

interface Batch {
  /** [B·d], [B·mask width], [B·action size]. */
  readonly observations: Float32Array;
  readonly masks: Uint8Array;
  readonly actions: Int32Array | Float32Array;
  /** Â, R and V_old, [B] each. */
  readonly advantages: Float32Array;
  readonly targets: Float32Array;
  readonly values: Float32Array;
  /** Row numbers of the minibatches, one after the other. */
  readonly order: Int32Array;
  /** Step size, ε and entropy weight of each minibatch. */
  readonly rates: Float32Array;
  readonly clips: Float32Array;
  readonly entropies: Float32Array;
}
type Traced<T> = { readonly [K in keyof T]: Tensor };

/** Per minibatch; rows after an early stop are 0, `used` too. */
type Measured<T> = Readonly<Record<"loss" | "surrogate" | "value" | "entropy" | "kl" | "clipped" | "norm" | "std" | "used", T>>;

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
  /** Settings in force. */
  readonly config: PpoConfig;
  /** What each metric means. */
  readonly metricInfo: typeof ppoMetricInfo;
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
  const agent = new Agent("createPpo", options.env, options.numEnvs, config);
  const { rollout, collector, tracker, network, head } = agent;
  const { numEnvs } = agent.env;
  const { stepsPerEnv, epochs, minibatchSize, valueClipRange, targetKl } = config;
  const size = numEnvs * stepsPerEnv;
  const perEpoch = Math.floor(size / minibatchSize);
  const updatesPerIteration = epochs * perEpoch;

  const optimizer = adam({ learningRate: 1, eps: config.adamEpsilon });
  let parameters = agent.initialParameters();
  let optimizerState: AdamState = optimizer.init(parameters);
  let iteration = 0;
  let updates = 0;

  const update = compile(
    function updatePpo(first: Parameters, firstState: AdamState, batch: Traced<Batch>) {
      const observations = batch.observations.reshape([-1, agent.observation.size]);
      const actions = batch.actions.reshape([-1, head.actionSize]);
      const masks = agent.maskTensor(batch.masks);
      const { output, features } = network.policy(first.policy, observations);
      const logProbabilityOld = head.logProbability({ output, features, mask: masks }, first.policy.head, actions);

      interface Row {
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
      const body = ({ parameters: now, state }: Carry, { chosen, rate, clip, entropyWeight }: Row): readonly [Carry, Measured<Tensor>] => {
        const x = observations.take(chosen);
        const taken = actions.take(chosen);
        const mask = masks?.take(chosen);
        const old = logProbabilityOld.take(chosen);
        const rawAdvantage = batch.advantages.take(chosen);
        const advantage = config.normalizeAdvantages ? normalized(rawAdvantage) : rawAdvantage;
        const target = batch.targets.take(chosen);
        const valueOld = batch.values.take(chosen);

        const {
          value: loss,
          gradient,
          aux,
        } = valueAndGrad((all: Parameters) => {
          const out = network.both(all, x);
          const input = { output: out.output, features: out.features, mask };
          const logProbability = head.logProbability(input, all.policy.head, taken);
          const surrogate = clippedSurrogate(logProbability, old, advantage, clip);
          const values =
            valueClipRange === null ? valueLoss(out.values, target) : clippedValueLoss(out.values, valueOld, target, valueClipRange);
          const entropy = entropyLoss(head.entropy(input, all.policy.head));
          const total = surrogate.add(values.mul(config.valueCoefficient)).add(entropy.mul(entropyWeight));
          const std = head.std?.(input, all.policy.head) ?? total.mul(0);
          return [
            total,
            {
              surrogate,
              value: values,
              entropy,
              kl: approximateKl(logProbability, old),
              clipped: clipFraction(logProbability, old, clip),
              std,
            },
          ] as const;
        })(now);
        const { gradients, norm } =
          config.maxGradNorm === null
            ? { gradients: gradient as Parameters, norm: globalNorm(gradient) }
            : clipGradNorm(gradient as Parameters, config.maxGradNorm);
        const next = optimizer.update(gradients, state, now, { learningRate: rate });
        const stop = targetKl === null ? aux.kl.mul(0).greater(1) : aux.kl.greater(KL_SLACK * targetKl);
        // The step that went too far is not taken.
        const keep = <T>(fresh: T, before: T): T =>
          targetKl === null
            ? fresh
            : tree.unflatten(
                before,
                tree.leaves<Tensor>(before).map((leaf, i) => where(stop, leaf, tree.leaves<Tensor>(fresh)[i]!)),
              );
        return [
          { parameters: keep(next.params, now), state: keep(next.state, state), stop },
          { loss, ...aux, norm, used: loss.mul(0).add(1) },
        ];
      };
      const [last, measured] = scan(
        body,
        { parameters: first, state: firstState, stop: batch.rates.narrow(0, 0, 1).sum().mul(0).greater(1) } as Carry,
        {
          chosen: batch.order.reshape([updatesPerIteration, minibatchSize]),
          rate: batch.rates,
          clip: batch.clips,
          entropyWeight: batch.entropies,
        } as Row,
        targetKl === null ? {} : { stop: ({ stop }: Carry) => stop },
      );
      const { used, ...columns } = measured;
      const count = used.sum();
      return {
        parameters: last.parameters,
        state: last.state,
        measured: tree.map((column) => column.sum().div(count), columns),
        used: count,
      };
    } as never,
    { donate: [0, 1] },
  ) as unknown as (
    parameters: Parameters,
    state: AdamState,
    batch: Batch,
  ) => {
    readonly parameters: Parameters;
    readonly state: AdamState;
    readonly measured: Omit<Measured<Tensor>, "used">;
    readonly used: Tensor;
  };

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

  /** Fills advantages and targets from the rollout; returns how much of the targets the values explain. */
  function estimate(): number {
    const { rewards, terminated, truncated } = rollout;
    const all = agent.estimateValues(parameters, finalValues, size + numEnvs);
    batch.values.set(all.subarray(0, size));
    if (config.advantage === "normalized-return") {
      normalizedReturns({ rewards, terminated, truncated, numEnvs, discount: config.discount }, batch.targets);
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
    }
    return explainedVariance(batch.targets, batch.values);
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
    while (collector.steps < totalSteps && iteration < iterations) {
      const share = Math.max(totalSteps === Infinity ? 0 : size / totalSteps, iterations === Infinity ? 0 : 1 / iterations);
      const progress = Math.max(
        totalSteps === Infinity ? 0 : collector.steps / totalSteps,
        iterations === Infinity ? 0 : iteration / iterations,
      );
      agent.collect(parameters.policy, iteration, stepsPerEnv);
      const explained = estimate();
      plan(progress, share);
      const updated = update(parameters, optimizerState, batch);
      parameters = updated.parameters;
      optimizerState = updated.state;
      iteration += 1;
      const { loss, surrogate, value, entropy, kl, clipped, norm, std } = tree.map((leaf) => leaf.item(), updated.measured);
      updates += updated.used.item();
      if (!Number.isFinite(loss) || !Number.isFinite(norm)) throw notFinite(loss, norm);
      yield {
        "rollout/ep_rew_mean": tracker.meanReturn(),
        "rollout/ep_len_mean": tracker.meanLength(),
        "time/iterations": iteration,
        "time/total_timesteps": collector.steps,
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

  /** Names the first thing that went wrong and what usually is behind it. */
  function notFinite(loss: number, norm: number): Error {
    const bad = (["advantages", "targets", "values"] as const).find((name) => !batch[name].every(Number.isFinite));
    const parameter = tree
      .entries<Tensor>(parameters)
      .find(([, leaf]) => !Array.from(leaf.read() as Float32Array).every(Number.isFinite))?.[0];
    const first = bad ?? (parameter === undefined ? "the loss" : `parameters.${parameter}`);
    return new Error(
      `createPpo: iteration ${iteration} gave loss ${loss} and gradient norm ${norm}; the first tensor that is not finite is ${first}. Go back to the last checkpoint, and lower learningRate, set maxGradNorm, or normalise observations and rewards.`,
    );
  }

  return {
    config,
    metricInfo: ppoMetricInfo,
    train,
    act: (observations, actOptions) => agent.act(parameters.policy, observations, actOptions),
    values: (observations) => agent.values(parameters, observations),
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
      const saved = checkState(given);
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

function checkState(state: object): PpoState {
  const { algorithm, version } = state as Partial<PpoState>;
  if (algorithm !== "ppo")
    throw new Error(
      `createPpo.restore: the state is of algorithm ${JSON.stringify(algorithm)}; expected "ppo". Restore it with the trainer that made it.`,
    );
  if (version !== 1)
    throw new Error(
      `createPpo.restore: the state has version ${String(version)}; expected 1. It was written by another release of @rl/ppo.`,
    );
  return state as PpoState;
}
