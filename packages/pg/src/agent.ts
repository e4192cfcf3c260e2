/**
 * What every on-policy algorithm is made of besides its update: environments, networks, normalisers, the collector, acting, and the state of them all.
 * The update itself, and the parameters it moves, belong to the algorithm's own file.
 */
import { unknownOption } from "@rl/math/options";
import { compile, type Tensor } from "@rl/tensor";
import { Generator } from "@rl/random";
import type { VecEnv, VecEnvState } from "@rl/envs";
import { envName, resolveEnv, type EnvOption } from "./environment.ts";
import { chooseHead } from "./heads/choose.ts";
import type { ActionHead, HeadInput } from "./heads/head.ts";
import { createNetwork, type Network, type Parameters, type PolicyParameters } from "./network.ts";
import { checkNetwork, type NetworkOptions } from "./network-options.ts";
import { checkMasks, maskReader, refuseMasks } from "./masks.ts";
import { drawNoise, StepNoise } from "./noise.ts";
import { inIteration } from "./not-finite.ts";
import { ObservationNormalizer, RewardNormalizer, type RewardNormalizerState } from "./normalize.ts";
import { Collector, Rollout, type SelectActions } from "./rollout.ts";
import { actionKind, encodeObservations, observationKind, toEnvironmentActions, type ActionKind, type ObservationKind } from "./spaces.ts";
import { EpisodeTracker, type EpisodeTrackerState, type MomentsState } from "./statistics.ts";

export interface AgentConfig extends NetworkOptions {
  readonly seed: number;
  readonly numEnvs: number;
  readonly stepsPerEnv: number;
  readonly discount: number;
  readonly normalizeObservations: boolean;
  readonly normalizeRewards: boolean;
  /** Steps for which stateDependentExploration "auto" keeps its noise; left out: a whole rollout. */
  readonly autoHold?: number;
  /** What usually makes this algorithm's numbers overflow, for NotFiniteError; left out: learningRate, maxGradNorm, sizes. */
  readonly causes?: string;
}

export interface ActOptions {
  /** The most likely action instead of a drawn one. Default false. */
  readonly deterministic?: boolean;
  /** Rows × mask width: 1 where an action is allowed; looked at by agents that were trained with masks. Default: all are. */
  readonly masks?: ArrayLike<number>;
}

const ACT_OPTIONS = ["deterministic", "masks"] as const satisfies readonly (keyof ActOptions)[];

export interface AgentState {
  readonly env: string;
  readonly environments: VecEnvState;
  readonly masks: Uint8Array;
  readonly steps: number;
  readonly actCalls: number;
  readonly episodes: EpisodeTrackerState;
  readonly observations: MomentsState | null;
  readonly rewards: RewardNormalizerState | null;
}

export class Agent {
  readonly where: string;
  readonly env: VecEnv;
  readonly observation: ObservationKind;
  readonly action: ActionKind;
  readonly head: ActionHead;
  readonly network: Network;
  readonly rng: Generator;
  readonly rollout: Rollout;
  readonly collector: Collector;
  readonly tracker: EpisodeTracker;
  /** Width of the action mask that the environment gives; 0 for none. */
  readonly maskSize: number;
  private readonly observationNormalizer: ObservationNormalizer | undefined;
  private readonly rewardNormalizer: RewardNormalizer | undefined;
  private readonly sampleProgram: (policy: PolicyParameters, observations: Float32Array, masks: Uint8Array, noise: Float32Array) => Tensor;
  private readonly modeProgram: (policy: PolicyParameters, observations: Float32Array, masks: Uint8Array) => Tensor;
  private readonly valueProgram: (parameters: Parameters, observations: Float32Array) => Tensor;
  private readonly noise: StepNoise;
  private readonly finalChunk: Float32Array;
  private actCalls = 0;
  private started = false;

