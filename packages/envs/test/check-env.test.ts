import { describe, expect, it } from "vitest";
import { Generator, type GeneratorState } from "@rl/random";
import {
  Box,
  checkEnv,
  Discrete,
  EnvError,
  MultiDiscrete,
  SyncVectorEnv,
  type Env,
  type EnvState,
  type ResetOptions,
  type ResetResult,
  type Scene,
  type StepResult,
} from "@rl/envs";
import { envContract, vecEnvContract } from "@rl/envs/testing";

/** A correct toy: walk left or right on 0 … 10 with a slippery floor; 10 is the goal. */
class Walk implements Env<Float32Array, number> {
  readonly observationSpace = new Box({ low: 0, high: 10, shape: [1] });
  readonly actionSpace = new Discrete(2);
  readonly spec = undefined;
  position = 0;
  rng = new Generator(0);
  observation(): Float32Array {
    return Float32Array.of(this.position);
  }
  reset(options?: ResetOptions): ResetResult<Float32Array> {
    if (options?.seed !== undefined) this.rng = new Generator(options.seed);
    this.position = this.rng.integers(0, 5);
    return { observation: this.observation(), info: {} };
  }
  step(action: number): StepResult<Float32Array> {
    const slip = this.rng.random() < 0.2 ? 0 : 1;
    this.position = Math.min(10, Math.max(0, this.position + slip * (2 * action - 1)));
    return { observation: this.observation(), reward: -1, terminated: this.position === 10, truncated: false, info: {} };
  }
  scene(): Scene | undefined {
    return undefined;
  }
  state(): EnvState {
    return { position: this.position, rng: this.rng.state() };
  }
  restore(state: EnvState): void {
    this.position = state["position"] as number;
    this.rng = Generator.fromState(state["rng"] as GeneratorState);
  }
}

/** A Walk with some of its methods replaced. */
function broken(change: (walk: Walk) => object): Env {
  const walk = new Walk();
  return Object.assign(walk, change(walk)) as unknown as Env;
}
const original = Walk.prototype;

let clock = 0;
const shared = new Float32Array(1);
const cases: [string, () => Env, string][] = [
  [
    "no space",
    () => broken(() => ({ actionSpace: 2 })),
    "actionSpace is 2, expected a space; set it to a Box, Discrete, MultiDiscrete, MultiBinary, Tuple or Dict of @rl/envs.",
  ],
  [
    "no restore",
    () => broken(() => ({ restore: undefined })),
    "restore is undefined, expected a method; add restore() to the environment.",
  ],
  [
    "reset returns the bare observation",
    () => broken((w) => ({ reset: (o?: ResetOptions) => original.reset.call(w, o).observation })),
    "expected { observation, info }; return an object with these two fields.",
  ],
  [
    "wrong dtype",
    () => broken(() => ({ observation: () => new Float64Array(1) })),
    "reset() returned an observation outside of observationSpace Box(0, 10, [1], float32): it is Float64Array [0], expected a Float32Array of length 1. Correct the observation, or change observationSpace to hold it.",
  ],
  [
    "observation out of bounds",
    () => broken((w) => ({ observation: () => Float32Array.of(w.position * 3) })),
    "outside of observationSpace Box(0, 10, [1], float32): element 0 is 12, expected a value in 0 … 10.",
  ],
  [
    "a single done flag",
    () =>
      broken((w) => ({
        step: (a: number) => {
          const { observation, reward, terminated, info } = original.step.call(w, a);
          return { observation, reward, done: terminated, info };
        },
      })),
    'returned a field "done", expected "terminated" and "truncated"; set terminated when the task itself ended and truncated when it was cut off.',
  ],
  [
    "a flag as number",
    () => broken((w) => ({ step: (a: number) => ({ ...original.step.call(w, a), truncated: 0 }) })),
    "returned truncated = 0, expected true or false; return a boolean.",
  ],
  [
    "reward NaN",
    () => broken((w) => ({ step: (a: number) => ({ ...original.step.call(w, a), reward: 0 / 0 }) })),
    "returned the reward NaN, expected a finite number; check the formula of the reward.",
  ],
  [
    "no info",
    () => broken((w) => ({ step: (a: number) => ({ ...original.step.call(w, a), info: undefined }) })),
    "returned info = undefined, expected an object; return info: {} when there is nothing to tell.",
  ],
  [
    "start that ignores the seed",
    () =>
      broken((w) => ({
        reset: () => {
          w.position = clock++ % 5;
          return { observation: w.observation(), info: {} };
        },
      })),
    "expected equal observations; draw every random number from a Generator made with that seed in reset.",
  ],
  [
    "steps that ignore the seed",
    () => broken((w) => ({ step: (a: number) => ({ ...original.step.call(w, a), reward: clock++ }) })),
    "step after reset({ seed: 123 }) is not repeatable: the reward of step 0 is",
  ],
  [
    "one array for all observations",
    () =>
      broken((w) => ({
        observation: () => {
          shared[0] = w.position;
          return shared;
        },
      })),
    "expected it to stay; return a new array (observation.slice()) from every call.",
  ],
  [
    "state with a typed array",
    () => broken((w) => ({ state: () => ({ position: w.observation() }) })),
    "state() is not plain JSON: state().position is a Float32Array, which JSON turns into something else",
  ],
  [
    "state without the random stream",
    () =>
      broken((w) => ({
        state: () => ({ position: w.position }),
        restore: (s: EnvState) => {
          w.position = s["position"] as number;
        },
      })),
    "restore(state()) into the same environment does not continue as before",
  ],
  [
    "scene with NaN",
    () =>
      broken(() => ({
        scene: () => ({ width: 9, height: 9, background: [0, 0, 0], shapes: [{ kind: "circle", center: [1, NaN], radius: 1 }] }),
      })),
    "scene() returned shapes[0] with the coordinate NaN, expected finite numbers; look for a division by zero in the drawing.",
  ],
];

