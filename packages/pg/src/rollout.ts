/** Rollouts: T steps of N environments in preallocated arrays, collected by one policy call and one environment call per step. */
import type { TypedArray, VecEnv } from "@rl/envs";
import { checkActions, checkRewards } from "./not-finite.ts";
import { encodeObservations, toEnvironmentActions, type ActionKind, type ObservationKind } from "./spaces.ts";
import { checkMasks, refuseMasks, type MaskReader } from "./masks.ts";
import type { ObservationNormalizer, RewardNormalizer } from "./normalize.ts";
import type { EpisodeTracker } from "./statistics.ts";

type Actions = Int32Array | Float32Array;

export interface RolloutShape {
  readonly numEnvs: number;
  /** Steps to make room for; grows when more come. */
  readonly steps: number;
  /** Width of an encoded observation. */
  readonly observationSize: number;
  /** Numbers per action. */
  readonly actionSize: number;
  readonly actionDtype: "int32" | "float32";
  /** Width of an action mask; 0 for none. */
  readonly maskSize: number;
}

/** What happened, row-major by time: row t·N + n is step t of environment n. `length` steps are filled. */
export class Rollout {
  readonly shape: RolloutShape;
  length = 0;
  capacity = 0;
  /** (T + 1) × N × d, encoded and normalised: what each action was chosen from; the rows after the last step hold what came after it. */
  observations = new Float32Array(0);
  /** One view per step into `observations`, T + 1 of them. */
  stepObservations: Float32Array[] = [];
  /** T × N × action size, as the policy gave them (before clipping and shifting). */
  actions: Actions = new Float32Array(0);
  /** T × N, after normalisation. */
  rewards = new Float64Array(0);
  terminated = new Uint8Array(0);
  truncated = new Uint8Array(0);
  /** (T + 1) × N × mask width: 1 where an action is allowed. */
  masks = new Uint8Array(0);
  stepMasks: Uint8Array[] = [];
  /** The observations that truncated (not terminated) steps ended in, packed: `finals` rows of d numbers … */
  finalObservations = new Float32Array(0);
  /** … and the rows t·N + n they belong to. */
  finalRows = new Int32Array(0);
  finals = 0;

  constructor(shape: RolloutShape) {
    this.shape = shape;
    this.reserve(shape.steps);
  }

  /** Makes room for `steps` steps, keeping what is there. */
  reserve(steps: number): void {
    if (steps <= this.capacity) return;
    const { numEnvs, observationSize, actionSize, actionDtype, maskSize } = this.shape;
    const grown = <A extends TypedArray>(old: A, fresh: A): A => (fresh.set(old as never), fresh);
    const row = numEnvs * observationSize;
    const maskRow = numEnvs * maskSize;
    const actionCount = steps * numEnvs * actionSize;
    this.observations = grown(this.observations, new Float32Array((steps + 1) * row));
    this.stepObservations = Array.from({ length: steps + 1 }, (_, t) => this.observations.subarray(t * row, (t + 1) * row));
    this.actions = grown<Actions>(
      actionDtype === "int32" && this.capacity === 0 ? new Int32Array(0) : this.actions,
      actionDtype === "int32" ? new Int32Array(actionCount) : new Float32Array(actionCount),
    );
    this.rewards = grown(this.rewards, new Float64Array(steps * numEnvs));
    this.terminated = grown(this.terminated, new Uint8Array(steps * numEnvs));
    this.truncated = grown(this.truncated, new Uint8Array(steps * numEnvs));
    this.masks = grown(this.masks, new Uint8Array((steps + 1) * maskRow));
    this.stepMasks = Array.from({ length: steps + 1 }, (_, t) => this.masks.subarray(t * maskRow, (t + 1) * maskRow));
    this.capacity = steps;
  }

  /** Room for one more final observation; returns its row. */
  addFinal(row: number): number {
    if (this.finals === this.finalRows.length) {
      const size = Math.max(this.shape.numEnvs, 2 * this.finals);
      const rows = new Int32Array(size);
      rows.set(this.finalRows);
      this.finalRows = rows;
      const observations = new Float32Array(size * this.shape.observationSize);
      observations.set(this.finalObservations);
      this.finalObservations = observations;
    }
    this.finalRows[this.finals] = row;
    return this.finals++;
  }
}

/** The raw actions for the observations of one step, N × action size. The array may be the same one each time. */
export type SelectActions = (observations: Float32Array, masks: Uint8Array, step: number) => Actions;

export interface CollectorParts {
  readonly env: VecEnv;
  readonly observation: ObservationKind;
  readonly action: ActionKind;
  /** How a Box action reaches the environment: "clip" to its bounds, or "squash": tanh, then scaled from [−1, 1] to its bounds. */
  readonly boxActions: "clip" | "squash";
  readonly observationNormalizer?: ObservationNormalizer | undefined;
  readonly rewardNormalizer?: RewardNormalizer | undefined;
  readonly tracker: EpisodeTracker;
  /** What usually makes this algorithm's actions overflow, for the error. */
  readonly causes?: string | undefined;
}

/** Walks a vector environment and fills rollouts. Nothing is allocated per step beyond what the policy itself returns. */
export class Collector {
  readonly parts: CollectorParts;
  readonly maskSize: number;
  /** Environment steps so far, all environments together. */
  steps = 0;
  private readonly envActions: Actions;
  /** Masks of the coming step, N × maskSize. */
  private readonly masks: Uint8Array;
  private readonly readMasks: MaskReader | undefined;
  private readonly when = (): string => `after step ${this.steps / this.parts.env.numEnvs}`;

