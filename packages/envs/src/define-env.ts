import { Generator } from "@rl/random";
import { refuse } from "./check/refuse.ts";
import { explainSpaces, isPromise } from "./check/results.ts";
import { decodeState, encodeState } from "./defined-state.ts";
import type { NamedOptions } from "./definition.ts";
import type { Env, EnvState, Info, ResetOptions, ResetResult, StepResult } from "./env.ts";
import { EnvError, checkKeys, show } from "./errors.ts";
import { maskWidth, writeMask } from "./masks.ts";
import { functionOption } from "./options.ts";
import type { Scene } from "./scene.ts";
import { checkSeed } from "./seeds.ts";
import { Box } from "./spaces/box.ts";
import type { Discrete } from "./spaces/discrete.ts";
import type { Space } from "./spaces/space.ts";
import type { EnvSpec } from "./spec.ts";
import { checkKind, decodeRng, encodeRng } from "./state-json.ts";

type ValueOf<S> = S extends Space<infer T> ? T : never;

/** What a step of a defined environment gives, beside the observation, which `observe` makes. */
export interface Outcome {
  readonly reward: number;
  /** The task itself ended. A time limit is not said here but where the environment is registered (`maxEpisodeSteps`), or by `TimeLimit`. */
  readonly terminated: boolean;
  /** The environment cut the episode off by itself; default false. */
  readonly truncated?: boolean;
  readonly info?: Info;
}

/** An environment as functions of its state. `S` is plain: numbers, strings, booleans, null, typed arrays, lists and records. */
export interface EnvDefinition<S extends object, OS extends Space, AS extends Space> {
  readonly observationSpace: OS;
  readonly actionSpace: AS;
  /** The state a new episode starts from. All that is random comes from `rng`, which `reset({ seed })` starts anew. */
  readonly start: (rng: Generator, options: NamedOptions) => S;
  /** Changes the state by one action. */
  readonly step: (state: S, action: ValueOf<AS>, rng: Generator) => Outcome;
  /** What is seen of the state: a new array each time. */
  readonly observe: (state: S) => ValueOf<OS>;
  /** Which discrete actions are allowed now, 1 or 0 each (for MultiDiscrete, one list per choice or all in a row). Left out: all are. */
  readonly actionMask?: (state: S) => ArrayLike<number | boolean> | readonly ArrayLike<number | boolean>[];
  /** What to draw. */
  readonly scene?: (state: S) => Scene | undefined;
  /** Names of the reset options that `start` understands. */
  readonly resetOptions?: readonly string[];
}

const KEYS = ["observationSpace", "actionSpace", "start", "step", "observe", "actionMask", "scene", "resetOptions"];
const EXAMPLES: Readonly<Record<string, string>> = {
  start: "(rng) => ({ position: rng.integers(0, 5) })",
  step: "(state, action, rng) => { …; return { reward, terminated } }",
  observe: "(state) => Float32Array.of(state.position)",
  actionMask: "(state) => [1, 0]",
  scene: "(state) => undefined",
};

/** Makes environments of your own from their rules alone: seeding, state and exact restoring, masks and checks of actions are supplied. What it returns
 *  is a function that makes one, as trainers (`createPpo({ env: IceWalk })`) and the registry (`register({ id, entry: IceWalk })`) take it. */
export function defineEnv<S extends object, OS extends Space, AS extends Space>(
  definition: EnvDefinition<S, OS, AS>,
): (options?: NamedOptions, spec?: EnvSpec) => Env<ValueOf<OS>, ValueOf<AS>, OS & Space<ValueOf<OS>>, AS & Space<ValueOf<AS>>> {
  checkKeys("defineEnv", definition, KEYS);
  const wrong = explainSpaces(definition);
  if (wrong !== undefined) throw new EnvError(`defineEnv: ${wrong}`);
  for (const [name, example] of Object.entries(EXAMPLES)) {
    const given = definition[name as keyof typeof definition];
    if (given !== undefined || ["start", "step", "observe"].includes(name)) functionOption("defineEnv", name, given, example);
  }
  if (definition.actionMask !== undefined && maskWidth(definition.actionSpace) === 0)
    throw new EnvError(
      `defineEnv: actionMask is given and the actions are ${definition.actionSpace}, expected Discrete or MultiDiscrete; leave the mask out.`,
    );
  return (_options, spec) => new DefinedEnv(definition, spec) as never;
}

class DefinedEnv<S extends object, OS extends Space, AS extends Space> implements Env<unknown, unknown> {
  readonly observationSpace: Space<unknown>;
  readonly actionSpace: Space<unknown>;
  readonly spec: EnvSpec | undefined;
  /** There where the definition has a mask. */
  actionMasks?(): Uint8Array;
  private readonly definition: EnvDefinition<S, OS, AS>;
  private rng: Generator | undefined;
  private current: S | undefined;

