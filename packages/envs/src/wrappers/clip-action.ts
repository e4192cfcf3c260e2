import type { Env, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { EnvError, show } from "../errors.ts";
import { Box } from "../spaces/box.ts";
import type { TypedArray } from "../spaces/dtype.ts";
import type { Space } from "../spaces/space.ts";
import type { VecEnv } from "../vec-env.ts";
import { VecActionWrapper } from "../vec-wrapper.ts";
import { Wrapper } from "../wrapper.ts";

/** The action space as a float32 Box, or an error that names the wrapper. */
export function boxActions(wrapper: string, space: Space): Box {
  if (space instanceof Box && space.dtype === "float32") return space as Box;
  throw new EnvError(`${wrapper}: the action space is ${space}, expected a float32 Box; leave the wrapper out for other actions.`);
}

function clip(space: Box, actions: Float32Array, target: Float32Array): void {
  const { low, high, size } = space;
  for (let i = 0, j = 0; i < actions.length; i++, j = j + 1 === size ? 0 : j + 1) {
    // Comparisons let NaN through to the environment, which refuses it by name.
    const action = actions[i]!;
    target[i] = action < low[j]! ? low[j]! : action > high[j]! ? high[j]! : action;
  }
}

/** Refuses an action of another type or length, which would be cut or filled. */
export function checkAction(space: Box, action: Float32Array): void {
  if (!(action instanceof Float32Array) || action.length !== space.size)
    throw new EnvError(`step: the action is ${show(action)}, expected a Float32Array of length ${space.size} for ${space}.`);
}

const unbounded = (box: Box): Box => new Box({ low: -Infinity, high: Infinity, shape: box.shape });

/** Takes any real action and clips it to the bounds of the environment's Box. */
export class ClipAction<O> extends Wrapper<O, Float32Array> {
  protected readonly kind = "ClipAction";
  readonly observationSpace: Space<O>;
  readonly actionSpace: Box;
  private readonly box: Box;

  constructor(env: Env<O, Float32Array>) {
    super(env);
    this.box = boxActions("ClipAction", env.actionSpace);
    this.observationSpace = env.observationSpace;
    this.actionSpace = unbounded(this.box);
  }
  reset(options?: ResetOptions): ResetResult<O> {
    return this.env.reset(options);
  }
  step(action: Float32Array): StepResult<O> {
    checkAction(this.actionSpace, action);
    const clipped = new Float32Array(action.length);
    clip(this.box, action, clipped);
    return this.env.step(clipped);
  }
}

/** `ClipAction` for vectors. */
export class VecClipAction<O extends TypedArray> extends VecActionWrapper<O, Float32Array, Float32Array> {
  protected readonly kind = "VecClipAction";
  readonly singleActionSpace: Box;
  private readonly box: Box;

  constructor(vec: VecEnv<O, Float32Array>) {
    super(vec);
    this.box = boxActions("VecClipAction", vec.singleActionSpace);
    this.singleActionSpace = unbounded(this.box);
  }
  protected convert(actions: Float32Array): void {
    clip(this.box, actions, this.inner);
  }
}
