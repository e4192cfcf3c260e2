/**
 * An algorithm's side of its environments: their spaces, masks and steps, normalisers, episode statistics, named random streams, and the state of all of
 * these. It knows nothing of networks: what chooses the actions, and what is learned from the steps, belong to the algorithm.
 */
import { Generator } from "@rl/random";
import { resolveEnv, type EnvOption, type TypedArray, type VecEnv, type VecEnvState, type VecStepResult } from "@rl/envs";
import { EpisodeTracker, type EpisodeTrackerState } from "./episodes.ts";
import { checkMasks, maskReader, refuseMasks, type MaskReader } from "./masks.ts";
import type { MomentsState } from "./moments.ts";
import { ObservationNormalizer, RewardNormalizer, type RewardNormalizerState } from "./normalize.ts";
import { rowsOf, type Rows } from "./rows.ts";
import { checkCount, checkMoments, checkNumbers } from "./saved-numbers.ts";
import { checkActions, checkRewards } from "./not-finite.ts";
import {
  actionKind,
  encodeObservations,
  freshEnvironmentActions,
  observationKind,
  toEnvironmentActions,
  type ActionKind,
  type BoxActions,
  type ObservationKind,
} from "./spaces.ts";

/** Actions as a policy gives them or an environment takes them. */
export type Actions = Int32Array | Float32Array;

