import { ActionChecks } from "./action-checks.ts";
import { explainEnv, explainReset, explainStep, holds, isClass, isInfo } from "./check/results.ts";
import type { Env, EnvState, Info } from "./env.ts";
import { EnvError, checkKeys, show } from "./errors.ts";
import { InfoColumns } from "./info-columns.ts";
import { maskWidth, writeMask } from "./masks.ts";
import { checkAutoreset, checkMask, refuseEnded } from "./row-checks.ts";
import type { Scene } from "./scene.ts";
import { rowSeeds } from "./seeds.ts";
import type { TypedArray } from "./spaces/dtype.ts";
import type { Space } from "./spaces/space.ts";
import type { EnvSpec } from "./spec.ts";
import { checkKind, checkList, decodeInto, encodeArray, flagAt } from "./state-json.ts";
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
  /** What was left out of the infos, and why: one sentence per name. Training goes on without it. */
  readonly warnings: readonly string[];
  private readonly infos: InfoColumns;
  private readonly ended: Uint8Array;
  /** Steps of each row's episode. */
  private readonly counts: Int32Array;
  private readonly actions: ActionChecks<A>;
  private started = false;
  private readonly result: VecStepResult<O>;

  constructor(makers: readonly (() => Env<T, U>)[], options?: { readonly autoreset?: AutoresetMode }) {
    checkKeys("new SyncVectorEnv", options, ["autoreset"]);
    if (!Array.isArray(makers) || makers.length === 0 || makers.some((m) => typeof m !== "function")) {
      throw new EnvError(
        `new SyncVectorEnv: got ${show(makers)}, expected a list of functions that each make an environment, such as [() => make("CartPole-v1")].`,
      );
    }
    const call = "new SyncVectorEnv";
    this.envs = makers.map((make: () => Env<T, U>, row) => {
      if (isClass(make))
        throw new EnvError(`${call}: maker ${row} is the class ${make.name}, expected a function; write () => new ${make.name}().`);
      return make();
    });
    checkRows(call, this.envs as readonly Env<never, never>[]);
    const first = this.envs[0]!;
    this.numEnvs = this.envs.length;
    this.autoreset = checkAutoreset("new SyncVectorEnv", options?.autoreset ?? "same-step");
    this.spec = first.spec;
    this.singleObservationSpace = first.observationSpace as Space<T, O>;
    this.singleActionSpace = first.actionSpace as Space<U, A>;
    if (this.actionMasks === undefined && this.envs.every((env) => env.actionMasks !== undefined))
      this.actionMasks = masksOf(this.envs as readonly Env<never, never>[], maskWidth(first.actionSpace));
    this.observations = this.singleObservationSpace.createBatch(this.numEnvs);
    this.counts = new Int32Array(this.numEnvs);
    this.infos = new InfoColumns(this.numEnvs, this.singleActionSpace, (row) => `row ${row}, step ${this.counts[row]!} of its episode`);
    this.warnings = this.infos.warnings;
    this.actions = new ActionChecks(this.singleActionSpace, this.numEnvs);
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
    const results: unknown[] = [];
    for (let row = 0; row < this.numEnvs; row++) {
      if (mask === undefined || mask[row] !== 0) results[row] = this.envs[row]!.reset({ seed: seeds[row], options: options?.options });
    }
    // Up to here nothing of the vector has changed: environments refuse what they do not understand.
    this.infos.clear();
    for (let row = 0; row < this.numEnvs; row++) {
      if (mask !== undefined && mask[row] === 0) continue;
      this.startRow(row, results[row]);
      this.ended[row] = 0;
    }
    this.started = true;
    return { observations: this.observations, infos: this.infos.columns };
  }

  /** What a row's reset returned, checked and written. */
  private startRow(row: number, result: unknown): void {
    const { observation, info } = (result ?? {}) as { observation?: unknown; info?: unknown };
    this.counts[row] = 0;
    if (!isInfo(info) || !holds(this.singleObservationSpace, observation))
      this.refuse(explainReset(result, this.singleObservationSpace, ` (row ${row})`), "reset()");
    this.singleObservationSpace.write(observation as T, this.observations, row);
    this.infos.write(row, info);
  }

  step(actions: A): VecStepResult<O> {
    if (!this.started) throw new EnvError("step was called before reset; call reset({ seed }) first.");
    const { numEnvs, singleActionSpace: space, ended, autoreset } = this;
    const batch = this.actions.take(actions);
    // Before any row moves: an error must leave the vector as it was.
    if (autoreset === "disabled") refuseEnded(ended);
    this.infos.clear();
    for (let row = 0; row < numEnvs; row++) {
      if (ended[row] === 1) this.beginRow(row);
      else this.stepRow(row, space.read(batch, row));
    }
    return this.result;
  }

  /** Next-step: the row starts its next episode; its action is not used. */
  private beginRow(row: number): void {
    const { rewards, terminated, truncated } = this.result;
    this.startRow(row, this.envs[row]!.reset());
    rewards[row] = 0;
    terminated[row] = 0;
    truncated[row] = 0;
    this.ended[row] = 0;
  }

  private stepRow(row: number, action: U): void {
    const { rewards, terminated, truncated, finalObservations } = this.result;
    const space = this.singleObservationSpace;
    const result: unknown = this.envs[row]!.step(action);
    this.counts[row] = this.counts[row]! + 1;
    // Read once: what is checked is what is used.
    const parts = (result ?? {}) as { observation?: unknown; reward?: unknown; terminated?: unknown; truncated?: unknown; info?: unknown };
    const { observation, reward, terminated: ends, truncated: cut, info } = parts;
    if (
      typeof reward !== "number" ||
      typeof ends !== "boolean" ||
      typeof cut !== "boolean" ||
      !isInfo(info) ||
      !holds(space, observation)
    ) {
      return this.refuse(explainStep(result, action, space, ` (row ${row}, step ${this.counts[row]} of its episode)`), "step()");
    }
    rewards[row] = reward;
    terminated[row] = ends ? 1 : 0;
    truncated[row] = cut ? 1 : 0;
    const over = ends || cut;
    if (over && this.autoreset === "same-step") {
      space.write(observation as T, finalObservations, row);
      this.infos.writeFinal(row, info as Info);
      this.startRow(row, this.envs[row]!.reset());
      return;
    }
    space.write(observation as T, this.observations, row);
    this.infos.write(row, info as Info);
    this.ended[row] = over ? 1 : 0;
  }

  private refuse(wrong: string | undefined, call: string): never {
    throw new EnvError(wrong ?? `${call} returned an object whose fields change while they are read, expected plain values.`);
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
    const started = flagAt(state, "started");
    checkList(this.ended, state["ended"], "ended", { most: 1 });
    checkList(this.observations, state["observations"], "observations");
    this.restoreRows(saved as readonly EnvState[]);
    decodeInto(this.ended, state["ended"], "ended");
    decodeInto(this.observations, state["observations"], "observations");
    this.started = started;
  }

  /** Row after row; where one refuses, those before go back to what they were. */
  private restoreRows(saved: readonly EnvState[]): void {
    const before = this.started ? this.envs.map((env) => env.state()) : [];
    let row = 0;
    try {
      for (; row < saved.length; row++) this.envs[row]!.restore(saved[row]!);
    } catch (error) {
      for (const [i, state] of before.entries()) if (i <= row) this.envs[i]!.restore(state);
      throw error;
    }
  }
}

