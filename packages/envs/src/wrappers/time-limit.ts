import type { Env, EnvState, Json, ResetOptions, ResetResult, StepResult } from "../env.ts";
import { EnvError } from "../errors.ts";
import { MOST_STEPS, countOption } from "../options.ts";
import { countAt } from "../state-json.ts";
import type { EnvSpec } from "../spec.ts";
import { countSteps } from "../time-limit.ts";
import { PlainWrapper } from "../wrapper.ts";

/** Truncates an episode after `maxEpisodeSteps` steps. The default stack has one; the only maker of `truncated` beside a user's own environment. */
export class TimeLimit<O, A> extends PlainWrapper<O, A> {
  protected readonly kind = "TimeLimit";
  readonly maxEpisodeSteps: number;
  private readonly elapsed = new Int32Array(1);
  private readonly truncated = new Uint8Array(1);

  constructor(env: Env<O, A>, maxEpisodeSteps: number) {
    super(env);
    if (maxEpisodeSteps === Infinity)
      throw new EnvError("TimeLimit: maxEpisodeSteps is Infinity, expected a whole number ≥ 1; leave the wrapper out for no limit.");
    this.maxEpisodeSteps = countOption("TimeLimit", "maxEpisodeSteps", maxEpisodeSteps);
  }

  /** The inner spec with this limit, as Gymnasium's: what wrappers around this one go by. */
  override get spec(): EnvSpec | undefined {
    const { spec } = this.env;
    return spec && { ...spec, maxEpisodeSteps: this.maxEpisodeSteps };
  }

  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.env.reset(options);
    this.elapsed[0] = 0;
    return result;
  }

  override step(action: A): StepResult<O> {
    const result = this.env.step(action);
    countSteps(this.elapsed, this.maxEpisodeSteps, this.truncated);
    return this.truncated[0] === 1 && !result.truncated ? { ...result, truncated: true } : result;
  }

  protected override save(): { readonly [key: string]: Json } {
    return { elapsed: this.elapsed[0]! };
  }
  protected override load(saved: EnvState): void {
    this.elapsed[0] = countAt(saved, "elapsed", "TimeLimit.elapsed", MOST_STEPS);
  }
}
