import type { EnvState, Json, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { EnvError } from "../errors.ts";
import type { Scene } from "../scene.ts";
import { flagAt } from "../state-json.ts";
import { PlainWrapper } from "../wrapper.ts";

/** Refuses `step` and `scene` before the first `reset`. */
export class OrderEnforcing<O, A> extends PlainWrapper<O, A> {
  protected readonly kind = "OrderEnforcing";
  private hasReset = false;

  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.env.reset(options);
    this.hasReset = true;
    return result;
  }

  override step(action: A): StepResult<O> {
    if (!this.hasReset) throw new EnvError("step was called before reset; call reset({ seed }) first.");
    return this.env.step(action);
  }

  override scene(): Scene | undefined {
    if (!this.hasReset) throw new EnvError("scene was called before reset; call reset({ seed }) first.");
    return this.env.scene();
  }

  protected override save(): { readonly [key: string]: Json } {
    return { hasReset: this.hasReset };
  }
  protected override load(saved: EnvState): void {
    this.hasReset = flagAt(saved, "hasReset");
  }
}
