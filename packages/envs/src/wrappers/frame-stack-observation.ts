import type { Env, EnvState, Json, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { EnvError, checkKeys, show } from "../errors.ts";
import { countOption } from "../options.ts";
import { Box } from "../spaces/box.ts";
import { createArray, type DType, type TypedArray } from "../spaces/dtype.ts";
import type { Space } from "../spaces/space.ts";
import { decodeInto, encodeArray } from "../state-json.ts";
import type { VecEnv, VecResetResult, VecStepResult } from "../vec-env.ts";
import { VecObservationWrapper } from "../vec-wrapper.ts";
import { Wrapper } from "../wrapper.ts";

export interface FrameStackOptions {
  /** What stands in for frames before the first: copies of the first observation ("reset", default) or zeros ("zero"). */
  readonly padding?: "reset" | "zero";
}

/** The stacked space: shape [stackSize, …shape], bounds repeated. */
function stackedSpace(wrapper: string, space: Space, stackSize: number, options: FrameStackOptions): Box<DType> {
  checkKeys(wrapper, options, ["padding"]);
  countOption(wrapper, "stackSize", stackSize);
  if (options.padding !== undefined && options.padding !== "reset" && options.padding !== "zero") {
    throw new EnvError(`${wrapper}: padding is ${show(options.padding)}, expected "reset" or "zero".`);
  }
  if (!(space instanceof Box))
    throw new EnvError(
      `${wrapper}: the observation space is ${space}, expected a Box; put a TransformObservation that makes arrays of it inside.`,
    );
  const box = space as Box<DType>;
  // Zeros that stand in for the first frames may lie outside of the bounds of a frame.
  const zero = options.padding === "zero";
  const repeat = (list: ArrayLike<number>, widen: (bound: number, zero: number) => number): number[] =>
    Array.from({ length: stackSize * box.size }, (_, i) => {
      const bound = list[i % box.size]!;
      return zero && i < (stackSize - 1) * box.size ? widen(bound, 0) : bound;
    });
  return new Box<DType>({
    low: repeat(box.low, Math.min),
    high: repeat(box.high, Math.max),
    shape: [stackSize, ...box.shape],
    dtype: box.dtype,
  });
}

/** Drops the oldest frame of one row and appends `frame[from …]`. */
function push(stack: TypedArray, row: number, stackSize: number, frame: TypedArray, from: number, size: number): void {
  const start = row * stackSize * size;
  stack.copyWithin(start, start + size, start + stackSize * size);
  const last = start + (stackSize - 1) * size;
  for (let i = 0; i < size; i++) stack[last + i] = frame[from + i]!;
}

/** Fills one row for a new episode. */
function begin(stack: TypedArray, row: number, stackSize: number, frame: TypedArray, from: number, size: number, zero: boolean): void {
  for (let k = 0; k < stackSize; k++) {
    const start = (row * stackSize + k) * size;
    for (let i = 0; i < size; i++) stack[start + i] = zero && k < stackSize - 1 ? 0 : frame[from + i]!;
  }
}

/** Shows the last `stackSize` observations, oldest first, as one array. */
export class FrameStackObservation<O extends TypedArray, A> extends Wrapper<O, A> {
  protected readonly kind = "FrameStackObservation";
  /** A Box of shape [stackSize, …shape]. */
  readonly observationSpace: Space<O> & { readonly low: O; readonly high: O };
  readonly actionSpace: Space<A>;
  readonly stackSize: number;
  private readonly zero: boolean;
  private readonly stack: TypedArray;

  constructor(env: Env<O, A>, stackSize: number, options: FrameStackOptions = {}) {
    super(env);
    this.observationSpace = stackedSpace("FrameStackObservation", env.observationSpace, stackSize, options) as unknown as Space<O> & {
      readonly low: O;
      readonly high: O;
    };
    this.actionSpace = env.actionSpace;
    this.stackSize = stackSize;
    this.zero = options.padding === "zero";
    this.stack = createArray(this.observationSpace.dtype, this.observationSpace.size);
  }
  reset(options?: ResetOptions): ResetResult<O> {
    const { observation, info } = this.env.reset(options);
    begin(this.stack, 0, this.stackSize, observation, 0, observation.length, this.zero);
    return { observation: this.stack.slice() as O, info };
  }
  step(action: A): StepResult<O> {
    const result = this.env.step(action);
    push(this.stack, 0, this.stackSize, result.observation, 0, result.observation.length);
    return { ...result, observation: this.stack.slice() as O };
  }
  protected override save(): { readonly [key: string]: Json } {
    return { stack: encodeArray(this.stack) };
  }
  protected override load(saved: EnvState): void {
    decodeInto(this.stack, saved["stack"], "stack");
  }
}

/** `FrameStackObservation` for vectors; a final observation is the stack its episode ended with. */
export class VecFrameStackObservation<O extends TypedArray, A extends TypedArray> extends VecObservationWrapper<O, A, O> {
  protected readonly kind = "VecFrameStackObservation";
  readonly stackSize: number;
  private readonly zero: boolean;
  private readonly size: number;
  /** Rows that the next step of a next-step vector begins anew. */
  private readonly ended: Uint8Array;

  constructor(vec: VecEnv<O, A>, stackSize: number, options: FrameStackOptions = {}) {
    super(vec, stackedSpace("VecFrameStackObservation", vec.singleObservationSpace, stackSize, options) as unknown as Space<unknown, O>);
    this.stackSize = stackSize;
    this.zero = options.padding === "zero";
    this.size = vec.singleObservationSpace.size;
    this.ended = new Uint8Array(vec.numEnvs);
  }
  protected observeReset({ observations }: VecResetResult<O>, mask: Uint8Array | undefined): void {
    for (let row = 0; row < this.numEnvs; row++) {
      if (mask !== undefined && mask[row] === 0) continue;
      begin(this.observations, row, this.stackSize, observations, row * this.size, this.size, this.zero);
      this.ended[row] = 0;
    }
  }
  protected observeStep({ observations, terminated, truncated, finalObservations }: VecStepResult<O>): void {
    const { stackSize, size, zero, ended } = this;
    for (let row = 0; row < this.numEnvs; row++) {
      const over = terminated[row]! | truncated[row]!;
      const at = row * size;
      if (this.autoreset === "same-step" && over === 1) {
        push(this.observations, row, stackSize, finalObservations, at, size);
        const start = row * stackSize * size;
        for (let i = start; i < start + stackSize * size; i++) this.finals[i] = this.observations[i]!;
        begin(this.observations, row, stackSize, observations, at, size, zero);
      } else if (ended[row] === 1) begin(this.observations, row, stackSize, observations, at, size, zero);
      else push(this.observations, row, stackSize, observations, at, size);
      ended[row] = this.autoreset === "next-step" ? over : 0;
    }
  }
  protected override save(): { readonly [key: string]: Json } {
    return { stack: encodeArray(this.observations), ended: encodeArray(this.ended) };
  }
  protected override load(saved: EnvState): void {
    decodeInto(this.observations, saved["stack"], "stack");
    decodeInto(this.ended, saved["ended"], "ended", { most: 1 });
  }
}
