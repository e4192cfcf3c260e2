import { treeProblem } from "@rl/math/json";
import type { Env, EnvState, Info, ResetResult, StepResult } from "../env.ts";
import { EnvError, show } from "../errors.ts";
import { maskWidth, writeMask } from "../masks.ts";
import type { Discrete } from "../spaces/discrete.ts";
import type { MultiDiscrete } from "../spaces/multi-discrete.ts";
import { copy, notJson, same } from "./compare.ts";
import { refuse } from "./refuse.ts";
import { explainMethods, explainReset, explainSpaces, explainStep } from "./results.ts";
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

/** Draws actions of the environment's own space, only allowed ones where it has masks. */
class Player {
  private readonly env: AnyEnv;

  constructor(env: AnyEnv, seed: number) {
    this.env = env;
    env.actionSpace.seed(seed);
  }

  /** An action for the state that `info` came with. */
  draw(info: Info): unknown {
    const { env } = this;
    const width = maskWidth(env.actionSpace);
    const given = info["actionMask"] ?? env.actionMasks?.();
    if (width === 0 || given === undefined) return env.actionSpace.sample();
    const mask = new Uint8Array(width);
    writeMask(given, mask, 0, width, "the action mask", () => "the environment");
    const action = (env.actionSpace as Discrete | MultiDiscrete).sample(mask);
    if (!mask.includes(1))
      fail(
        `the action mask ${show(given)} forbids every action, expected at least one that is allowed; allow one, or end the episode before.`,
      );
    return action;
  }
}

/** One step, as it went: deep copies, and what began after an episode's end. */
interface Played {
  readonly action: unknown;
  readonly step: StepResult<unknown>;
  readonly next: ResetResult<unknown> | undefined;
}

/** Plays `count` steps, resetting where episodes end. `act` gives the action of step t, `info` is the one before it. */
function play(env: AnyEnv, start: Info, count: number, act: (info: Info, t: number) => unknown): Played[] {
  let info = start;
  return Array.from({ length: count }, (_, t) => {
    const action = copy(act(info, t));
    const step = copy(env.step(copy(action)));
    const next = step.terminated || step.truncated ? copy(env.reset()) : undefined;
    ({ info } = next ?? step);
    return { action, step, next };
  });
}

/** Plays the same actions again. */
const replay = (env: AnyEnv, played: readonly Played[]): Played[] => play(env, {}, played.length, (_, t) => played[t]!.action);

function difference(a: readonly Played[], b: readonly Played[]): string | undefined {
  for (const [t, first] of a.entries()) {
    const second = b[t]!;
    for (const field of ["observation", "reward", "terminated", "truncated", "info"] as const) {
      if (!same(first.step[field], second.step[field]))
        return `the ${field} of step ${t} is ${show(first.step[field])} the first time and ${show(second.step[field])} the second`;
    }
    const [next, again] = [first.next?.observation, second.next?.observation];
    if (!same(next, again))
      return `the observation of the reset after step ${t} is ${show(next)} the first time and ${show(again)} the second`;
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
      refuse(explainMethods(make()));
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
      const player = new Player(env, seed);
      let { info } = env.reset({ seed });
      for (let t = 0; t < steps; t++) {
        const action = player.draw(info);
        const result = env.step(action);
        refuse(explainStep(result, action, env.observationSpace));
        ({ info } = result);
        if (!result.terminated && !result.truncated) continue;
        const next = env.reset();
        refuse(explainReset(next, env.observationSpace));
        ({ info } = next);
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
      const player = new Player(env, seed);
      const first = play(env, env.reset({ seed }).info, steps, (info) => player.draw(info));
      const again = make();
      again.reset({ seed });
      const wrong = difference(first, replay(again, first));
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
      const player = new Player(env, seed);
      let { observation: kept, info } = env.reset({ seed });
      let call = "reset()";
      for (let t = 0; t < Math.min(steps, 20); t++) {
        const action = player.draw(info);
        const before = copy(kept);
        const result = env.step(action);
        if (!same(kept, before)) {
          fail(
            `step(${show(action)}) changed the observation that ${call} had returned from ${show(before)} to ${show(kept)}, expected it to stay; return a new array (observation.slice()) from every call.`,
          );
        }
        ({ observation: kept, info } = result.terminated || result.truncated ? env.reset() : result);
        call = `step ${t}`;
      }
    },
  },
  {
    name: "step does not change its action",
    run: (make, { seed }) => {
      const env = make();
      const player = new Player(env, seed);
      let { info } = env.reset({ seed });
      for (let t = 0; t < 5; t++) {
        const action = player.draw(info);
        const before = copy(action);
        const result = env.step(action);
        if (!same(action, before))
          fail(`step(${show(before)}) changed its action to ${show(action)}, expected it untouched; copy the action before changing it.`);
        ({ info } = result.terminated || result.truncated ? env.reset() : result);
      }
    },
  },
  {
    name: "state is plain JSON and restore continues from it with the same bits",
    run: (make, { seed, steps }) => {
      const env = make();
      const player = new Player(env, seed);
      const act = (info: Info): unknown => player.draw(info);
      const before = play(env, env.reset({ seed }).info, Math.min(7, steps), act).at(-1)!;
      const state = env.state();
      const tree = treeProblem(state);
      const wrong = tree === undefined ? notJson(state) : `it ${tree}`;
      if (wrong !== undefined)
        fail(
          `state() is not plain JSON: ${wrong}, expected numbers, strings, booleans, null, lists and plain objects; write typed arrays by Array.from and special numbers as strings.`,
        );
      const text = JSON.stringify(state);
      const straight = play(env, (before.next ?? before.step).info, steps, act);
      for (const [who, other] of [
        ["the same environment", env],
        ["a new environment", make()],
      ] as const) {
        other.restore(JSON.parse(text) as EnvState);
        const change = difference(straight, replay(other, straight));
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
