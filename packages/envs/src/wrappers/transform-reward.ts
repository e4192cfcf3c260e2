import type { Env, StepResult } from "../env.ts";
import { functionOption } from "../options.ts";
import type { TypedArray } from "../spaces/dtype.ts";
import type { VecEnv, VecStepResult } from "../vec-env.ts";
import { PlainVecWrapper } from "../vec-wrapper.ts";
import { PlainWrapper } from "../wrapper.ts";

/** Shows `transform(reward)`. */
export class TransformReward<O, A> extends PlainWrapper<O, A> {
  protected readonly kind = "TransformReward";
  private readonly transform: (reward: number) => number;

  constructor(env: Env<O, A>, transform: (reward: number) => number) {
    super(env);
    functionOption("TransformReward", "transform", transform, "(reward) => reward / 10");
    this.transform = transform;
  }
  override step(action: A): StepResult<O> {
    const result = this.env.step(action);
    return { ...result, reward: this.transform(result.reward) };
  }
}

/** `TransformReward` for vectors: `transform` is applied row by row. */
export class VecTransformReward<O extends TypedArray, A extends TypedArray> extends PlainVecWrapper<O, A> {
  protected readonly kind = "VecTransformReward";
  private readonly transform: (reward: number) => number;
  private readonly rewards: Float64Array;
  private inner: VecStepResult<O> | undefined;
  private result: VecStepResult<O> | undefined;

  constructor(vec: VecEnv<O, A>, transform: (reward: number) => number) {
    super(vec);
    functionOption("VecTransformReward", "transform", transform, "(reward) => reward / 10");
    this.transform = transform;
    this.rewards = new Float64Array(vec.numEnvs);
  }
  override step(actions: A): VecStepResult<O> {
    const inner = this.vec.step(actions);
    for (let row = 0; row < this.numEnvs; row++) this.rewards[row] = this.transform(inner.rewards[row]!);
    if (this.result === undefined || inner !== this.inner) {
      this.inner = inner;
      this.result = { ...inner, rewards: this.rewards };
    }
    return this.result;
  }
}
