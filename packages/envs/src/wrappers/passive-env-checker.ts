import { refuse } from "../check/refuse.ts";
import { explainReset, explainStep, holds, isInfo } from "../check/results.ts";
import type { EnvState, Json, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { countAt, flagAt } from "../state-json.ts";
import { PlainWrapper } from "../wrapper.ts";

/** Checks an environment once, and what it returns in every reset and step, as vectors and trainers do. Numbers that are not finite are refused in
 *  the first reset and step; later ones are left to whoever reads them, since a trainer that stops at them has more to say. */
export class PassiveEnvChecker<O, A> extends PlainWrapper<O, A> {
  protected readonly kind = "PassiveEnvChecker";
  private checkedReset = false;
  private checkedStep = false;
  /** Steps of the episode. */
  private steps = 0;

  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.env.reset(options);
    const { observation, info } = (result ?? {}) as Partial<ResetResult<O>>;
    if (!this.checkedReset || !isInfo(info) || !holds(this.observationSpace, observation)) {
      refuse(explainReset(result, this.observationSpace));
      this.checkedReset = true;
    }
    this.steps = 0;
    return result;
  }

  override step(action: A): StepResult<O> {
    const result = this.env.step(action);
    this.steps++;
    const { observation, reward, terminated, truncated, info } = (result ?? {}) as Partial<StepResult<O>>;
    const right = typeof reward === "number" && typeof terminated === "boolean" && typeof truncated === "boolean" && isInfo(info);
    if (!this.checkedStep || !right || !holds(this.observationSpace, observation)) {
      refuse(explainStep(result, action, this.observationSpace, ` (step ${this.steps} of its episode)`));
      this.checkedStep = true;
    }
    return result;
  }

  protected override save(): { readonly [key: string]: Json } {
    return { checkedReset: this.checkedReset, checkedStep: this.checkedStep, steps: this.steps };
  }
  protected override load(saved: EnvState): void {
    this.checkedReset = flagAt(saved, "checkedReset");
    this.checkedStep = flagAt(saved, "checkedStep");
    this.steps = countAt(saved, "steps");
  }
}