export interface AgentConfig {
  readonly seed: number;
  /** Environments side by side, where `env` does not say. */
  readonly numEnvs: number;
  readonly discount: number;
  readonly normalizeObservations: boolean;
  readonly normalizeRewards: boolean;
  /** What usually makes this algorithm's numbers overflow, for NotFiniteError; left out: learningRate, maxGradNorm, sizes. */
  readonly causes?: string | undefined;
}

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
  /** Streams are forked from it by name: `rng.fork("rollout", iteration)`. */
  readonly rng: Generator;
  readonly tracker: EpisodeTracker;
  /** Numbers of one environment's action mask; 0 where the environments give none. */
  readonly maskSize: number;
  /** Environment steps so far, all environments together. */
  steps = 0;
  /** Masks of the coming step, numEnvs × maskSize. */
  readonly masks: Uint8Array;
  private readonly causes: string | undefined;
  private readonly observationNormalizer: ObservationNormalizer | undefined;
  private readonly rewardNormalizer: RewardNormalizer | undefined;
  private readonly readMasks: MaskReader | undefined;
  private readonly envActions: Actions;
  private actCalls = 0;
  private started = false;

  /** `where`: the call to name in errors ("createPpo"); `givenNumEnvs`: the user's own wish, undefined where there is none. */
  constructor(where: string, env: EnvOption, givenNumEnvs: number | undefined, config: AgentConfig) {
    this.where = where;
    this.env = resolveEnv(where, env, givenNumEnvs, config.numEnvs);
    const { numEnvs, autoreset, singleObservationSpace, singleActionSpace } = this.env;
    this.observation = observationKind(where, singleObservationSpace);
    this.action = actionKind(where, singleActionSpace);
    if (autoreset !== "same-step")
      throw new Error(
        `${where}: the vector environment resets "${autoreset}"; expected "same-step". Make it with makeVec(id, n, { autoreset: "same-step" }).`,
      );
    this.causes = config.causes;
    this.rng = new Generator(config.seed);
    this.tracker = new EpisodeTracker(numEnvs);
    this.observationNormalizer = config.normalizeObservations ? new ObservationNormalizer(this.observation.size) : undefined;
    this.rewardNormalizer = config.normalizeRewards ? new RewardNormalizer(numEnvs, config.discount) : undefined;
    if (this.action.kind === "box") refuseMasks(where, this.action, this.env, {});
    else this.readMasks = maskReader(this.env, this.env.reset({ seed: this.envSeeds() }).infos);
    this.maskSize = this.readMasks === undefined || this.action.kind === "box" ? 0 : this.action.sizes.reduce((a, b) => a + b, 0);
    this.masks = new Uint8Array(numEnvs * this.maskSize).fill(1);
    const actions = numEnvs * this.action.size;
    this.envActions = this.action.kind === "box" ? new Float32Array(actions) : new Int32Array(actions);
  }

  private readonly when = (): string => `after step ${this.steps / this.env.numEnvs}`;

  /** Seeds of a reset of all environments: of the first one, or of one at the start of a later iteration. */
  private envSeeds(iteration = 0): number[] {
    const rng = iteration === 0 ? this.rng.fork("environments") : this.rng.fork("environments", iteration);
    return Array.from({ length: this.env.numEnvs }, () => rng.integers(0, 2 ** 31));
  }

  /** Resets all environments if nobody has yet. */
  start(): void {
    if (!this.started) this.restart(0);
  }

  /** Resets all environments before an iteration; episodes that are under way count for nothing. */
  restart(iteration: number): void {
    const { infos } = this.env.reset({ seed: this.envSeeds(iteration) });
    this.tracker.dropUnfinished();
    this.rewardNormalizer?.dropUnfinished();
    this.look(infos);
    this.started = true;
  }

  /** Reads the masks of the coming step. */
  private look(infos: Readonly<Record<string, TypedArray>>): void {
    const { env, action } = this;
    if (this.readMasks === undefined) {
      if (infos.actionMask !== undefined) refuseMasks("The rollout", action, env, infos);
      return;
    }
    this.readMasks(infos, this.masks);
    if (action.kind !== "box") checkMasks(this.masks, action.sizes, this.when);
  }

  /**
   * One step of all environments, actions as the policy gave them. Actions, rewards and masks are checked before anything learns from them; what is returned is
   * the environments' own and holds until the next step.
   */
  step(actions: Actions, boxActions: BoxActions): VecStepResult {
    const { env, action, envActions, tracker } = this;
    checkActions(actions, this.steps, env.numEnvs, this.causes);
    toEnvironmentActions(action, boxActions, actions, envActions);
    const result = env.step(envActions);
    this.steps += env.numEnvs;
    checkRewards(result.rewards, this.steps);
    this.look(result.infos);
    tracker.step(result.rewards, result.terminated, result.truncated);
    return result;
  }

  /** Writes the environments' present observations into `target`, encoded and normalised; `learn`: the normaliser counts them. */
  observe(target: Float32Array, learn: boolean): void {
    const { env, observation, observationNormalizer } = this;
    const { observations, numEnvs } = env;
    if (observations.length !== numEnvs * observation.rawSize) {
      throw new Error(
        `The environment gave ${observations.length} observation numbers ${this.when()}; expected ${numEnvs} rows of ${observation.rawSize}. Its observation space must not change while it trains.`,
      );
    }
    encodeObservations(observation, observations, 0, numEnvs, target, 0, this.when);
    if (observationNormalizer === undefined) return;
    if (learn) observationNormalizer.update(target, numEnvs);
    observationNormalizer.apply(target, numEnvs);
  }

  /** Writes the final observation of environment `n` into row `row` of `target`, encoded and normalised, not counted. */
  observeFinal(finalObservations: TypedArray, n: number, target: Float32Array, row: number): void {
    const { observation, observationNormalizer } = this;
    encodeObservations(observation, finalObservations, n, 1, target, row, this.when);
    observationNormalizer?.apply(target, 1, row * observation.size);
  }

  /** Writes the rewards of a step into `target` from `offset` on, normalised where that is chosen; the normaliser counts them. */
  reward({ rewards, terminated, truncated }: VecStepResult, target: Float64Array, offset: number): void {
    if (this.rewardNormalizer === undefined) target.set(rewards, offset);
    else this.rewardNormalizer.step(rewards, terminated, truncated, target, offset);
  }

  /** Raw observations that a user gave to `call`, and masks where the agent has any, as rows for a network. Counts nothing. */
  rows(call: string, observations: Float32Array, masks?: ArrayLike<number>): Rows {
    const { observation, action, maskSize, observationNormalizer: normalizer } = this;
    return rowsOf(call, { observation, action, maskSize, normalizer }, observations, masks);
  }

  /** A stream for one call of `act`; the calls are counted, and the count is part of the state. */
  actStream(): Generator {
    return this.rng.fork("act", this.actCalls++);
  }

  /** Actions of a policy in fresh arrays, as the environment takes them. */
  environmentActions(actions: Actions, boxActions: BoxActions): Actions {
    return freshEnvironmentActions(this.action, boxActions, actions);
  }

  state(): AgentState {
    this.start();
    return {
      env: nameOf(this.env),
      environments: this.env.state(),
      masks: this.masks.slice(),
      steps: this.steps,
      actCalls: this.actCalls,
      episodes: this.tracker.state(),
      observations: this.observationNormalizer?.state() ?? null,
      rewards: this.rewardNormalizer?.state() ?? null,
    };
  }

  restore(state: AgentState): void {
    const { where, env, masks, observationNormalizer, rewardNormalizer } = this;
    const name = nameOf(env);
    if (state.env !== name)
      throw new Error(
        `${where}: the state is of "${state.env}"; expected "${name}". Create the trainer for the environment it was saved with.`,
      );
    if (state.episodes.runningReturns.length !== env.numEnvs)
      throw new Error(
        `${where}: the state is of ${state.episodes.runningReturns.length} environments; expected ${env.numEnvs}. Set numEnvs to that.`,
      );
    for (const [key, saved, own] of [
      ["normalizeObservations", state.observations, observationNormalizer],
      ["normalizeRewards", state.rewards, rewardNormalizer],
    ] as const) {
      if ((saved === null) !== (own === undefined))
        throw new Error(`${where}: the state was saved ${saved === null ? "without" : "with"} ${key}; set ${key}: ${saved !== null}.`);
    }
    if (state.masks.length !== masks.length)
      throw new Error(
        `${where}: the state has ${state.masks.length} mask numbers; expected ${masks.length}. It was saved with another environment.`,
      );
    this.checkNumbers(state);
    env.restore(state.environments);
    if (state.observations !== null) observationNormalizer!.restore(state.observations);
    if (state.rewards !== null) rewardNormalizer!.restore(state.rewards);
    masks.set(state.masks);
    this.steps = state.steps;
    this.tracker.restore(state.episodes);
    this.actCalls = state.actCalls;
    this.started = true;
  }

  private checkNumbers({ steps, actCalls, episodes, observations, rewards }: AgentState): void {
    const { where, env, tracker, observation } = this;
    checkCount(where, "steps", steps);
    checkCount(where, "actCalls", actCalls);
    checkCount(where, "episodes.episodes", episodes.episodes);
    checkNumbers(where, "episodes.runningLengths", episodes.runningLengths, env.numEnvs, 0);
    checkNumbers(where, "episodes.lengths", episodes.lengths, tracker.lengths.length, 0);
    // Returns may be of any size: sums of huge rewards are not finite, and train on.
    if (episodes.returns.length !== tracker.returns.length)
      checkNumbers(where, "episodes.returns", episodes.returns, tracker.returns.length);
    if (observations !== null) checkMoments(where, "observations", observations, observation.size);
    if (rewards === null) return;
    checkMoments(where, "rewards.moments", rewards.moments, 1);
    checkNumbers(where, "rewards.returns", rewards.returns, env.numEnvs);
  }
}

/** What states and messages call an environment. */
const nameOf = (env: VecEnv): string => env.spec?.id ?? `${env.singleObservationSpace} → ${env.singleActionSpace}`;