  constructor(where: string, env: EnvOption, givenNumEnvs: number | undefined, config: AgentConfig) {
    this.where = where;
    this.env = resolveEnv(where, env, givenNumEnvs, config.numEnvs);
    const { numEnvs, singleObservationSpace, singleActionSpace } = this.env;
    this.observation = observationKind(where, singleObservationSpace as never);
    this.action = actionKind(where, singleActionSpace as never);
    checkNetwork(where, config, this.action.kind);
    this.head = chooseHead(where, this.action, config, this.observation.size, config.autoHold);
    this.network = createNetwork(this.observation.size, this.head, config);
    this.rng = new Generator(config.seed);
    this.tracker = new EpisodeTracker(numEnvs);
    this.observationNormalizer = config.normalizeObservations ? new ObservationNormalizer(this.observation.size) : undefined;
    this.rewardNormalizer = config.normalizeRewards ? new RewardNormalizer(numEnvs, config.discount) : undefined;
    if (this.action.kind === "box") refuseMasks(where, this.action, this.env, {});
    const readMasks = this.head.maskSize > 0 ? maskReader(this.env, this.env.reset({ seed: this.envSeeds() }).infos) : undefined;
    this.maskSize = readMasks === undefined ? 0 : this.head.maskSize;
    const { action, observation, env: vec, tracker, observationNormalizer, rewardNormalizer } = this;
    this.collector = new Collector(
      {
        env: vec,
        observation,
        action,
        boxActions: this.head.boxActions,
        observationNormalizer,
        rewardNormalizer,
        tracker,
        causes: config.causes,
      },
      this.maskSize,
      readMasks,
    );
    this.rollout = new Rollout({
      numEnvs,
      steps: config.stepsPerEnv,
      observationSize: observation.size,
      actionSize: this.head.actionSize,
      actionDtype: this.head.actionDtype,
      maskSize: this.maskSize,
    });
    this.noise = new StepNoise(this.head.noise, numEnvs);
    this.finalChunk = new Float32Array(numEnvs * observation.size);

    const { head, network } = this;
    this.sampleProgram = compile(
      function samplePolicy(policy: PolicyParameters, observations: Tensor, masks: Tensor, noise: Tensor): Tensor {
        const input = inputOf(policy, observations, masks);
        return head.sample(input, policy.head, noise.reshape([-1, head.noise.size]));
      },
      { reuse: true },
    );
    this.modeProgram = compile(
      function policyMode(policy: PolicyParameters, observations: Tensor, masks: Tensor): Tensor {
        return head.mode(inputOf(policy, observations, masks), policy.head);
      },
      { reuse: true },
    );
    this.valueProgram = compile(
      function values(parameters: Parameters, observations: Tensor): Tensor {
        return network.value(parameters, rows(observations));
      },
      { reuse: true },
    );
    const rows = (x: Tensor): Tensor => x.reshape([-1, observation.size]);
    const inputOf = (policy: PolicyParameters, observations: Tensor, masks: Tensor): HeadInput => ({
      ...network.policy(policy, rows(observations)),
      mask: this.maskTensor(masks),
    });
  }

  /** Seeds of a reset of all environments: of the first one, or of one at the start of a later iteration. */
  private envSeeds(iteration = 0): number[] {
    const rng = iteration === 0 ? this.rng.fork("environments") : this.rng.fork("environments", iteration);
    return Array.from({ length: this.env.numEnvs }, () => rng.integers(0, 2 ** 31));
  }

  /** Masks of a batch as the heads want them; undefined where there are none. masks: uint8, any number of rows. */
  maskTensor(masks: Tensor): Tensor | undefined {
    return this.maskSize === 0 ? undefined : masks.cast("float32").reshape([-1, this.maskSize]);
  }

  initialParameters(): Parameters {
    return this.network.init(this.rng.fork("parameters"));
  }

  /** Resets all environments before an iteration's rollout. */
  restart(iteration: number): void {
    this.collector.start(this.envSeeds(iteration));
    this.started = true;
  }

  /** Fills the rollout with the policy's own actions. The noise is a function of the seed and the iteration alone. */
  collect(policy: PolicyParameters, iteration: number, steps: number, wholeEpisodes = false): void {
    const { collector, rollout, noise, sampleProgram } = this;
    if (!this.started) this.restart(0);
    const rng = this.rng.fork("rollout", iteration);
    noise.restart();
    const select: SelectActions = (observations, masks, t) =>
      sampleProgram(policy, observations, masks, noise.at(t, rng)).data() as Int32Array | Float32Array;
    inIteration(this.where, iteration + 1, () => collector.collect(rollout, steps, select, wholeEpisodes));
  }

