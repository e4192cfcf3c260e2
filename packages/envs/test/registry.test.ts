import { describe, expect, it } from "vitest";
import {
  KernelEnv,
  make,
  makeVec,
  OrderEnforcing,
  PassiveEnvChecker,
  register,
  spec,
  SyncVectorEnv,
  TimeLimit,
  TransformReward,
  unwrap,
  CartPole,
  type Env,
} from "@rl/envs";

describe("make", () => {
  it("stacks time limit, order check and space check as Gymnasium does", () => {
    const env = make("CartPole-v1") as unknown as TimeLimit<unknown, unknown>;
    expect(env).toBeInstanceOf(TimeLimit);
    expect(env.maxEpisodeSteps).toBe(500);
    const order = env.env as OrderEnforcing<unknown, unknown>;
    expect(order).toBeInstanceOf(OrderEnforcing);
    expect(order.env).toBeInstanceOf(PassiveEnvChecker);
    expect(unwrap(make("CartPole-v1"))).toBeInstanceOf(KernelEnv);
    expect(env.spec).toEqual({ id: "CartPole-v1", maxEpisodeSteps: 500, rewardThreshold: 475, options: {} });
  });

  it("replaces or drops the time limit", () => {
    expect(make("CartPole-v1", { maxEpisodeSteps: 7 }).spec?.maxEpisodeSteps).toBe(7);
    expect(make("CartPole-v1", { maxEpisodeSteps: Infinity })).toBeInstanceOf(OrderEnforcing);
  });

  it("truncates at the limit and only there", () => {
    const env = make("Pendulum-v1", { maxEpisodeSteps: 3 });
    env.reset({ seed: 1 });
    const flags = [0, 1, 2].map(() => env.step(Float32Array.of(0))).map((r) => [r.terminated, r.truncated]);
    expect(flags).toEqual([
      [false, false],
      [false, false],
      [false, true],
    ]);
    env.reset();
    expect(env.step(Float32Array.of(0)).truncated).toBe(false);
  });
});