  constructor(definition: EnvDefinition<S, OS, AS>, spec: EnvSpec | undefined) {
    this.definition = definition;
    this.observationSpace = definition.observationSpace;
    this.actionSpace = definition.actionSpace;
    this.spec = spec;
    if (definition.actionMask !== undefined) this.actionMasks = () => this.mask();
  }

  reset(options: ResetOptions = {}): ResetResult<unknown> {
    const { start, resetOptions = [] } = this.definition;
    checkKeys("reset", options, ["seed", "options"]);
    if (options.options !== undefined) checkKeys("reset", options.options, resetOptions);
    const rng = options.seed === undefined ? (this.rng ?? new Generator()) : new Generator(checkSeed("reset", options.seed));
    const before = rng.state();
    try {
      const state: unknown = start(rng, options.options ?? {});
      if (isPromise(state)) throw new EnvError("start returned a promise, expected the state at once; take async away.");
      if (typeof state !== "object" || state === null || ArrayBuffer.isView(state) || Array.isArray(state))
        throw new EnvError(`start returned ${show(state)}, expected an object with all that changes, such as { position: 0 }.`);
      // Once is enough to see what could not be saved later.
      if (this.rng === undefined) encodeState("start", state);
      this.current = state as S;
    } catch (error) {
      // Whatever it drew is put back.
      rng.restore(before);
      throw error;
    }
    this.rng = rng;
    return { observation: this.definition.observe(this.current), info: {} };
  }

  step(action: unknown): StepResult<unknown> {
    const state = this.started("step");
    this.checkAction(action);
    const outcome: unknown = this.definition.step(state, action as ValueOf<AS>, this.rng!);
    if (typeof outcome !== "object" || outcome === null || !("reward" in outcome) || !("terminated" in outcome))
      this.refuseOutcome(action, outcome);
    const { reward, terminated, truncated = false, info = {} } = outcome as Outcome;
    return { observation: this.definition.observe(state), reward, terminated, truncated, info };
  }

  private refuseOutcome(action: unknown, outcome: unknown): never {
    const promise = isPromise(outcome);
    throw new EnvError(
      `step(${show(action)}) of the definition returned ${promise ? "a promise" : show(outcome)}, expected { reward, terminated }; ${promise ? "take async away" : "return these two fields, the observation comes from observe"}.`,
    );
  }

  private started(call: string): S {
    if (this.current === undefined) throw new EnvError(`${call} was called before reset; call reset({ seed }) first.`);
    return this.current;
  }

  private mask(): Uint8Array {
    const width = maskWidth(this.actionSpace);
    const mask = new Uint8Array(width);
    writeMask(this.definition.actionMask!(this.started("actionMasks")), mask, 0, width, "actionMask", () => "the state");
    return mask;
  }

  /** Box actions may lie outside of their bounds, as elsewhere; all others must be in their space, and allowed. */
  private checkAction(action: unknown): void {
    const space = this.actionSpace;
    const box = space instanceof Box && action instanceof (space as Box).low.constructor && (action as Float32Array).length === space.size;
    if (!(box && !(action as Float32Array).some(Number.isNaN)) && !space.contains(action))
      throw new EnvError(`step(${show(action)}): the action is not in ${space}: ${space.explain(action)}.`);
    if (this.definition.actionMask === undefined) return;
    const mask = this.mask();
    const { nvec = [this.actionSpace as Discrete].map(({ n }) => n), start } = space as unknown as {
      nvec?: ArrayLike<number>;
      start: number | ArrayLike<number>;
    };
    let from = 0;
    for (let i = 0; i < nvec.length; i++) {
      const choice = typeof action === "number" ? action - (start as number) : (action as Int32Array)[i]! - (start as Int32Array)[i]!;
      if (mask[from + choice] !== 1)
        throw new EnvError(
          `step(${show(action)}): the action is forbidden by the mask ${show(mask)}, expected an allowed one; whoever acts must look at actionMasks().`,
        );
      from += nvec[i]!;
    }
  }

  scene(): Scene | undefined {
    return this.definition.scene?.(this.started("scene"));
  }

  state(): EnvState {
    return {
      kind: "defined",
      state: this.current === undefined ? null : encodeState("state()", this.current),
      rng: encodeRng(this.rng),
    };
  }

  restore(saved: EnvState): void {
    checkKind(saved, "defined");
    const rng = decodeRng(saved["rng"]);
    if ((saved["state"] === null) !== (rng === undefined))
      refuse(
        `restore: state is ${show(saved["state"])} and rng is ${show(saved["rng"])}, expected both or neither; pass what state() returned, unchanged.`,
      );
    const current =
      saved["state"] === null ? undefined : decodeState(saved["state"], this.current ?? this.definition.start(new Generator(0), {}));
    this.rng = rng;
    this.current = current;
  }
}