  /**
   * Values of the rollout's observations ((T + 1) × N, the last N being those after it), of `rowsToRead` rows at least the first (length + 1)·N;
   * and of the final observations, spread to T × N. The array is overwritten by the next call.
   */
  estimateValues(parameters: Parameters, finalValues: Float64Array, rowsToRead: number): Float32Array {
    const { rollout, observation, finalChunk, env } = this;
    const values = this.valueProgram(parameters, rollout.observations.subarray(0, rowsToRead * observation.size)).data() as Float32Array;
    for (let from = 0; from < rollout.finals; from += env.numEnvs) {
      const count = Math.min(env.numEnvs, rollout.finals - from);
      finalChunk.fill(0);
      finalChunk.set(rollout.finalObservations.subarray(from * observation.size, (from + count) * observation.size));
      const chunk = this.valueProgram(parameters, finalChunk).data();
      for (let i = 0; i < count; i++) finalValues[rollout.finalRows[from + i] as number] = chunk[i] as number;
    }
    return values;
  }

  /** Actions for raw observations, as the environment takes them. */
  act(policy: PolicyParameters, observations: Float32Array, options: ActOptions = {}): Int32Array | Float32Array {
    const { observation, head, action } = this;
    const problem = unknownOption("act", options, ACT_OPTIONS);
    if (problem !== undefined) throw new Error(problem);
    const count = observations.length / observation.rawSize;
    if (!Number.isInteger(count) || count === 0)
      throw new Error(`act: got ${observations.length} observation numbers; expected rows of ${observation.rawSize}.`);
    const encoded = new Float32Array(count * observation.size);
    encodeObservations(observation, observations, 0, count, encoded, 0, () => "given to act");
    this.observationNormalizer?.apply(encoded, count);
    const masks = new Uint8Array(count * this.maskSize).fill(1);
    if (options.masks !== undefined && this.maskSize > 0) {
      if (options.masks.length === masks.length) masks.set(options.masks);
      else throw new Error(`act: masks has ${options.masks.length} elements for ${count} rows; expected ${masks.length}.`);
      if (action.kind !== "box") checkMasks(masks, action.sizes, () => "given to act");
    }
    let raw: Int32Array | Float32Array;
    if (options.deterministic === true) {
      raw = this.modeProgram(policy, encoded, masks).data() as Int32Array | Float32Array;
    } else {
      const rng = this.rng.fork("act", this.actCalls++);
      const noise = new Float32Array(count * head.noise.size);
      drawNoise(head.noise, rng, noise);
      raw = this.sampleProgram(policy, encoded, masks, noise).data() as Int32Array | Float32Array;
    }
    const actions = action.kind === "box" ? new Float32Array(raw.length) : new Int32Array(raw.length);
    toEnvironmentActions(action, head.boxActions, raw, actions);
    return actions;
  }

  /** V(s) of raw observations, one per row. */
  values(parameters: Parameters, observations: Float32Array): Float32Array {
    const { observation } = this;
    const count = observations.length / observation.rawSize;
    const encoded = new Float32Array(count * observation.size);
    encodeObservations(observation, observations, 0, count, encoded, 0, () => "given to values");
    this.observationNormalizer?.apply(encoded, count);
    return this.valueProgram(parameters, encoded).data().slice() as Float32Array;
  }

  state(): AgentState {
    if (!this.started) this.restart(0);
    return {
      env: envName(this.env),
      environments: this.env.state(),
      masks: this.collector.maskState(),
      steps: this.collector.steps,
      actCalls: this.actCalls,
      episodes: this.tracker.state(),
      observations: this.observationNormalizer?.state() ?? null,
      rewards: this.rewardNormalizer?.state() ?? null,
    };
  }

  restore(state: AgentState): void {
    const name = envName(this.env);
    if (state.env !== name)
      throw new Error(
        `${this.where}: the state is of "${state.env}"; expected "${name}". Create the trainer for the environment it was saved with.`,
      );
    if (state.episodes.runningReturns.length !== this.env.numEnvs)
      throw new Error(
        `${this.where}: the state is of ${state.episodes.runningReturns.length} environments; expected ${this.env.numEnvs}. Set numEnvs to that.`,
      );
    for (const [key, saved, own] of [
      ["normalizeObservations", state.observations, this.observationNormalizer],
      ["normalizeRewards", state.rewards, this.rewardNormalizer],
    ] as const) {
      if ((saved === null) !== (own === undefined))
        throw new Error(`${this.where}: the state was saved ${saved === null ? "without" : "with"} ${key}; set ${key}: ${saved !== null}.`);
    }
    if (state.observations !== null) this.observationNormalizer!.restore(state.observations);
    if (state.rewards !== null) this.rewardNormalizer!.restore(state.rewards);
    this.env.restore(state.environments);
    this.collector.restoreMasks(state.masks);
    this.collector.steps = state.steps;
    this.tracker.restore(state.episodes);
    this.actCalls = state.actCalls;
    this.started = true;
  }
}