describe("errors say what, got, expected and the nearest", () => {
  const loose = make as (id: string, options?: object) => Env;
  const looseVec = makeVec as (id: string, n: number, options?: object) => unknown;
  it.each([
    [() => loose("CartPole-v2"), 'make: there is no environment "CartPole-v2", expected one of Acrobot-v1'],
    [() => loose("CartPole-v2"), 'Did you mean "CartPole-v0" or "CartPole-v1"?'],
    [() => loose("CartPole"), 'Did you mean "CartPole-v0" or "CartPole-v1"?'],
    [() => loose("Pendulm-v1"), 'Did you mean "Pendulum-v1"?'],
    [() => loose("MountainCarContinous-v0"), 'Did you mean "MountainCarContinuous-v0"?'],
    [() => spec("Acrobt-v1"), 'spec: there is no environment "Acrobt-v1"'],
    [
      () => loose("CartPole-v1", { sutton_barto_reward: true }),
      'make("CartPole-v1"): unknown option "sutton_barto_reward"; did you mean "suttonBartoReward"? Known are suttonBartoReward, maxEpisodeSteps, disableEnvChecker.',
    ],
    [() => loose("Acrobot-v1", { maxEpisodeStep: 3 }), 'did you mean "maxEpisodeSteps"?'],
    [() => loose("CartPole-v1", { maxEpisodeSteps: 0 }), "maxEpisodeSteps is 0, expected a whole number ≥ 1, or Infinity for no limit."],
    [() => looseVec("CartPole-v1", 0), 'makeVec("CartPole-v1", 0): numEnvs is 0, expected a whole number ≥ 1.'],
    [
      () => looseVec("CartPole-v1", 2, { autoreset: "samestep" }),
      'autoreset is "samestep", expected one of same-step, next-step, disabled. Did you mean "same-step"?',
    ],
    [() => looseVec("CartPole-v1", 2, { vectorization: "async" }), 'vectorization is "async", expected "native" or "sync".'],
    [() => make("CartPole-v1").step(0), "step was called before reset; call reset({ seed }) first."],
    [() => make("CartPole-v1").reset(3 as never), "reset: options are 3; expected an object; write { seed: … }."],
    [() => make("CartPole-v1").scene(), "scene was called before reset; call reset({ seed }) first."],
    [() => make("CartPole-v1").reset({ seed: -1 }), "reset: seed is -1, expected a whole number in 0 … 2^53 − 1."],
    [() => make("CartPole-v1").reset({ sed: 1 } as never), 'reset: unknown option "sed"; did you mean "seed"? Known are seed, options.'],
    [
      () => make("CartPole-v1").reset({ options: { low: 1, high: 0 } }),
      "CartPole.reset: low is 1 and high is 0, expected low ≤ high; swap them.",
    ],
    [() => make("CartPole-v1").reset({ options: { hi: 1 } }), 'CartPole.reset: unknown option "hi"'],
    [
      () => {
        const e = make("CartPole-v1");
        e.reset();
        e.step(2);
      },
      "step(2): the action is not in Discrete(2): it is 2, expected a whole number in 0 … 1.",
    ],
    [
      () => {
        const e = make("Pendulum-v1");
        e.reset();
        e.step(0.5 as never);
      },
      "step: the action is 0.5, expected a Float32Array of length 1 for Box(-2, 2, [1], float32).",
    ],
    [
      () => {
        const e = make("Pendulum-v1");
        e.reset();
        e.step(Float32Array.of(NaN));
      },
      "step: element 0 of the action is NaN",
    ],
    [
      () => {
        const v = makeVec("CartPole-v1", 2);
        v.step(new Int32Array(2));
      },
      "step was called before reset",
    ],
    [
      () => {
        const v = makeVec("CartPole-v1", 2);
        v.reset();
        v.step(new Int32Array(3));
      },
      "step: actions are Int32Array [0, 0, 0], expected an Int32Array of length 2, one Discrete(2) action per row.",
    ],
    [
      () => {
        const v = makeVec("CartPole-v1", 2);
        v.reset();
        v.step(Int32Array.of(0, -1));
      },
      "step: the action of row 1 is -1, expected a value in Discrete(2).",
    ],
    [
      () => {
        const v = makeVec("Pendulum-v1", 2);
        v.reset();
        v.step(Float32Array.of(0, NaN));
      },
      "step: the action of row 1 is NaN",
    ],
    [() => makeVec("CartPole-v1", 2).reset({ seed: [1] }), "reset: seed is [1], expected one number or a list of 2, one per row."],
    [() => makeVec("CartPole-v1", 2).reset({ mask: Uint8Array.of(1, 0) }), "reset: the first reset must reach every row"],
    [
      () => {
        make("CartPole-v1").restore({ kind: "OrderEnforcing" });
      },
      'restore: the state is of kind "OrderEnforcing", expected "TimeLimit"',
    ],
    [
      () => {
        register({ id: "CartPole-v1", entry: () => make("CartPole-v0") });
      },
      'register: "CartPole-v1" is built in',
    ],
    [
      () => {
        register({ id: "Maze", entry: () => make("CartPole-v0") });
      },
      'register: id is "Maze", expected a name with a version',
    ],
    [
      () => make("CartPole-v1").reset({ options: { low: -1e308, high: 1e308 } }),
      "reset: starts from -1e+308 to 1e+308, expected low ≤ high, a finite number apart.",
    ],
    ...[
      { low: [0, 0, 0, 1], high: [1, 1, 1, 0] },
      { low: [0, 0, 0, NaN], high: [1, 1, 1, 1] },
      { low: [0, 0, 0], high: [1, 1, 1] },
    ].map((box): [() => unknown, string] => [
      () => {
        const kernel = new CartPole(1);
        kernel.startBox = (options) => (options === undefined ? { low: [0, 0, 0, 0], high: [1, 1, 1, 1] } : box);
        new KernelEnv(kernel).reset({ options: {} });
      },
      `reset: starts from ${box.low[3]} to ${box.high[3]}, expected low ≤ high`,
    ]),
    [() => make("Pendulum-v1").reset({ options: { xInit: -1 } }), "Pendulum.reset: xInit is -1 and yInit is 1, expected both ≥ 0"],
    [
      () => makeVec("CartPole-v1", 2, { vectorization: "native", wrappers: [(env) => env] }),
      'vectorization "native" needs an environment with its own vector form and no wrappers; use "sync" or leave it out.',
    ],
    [
      () => {
        makeVec("CartPole-v1", 2).restore(makeVec("CartPole-v1", 3).state());
      },
      "restore: the state is of 3 rows, expected 2; make the vector with as many.",
    ],
    [
      () => {
        makeVec("CartPole-v1", 2).restore(makeVec("CartPole-v1", 2, { autoreset: "disabled" }).state());
      },
      'restore: the state was saved with autoreset "disabled", expected "same-step"; make the vector with the same mode.',
    ],
    [
      () => {
        const vec = makeVec("CartPole-v1", 1);
        vec.restore({ ...vec.state(), columns: { x: ["left"] } });
      },
      'restore: columns.x[0] is "left", expected a number; pass what state() returned, unchanged.',
    ],
    [
      () => {
        register({ id: "Maze-v0", entr: 1 } as never);
      },
      'register: unknown option "entr"',
    ],
    [
      () => new SyncVectorEnv([() => make("CartPole-v1") as Env, () => make("Pendulum-v1") as Env]),
      "new SyncVectorEnv: observationSpace of row 1 is Box(",
    ],
    [
      () => new SyncVectorEnv([() => make("CartPole-v1") as Env], { autoreset: "nextstep" as "next-step" }),
      'new SyncVectorEnv: autoreset is "nextstep", expected one of same-step, next-step, disabled. Did you mean "next-step"?',
    ],
  ])("%#", (run, message) => {
    expect(run).toThrow(message);
  });
});

