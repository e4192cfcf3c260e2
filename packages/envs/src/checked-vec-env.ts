import { ActionChecks } from "./action-checks.ts";
import { isInfo } from "./check/results.ts";
import { boundsOf, explainArray, explainVecForm } from "./check/vec-results.ts";
import type { EnvState } from "./env.ts";
import { EnvError, show } from "./errors.ts";
import { maskWidth, refuseMaskName, writeMask } from "./masks.ts";
import type { Scene } from "./scene.ts";
import { createArray, type TypedArray } from "./spaces/dtype.ts";
import type { Space } from "./spaces/space.ts";
import type { EnvSpec } from "./spec.ts";
import type { AutoresetMode, VecEnv, VecResetOptions, VecResetResult, VecStepResult } from "./vec-env.ts";

type Actions = Int32Array | Float32Array;
type Infos = Readonly<Record<string, TypedArray>>;

/** A user's vector with every result checked before anyone reads it: types, lengths, flags, masks, and numbers against the space. What passes is
 *  the vector's own result, untouched. Numbers of float observations and rewards that are not finite pass: who trains on them stops with more to say. */
export class CheckedVecEnv implements VecEnv {
  readonly vec: VecEnv;
  readonly numEnvs: number;
  readonly singleObservationSpace: Space<unknown, TypedArray>;
  readonly singleActionSpace: Space<unknown, Actions>;
  readonly autoreset: AutoresetMode;
  /** There where the vector inside has it. */
  actionMasks?(): ArrayLike<number>;
  private readonly size: number;
  private readonly arrayType: abstract new (...args: never[]) => TypedArray;
  private readonly bounds: ReturnType<typeof boundsOf>;
  private readonly actions: ActionChecks<Actions>;
  private readonly masks: Uint8Array;
  private readonly width: number;
  private steps = 0;
  /** What the last call returned; a vector's own `observations` may be another array. */
  private last: TypedArray | undefined;
  private readonly where = (row: number): string => `row ${row}, after step ${this.steps}`;

  constructor(vec: VecEnv) {
    this.vec = vec;
    this.numEnvs = vec.numEnvs;
    this.singleObservationSpace = vec.singleObservationSpace;
    this.singleActionSpace = vec.singleActionSpace;
    this.autoreset = vec.autoreset;
    this.size = this.singleObservationSpace.size;
    this.arrayType = createArray(this.singleObservationSpace.dtype, 0).constructor as never;
    this.bounds = boundsOf(this.singleObservationSpace);
    this.actions = new ActionChecks(this.singleActionSpace, this.numEnvs);
    this.width = maskWidth(this.singleActionSpace);
    this.masks = new Uint8Array(this.numEnvs * this.width);
    if (vec.actionMasks !== undefined) this.actionMasks = () => this.checkedMasks();
  }

  get spec(): EnvSpec | undefined {
    return this.vec.spec;
  }

  get warnings(): readonly string[] {
    return this.vec.warnings ?? [];
  }

  get observations(): TypedArray {
    if (this.last !== undefined) return this.last;
    this.checkRows("observations", this.vec.observations);
    return this.vec.observations;
  }

  reset(options?: VecResetOptions): VecResetResult {
    const result: unknown = this.vec.reset(options);
    this.refuse(explainVecForm("reset()", result, "{ observations, infos }"));
    const { observations, infos } = result as { observations: TypedArray; infos: Infos };
    this.checkRows("reset().observations", observations);
    this.checkInfos("reset()", infos);
    this.last = observations;
    return result as VecResetResult;
  }

  step(actions: Actions): VecStepResult {
    const result: unknown = this.vec.step(this.actions.take(actions));
    this.steps++;
    if (typeof result !== "object" || result === null || !("observations" in result))
      this.refuse(explainVecForm("step()", result, "{ observations, rewards, terminated, truncated, finalObservations, infos }"));
    const { observations, rewards, terminated, truncated, finalObservations, infos } = result as VecStepResult;
    this.checkRows("step().observations", observations);
    if (!(rewards instanceof Float64Array) || rewards.length !== this.numEnvs)
      this.refuse(explainArray("step().rewards", rewards, "float64", this.numEnvs));
    this.checkFlags("terminated", terminated);
    this.checkFlags("truncated", truncated);
    if (this.autoreset === "same-step") this.checkFinals(finalObservations, terminated, truncated);
    this.checkInfos("step()", infos);
    this.last = observations;
    return result as VecStepResult;
  }

