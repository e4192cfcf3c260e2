import type { Env, EnvState, StepResult } from "../env.ts";
import { EnvError, show } from "../errors.ts";
import { copy, notJson, same } from "./compare.ts";
import { explainReset, explainSpaces, explainStep } from "./results.ts";
import { explainScene } from "./scene.ts";

export type AnyEnv = Env<unknown, unknown>;

/** One rule every environment keeps. `make` gives an environment of the kind under test, a new one if it can. */
export interface EnvCheck {
  readonly name: string;
  /** Throws an EnvError that says what to change. */
  readonly run: (make: () => AnyEnv, settings: CheckSettings) => void;
}

export interface CheckSettings {
  readonly seed: number;
  /** Random steps per check. */
  readonly steps: number;
}

function fail(message: string): never {
  throw new EnvError(message);
}
function refuse(wrong: string | undefined): void {
  if (wrong !== undefined) fail(wrong);
}

/** `count` actions drawn from the environment's own action space. */
function drawActions(env: AnyEnv, seed: number, count: number): unknown[] {
  env.actionSpace.seed(seed);
  return Array.from({ length: count }, () => env.actionSpace.sample());
}

/** Plays all actions, resetting where episodes end, and returns a trace of deep copies. */
function play(env: AnyEnv, actions: readonly unknown[]): { step: StepResult<unknown>; next: unknown }[] {
  return actions.map((action) => {
    const step = copy(env.step(copy(action)));
    const next = step.terminated || step.truncated ? copy(env.reset().observation) : undefined;
    return { step, next };
  });
}

function difference(a: readonly { step: StepResult<unknown>; next: unknown }[], b: typeof a): string | undefined {
  for (const [t, first] of a.entries()) {
    const second = b[t]!;
    for (const field of ["observation", "reward", "terminated", "truncated", "info"] as const) {
      if (!same(first.step[field], second.step[field]))
        return `the ${field} of step ${t} is ${show(first.step[field])} the first time and ${show(second.step[field])} the second`;
    }
    if (!same(first.next, second.next))
      return `the observation of the reset after step ${t} is ${show(first.next)} the first time and ${show(second.next)} the second`;
  }
  return undefined;
}

export const ENV_CHECKS: readonly EnvCheck[] = [
  {
    name: "has an observation space and an action space",
    run: (make) => {
      refuse(explainSpaces(make()));
    },
  },
  {
    name: "has reset, step, scene, state and restore",
    run: (make) => {
      const env = make() as unknown as Record<string, unknown>;
      for (const method of ["reset", "step", "scene", "state", "restore"]) {
        if (typeof env[method] !== "function")
          fail(`${method} is ${show(env[method])}, expected a method; add ${method}() to the environment.`);
      }
    },
  },
  {
    name: "reset returns an observation of the space and an info",
    run: (make, { seed }) => {
      const env = make();
      refuse(explainReset(env.reset({ seed }), env.observationSpace));
      refuse(explainReset(env.reset(), env.observationSpace));
    },
  },
  {
    name: "step returns an observation of the space, a finite reward, two flags and an info",
    run: (make, { seed, steps }) => {
      const env = make();
      env.reset({ seed });
      for (const action of drawActions(env, seed, steps)) {
        const result = env.step(action);
        refuse(explainStep(result, action, env.observationSpace));
        if (result.terminated || result.truncated) refuse(explainReset(env.reset(), env.observationSpace));
      }
    },
  },
  {
    name: "the same seed gives the same start",
    run: (make, { seed }) => {
      const env = make();
      const first = copy(env.reset({ seed }).observation);
      const second = copy(env.reset({ seed }).observation);
      if (!same(first, second)) {
        fail(
          `reset({ seed: ${seed} }) returned ${show(first)} and then ${show(second)}, expected equal observations; draw every random number from a Generator made with that seed in reset.`,
        );
      }
    },
  },
  {
    name: "the same seed and actions give the same episode",
    run: (make, { seed, steps }) => {
      const env = make();
      const actions = drawActions(env, seed, steps);
      env.reset({ seed });
      const first = play(env, actions);
      const again = make();
      again.reset({ seed });
      const wrong = difference(first, play(again, actions));
      if (wrong !== undefined) {
        fail(
          `step after reset({ seed: ${seed} }) is not repeatable: ${wrong}, expected the same; draw every random number from the seeded Generator and set the whole state in reset.`,
        );
      }
    },
  },
  {
    name: "observations handed out do not change later",
    run: (make, { seed, steps }) => {
      const env = make();
      let kept = env.reset({ seed }).observation;
      let call = "reset()";
      for (const [t, action] of drawActions(env, seed, Math.min(steps, 20)).entries()) {
        const before = copy(kept);
        const result = env.step(action);
        if (!same(kept, before)) {
          fail(
            `step(${show(action)}) changed the observation that ${call} had returned from ${show(before)} to ${show(kept)}, expected it to stay; return a new array (observation.slice()) from every call.`,
          );
        }
        kept = result.terminated || result.truncated ? env.reset().observation : result.observation;
        call = `step ${t}`;
      }
    },
  },
  {
    name: "step does not change its action",
    run: (make, { seed }) => {
      const env = make();
      env.reset({ seed });
      for (const action of drawActions(env, seed, 5)) {
        const before = copy(action);
        const { terminated, truncated } = env.step(action);
        if (!same(action, before))
          fail(`step(${show(before)}) changed its action to ${show(action)}, expected it untouched; copy the action before changing it.`);
        if (terminated || truncated) env.reset();
      }
    },
  },
  {
    name: "state is plain JSON and restore continues from it with the same bits",
    run: (make, { seed, steps }) => {
      const env = make();
      env.reset({ seed });
      const actions = drawActions(env, seed, 2 * steps);
      play(env, actions.slice(0, Math.min(7, steps)));
      const state = env.state();
      const wrong = notJson(state);
      if (wrong !== undefined)
        fail(
          `state() is not plain JSON: ${wrong}, expected numbers, strings, booleans, null, lists and plain objects; write typed arrays by Array.from and special numbers as strings.`,
        );
      const text = JSON.stringify(state);
      const rest = actions.slice(steps);
      const straight = play(env, rest);
      for (const [who, other] of [
        ["the same environment", env],
        ["a new environment", make()],
      ] as const) {
        other.restore(JSON.parse(text) as EnvState);
        const change = difference(straight, play(other, rest));
        if (change !== undefined) {
          fail(
            `restore(state()) into ${who} does not continue as before: ${change}, expected the same; put everything that step and reset use into state(): all variables, counters and the random stream (rng.state()).`,
          );
        }
      }
    },
  },
  {
    name: "scene is undefined or a picture of finite shapes",
    run: (make, { seed }) => {
      const env = make();
      env.reset({ seed });
      const scene: unknown = env.scene();
      if (scene !== undefined) refuse(explainScene(scene));
    },
  },
];
