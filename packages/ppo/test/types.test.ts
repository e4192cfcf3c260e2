/** What the compiler knows, and clear sentences for what only running can tell. */
import { Box, Dict, Discrete, MultiDiscrete, makeVec, type Env, type VecEnv } from "@rl/envs";
import { describe, expect, expectTypeOf, it, test } from "vitest";
import { follow, masked, twoChoices, twoStates } from "@rl-tools/test-envs";
import { createPpo, type PpoMetrics, type PpoOptions, type PpoPreset, type PpoTrainer } from "../src/index.ts";

test("metrics, options and presets are typed by name", () => {
  expectTypeOf<PpoMetrics["train/approx_kl"]>().toEqualTypeOf<number>();
  expectTypeOf<keyof PpoMetrics>().toEqualTypeOf<keyof PpoTrainer["metricInfo"]>();
  // @ts-expect-error no such tag
  expectTypeOf<PpoMetrics["train/approx_k"]>().not.toBeNumber();
  expectTypeOf<"guide">().toExtend<PpoPreset>();
  // @ts-expect-error the option is called clipRange
  expect(() => createPpo({ env: "CartPole-v1", clipRagne: 0.1 })).toThrow("clipRange");
  // @ts-expect-error learning rates are schedules
  expect(() => createPpo({ env: "CartPole-v1", learningRate: { linaer: [1, 0] } })).toThrow("learningRate is");
  // @ts-expect-error no such preset
  expect(() => createPpo({ env: "CartPole-v1", preset: "guid" })).toThrow('the nearest is "guide"');
});

test("environments of every kind are taken: ids, functions, single ones, vectors, of any action space", () => {
  expectTypeOf<"CartPole-v1">().toExtend<PpoOptions["env"]>();
  for (const env of [
    () => twoStates(),
    twoStates(),
    follow,
    twoChoices,
    masked,
    makeVec("CartPole-v1", 2),
    makeVec("Pendulum-v1", 2) as VecEnv,
  ])
    expect(createPpo({ env, stepsPerEnv: 200 } as PpoOptions).config.stepsPerEnv).toBe(200);
});

describe("options that do not go with the space", () => {
  const spaces = { "Discrete(2)": "CartPole-v1", MultiDiscrete: twoChoices } as const;
  const kinds = { "Discrete(2)": "discrete", MultiDiscrete: "multi-discrete" } as const;
  for (const space of ["Discrete(2)", "MultiDiscrete"] as const) {
    it.each([
      ["squashActions", true],
      ["stateDependentStd", true],
      ["stateDependentExploration", 4],
      ["stateDependentExploration", Infinity],
    ] as const)(`${space} with %s %s`, (key, value) => {
      expect(() => createPpo({ env: spaces[space], [key]: value })).toThrow(
        `createPpo: ${key} needs continuous (Box) actions, and this environment's are ${kinds[space]}; leave it out.`,
      );
    });
  }
  it.each(["squashActions", "stateDependentStd"] as const)("gSDE with %s", (key) => {
    expect(() => createPpo({ env: "Pendulum-v1", stateDependentExploration: 4, [key]: true })).toThrow(
      `createPpo: stateDependentExploration and ${key} exclude each other; choose one.`,
    );
  });
  const box = (low: number, high: number) => (): Env<Float32Array, Float32Array> => ({
    ...follow(),
    actionSpace: new Box<"float32">({ low, high, shape: [1] }),
  });
  it("squashActions with an action that has no bound", () => {
    expect(() => createPpo({ env: box(-Infinity, 1), squashActions: true })).toThrow(
      "createPpo: squashActions needs bounded actions, and component 0 reaches from -Infinity to 1; leave squashActions out or give the space bounds.",
    );
    expect(() => createPpo({ env: box(-Infinity, 1) })).not.toThrow();
  });
  it("spaces that nothing here can learn", () => {
    const actionSpace = new Dict({ a: new Discrete(2), b: new Discrete(3) });
    expect(() => createPpo({ env: () => ({ ...follow(), actionSpace }) as never })).toThrow(
      /^createPpo: the action space is Dict\(.*\); expected Discrete, MultiDiscrete or Box\.$/,
    );
  });
  it("a start other than 0 is the environment's business", () => {
    const seen = new Set<number>();
    const env = (): Env<number, number> => {
      const inner = twoStates();
      return { ...inner, actionSpace: new Discrete(2, { start: 5 }), step: (action) => (seen.add(action), inner.step(action - 5)) };
    };
    for (const _ of createPpo({ env, stepsPerEnv: 16, minibatchSize: 16, iterations: 1 }).train());
    expect([...seen].sort()).toEqual([5, 6]);
    expect(new MultiDiscrete([2, 3]).size).toBe(2);
  });
});