  private refuse(wrong: string | undefined): void {
    if (wrong !== undefined) throw new EnvError(wrong);
  }

  private checkRows(what: string, rows: TypedArray): void {
    this.checkArray(what, rows);
    for (let row = 0; row < this.numEnvs; row++) this.checkRow(what, rows, row);
  }

  private checkArray(what: string, rows: TypedArray): void {
    if (!(rows instanceof this.arrayType) || rows.length !== this.numEnvs * this.size)
      this.refuse(explainArray(what, rows, this.singleObservationSpace.dtype, this.numEnvs * this.size));
  }

  private checkRow(what: string, rows: TypedArray, row: number): void {
    const { bounds, size } = this;
    if (bounds === undefined) return;
    const { low, high } = bounds;
    for (let i = 0, at = row * size; i < size; i++, at++) {
      const number = rows[at]!;
      if ((number < low[i]! || number > high[i]!) && number - number === 0) this.refuseRow(what, rows, row, i);
    }
  }

  private refuseRow(what: string, rows: TypedArray, row: number, element: number): never {
    const space = this.singleObservationSpace;
    const { low, high } = this.bounds!;
    throw new EnvError(
      `${what} of ${this.where(row)}, are outside of singleObservationSpace ${space}: element ${element} is ${rows[row * this.size + element]}, expected a value in ${low[element]} … ${high[element]}. Correct the observation, or change the space to hold it.`,
    );
  }

  private checkFlags(name: "terminated" | "truncated", flags: Uint8Array): void {
    if (!(flags instanceof Uint8Array) || flags.length !== this.numEnvs)
      this.refuse(explainArray(`step().${name}`, flags, "uint8", this.numEnvs));
    for (let row = 0; row < this.numEnvs; row++) {
      if (flags[row]! > 1)
        throw new EnvError(`step().${name} of ${this.where(row)}, is ${flags[row]}, expected 1 where it is so and 0 where not.`);
    }
  }

  /** Only rows whose episode ended mean anything. */
  private checkFinals(finals: TypedArray, terminated: Uint8Array, truncated: Uint8Array): void {
    this.checkArray("step().finalObservations", finals);
    for (let row = 0; row < this.numEnvs; row++)
      if ((terminated[row]! | truncated[row]!) === 1) this.checkRow("step().finalObservations", finals, row);
  }

  private checkInfos(call: string, infos: Infos): void {
    if (!isInfo(infos))
      throw new EnvError(`${call} returned infos = ${show(infos)}, expected an object; return infos: {} when there is nothing to tell.`);
    if (this.width === 0) return;
    for (const name in infos) refuseMaskName(name, 0, this.where);
    if (infos["actionMask"] !== undefined) this.checkMasks("infos.actionMask", infos["actionMask"]);
  }

  private checkedMasks(): ArrayLike<number> {
    const masks = this.vec.actionMasks!();
    this.checkMasks("actionMasks()", masks);
    return this.masks;
  }

  private checkMasks(name: string, masks: unknown): void {
    const { width, numEnvs } = this;
    const flat = ArrayBuffer.isView(masks) || (Array.isArray(masks) && !masks.some((part) => typeof part === "object"));
    if (!flat) {
      throw new EnvError(
        `${name} of ${this.where(0)}, are ${show(masks)}, expected ${numEnvs * width} numbers, all rows one after the other in one list, 1 where an action is allowed and 0 where not.`,
      );
    }
    const { length } = masks as unknown as ArrayLike<number>;
    if (width === 0 || length !== numEnvs * width) {
      throw new EnvError(
        `The environment gives action masks of ${length / numEnvs} numbers; expected ${width}, one per action (for MultiDiscrete, per choice of each). Give one number for every action of its space, 1 where it is allowed.`,
      );
    }
    writeMask(masks, this.masks, 0, numEnvs * width, name, this.where);
  }

  scene(row?: number): Scene | undefined {
    return this.vec.scene(row);
  }

  state(): EnvState {
    return this.vec.state();
  }

  restore(state: EnvState): void {
    this.vec.restore(state);
    this.last = undefined;
  }
}