describe("checkEnv", () => {
  it("accepts the toy that the broken ones are made of", () => {
    checkEnv(new Walk());
  });

  it.each(cases)("%s", (_, make, message) => {
    expect(() => {
      checkEnv(make());
    }).toThrow(EnvError);
    expect(() => {
      checkEnv(make());
    }).toThrow(message);
  });

  it("finds an action that step changes", () => {
    class Greedy extends Walk {
      override readonly actionSpace = new Box({ low: -1, high: 1, shape: [1] }) as never;
      override step(action: number): StepResult<Float32Array> {
        const list = action as unknown as Float32Array;
        const result = super.step(list[0]! > 0 ? 1 : 0);
        list[0] = 0;
        return result;
      }
    }
    expect(() => {
      checkEnv(new Greedy());
    }).toThrow("expected it untouched; copy the action before changing it.");
  });

  it("is told apart by the contract suite: each broken toy fails a named check", () => {
    for (const [, make] of cases) {
      const failed = envContract(make).filter(({ run }) => {
        try {
          run();
          return false;
        } catch {
          return true;
        }
      });
      expect(failed.length).toBeGreaterThan(0);
    }
    expect(
      envContract(() => new Walk()).map(({ run }) => {
        run();
      }),
    ).toHaveLength(10);
  });
});

/** Nim with up to `most` sticks: takes more than there are only where nobody looks at its masks, and then throws. Two choices at once with `multi`. */
function nim(way: "method" | "info", multi = false): Env<number, number | Int32Array> {
  let sticks = 5;
  let rng = new Generator(0);
  const mask = (): unknown => {
    const one = [1, 2, 3].map((take) => (take <= sticks ? 1 : 0));
    return multi ? [one, [sticks % 2, 1]] : one;
  };
  const info = (): Record<string, unknown> => (way === "info" ? { actionMask: mask() } : {});
  return {
    observationSpace: new Discrete(10),
    actionSpace: (multi ? new MultiDiscrete([3, 2]) : new Discrete(3)) as never,
    spec: undefined,
    reset(options) {
      if (options?.seed !== undefined) rng = new Generator(options.seed);
      sticks = rng.integers(4, 10);
      return { observation: sticks, info: info() };
    },
    step(action) {
      const [take, other] = typeof action === "number" ? [action + 1, 1] : [action[0]! + 1, action[1]!];
      if (take > sticks || (other === 0 && sticks % 2 === 0)) throw new Error(`forbidden: take ${take} of ${sticks}`);
      sticks -= take;
      const over = sticks === 0;
      // Nothing may be allowed after the end.
      return { observation: sticks, reward: 1, terminated: over, truncated: false, info: info() };
    },
    ...(way === "method" ? { actionMasks: () => (multi ? (mask() as number[][]).flat() : (mask() as number[])) } : {}),
    scene: () => undefined,
    state: () => ({ sticks, rng: rng.state() }),
    restore(state) {
      sticks = state["sticks"] as number;
      rng = Generator.fromState(state["rng"] as GeneratorState);
    },
  };
}

describe.each([
  ["method", false],
  ["info", false],
  ["method", true],
  ["info", true],
] as const)("masks by %s, several choices: %s", (way, multi) => {
  it("are respected by checkEnv", () => {
    expect(() => checkEnv(nim(way, multi))).not.toThrow();
  });
  for (const { name, run } of vecEnvContract(
    (n, autoreset) =>
      new SyncVectorEnv(
        Array.from({ length: n }, () => () => nim(way, multi)),
        { autoreset },
      ) as never,
  ))
    it(`are respected in vectors: ${name}`, () => expect(run).not.toThrow());
});

it("a mask that forbids everything is named", () => {
  const env = { ...nim("info"), actionMasks: () => [0, 0, 0], step: nim("method").step, reset: () => ({ observation: 1, info: {} }) };
  expect(() => checkEnv(env as never)).toThrow("the action mask [0, 0, 0] forbids every action, expected at least one that is allowed");
});

it("states that hold themselves, and infos of anything, do not end in an error of the checker's own", () => {
  const loop: Record<string, unknown> = {};
  loop["self"] = loop;
  expect(() => checkEnv(broken(() => ({ state: () => loop })))).toThrow("state() is not plain JSON: it holds itself at self");
  const info = { loop, made: new Walk(), call: () => 1, big: 1n };
  const rich = broken((w) => ({ step: (a: number) => ({ ...original.step.call(w, a), info }) }));
  expect(() => checkEnv(rich)).not.toThrow();
});

it("settings that cannot be are refused", () => {
  expect(() => checkEnv(new Walk(), { steps: 0 })).toThrow("checkEnv: steps is 0, expected a whole number ≥ 1.");
  expect(() => checkEnv(new Walk(), { seed: -1 })).toThrow("checkEnv: seed is -1, expected a whole number in 0 … 2^53 − 1.");
  expect(() => checkEnv(Walk as never)).toThrow(
    "checkEnv: this is no environment: it is the class Walk, expected an environment; write new Walk().",
  );
});
