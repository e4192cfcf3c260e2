import { explainEnv } from "./check/results.ts";
import type { Env, EnvState, Json, ResetOptions, ResetResult, StepResult } from "./env.ts";
import { EnvError } from "./errors.ts";
import type { Scene } from "./scene.ts";
import type { Space } from "./spaces/space.ts";
import type { EnvSpec } from "./spec.ts";
import { checkKind, recordAt } from "./state-json.ts";

/** An environment around another one. Everything passes through; a wrapper overrides what it changes.
 *  `IO`, `IA` are the inner observation and action, `O`, `A` those shown outside. */
export abstract class Wrapper<IO, IA, O = IO, A = IA> implements Env<O, A> {
  /** The environment inside. */
  readonly env: Env<IO, IA>;
  abstract readonly observationSpace: Space<O>;
  abstract readonly actionSpace: Space<A>;

  /** Name of the wrapper in saved states. */
  protected abstract readonly kind: string;
  /** There where the environment inside has it, or where the wrapper defines its own. */
  actionMasks?(): ArrayLike<number>;

  constructor(env: Env<IO, IA>) {
    const wrong = explainEnv(env);
    if (wrong !== undefined) throw new EnvError(`new ${new.target.name}: what is to be wrapped is no environment: ${wrong}`);
    this.env = env;
    if (this.actionMasks === undefined && env.actionMasks !== undefined) this.actionMasks = () => env.actionMasks!();
  }

  get spec(): EnvSpec | undefined {
    return this.env.spec;
  }

  abstract reset(options?: ResetOptions): ResetResult<O>;
  abstract step(action: A): StepResult<O>;

  scene(): Scene | undefined {
    return this.env.scene();
  }

  /** The wrapper's own part of the state. */
  protected save(): { readonly [key: string]: Json } {
    return {};
  }
  /** Takes back what `save` gave; may throw half way, `restore` puts it right. The environment inside is restored after it. */
  protected load(saved: EnvState): void {
    void saved;
  }

  state(): EnvState {
    return { kind: this.kind, own: this.save(), env: this.env.state() };
  }

  /** Called when both are restored, for what is computed from the environment inside. */
  protected restored(): void {}

  /** All or nothing: a state that is refused leaves everything as it was. */
  restore(state: EnvState): void {
    checkKind(state, this.kind);
    const inner = recordAt(state, "env");
    const before = this.save();
    try {
      this.load(recordAt(state, "own"));
      this.env.restore(inner);
    } catch (error) {
      this.load(before);
      throw error;
    }
    this.restored();
  }
}

/** The innermost environment. */
export function unwrap(env: Env<unknown, unknown>): Env<unknown, unknown> {
  let inner: unknown = env;
  while (inner instanceof Wrapper) inner = inner.env;
  return inner as Env<unknown, unknown>;
}

/** A wrapper that changes neither observations nor actions: their spaces are the inner ones. */
export abstract class PlainWrapper<O, A> extends Wrapper<O, A> {
  readonly observationSpace: Space<O>;
  readonly actionSpace: Space<A>;

  constructor(env: Env<O, A>) {
    super(env);
    this.observationSpace = env.observationSpace;
    this.actionSpace = env.actionSpace;
  }

  reset(options?: ResetOptions): ResetResult<O> {
    return this.env.reset(options);
  }
  step(action: A): StepResult<O> {
    return this.env.step(action);
  }
}
