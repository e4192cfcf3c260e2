/** Rollouts: T steps of N environments in preallocated arrays, collected by one policy call and one environment call per step. */
import type { Actions, Agent, BoxActions } from "@rl/agent";

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
    const grown = <A extends Float32Array | Float64Array | Uint8Array | Int32Array>(old: A, fresh: A): A => (fresh.set(old), fresh);
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

/** Walks an agent's environments and fills rollouts. Nothing is allocated per step beyond what the policy itself returns. */
export class Collector {
  readonly agent: Agent;
  private readonly boxActions: BoxActions;

  constructor(agent: Agent, boxActions: BoxActions) {
    this.agent = agent;
    this.boxActions = boxActions;
  }

  /** Fills `rollout` from its start: `steps` steps, and with `wholeEpisodes` on until the step that ends the episode (one environment). */
  collect(rollout: Rollout, steps: number, select: SelectActions, wholeEpisodes = false): void {
    const { agent, boxActions } = this;
    const { numEnvs } = agent.env;
    agent.start();
    rollout.reserve(steps);
    rollout.finals = 0;
    let t = 0;
    // The first observation of a rollout was already counted as the last one of the rollout before.
    this.observe(rollout, 0, agent.steps === 0);
    for (let ended = false; t < steps || (wholeEpisodes && !ended); t++) {
      if (t === rollout.capacity) rollout.reserve(2 * t);
      const actions = select(rollout.stepObservations[t] as Float32Array, rollout.stepMasks[t] as Uint8Array, t);
      rollout.actions.set(actions, t * numEnvs * rollout.shape.actionSize);
      const result = agent.step(actions, boxActions);
      const { terminated, truncated, finalObservations } = result;
      const offset = t * numEnvs;
      rollout.terminated.set(terminated, offset);
      rollout.truncated.set(truncated, offset);
      agent.reward(result, rollout.rewards, offset);
      ended = false;
      for (let n = 0; n < numEnvs; n++) {
        ended = terminated[n] !== 0 || truncated[n] !== 0;
        if (truncated[n] === 0 || terminated[n] !== 0) continue;
        const row = rollout.addFinal(offset + n);
        agent.observeFinal(finalObservations, n, rollout.finalObservations, row);
      }
      this.observe(rollout, t + 1, true);
    }
    rollout.length = t;
  }

  private observe(rollout: Rollout, t: number, learn: boolean): void {
    const { agent } = this;
    agent.observe(rollout.stepObservations[t] as Float32Array, learn);
    if (agent.maskSize > 0) (rollout.stepMasks[t] as Uint8Array).set(agent.masks);
  }
}
