import type { Env, EnvState, Json, StepResult } from "../env.ts";
import { checkKeys } from "../errors.ts";
import { numberOption } from "../options.ts";
import { RunningMoments } from "../running-moments.ts";
import type { TypedArray } from "../spaces/dtype.ts";
import { decodeInto, encodeArray, encodeNumber, finiteAt, flagAt, recordAt } from "../state-json.ts";
import type { VecEnv, VecResetOptions, VecResetResult, VecStepResult } from "../vec-env.ts";
import { PlainVecWrapper } from "../vec-wrapper.ts";
import { PlainWrapper } from "../wrapper.ts";

export interface NormalizeRewardOptions {
  /** γ of the discounted sum, in 0 … 1 (Gymnasium: `gamma`), default 0.99. */
  readonly discount?: number;
  /** Added to the variance before the square root, default 1e-8. */
  readonly epsilon?: number;
}

function resolve(wrapper: string, options: NormalizeRewardOptions): { discount: number; epsilon: number } {
  checkKeys(wrapper, options, ["discount", "epsilon"]);
  return {
    discount: numberOption(wrapper, "discount", options.discount, 0.99, { least: 0, most: 1 }),
    epsilon: numberOption(wrapper, "epsilon", options.epsilon, 1e-8, { least: 0 }),
  };
}

/** Divides rewards by the running deviation of the discounted return Gₜ = γ Gₜ₋₁ (1 − terminatedₜ) + rₜ; the mean is not taken off.
 *  Gₜ goes on over truncations and resets, as in Gymnasium. Set `updateRunningMean = false` to freeze. */
export class NormalizeReward<O, A> extends PlainWrapper<O, A> {
  protected readonly kind = "NormalizeReward";
  readonly moments = new RunningMoments(1);
  updateRunningMean = true;
  private readonly discount: number;
  private readonly epsilon: number;
  private readonly discounted = new Float64Array(1);

  constructor(env: Env<O, A>, options: NormalizeRewardOptions = {}) {
    super(env);
    ({ discount: this.discount, epsilon: this.epsilon } = resolve("NormalizeReward", options));
  }
  override step(action: A): StepResult<O> {
    const result = this.env.step(action);
    this.discounted[0] = this.discounted[0]! * this.discount * (result.terminated ? 0 : 1) + result.reward;
    if (this.updateRunningMean) this.moments.update(this.discounted, 1);
    return { ...result, reward: result.reward / Math.sqrt(this.moments.variance[0]! + this.epsilon) };
  }
  protected override save(): { readonly [key: string]: Json } {
    return { moments: this.moments.state(), discounted: encodeNumber(this.discounted[0]!), updateRunningMean: this.updateRunningMean };
  }
  protected override load(saved: EnvState): void {
    this.moments.restore(recordAt(saved, "moments"));
    this.discounted[0] = finiteAt(saved, "discounted");
    this.updateRunningMean = flagAt(saved, "updateRunningMean");
  }
}

/** `NormalizeReward` for vectors: one variance over all rows. Rows that only began in a next-step are left out; `reset` clears the sums. */
export class VecNormalizeReward<O extends TypedArray, A extends TypedArray> extends PlainVecWrapper<O, A> {
  protected readonly kind = "VecNormalizeReward";
  readonly moments = new RunningMoments(1);
  updateRunningMean = true;
  private readonly discount: number;
  private readonly epsilon: number;
  private readonly discounted: Float64Array;
  private readonly ended: Uint8Array;
  private readonly rewards: Float64Array;
  private inner: VecStepResult<O> | undefined;
  private result: VecStepResult<O> | undefined;

  constructor(vec: VecEnv<O, A>, options: NormalizeRewardOptions = {}) {
    super(vec);
    ({ discount: this.discount, epsilon: this.epsilon } = resolve("VecNormalizeReward", options));
    this.discounted = new Float64Array(vec.numEnvs);
    this.ended = new Uint8Array(vec.numEnvs);
    this.rewards = new Float64Array(vec.numEnvs);
  }

  override reset(options?: VecResetOptions): VecResetResult<O> {
    const result = this.vec.reset(options);
    for (let row = 0; row < this.numEnvs; row++) {
      if (options?.mask !== undefined && options.mask[row] === 0) continue;
      this.discounted[row] = 0;
      this.ended[row] = 0;
    }
    return result;
  }

  override step(actions: A): VecStepResult<O> {
    const inner = this.vec.step(actions);
    const { discounted, ended, discount, rewards } = this;
    // `ended` marks rows that this step only began (next-step mode).
    for (let row = 0; row < this.numEnvs; row++) {
      if (ended[row] === 0) discounted[row] = discounted[row]! * discount * (1 - inner.terminated[row]!) + inner.rewards[row]!;
    }
    if (this.updateRunningMean) this.moments.update(discounted, this.numEnvs, ended);
    const scale = Math.sqrt(this.moments.variance[0]! + this.epsilon);
    for (let row = 0; row < this.numEnvs; row++) {
      rewards[row] = inner.rewards[row]! / scale;
      ended[row] = this.autoreset === "next-step" ? inner.terminated[row]! | inner.truncated[row]! : 0;
    }
    if (this.result === undefined || inner !== this.inner) {
      this.inner = inner;
      this.result = { ...inner, rewards };
    }
    return this.result;
  }

  protected override save(): { readonly [key: string]: Json } {
    return {
      moments: this.moments.state(),
      discounted: encodeArray(this.discounted),
      ended: encodeArray(this.ended),
      updateRunningMean: this.updateRunningMean,
    };
  }
  protected override load(saved: EnvState): void {
    this.moments.restore(recordAt(saved, "moments"));
    decodeInto(this.discounted, saved["discounted"], "discounted", { finite: true });
    decodeInto(this.ended, saved["ended"], "ended", { most: 1 });
    this.updateRunningMean = flagAt(saved, "updateRunningMean");
  }
}
