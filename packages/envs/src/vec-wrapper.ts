import { explainVec } from "./check/vec-results.ts";
import type { EnvState, Json } from "./env.ts";
import { EnvError, show } from "./errors.ts";
import type { Scene } from "./scene.ts";
import { dtypeOf, type TypedArray } from "./spaces/dtype.ts";
import type { Space } from "./spaces/space.ts";
import type { EnvSpec } from "./spec.ts";
import { checkKind, recordAt } from "./state-json.ts";
import type { AutoresetMode, VecEnv, VecResetOptions, VecResetResult, VecStepResult } from "./vec-env.ts";

type AnyActions = Int32Array | Float32Array;

/** A vector environment around another one. `IO`, `IA` are the inner batches, `O`, `A` those shown outside. */
export abstract class VecWrapper<
  IO extends TypedArray,
  IA extends TypedArray = AnyActions,
  O extends TypedArray = IO,
  A extends TypedArray = IA,
> implements VecEnv<O, A> {
  /** The vector inside. */
  readonly vec: VecEnv<IO, IA>;
  abstract readonly singleObservationSpace: Space<unknown, O>;
  abstract readonly singleActionSpace: Space<unknown, A>;
  abstract readonly observations: O;
  /** Name of the wrapper in saved states. */
  protected abstract readonly kind: string;
  /** There where the vector inside has it, or where the wrapper defines its own. */
  actionMasks?(): ArrayLike<number>;

  constructor(vec: VecEnv<IO, IA>) {
    const wrong = explainVec(vec);
    if (wrong !== undefined) throw new EnvError(`new ${new.target.name}: what is to be wrapped is no vector: ${wrong}`);
    this.vec = vec;
    if (this.actionMasks === undefined && vec.actionMasks !== undefined) this.actionMasks = () => vec.actionMasks!();
  }

  get numEnvs(): number {
    return this.vec.numEnvs;
  }
  get autoreset(): AutoresetMode {
    return this.vec.autoreset;
  }
  get spec(): EnvSpec | undefined {
    return this.vec.spec;
  }
  get warnings(): readonly string[] {
    return this.vec.warnings ?? [];
  }

  abstract reset(options?: VecResetOptions): VecResetResult<O>;
  abstract step(actions: A): VecStepResult<O>;

  scene(row?: number): Scene | undefined {
    return this.vec.scene(row);
  }

  /** The wrapper's own part of the state. */
  protected save(): { readonly [key: string]: Json } {
    return {};
  }
  /** Takes back what `save` gave; may throw half way, `restore` puts it right. The vector inside is restored after it. */
  protected load(saved: EnvState): void {
    void saved;
  }

  state(): EnvState {
    return { kind: this.kind, own: this.save(), vec: this.vec.state() };
  }

  /** Called when both are restored, for what is computed from the vector inside. */
  protected restored(): void {}

  /** All or nothing: a state that is refused leaves everything as it was. */
  restore(state: EnvState): void {
    checkKind(state, this.kind);
    const inner = recordAt(state, "vec");
    const before = this.save();
    try {
      this.load(recordAt(state, "own"));
      this.vec.restore(inner);
    } catch (error) {
      this.load(before);
      throw error;
    }
    this.restored();
  }
}

/** A vector wrapper that changes neither observations nor actions. */
export abstract class PlainVecWrapper<O extends TypedArray, A extends TypedArray> extends VecWrapper<O, A> {
  get singleObservationSpace(): Space<unknown, O> {
    return this.vec.singleObservationSpace;
  }
  get singleActionSpace(): Space<unknown, A> {
    return this.vec.singleActionSpace;
  }
  get observations(): O {
    return this.vec.observations;
  }
  reset(options?: VecResetOptions): VecResetResult<O> {
    return this.vec.reset(options);
  }
  step(actions: A): VecStepResult<O> {
    return this.vec.step(actions);
  }
}

/** A vector wrapper that changes actions only: it writes the inner actions into `inner`. */
export abstract class VecActionWrapper<O extends TypedArray, IA extends TypedArray, A extends TypedArray> extends VecWrapper<O, IA, O, A> {
  protected readonly inner: IA;

  constructor(vec: VecEnv<O, IA>) {
    super(vec);
    this.inner = vec.singleActionSpace.createBatch(vec.numEnvs);
  }

  get singleObservationSpace(): Space<unknown, O> {
    return this.vec.singleObservationSpace;
  }
  get observations(): O {
    return this.vec.observations;
  }
  /** Writes the inner actions for `actions` into `this.inner`. */
  protected abstract convert(actions: A): void;

  reset(options?: VecResetOptions): VecResetResult<O> {
    return this.vec.reset(options);
  }
  step(actions: A): VecStepResult<O> {
    const { singleActionSpace: space, numEnvs } = this;
    if (dtypeOf(actions) !== space.dtype || actions.length !== numEnvs * space.size) {
      throw new EnvError(
        `step: actions are ${show(actions)}, expected a ${space.dtype} array of length ${numEnvs * space.size}, one ${space} action per row.`,
      );
    }
    this.convert(actions);
    return this.vec.step(this.inner);
  }
}

/** A vector wrapper that changes observations only, into buffers of its own. */
export abstract class VecObservationWrapper<IO extends TypedArray, A extends TypedArray, O extends TypedArray> extends VecWrapper<
  IO,
  A,
  O,
  A
> {
  readonly singleObservationSpace: Space<unknown, O>;
  readonly observations: O;
  protected readonly finals: O;

  constructor(vec: VecEnv<IO, A>, space: Space<unknown, O>) {
    super(vec);
    this.singleObservationSpace = space;
    this.observations = space.createBatch(vec.numEnvs);
    this.finals = vec.autoreset === "same-step" ? space.createBatch(vec.numEnvs) : this.observations;
  }

  get singleActionSpace(): Space<unknown, A> {
    return this.vec.singleActionSpace;
  }

  /** Writes `this.observations` after a reset; `mask` is 0 for rows that were not reset. */
  protected abstract observeReset(result: VecResetResult<IO>, mask: Uint8Array | undefined): void;
  /** Writes `this.observations` after a step and, in same-step mode, `this.finals` for rows that ended. */
  protected abstract observeStep(result: VecStepResult<IO>): void;

  reset(options?: VecResetOptions): VecResetResult<O> {
    const result = this.vec.reset(options);
    this.observeReset(result, options?.mask);
    return { observations: this.observations, infos: result.infos };
  }

  private result: VecStepResult<O> | undefined;
  private inner: VecStepResult<IO> | undefined;

  step(actions: A): VecStepResult<O> {
    const inner = this.vec.step(actions);
    this.observeStep(inner);
    // The inner result is one object that is filled again at every step; so is this one.
    if (this.result === undefined || inner !== this.inner) {
      this.inner = inner;
      this.result = { ...inner, observations: this.observations, finalObservations: this.finals };
    }
    return this.result;
  }
}