  /** `maskSize`: numbers per row that `readMasks` gives; 0 when the environment has no masks. */
  constructor(parts: CollectorParts, maskSize = 0, readMasks?: MaskReader) {
    const { env, action } = parts;
    if (env.autoreset !== "same-step")
      throw new Error(
        `The vector environment resets "${env.autoreset}"; expected "same-step". Make it with makeVec(id, n, { autoreset: "same-step" }).`,
      );
    this.parts = parts;
    this.maskSize = maskSize;
    this.readMasks = readMasks;
    this.masks = new Uint8Array(env.numEnvs * maskSize).fill(1);
    this.envActions = action.kind === "box" ? new Float32Array(env.numEnvs * action.size) : new Int32Array(env.numEnvs * action.size);
  }

  /** Resets all environments; episodes that are under way count for nothing. */
  start(seeds: readonly number[]): void {
    const { env, tracker, rewardNormalizer } = this.parts;
    const { infos } = env.reset({ seed: seeds });
    tracker.dropUnfinished();
    rewardNormalizer?.dropUnfinished();
    this.look(infos);
  }

  /** Reads the masks of the coming step. */
  private look(infos: Readonly<Record<string, TypedArray>>): void {
    const { env, action } = this.parts;
    if (this.readMasks === undefined) {
      if (infos.actionMask !== undefined) refuseMasks("The rollout", action, env, infos);
      return;
    }
    this.readMasks(infos, this.masks);
    if (action.kind !== "box") checkMasks(this.masks, action.sizes, this.when);
  }

  /** Action masks of the coming step, for a trainer that continues from a saved state. */
  maskState(): Uint8Array {
    return this.masks.slice();
  }

  restoreMasks(masks: Uint8Array): void {
    if (masks.length !== this.masks.length)
      throw new Error(`The state has ${masks.length} mask numbers; expected ${this.masks.length}. It was saved with another environment.`);
    this.masks.set(masks);
  }

  /** Fills `rollout` from its start: `steps` steps, and with `wholeEpisodes` on until the step that ends the episode (one environment). */
  collect(rollout: Rollout, steps: number, select: SelectActions, wholeEpisodes = false): void {
    const { env, observation, observationNormalizer, rewardNormalizer, tracker } = this.parts;
    const { numEnvs } = env;
    rollout.reserve(steps);
    rollout.finals = 0;
    let t = 0;
    this.observe(rollout, 0, env.observations);
    for (let ended = false; t < steps || (wholeEpisodes && !ended); t++) {
      if (t === rollout.capacity) rollout.reserve(2 * t);
      const actions = select(rollout.stepObservations[t] as Float32Array, rollout.stepMasks[t] as Uint8Array, t);
      rollout.actions.set(actions, t * numEnvs * rollout.shape.actionSize);
      const { observations, rewards, terminated, truncated, finalObservations, infos } = env.step(this.toEnvironment(actions));
      this.steps += numEnvs;
      // Before anything learns from them.
      checkRewards(rewards, this.steps);
      this.look(infos);
      const offset = t * numEnvs;
      rollout.terminated.set(terminated, offset);
      rollout.truncated.set(truncated, offset);
      if (rewardNormalizer === undefined) rollout.rewards.set(rewards, offset);
      else rewardNormalizer.step(rewards, terminated, truncated, rollout.rewards, offset);
      tracker.step(rewards, terminated, truncated);
      ended = false;
      for (let n = 0; n < numEnvs; n++) {
        ended = terminated[n] !== 0 || truncated[n] !== 0;
        if (truncated[n] === 0 || terminated[n] !== 0) continue;
        const row = rollout.addFinal(offset + n);
        encodeObservations(observation, finalObservations, n, 1, rollout.finalObservations, row, this.when);
        observationNormalizer?.apply(rollout.finalObservations, 1, row * observation.size);
      }
      this.observe(rollout, t + 1, observations);
    }
    rollout.length = t;
  }

  /** Encodes, learns the moments of and normalises one step's observations. */
  private observe(rollout: Rollout, t: number, observations: TypedArray): void {
    const { observation, observationNormalizer, env } = this.parts;
    const target = rollout.stepObservations[t] as Float32Array;
    if (observations.length !== env.numEnvs * observation.rawSize) {
      throw new Error(
        `The environment gave ${observations.length} observation numbers ${this.when()}; expected ${env.numEnvs} rows of ${observation.rawSize}. Its observation space must not change while it trains.`,
      );
    }
    encodeObservations(observation, observations, 0, env.numEnvs, target, 0, this.when);
    if (observationNormalizer !== undefined) {
      // The first observation of a rollout was already counted as the last one of the rollout before.
      if (t > 0 || this.steps === 0) observationNormalizer.update(target, env.numEnvs);
      observationNormalizer.apply(target, env.numEnvs);
    }
    if (this.maskSize > 0) (rollout.stepMasks[t] as Uint8Array).set(this.masks);
  }

  private toEnvironment(actions: Actions): Actions {
    checkActions(actions, this.steps, this.parts.env.numEnvs, this.parts.causes);
    toEnvironmentActions(this.parts.action, this.parts.boxActions, actions, this.envActions);
    return this.envActions;
  }
}
