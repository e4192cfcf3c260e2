import type { Env, EnvState, Json, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { EnvError, checkKeys } from "../errors.ts";
import { flagOption } from "../options.ts";
import { Box } from "../spaces/box.ts";
import type { DType, TypedArray } from "../spaces/dtype.ts";
import type { Space } from "../spaces/space.ts";
import { countAt, decodeInto, encodeArray } from "../state-json.ts";
import type { VecEnv, VecResetResult, VecStepResult } from "../vec-env.ts";
import { VecObservationWrapper } from "../vec-wrapper.ts";
import { Wrapper } from "../wrapper.ts";
import { TimeLimit } from "./time-limit.ts";

export interface TimeAwareOptions {
  /** Divide the time by the time limit (Gymnasium: `normalize_time`), default false. */
  readonly normalizeTime?: boolean;
}

interface Timed {
  readonly space: Box;
  readonly scale: number;
}

/** The space with one more element, 0 … limit (or 0 … 1), in float32. */
function timedSpace(wrapper: string, inner: Space, limit: number | undefined, options: TimeAwareOptions): Timed {
  checkKeys(wrapper, options, ["normalizeTime"]);
  if (!(inner instanceof Box))
    throw new EnvError(
      `${wrapper}: the observation space is ${inner}, expected a Box; put a TransformObservation that makes arrays of it inside.`,
    );
  if (limit === undefined) throw new EnvError(`${wrapper}: the environment has no time limit, expected one; put a TimeLimit inside.`);
  const end = flagOption(wrapper, "normalizeTime", options.normalizeTime) ? 1 : limit;
  const { low, high } = inner as Box<DType>;
  return { space: new Box({ low: [...low, 0], high: [...high, end] }), scale: end / limit };
}

function limitOf(env: Env<never, never>): number | undefined {
  if (env.spec?.maxEpisodeSteps !== undefined) return env.spec.maxEpisodeSteps;
  for (let inner: unknown = env; inner instanceof Wrapper; inner = inner.env) if (inner instanceof TimeLimit) return inner.maxEpisodeSteps;
  return undefined;
}

/** Appends the number of steps taken in the episode to the observation, as float32 (Gymnasium's is float64 unless normalised). */
export class TimeAwareObservation<A> extends Wrapper<TypedArray, A, Float32Array, A> {
  protected readonly kind = "TimeAwareObservation";
  readonly observationSpace: Box;
  readonly actionSpace: Space<A>;
  private readonly scale: number;
  private steps = 0;

  constructor(env: Env<TypedArray, A>, options: TimeAwareOptions = {}) {
    super(env);
    const { space, scale } = timedSpace("TimeAwareObservation", env.observationSpace, limitOf(env as Env<never, never>), options);
    this.observationSpace = space;
    this.actionSpace = env.actionSpace;
    this.scale = scale;
  }
  private append(observation: TypedArray): Float32Array {
    const result = new Float32Array(observation.length + 1);
    result.set(observation);
    result[observation.length] = this.steps * this.scale;
    return result;
  }
  reset(options?: ResetOptions): ResetResult<Float32Array> {
    const { observation, info } = this.env.reset(options);
    this.steps = 0;
    return { observation: this.append(observation), info };
  }
  step(action: A): StepResult<Float32Array> {
    const result = this.env.step(action);
    this.steps++;
    return { ...result, observation: this.append(result.observation) };
  }
  protected override save(): { readonly [key: string]: Json } {
    return { steps: this.steps };
  }
  protected override load(saved: EnvState): void {
    this.steps = countAt(saved, "steps");
  }
}

/** `TimeAwareObservation` for vectors. */
export class VecTimeAwareObservation<A extends TypedArray> extends VecObservationWrapper<TypedArray, A, Float32Array> {
  protected readonly kind = "VecTimeAwareObservation";
  private readonly scale: number;
  private readonly size: number;
  private readonly steps: Int32Array;
  private readonly ended: Uint8Array;

  constructor(vec: VecEnv<TypedArray, A>, options: TimeAwareOptions = {}) {
    const { space, scale } = timedSpace("VecTimeAwareObservation", vec.singleObservationSpace, vec.spec?.maxEpisodeSteps, options);
    super(vec, space);
    this.scale = scale;
    this.size = vec.singleObservationSpace.size;
    this.steps = new Int32Array(vec.numEnvs);
    this.ended = new Uint8Array(vec.numEnvs);
  }
  private write(row: number, from: TypedArray, to: Float32Array): void {
    const start = row * (this.size + 1);
    for (let i = 0; i < this.size; i++) to[start + i] = from[row * this.size + i]!;
    to[start + this.size] = this.steps[row]! * this.scale;
  }
  protected observeReset({ observations }: VecResetResult, mask: Uint8Array | undefined): void {
    for (let row = 0; row < this.numEnvs; row++) {
      if (mask === undefined || mask[row] !== 0) {
        this.steps[row] = 0;
        this.ended[row] = 0;
      }
      this.write(row, observations, this.observations);
    }
  }
  protected observeStep({ observations, terminated, truncated, finalObservations }: VecStepResult): void {
    for (let row = 0; row < this.numEnvs; row++) {
      const over = terminated[row]! | truncated[row]!;
      this.steps[row] = this.ended[row] === 1 ? 0 : this.steps[row]! + 1;
      if (this.autoreset === "same-step" && over === 1) {
        this.write(row, finalObservations, this.finals);
        this.steps[row] = 0;
      }
      this.write(row, observations, this.observations);
      this.ended[row] = this.autoreset === "next-step" ? over : 0;
    }
  }
  protected override save(): { readonly [key: string]: Json } {
    return { steps: encodeArray(this.steps), ended: encodeArray(this.ended) };
  }
  protected override load(saved: EnvState): void {
    decodeInto(this.steps, saved["steps"], "steps", { least: 0 });
    decodeInto(this.ended, saved["ended"], "ended", { most: 1 });
  }
  protected override restored(): void {
    for (let row = 0; row < this.numEnvs; row++) this.write(row, this.vec.observations, this.observations);
  }
}
