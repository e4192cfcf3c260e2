import type { Env, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { EnvError, show } from "../errors.ts";
import { functionOption } from "../options.ts";
import type { TypedArray } from "../spaces/dtype.ts";
import { Space } from "../spaces/space.ts";
import type { VecEnv, VecResetResult, VecStepResult } from "../vec-env.ts";
import { VecObservationWrapper } from "../vec-wrapper.ts";
import { Wrapper } from "../wrapper.ts";

function refuseNoSpace(wrapper: string, space: unknown): void {
  if (!(space instanceof Space))
    throw new EnvError(
      `${wrapper}: observationSpace is ${show(space)}, expected the space that transform's results belong to, such as a Box.`,
    );
}

/** Shows `transform(observation)`, an element of `observationSpace`. */
export class TransformObservation<IO, A, O> extends Wrapper<IO, A, O, A> {
  protected readonly kind = "TransformObservation";
  readonly observationSpace: Space<O>;
  readonly actionSpace: Space<A>;
  private readonly transform: (observation: IO) => O;

  constructor(env: Env<IO, A>, transform: (observation: IO) => O, observationSpace: Space<O>) {
    super(env);
    functionOption("TransformObservation", "transform", transform, "(observation) => observation");
    refuseNoSpace("TransformObservation", observationSpace);
    this.transform = transform;
    this.observationSpace = observationSpace;
    this.actionSpace = env.actionSpace;
  }
  reset(options?: ResetOptions): ResetResult<O> {
    const { observation, info } = this.env.reset(options);
    return { observation: this.transform(observation), info };
  }
  step(action: A): StepResult<O> {
    const result = this.env.step(action);
    return { ...result, observation: this.transform(result.observation) };
  }
}

/** Rows of `input` in, rows of `output` out; both are row-major and belong to the environments. */
export type TransformRows<I extends TypedArray, O extends TypedArray> = (input: I, output: O, rows: number) => void;

/** `TransformObservation` for vectors: `transform` writes all rows at once, final observations too. */
export class VecTransformObservation<IO extends TypedArray, A extends TypedArray, O extends TypedArray> extends VecObservationWrapper<
  IO,
  A,
  O
> {
  protected readonly kind = "VecTransformObservation";
  private readonly transform: TransformRows<IO, O>;

  constructor(vec: VecEnv<IO, A>, transform: TransformRows<IO, O>, singleObservationSpace: Space<unknown, O>) {
    refuseNoSpace("VecTransformObservation", singleObservationSpace);
    super(vec, singleObservationSpace);
    functionOption("VecTransformObservation", "transform", transform, "(input, output, rows) => output.set(input)");
    this.transform = transform;
  }
  protected observeReset(result: VecResetResult<IO>): void {
    this.transform(result.observations, this.observations, this.numEnvs);
  }
  protected observeStep(result: VecStepResult<IO>): void {
    this.transform(result.observations, this.observations, this.numEnvs);
    if (this.autoreset === "same-step") this.transform(result.finalObservations, this.finals, this.numEnvs);
  }
  protected override restored(): void {
    this.transform(this.vec.observations, this.observations, this.numEnvs);
  }
}