it("makeVec puts wrappers around every single environment", () => {
  const vec = makeVec("CartPole-v1", 2, { wrappers: [(env) => new TimeLimit(env, 2), (env) => new TransformReward(env, (r) => 10 * r)] });
  expect(vec).toBeInstanceOf(SyncVectorEnv);
  vec.reset({ seed: 0 });
  const first = vec.step(new Int32Array(2));
  expect([...first.rewards, ...first.truncated]).toEqual([10, 10, 0, 0]);
  expect([...vec.step(new Int32Array(2)).truncated]).toEqual([1, 1]);
});

describe("register", () => {
  register({
    id: "test/Short-v0",
    entry: (options, entrySpec) => new KernelEnv<number>(new CartPole(1, { suttonBartoReward: options["harsh"] === true }), entrySpec),
    optionNames: ["harsh"],
    maxEpisodeSteps: 5,
    rewardThreshold: 1,
  });

  it("makes a user's environment, single and in vectors", () => {
    expect(spec("test/Short-v0")).toEqual({ id: "test/Short-v0", maxEpisodeSteps: 5, rewardThreshold: 1, options: {} });
    const env = make("test/Short-v0", { harsh: true }) as unknown as Env<Float32Array, number>;
    env.reset({ seed: 0 });
    expect(env.step(0).reward).toBe(0);
    expect(env.spec?.options).toEqual({ harsh: true });
    const vec = makeVec("test/Short-v0", 2);
    expect(vec).toBeInstanceOf(SyncVectorEnv);
    vec.reset({ seed: 0 });
    const flags = [0, 1, 2, 3, 4].map(() => [...vec.step(new Int32Array(2)).truncated]);
    expect(flags).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
  });

  it("suggests it for a typo", () => {
    expect(() => (make as (id: string) => Env)("test/Shrt-v0")).toThrow('Did you mean "test/Short-v0"?');
  });
});
