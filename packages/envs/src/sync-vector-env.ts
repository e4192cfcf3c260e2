import type { Env, EnvState } from "./env.ts";
import { EnvError, checkKeys, show } from "./errors.ts";
import { InfoColumns } from "./info-columns.ts";
import { checkAutoreset, checkMask, refuseEnded } from "./row-checks.ts";
import type { Scene } from "./scene.ts";
import { rowSeeds } from "./seeds.ts";
import { dtypeOf, type TypedArray } from "./spaces/dtype.ts";
import type { Space } from "./spaces/space.ts";
import type { EnvSpec } from "./spec.ts";
import { checkKind, decodeInto, encodeArray } from "./state-json.ts";
import type { AutoresetMode, VecEnv, VecResetOptions, VecResetResult, VecStepResult } from "./vec-env.ts";

/** Steps single environments one after the other and presents them as one vector: the vector form of any environment. */
export class SyncVectorEnv<T, U, O extends TypedArray = TypedArray, A extends TypedArray = Int32Array | Float32Array> implements VecEnv<
  O,
  A
> {
  readonly envs: readonly Env<T, U>[];
  readonly numEnvs: number;
  readonly singleObservationSpace: Space<T, O>;
  readonly singleActionSpace: Space<U, A>;
  readonly autoreset: AutoresetMode;
  readonly spec: EnvSpec | undefined;
  readonly observations: O;
  /** There where every environment has it. */
  actionMasks?(): ArrayLike<number>;
  private readonly infos: InfoColumns;
  private readonly ended: Uint8Array;
  private started = false;
  private readonly result: VecStepResult<O>;

  constructor(makers: readonly (() => Env<T, U>)[], options?: { readonly autoreset?: AutoresetMode }) {
    checkKeys("new SyncVectorEnv", options, ["autoreset"]);
    if (!Array.isArray(makers) || makers.length === 0 || makers.some((m) => typeof m !== "function")) {
      throw new EnvError(
        `new SyncVectorEnv: got ${show(makers)}, expected a list of functions that each make an environment, such as [() => make("CartPole-v1")].`,
      );
    }
    this.envs = makers.map((make: () => Env<T, U>) => make());
    const first = this.envs[0]!;
    this.numEnvs = this.envs.length;
    this.autoreset = checkAutoreset("new SyncVectorEnv", options?.autoreset ?? "same-step");
    this.spec = first.spec;
    this.singleObservationSpace = first.observationSpace as Space<T, O>;
    this.singleActionSpace = first.actionSpace as Space<U, A>;
    for (const [row, env] of this.envs.entries()) {
      for (const name of ["observationSpace", "actionSpace"] as const) {
        if (!env[name].equals(first[name])) {
          throw new EnvError(
            `new SyncVectorEnv: ${name} of row ${row} is ${env[name]}, expected ${first[name]} as in row 0; all rows must share their spaces.`,
          );
        }
      }
      if (this.envs.indexOf(env) !== row) {
        throw new EnvError(
          `new SyncVectorEnv: rows ${this.envs.indexOf(env)} and ${row} are the same environment object; make a new one in every function.`,
        );
      }
    }
    if (this.actionMasks === undefined && this.envs.every((env) => env.actionMasks !== undefined))
      this.actionMasks = masksOf(this.envs as readonly Env<never, never>[]);
    this.observations = this.singleObservationSpace.createBatch(this.numEnvs);
    this.infos = new InfoColumns(this.numEnvs);
    this.ended = new Uint8Array(this.numEnvs);
    this.result = {
      observations: this.observations,
      rewards: new Float64Array(this.numEnvs),
      terminated: new Uint8Array(this.numEnvs),
      truncated: new Uint8Array(this.numEnvs),
      finalObservations: this.autoreset === "same-step" ? this.singleObservationSpace.createBatch(this.numEnvs) : this.observations,
      infos: this.infos.columns,
    };
  }

  reset(options?: VecResetOptions): VecResetResult<O> {
    checkKeys("reset", options, ["seed", "mask", "options"]);
    const seeds = rowSeeds(options?.seed, this.numEnvs);
    const mask = checkMask(options?.mask, this.numEnvs, this.started);
    this.infos.clear();
    for (let row = 0; row < this.numEnvs; row++) {
      if (mask !== undefined && mask[row] === 0) continue;
      this.resetRow(row, { seed: seeds[row], options: options?.options });
      this.ended[row] = 0;
    }
    this.started = true;
    return { observations: this.observations, infos: this.infos.columns };
  }

  private resetRow(row: number, options?: { seed: number | undefined; options: Readonly<Record<string, unknown>> | undefined }): void {
    const { observation, info } = this.envs[row]!.reset(options);
    this.singleObservationSpace.write(observation, this.observations, row);
    this.infos.write(row, info);
  }

  step(actions: A): VecStepResult<O> {
    if (!this.started) throw new EnvError("step was called before reset; call reset({ seed }) first.");
    const { numEnvs, singleActionSpace: space, ended, autoreset } = this;
    if (dtypeOf(actions) !== space.dtype || actions.length !== numEnvs * space.size) {
      throw new EnvError(
        `step: actions are ${show(actions)}, expected a ${space.dtype} array of length ${numEnvs * space.size}, one ${space} action per row.`,
      );
    }
    // Before any row moves: an error must leave the vector as it was.
    if (autoreset === "disabled") refuseEnded(ended);
    this.infos.clear();
    for (let row = 0; row < numEnvs; row++) {
      if (ended[row] === 1) this.beginRow(row);
      else this.stepRow(row, space.read(actions, row));
    }
    return this.result;
  }

  /** Next-step: the row starts its next episode; its action is not used. */
  private beginRow(row: number): void {
    const { rewards, terminated, truncated } = this.result;
    this.resetRow(row);
    rewards[row] = 0;
    terminated[row] = 0;
    truncated[row] = 0;
    this.ended[row] = 0;
  }

  private stepRow(row: number, action: U): void {
    const { rewards, terminated, truncated, finalObservations } = this.result;
    const result = this.envs[row]!.step(action);
    rewards[row] = result.reward;
    terminated[row] = result.terminated ? 1 : 0;
    truncated[row] = result.truncated ? 1 : 0;
    const over = result.terminated || result.truncated;
    if (over && this.autoreset === "same-step") {
      this.singleObservationSpace.write(result.observation, finalObservations, row);
      const { episode, ...rest } = result.info;
      this.infos.write(row, rest, "final.");
      // Episode statistics stand under the same name in every mode.
      if (episode !== undefined) this.infos.write(row, { episode });
      this.resetRow(row);
      return;
    }
    this.singleObservationSpace.write(result.observation, this.observations, row);
    this.infos.write(row, result.info);
    this.ended[row] = over ? 1 : 0;
  }

  scene(row = 0): Scene | undefined {
    return this.envs[row]?.scene();
  }

  state(): EnvState {
    return {
      kind: "sync-vector",
      autoreset: this.autoreset,
      started: this.started,
      ended: encodeArray(this.ended),
      observations: encodeArray(this.observations),
      envs: this.envs.map((env) => env.state()),
    };
  }

  restore(state: EnvState): void {
    checkKind(state, "sync-vector");
    const saved = state["envs"];
    if (state["autoreset"] !== this.autoreset || !Array.isArray(saved) || saved.length !== this.numEnvs) {
      throw new EnvError(
        `restore: the state has ${Array.isArray(saved) ? saved.length : show(saved)} rows and autoreset ${show(state["autoreset"])}, expected ${this.numEnvs} and ${show(this.autoreset)}; make the vector as it was.`,
      );
    }
    this.envs.forEach((env, row) => {
      env.restore(saved[row] as EnvState);
    });
    decodeInto(this.ended, state["ended"], "ended");
    decodeInto(this.observations, state["observations"], "observations");
    this.started = state["started"] === true;
  }
}

/** The masks of all rows, one after the other, in one array that is filled again at every call. */
function masksOf(envs: readonly Env<never, never>[]): () => Uint8Array {
  let masks = new Uint8Array(0);
  return () => {
    for (const [row, env] of envs.entries()) {
      const mask = env.actionMasks!();
      if (masks.length !== envs.length * mask.length) {
        if (row > 0)
          throw new EnvError(
            `actionMasks of row ${row} has ${mask.length} numbers, expected ${masks.length / envs.length} as in row 0; give one per action in every row.`,
          );
        masks = new Uint8Array(envs.length * mask.length);
      }
      masks.set(mask, row * mask.length);
    }
    return masks;
  };
}
