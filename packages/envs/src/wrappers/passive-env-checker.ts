import { explainReset, explainSpaces, explainStep } from "../check/results.ts";
import type { Env, EnvState, Json, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { EnvError } from "../errors.ts";
import { PlainWrapper } from "../wrapper.ts";

/** Checks the spaces, the first reset and the first step of an environment, then gets out of the way. */
export class PassiveEnvChecker<O, A> extends PlainWrapper<O, A> {
  protected readonly kind = "PassiveEnvChecker";
  private checkedReset = false;
  private checkedStep = false;

  constructor(env: Env<O, A>) {
    super(env);
    refuse(explainSpaces(env));
  }

  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.env.reset(options);
    if (!this.checkedReset) {
      refuse(explainReset(result, this.observationSpace));
      this.checkedReset = true;
    }
    return result;
  }

  override step(action: A): StepResult<O> {
    const result = this.env.step(action);
    if (!this.checkedStep) {
      refuse(explainStep(result, action, this.observationSpace));
      this.checkedStep = true;
    }
    return result;
  }

  protected override save(): { readonly [key: string]: Json } {
    return { checkedReset: this.checkedReset, checkedStep: this.checkedStep };
  }
  protected override load(saved: EnvState): void {
    this.checkedReset = saved["checkedReset"] === true;
    this.checkedStep = saved["checkedStep"] === true;
  }
}

function refuse(wrong: string | undefined): void {
  if (wrong !== undefined) throw new EnvError(wrong);
}