/** Refuses rows that are no environments, share an object, or differ in their spaces. */
export function checkRows(call: string, envs: readonly Env<never, never>[]): void {
  const first = envs[0]!;
  for (const [row, env] of envs.entries()) {
    const wrong = explainEnv(env);
    if (wrong !== undefined)
      throw new EnvError(`${call}: the environment${envs.length === 1 ? "" : ` of row ${row}`} is not one: ${wrong}`);
    for (const name of ["observationSpace", "actionSpace"] as const) {
      if (!env[name].equals(first[name])) {
        throw new EnvError(
          `${call}: ${name} of row ${row} is ${env[name]}, expected ${first[name]} as in row 0; all rows must share their spaces.`,
        );
      }
    }
    if (envs.indexOf(env) !== row) {
      throw new EnvError(
        `${call}: rows ${envs.indexOf(env)} and ${row} are the same environment object; make a new one in every function.`,
      );
    }
  }
}

/** The masks of all rows, one after the other, in one array that is filled again at every call. */
function masksOf(envs: readonly Env<never, never>[], width: number): () => Uint8Array {
  const masks = new Uint8Array(envs.length * width);
  const where = (row: number): string => `row ${row}`;
  return () => {
    for (let row = 0; row < envs.length; row++) writeMask(envs[row]!.actionMasks!(), masks, row, width, "actionMasks()", where);
    return masks;
  };
}