describe("values out of range, and typing errors", () => {
  const env = "CartPole-v1";
  it.each([
    [{ clipRange: -0.1 }, "clipRange is -0.1; expected a number of at least 0, or { linear: [from, to] }"],
    [{ clipRange: { linear: [0.2] } }, 'clipRange is {"linear":[0.2]}; expected a number of at least 0'],
    [{ entropyCoefficient: -1 }, "entropyCoefficient is -1"],
    [{ valueClipRange: 0 }, "valueClipRange is 0; expected a number above 0, or null"],
    [{ maxGradNorm: 0 }, "maxGradNorm is 0; expected a number above 0, or null"],
    [{ targetKl: -1 }, "targetKl is -1; expected a number above 0, or null"],
    [{ gaeLambda: 1.01 }, "gaeLambda is 1.01; expected a number of at least 0 and at most 1"],
    [{ adamEpsilon: 0 }, "adamEpsilon is 0; expected a number above 0"],
    [{ scheduleUnit: "epochs" }, 'scheduleUnit is "epochs"; expected one of "iteration", "epoch"; the nearest is "epoch"'],
    [{ advantage: "gea" }, 'advantage is "gea"; expected one of "gae", "normalized-return"; the nearest is "gae"'],
    [{ activation: "rleu" }, 'the nearest is "relu"'],
    [{ stateDependentExploration: 0 }, "stateDependentExploration is 0; expected a whole number of steps of at least 1, Infinity"],
    [{ hiddenSizes: [64, 0] }, "hiddenSizes is [64,0]; expected a list of layer widths"],
    [{ numEnvs: 0 }, "numEnvs is 0; expected a whole number of at least 1"],
    [{ totalSteps: 1.5 }, "totalSteps is 1.5; expected a whole number of at least 1"],
    [{ normalizeRewards: "yes" }, 'normalizeRewards is "yes"; expected true or false'],
    [{ minibatchSize: 65, numEnvs: 4, stepsPerEnv: 16 }, "minibatchSize is 65, but a rollout has 4 × 16 = 64 rows; expected at most 64."],
    [{ gaelambda: 1 }, 'unknown option "gaelambda"; did you mean "gaeLambda"?'],
    [{ entropy: 1 }, 'unknown option "entropy"; did you mean "entropyCoefficient"?'],
    [{ lr: 1 }, 'unknown option "lr"'],
    [{ useGsde: true }, 'unknown option "useGsde"'],
  ])("%j", (options, message) => {
    expect(() => createPpo({ env, ...options } as PpoOptions)).toThrow(message);
  });

  it("numEnvs beside a vector of another size, or beside one environment", () => {
    expect(() => createPpo({ env: makeVec(env, 3), numEnvs: 4 })).toThrow("numEnvs is 4, but env is a vector of 3");
    expect(() => createPpo({ env: twoStates(), numEnvs: 4 })).toThrow("numEnvs is 4, but env is one environment");
  });

  it("a vector that does not reset in the same step", () => {
    expect(() => createPpo({ env: makeVec(env, 2, { autoreset: "next-step" }) })).toThrow('resets "next-step"; expected "same-step"');
  });

  it("an environment whose observations change their number", () => {
    const vec = makeVec(env, 2);
    const step = vec.step.bind(vec);
    vec.step = (actions) => ({ ...step(actions), observations: new Float32Array(6) });
    expect(() => [...createPpo({ env: vec, stepsPerEnv: 64, minibatchSize: 64, iterations: 1 }).train()]).toThrow(
      "step().observations are Float32Array [0, 0, 0, 0, 0, 0], expected a float32 array of length 8; allocate it once and fill it in every step.",
    );
  });
});
