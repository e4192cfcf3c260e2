import type { Env, EnvState, Json, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { EnvError, checkKeys } from "../errors.ts";
import { numberOption } from "../options.ts";
import { RunningMoments } from "../running-moments.ts";
import { Box } from "../spaces/box.ts";
import type { TypedArray } from "../spaces/dtype.ts";
import type { Space } from "../spaces/space.ts";
import { decodeInto, encodeArray, flagAt, recordAt } from "../state-json.ts";
import type { VecEnv, VecResetResult, VecStepResult } from "../vec-env.ts";
import { VecObservationWrapper } from "../vec-wrapper.ts";
import { Wrapper } from "../wrapper.ts";

export interface NormalizeOptions {
  /** Added to the variance before the square root, default 1e-8. */
  readonly epsilon?: number;
}

function unboundedLike(wrapper: string, space: Space): Box {
  if (space instanceof Box) return new Box({ low: -Infinity, high: Infinity, shape: space.shape });
  throw new EnvError(
    `${wrapper}: the observation space is ${space}, expected a Box; put a TransformObservation that makes arrays of it inside.`,
  );
}

/** target = (values − mean) / √(variance + ε), row by row, as float32. */
function normalize(moments: RunningMoments, epsilon: number, values: ArrayLike<number>, target: Float32Array): void {
  const { mean, variance } = moments;
  const size = mean.length;
  for (let i = 0, j = 0; i < target.length; i++, j = j + 1 === size ? 0 : j + 1) {
    target[i] = (values[i]! - mean[j]!) / Math.sqrt(variance[j]! + epsilon);
  }
}

/** Shifts and scales each element of the observation by its running mean and deviation.
 *  Moments are float64 (Gymnasium's are of the observation's type). Set `updateRunningMean = false` to freeze them, for evaluation say. */
export class NormalizeObservation<A> extends Wrapper<TypedArray, A, Float32Array, A> {
  protected readonly kind = "NormalizeObservation";
  readonly observationSpace: Box;
  readonly actionSpace: Space<A>;
  readonly moments: RunningMoments;
  updateRunningMean = true;
  private readonly epsilon: number;

  constructor(env: Env<TypedArray, A>, options: NormalizeOptions = {}) {
    super(env);
    checkKeys("NormalizeObservation", options, ["epsilon"]);
    this.epsilon = numberOption("NormalizeObservation", "epsilon", options.epsilon, 1e-8, { least: 0 });
    this.observationSpace = unboundedLike("NormalizeObservation", env.observationSpace);
    this.actionSpace = env.actionSpace;
    this.moments = new RunningMoments(this.observationSpace.size);
  }

  private normalize(observation: TypedArray): Float32Array {
    if (this.updateRunningMean) this.moments.update(observation, 1);
    const result = new Float32Array(observation.length);
    normalize(this.moments, this.epsilon, observation, result);
    return result;
  }
  reset(options?: ResetOptions): ResetResult<Float32Array> {
    const { observation, info } = this.env.reset(options);
    return { observation: this.normalize(observation), info };
  }
  step(action: A): StepResult<Float32Array> {
    const result = this.env.step(action);
    return { ...result, observation: this.normalize(result.observation) };
  }

  protected override save(): { readonly [key: string]: Json } {
    return { moments: this.moments.state(), updateRunningMean: this.updateRunningMean };
  }
  protected override load(saved: EnvState): void {
    this.moments.restore(recordAt(saved, "moments"));
    this.updateRunningMean = flagAt(saved, "updateRunningMean");
  }
}

/** `NormalizeObservation` for vectors: one set of moments over all rows. Final observations are scaled, not counted. */
export class VecNormalizeObservation<A extends TypedArray> extends VecObservationWrapper<TypedArray, A, Float32Array> {
  protected readonly kind = "VecNormalizeObservation";
  readonly moments: RunningMoments;
  updateRunningMean = true;
  private readonly epsilon: number;

  constructor(vec: VecEnv<TypedArray, A>, options: NormalizeOptions = {}) {
    const space = unboundedLike("VecNormalizeObservation", vec.singleObservationSpace);
    super(vec, space);
    checkKeys("VecNormalizeObservation", options, ["epsilon"]);
    this.epsilon = numberOption("VecNormalizeObservation", "epsilon", options.epsilon, 1e-8, { least: 0 });
    this.moments = new RunningMoments(space.size);
  }

  protected observeReset(result: VecResetResult, mask: Uint8Array | undefined): void {
    if (this.updateRunningMean)
      this.moments.update(
        result.observations,
        this.numEnvs,
        mask?.map((m) => (m === 0 ? 1 : 0)),
      );
    normalize(this.moments, this.epsilon, result.observations, this.observations);
  }
  protected observeStep(result: VecStepResult): void {
    if (this.updateRunningMean) this.moments.update(result.observations, this.numEnvs);
    normalize(this.moments, this.epsilon, result.observations, this.observations);
    if (this.autoreset === "same-step") normalize(this.moments, this.epsilon, result.finalObservations, this.finals);
  }

  protected override save(): { readonly [key: string]: Json } {
    return { moments: this.moments.state(), updateRunningMean: this.updateRunningMean, observations: encodeArray(this.observations) };
  }
  protected override load(saved: EnvState): void {
    this.moments.restore(recordAt(saved, "moments"));
    this.updateRunningMean = flagAt(saved, "updateRunningMean");
    decodeInto(this.observations, saved["observations"], "observations");
  }
}
