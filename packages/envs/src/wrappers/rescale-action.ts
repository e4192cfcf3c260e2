import type { Env, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { EnvError } from "../errors.ts";
import { Box } from "../spaces/box.ts";
import type { TypedArray } from "../spaces/dtype.ts";
import type { Space } from "../spaces/space.ts";
import type { VecEnv } from "../vec-env.ts";
import { VecActionWrapper } from "../vec-wrapper.ts";
import { Wrapper } from "../wrapper.ts";
import { boxActions, checkAction } from "./clip-action.ts";

/** Affine map from a new box onto the environment's: inner = (action − b) / g with g = (max − min) / (high − low), b = min − g·low, in float32. */
class Rescaling {
  readonly space: Box;
  private readonly gradient: Float32Array;
  private readonly intercept: Float32Array;

  constructor(wrapper: string, inner: Box, min: number | ArrayLike<number>, max: number | ArrayLike<number>) {
    this.space = new Box({ low: min, high: max, shape: inner.shape });
    const at = (bound: number | ArrayLike<number>, i: number): number => (typeof bound === "number" ? bound : bound[i]!);
    this.gradient = new Float32Array(inner.size);
    this.intercept = new Float32Array(inner.size);
    for (let i = 0; i < inner.size; i++) {
      const bounds = [inner.low[i]!, inner.high[i]!, at(min, i), at(max, i)];
      if (!bounds.every(Number.isFinite) || !(at(min, i) < at(max, i)) || !(inner.low[i]! < inner.high[i]!)) {
        throw new EnvError(
          `${wrapper}: cannot map ${at(min, i)} … ${at(max, i)} onto ${inner.low[i]} … ${inner.high[i]} (element ${i}), expected finite bounds with min < max on both sides.`,
        );
      }
      const gradient = Math.fround((at(max, i) - at(min, i)) / (inner.high[i]! - inner.low[i]!));
      this.gradient[i] = gradient;
      this.intercept[i] = Math.fround(gradient * -inner.low[i]!) + at(min, i);
    }
  }

  apply(actions: Float32Array, target: Float32Array): void {
    const size = this.gradient.length;
    for (let i = 0, j = 0; i < actions.length; i++, j = j + 1 === size ? 0 : j + 1) {
      target[i] = Math.fround(actions[i]! - this.intercept[j]!) / this.gradient[j]!;
    }
  }
}

/** Shows actions in `minAction` … `maxAction` (default −1 … 1) and scales them onto the environment's bounds. */
export class RescaleAction<O> extends Wrapper<O, Float32Array> {
  protected readonly kind = "RescaleAction";
  readonly observationSpace: Space<O>;
  readonly actionSpace: Box;
  private readonly rescaling: Rescaling;

  constructor(env: Env<O, Float32Array>, minAction: number | ArrayLike<number> = -1, maxAction: number | ArrayLike<number> = 1) {
    super(env);
    this.rescaling = new Rescaling("RescaleAction", boxActions("RescaleAction", env.actionSpace), minAction, maxAction);
    this.observationSpace = env.observationSpace;
    this.actionSpace = this.rescaling.space;
  }
  reset(options?: ResetOptions): ResetResult<O> {
    return this.env.reset(options);
  }
  step(action: Float32Array): StepResult<O> {
    checkAction(this.actionSpace, action);
    const inner = new Float32Array(action.length);
    this.rescaling.apply(action, inner);
    return this.env.step(inner);
  }
}

/** `RescaleAction` for vectors. */
export class VecRescaleAction<O extends TypedArray> extends VecActionWrapper<O, Float32Array, Float32Array> {
  protected readonly kind = "VecRescaleAction";
  readonly singleActionSpace: Box;
  private readonly rescaling: Rescaling;

  constructor(vec: VecEnv<O, Float32Array>, minAction: number | ArrayLike<number> = -1, maxAction: number | ArrayLike<number> = 1) {
    super(vec);
    this.rescaling = new Rescaling("VecRescaleAction", boxActions("VecRescaleAction", vec.singleActionSpace), minAction, maxAction);
    this.singleActionSpace = this.rescaling.space;
  }
  protected convert(actions: Float32Array): void {
    this.rescaling.apply(actions, this.inner);
  }
}
