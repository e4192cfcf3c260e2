/** Whatever reaches a trainer or an evaluation: obeyed, or refused in one sentence. */
import { describe, expect, it } from "vitest";
import {
  Box,
  CartPole,
  Dict,
  Discrete,
  KernelVecEnv,
  makeVec,
  MultiBinary,
  MultiDiscrete,
  resolveEnv,
  sharesEnv,
  SyncVectorEnv,
  TimeLimit,
  VecRecordEpisodeStatistics,
  type Env,
  type EnvOption,
  type VecEnv,
} from "../src/index.ts";

interface Parts {
  readonly observationSpace?: unknown;
  readonly actionSpace?: unknown;
  readonly reset?: unknown;
  readonly observation?: (t: number) => unknown;
  readonly info?: (t: number) => unknown;
  readonly step?: (t: number) => unknown;
  readonly more?: object;
}

/** An environment of episodes of five steps, with the given parts in place of right ones. */
function own(parts: Parts = {}): Env & { readonly taken: unknown[] } {
  let t = 0;
  const taken: unknown[] = [];
  const observation = parts.observation ?? (() => Float32Array.of(t, t / 2));
  const info = parts.info ?? (() => ({}));
  return {
    observationSpace: new Box<"float32">({ low: -10, high: 10, shape: [2] }),
    actionSpace: new Discrete(2),
    spec: undefined,
    taken,
    reset: () => ((t = 0), { observation: observation(t), info: info(t) }),
    step: (action: unknown) => {
      taken.push(action);
      t++;
      const right = { observation: observation(t), reward: t, terminated: t === 5, truncated: false, info: info(t) };
      const given = parts.step?.(t);
      return parts.step === undefined ? right : typeof given === "function" ? (given as (right: object) => unknown)(right) : given;
    },
    scene: () => undefined,
    state: () => ({ t }),
    restore: (state: { t: number }) => void (t = state.t),
    ...(parts.observationSpace === undefined ? {} : { observationSpace: parts.observationSpace }),
    ...(parts.actionSpace === undefined ? {} : { actionSpace: parts.actionSpace }),
    ...(parts.reset === undefined ? {} : { reset: parts.reset }),
    ...parts.more,
  } as never;
}

const open = (env: unknown, numEnvs?: number): VecEnv => resolveEnv("createPpo", env as EnvOption, numEnvs, 2);
/** Two episodes with the first action, everything that came out. */
function play(env: unknown, numEnvs?: number): { rewards: number[]; observations: number[]; ends: number } {
  const vec = open(env, numEnvs);
  vec.reset({ seed: 1 });
  const rewards: number[] = [];
  const observations: number[] = [];
  let ends = 0;
  for (let t = 0; t < 10; t++) {
    const step = vec.step(vec.singleActionSpace.createBatch(vec.numEnvs));
    rewards.push(step.rewards[0]!);
    observations.push(...step.observations.subarray(0, vec.singleObservationSpace.size));
    ends += step.terminated[0]!;
  }
  return { rewards, observations, ends };
}

class Inventory {
  reset(): void {}
  step(): void {}
}
/** Its methods are fields: the prototype has none. */
class Fields {
  reset = (): void => undefined;
  step = (): void => undefined;
}

describe("what is given", () => {
  it("an id, an environment, a function, a vector, a function that makes a vector", () => {
    const mine = own();
    const vector = new SyncVectorEnv([() => own(), () => own(), () => own()]) as unknown as VecEnv;
    const cases: [unknown, number | undefined, number][] = [
      ["CartPole-v1", undefined, 2],
      ["CartPole-v1", 5, 5],
      [mine, undefined, 1],
      [mine, 1, 1],
      [() => own(), undefined, 2],
      [() => own(), 3, 3],
      [vector, undefined, 3],
      [vector, 3, 3],
      [() => makeVec("CartPole-v1", 4), undefined, 4],
      [makeVec("CartPole-v1", 4), undefined, 4],
    ];
    for (const [env, numEnvs, rows] of cases) expect(open(env, numEnvs).numEnvs).toBe(rows);
  });

  it("a built-in vector, and one of single environments, is taken as it is; any other is checked and gives its own results", () => {
    const builtIn = makeVec("CartPole-v1", 2) as VecEnv;
    expect(open(builtIn)).toBe(builtIn);
    const single = new SyncVectorEnv([() => own()]) as unknown as VecEnv;
    expect(open(single)).toBe(single);
    const patched = makeVec("CartPole-v1", 2) as VecEnv;
    const { step } = patched;
    patched.step = (actions) => step.call(patched, actions);
    expect(open(patched)).not.toBe(patched);
    const kernel = new KernelVecEnv(new CartPole(2), "same-step", undefined) as unknown as VecEnv;
    const checked = open(kernel);
    expect(checked).not.toBe(kernel);
    expect(open(checked)).toBe(checked);
    expect(checked.reset({ seed: 3 }).observations).toBe(kernel.observations);
    const result = checked.step(new Int32Array(2));
    expect(result.rewards).toEqual(Float64Array.of(1, 1));
    expect(checked.observations).toBe(result.observations);
    const saved = structuredClone(checked.state());
    expect(saved).toEqual(kernel.state());
    const straight = Array.from(checked.step(new Int32Array(2)).observations);
    checked.restore(saved);
    expect(Array.from(checked.step(new Int32Array(2)).observations)).toEqual(straight);
  });

  const expected = '; expected an environment id such as "CartPole-v1", an Env, a function that makes one, or a VecEnv.';
  it.each([
    [null, `createPpo: env is null${expected}`],
    [undefined, `createPpo: env is undefined${expected}`],
    [5, `createPpo: env is 5${expected}`],
    [{}, `createPpo: env is an object without numEnvs or observationSpace${expected}`],
    [[() => own()], `createPpo: env is a list without numEnvs or observationSpace${expected}`],
    ["CartPole", 'there is no environment "CartPole"'],
    [Inventory, `createPpo: env is the class Inventory${expected} Write () => new Inventory().`],
    [Fields, `createPpo: env is the class Fields${expected} Write () => new Fields().`],
    [() => Inventory, `createPpo: the function given as env returned the class Inventory${expected} Write () => new Inventory().`],
    [() => undefined, `createPpo: the function given as env returned undefined${expected}`],
    [() => "CartPole-v1", `createPpo: the function given as env returned "CartPole-v1"${expected}`],
    [async () => own(), `createPpo: the function given as env returned a promise${expected} Await what is needed first`],
    [Promise.resolve(own()), `createPpo: env is a promise${expected} Await what is needed first`],
    [
      own({ more: { restore: undefined } }),
      "createPpo: the environment is not one: restore is undefined, expected a method; add restore() to the environment.",
    ],
    [
      { ...own(), observationSpace: undefined, observation_space: 1 },
      "observationSpace is undefined, expected a space; rename observation_space, its name in Python, to observationSpace.",
    ],
    [own({ actionSpace: 2 }), "actionSpace is 2, expected a space; set it to a Box, Discrete"],
    [
      own({ more: { action_masks: () => [1, 1] } }),
      "the environment has a method action_masks(), which nothing asks for; rename it to actionMasks().",
    ],
    [own({ more: { actionMasks: [1, 0] } }), "actionMasks is [1, 0], expected a method; write actionMasks() { return … }"],
    [{ ...makeVec("CartPole-v1", 2) }, "createPpo: env is no vector of environments: reset is undefined, expected a method"],
    [{ numEnvs: 0 }, "createPpo: env is no vector of environments: numEnvs is 0, expected a whole number ≥ 1."],
  ] as [unknown, string][])("%#", (env, message) => {
    expect(() => open(env)).toThrow(message);
  });

  it("numbers of environments that do not fit", () => {
    expect(() => open(own(), 2)).toThrow("numEnvs is 2, but env is one environment; give its id, a function that makes it, or numEnvs: 1.");
    expect(() => open(makeVec("CartPole-v1", 3), 2)).toThrow("numEnvs is 2, but env is a vector of 3; leave numEnvs out");
    for (const numEnvs of [0, 1.5, NaN, "2"]) expect(() => open(() => own(), numEnvs as number)).toThrow("expected a whole number ≥ 1");
    const one = own();
    expect(() => open(() => one)).toThrow("createPpo: rows 0 and 1 are the same environment object; make a new one in every function.");
  });
});

const place = " (row 0, step 3 of its episode)";
const late = (bad: object) => (t: number) => (right: object) => (t === 3 ? { ...right, ...bad } : right);
describe("what a step returns is refused when it comes, with row and step", () => {
  it.each([
    [
      { observation: Float32Array.of(1, 2, 3) },
      "outside of observationSpace Box(-10, 10, [2], float32): its length is 3, expected 2 (shape [2]).",
    ],
    [{ observation: Float32Array.of(1) }, "its length is 1, expected 2 (shape [2])."],
    [
      { observation: [1, 2] },
      "it is [1, 2], expected a Float32Array of length 2. Return Float32Array.from(list), of a nested list with .flat() first.",
    ],
    [{ observation: Float64Array.of(1, 2) }, "it is Float64Array [1, 2], expected a Float32Array of length 2. Correct the observation"],
    [{ observation: Float32Array.of(1, 11) }, "element 1 is 11, expected a value in -10 … 10."],
    [{ observation: undefined }, "it is undefined, expected a Float32Array of length 2."],
    [{ reward: "1" }, 'returned the reward "1", expected a finite number; check the formula of the reward.'],
    [{ reward: [1] }, "returned the reward [1], expected a finite number"],
    [{ reward: null }, "returned the reward null, expected a finite number"],
    [{ reward: 1n }, "returned the reward 1n, expected a finite number"],
    [{ reward: true }, "returned the reward true, expected a finite number"],
    [{ terminated: "false" }, 'returned terminated = "false", expected true or false; return a boolean.'],
    [{ terminated: 0 }, "returned terminated = 0, expected true or false"],
    [{ truncated: undefined }, "returned truncated = undefined, expected true or false"],
    [{ info: undefined }, "returned info = undefined, expected an object; return info: {} when there is nothing to tell."],
    [{ info: null }, "returned info = null, expected an object"],
    [{ info: new Map([["actionMask", [1, 0]]]) }, "returned info = a Map, expected an object"],
    [{ info: Float32Array.of(1) }, "returned info = Float32Array [1], expected an object"],
    [{ info: [] }, "returned info = [], expected an object"],
  ] as [object, string][])("%#", (bad, message) => {
    expect(() => play(own({ step: late(bad) }))).toThrow(`step(0)${place} returned`);
    expect(() => play(own({ step: late(bad) }))).toThrow(message);
  });

  it.each([
    [
      (t: number) => ({ observation: Float32Array.of(t, t), reward: 1, done: t === 5, info: {} }),
      'step(0) (row 0, step 1 of its episode) returned a field "done", expected "terminated" and "truncated"; set terminated when the task itself ended and truncated when it was cut off.',
    ],
    [
      (t: number) => [Float32Array.of(t, t), 1, false, false, {}],
      "step(0) (row 0, step 1 of its episode) returned the list [a Float32Array, 1, false, false, an object], expected { observation, reward, terminated, truncated, info }; return an object with these five fields.",
    ],
    [() => undefined, "returned undefined, expected { observation, reward, terminated, truncated, info }; return an object"],
    [() => Float32Array.of(1, 2), "returned Float32Array [1, 2], expected { observation, reward, terminated, truncated, info }"],
    [() => 1, "returned 1, expected { observation, reward, terminated, truncated, info }"],
    [
      async () => ({}),
      "step(0) (row 0, step 1 of its episode) returned a promise, expected { observation, reward, terminated, truncated, info } at once; take async away and await what it needs before the environment is made.",
    ],
  ] as [(t: number) => unknown, string][])("another form %#", (step, message) => {
    expect(() => play(own({ step }))).toThrow(message);
  });

  it.each([
    [
      () => Float32Array.of(1, 2),
      "reset() (row 0) returned Float32Array [1, 2], expected { observation, info }; return an object with these two fields.",
    ],
    [() => [Float32Array.of(1, 2), {}], "reset() (row 0) returned the list ["],
    [() => undefined, "reset() (row 0) returned undefined, expected { observation, info }"],
    [
      async () => ({ observation: Float32Array.of(1, 2), info: {} }),
      "reset() (row 0) returned a promise, expected { observation, info } at once",
    ],
    [() => ({ observation: Float32Array.of(1, 2) }), "reset() (row 0) returned info = undefined, expected an object"],
    [() => ({ observation: Float32Array.of(1), info: {} }), "reset() (row 0) returned an observation outside of observationSpace Box("],
  ] as [() => unknown, string][])("a reset %#", (reset, message) => {
    expect(() => play(own({ reset }))).toThrow(message);
  });

  it.each([
    [new Discrete(3), 1, "left", 'it is "left", expected a whole number in 0 … 2'],
    [new Discrete(3), 1, 3, "it is 3, expected a whole number in 0 … 2"],
    [new Discrete(3), 1, 1.5, "it is 1.5, expected a whole number in 0 … 2"],
    [
      new Box({ low: 0, high: 255, shape: [2, 2], dtype: "uint8" }),
      Uint8Array.of(1, 2, 3, 4),
      [
        [1, 2],
        [3, 4],
      ],
      "it is [a list, a list], expected a Uint8Array of length 4. Return Uint8Array.from(list)",
    ],
    [new Box({ low: 0, high: 255, shape: [1], dtype: "uint8" }), Uint8Array.of(1), [300], "it is [300], expected a Uint8Array of length 1"],
    [new MultiDiscrete([2, 3]), Int32Array.of(1, 2), Int32Array.of(1, 3), "element 1 is 3, expected a whole number in 0 … 2"],
    [new MultiBinary(2), Int8Array.of(1, 0), Int8Array.of(1, 2), "element 1 is 2, expected 0 or 1"],
    [
      new Dict({ a: new Discrete(2), b: new MultiBinary(1) }),
      { a: 1, b: Int8Array.of(1) },
      { a: 1 },
      '"b" is not in MultiBinary(1): it is undefined',
    ],
  ] as [unknown, unknown, unknown, string][])("spaces of other kinds %#", (observationSpace, right, bad, message) => {
    expect(play(own({ observationSpace, observation: () => right })).ends).toBe(2);
    expect(() => play(own({ observationSpace, observation: (t) => (t === 3 ? bad : right) }))).toThrow(
      `step(0)${place} returned an observation outside of observationSpace`,
    );
    expect(() => play(own({ observationSpace, observation: (t) => (t === 3 ? bad : right) }))).toThrow(message);
  });

  it("numbers that are right come through untouched", () => {
    expect(play(own())).toEqual({
      rewards: [1, 2, 3, 4, 5, 1, 2, 3, 4, 5],
      observations: [1, 0.5, 2, 1, 3, 1.5, 4, 2, 0, 0, 1, 0.5, 2, 1, 3, 1.5, 4, 2, 0, 0],
      ends: 2,
    });
  });
});

describe("action masks", () => {
  const allowed = (mask: unknown, more: Parts = {}): number[] => {
    const vec = open(own({ info: () => ({ actionMask: mask }), ...more }));
    return Array.from(vec.reset().infos["actionMask"]!);
  };
  it("come as lists, lists of booleans, arrays of any type, and one list per choice", () => {
    for (const mask of [[1, 0], [true, false], Uint8Array.of(1, 0), Float32Array.of(1, 0), Int32Array.of(1, 0)])
      expect(allowed(mask)).toEqual([1, 0]);
    const actionSpace = new MultiDiscrete([2, 3]);
    for (const mask of [
      [1, 0, 0, 1, 1],
      [
        [1, 0],
        [0, 1, 1],
      ],
      [Uint8Array.of(1, 0), [false, true, true]],
    ])
      expect(allowed(mask, { actionSpace })).toEqual([1, 0, 0, 1, 1]);
    for (const mask of [[1, 0], [true, false], Uint8Array.of(1, 0)])
      expect(Array.from(open(own({ more: { actionMasks: () => mask } })).actionMasks!())).toEqual([1, 0]);
  });

  it.each([
    [[1, 0, 1], "The environment gives action masks of 3 numbers; expected 2, one per action"],
    [[], "The environment gives action masks of 0 numbers; expected 2, one per action"],
    [[1, 2], "has 2 for action 1, expected 1 or true where it is allowed, 0 or false where not."],
    [[1, NaN], "has NaN for action 1, expected 1 or true"],
    [["1", "0"], 'has "1" for action 0, expected 1 or true'],
    [[1, undefined], "has undefined for action 1, expected 1 or true"],
    ["10", 'is "10", expected a list of 2 numbers, 1 where an action is allowed and 0 where not.'],
    [{ 0: 1, 1: 0 }, "is { 0, 1 }, expected a list of 2 numbers"],
    [2, "is 2, expected a list of 2 numbers"],
  ] as [unknown, string][])("that cannot be are refused %#", (mask, message) => {
    expect(() => allowed(mask)).toThrow(message);
    const vec = open(own({ more: { actionMasks: () => mask } }));
    vec.reset();
    expect(() => vec.actionMasks!()).toThrow(message);
  });

  it.each(["action_mask", "action_masks", "actionMasks"])("under another name, info.%s, are refused", (name) => {
    expect(() => open(own({ info: () => ({ [name]: [1, 0] }) })).reset()).toThrow(
      `info.${name} of row 0, step 0 of its episode is read by nothing, expected the name info.actionMask; rename it.`,
    );
  });
});

describe("actions of other types", () => {
  it("float64 takes the float32 actions of policies, and a bound that float32 cannot hold stays the bound", () => {
    const env = own({ actionSpace: new Box({ low: -0.1, high: 0.1, shape: [2], dtype: "float64" }) });
    const vec = open(env);
    vec.reset();
    vec.step(Float32Array.of(0.1, 0.05));
    vec.step(Float64Array.of(-0.1, 0.05) as never);
    expect(env.taken).toEqual([Float64Array.of(0.1, Math.fround(0.05)), Float64Array.of(-0.1, 0.05)]);
  });

  it("those outside of their space are refused before any row moves", () => {
    const env = own();
    const vec = open(env);
    vec.reset();
    for (const [actions, message] of [
      [Int32Array.of(2), "step: the action of row 0 is 2, expected a value in Discrete(2)."],
      [Int32Array.of(-1), "step: the action of row 0 is -1, expected a value in Discrete(2)."],
      [Float32Array.of(1), "step: actions are Float32Array [1], expected a int32 array of length 1"],
    ] as const)
      expect(() => vec.step(actions)).toThrow(message);
    expect(env.taken).toEqual([]);
    const box = open(own({ actionSpace: new Box({ low: -1, high: 1, shape: [2] }) }));
    box.reset();
    expect(() => box.step(Float32Array.of(0, NaN))).toThrow(
      "step: element 1 of the action of row 0 is NaN, expected a value in Box(-1, 1, [2], float32); look for a division by zero",
    );
  });
});

describe("a vector of the user's own", () => {
  const vector = (change: (result: Record<string, unknown>, t: number) => object = (r) => r, more: object = {}): VecEnv => {
    const inner = makeVec("CartPole-v1", 2) as VecEnv;
    let t = 0;
    return {
      numEnvs: 2,
      singleObservationSpace: inner.singleObservationSpace,
      singleActionSpace: inner.singleActionSpace,
      autoreset: "same-step",
      spec: undefined,
      observations: inner.observations,
      reset: (options) => inner.reset(options),
      step: (actions) => change({ ...inner.step(actions) }, ++t) as never,
      scene: () => undefined,
      state: () => inner.state(),
      restore: (state) => inner.restore(state),
      ...more,
    };
  };
  const late2 = (bad: object) => vector((right, t) => (t === 2 ? { ...right, ...bad } : right));
  const infinite = new Float32Array(8).fill(9);

  it("gives what it gives", () => {
    const vec = open(vector());
    const plain = makeVec("CartPole-v1", 2);
    vec.reset({ seed: 4 });
    plain.reset({ seed: 4 });
    for (let t = 0; t < 30; t++) {
      const [a, b] = [vec.step(Int32Array.of(0, 1)), plain.step(Int32Array.of(0, 1))];
      expect([a.observations, a.rewards, a.terminated, a.truncated, a.finalObservations]).toEqual([
        b.observations,
        b.rewards,
        b.terminated,
        b.truncated,
        b.finalObservations,
      ]);
    }
  });

  it.each([
    [
      late2({ observations: new Float32Array(7) }),
      "step().observations are Float32Array [0, 0, 0, 0, 0, 0, …] (7 items), expected a float32 array of length 8",
    ],
    [late2({ observations: new Float64Array(8) }), "expected a float32 array of length 8; allocate it once and fill it in every step."],
    [late2({ observations: infinite }), "step().observations of row 0, after step 2, are outside of singleObservationSpace Box("],
    [late2({ rewards: [1, 1] }), "step().rewards are [1, 1], expected a float64 array of length 2"],
    [late2({ rewards: new Float64Array(3) }), "step().rewards are Float64Array [0, 0, 0], expected a float64 array of length 2"],
    [late2({ terminated: [false, false] }), "step().terminated are [false, false], expected a uint8 array of length 2"],
    [
      late2({ truncated: Uint8Array.of(0, 7) }),
      "step().truncated of row 1, after step 2, is 7, expected 1 where it is so and 0 where not.",
    ],
    [late2({ finalObservations: undefined }), "step().finalObservations are undefined, expected a float32 array of length 8"],
    [
      late2({ finalObservations: infinite, terminated: Uint8Array.of(0, 1) }),
      "step().finalObservations of row 1, after step 2, are outside of",
    ],
    [late2({ infos: undefined }), "step() returned infos = undefined, expected an object"],
    [late2({ infos: { actionMask: [1, 1, 1] } }), "The environment gives action masks of 1.5 numbers; expected 2, one per action"],
    [late2({ infos: new Map() }), "step() returned infos = a Map, expected an object"],
    [
      late2({ infos: { actionMask: null } }),
      "infos.actionMask of row 0, after step 2, are null, expected 4 numbers, all rows one after the other",
    ],
    [
      late2({
        infos: {
          actionMask: [
            [1, 0],
            [1, 1],
          ],
        },
      }),
      "infos.actionMask of row 0, after step 2, are [a list, a list], expected 4 numbers, all rows one after the other in one list",
    ],
    [late2({ infos: { action_mask: Uint8Array.of(1, 1, 1, 1) } }), "expected the name info.actionMask; rename it."],
    [vector(() => Promise.resolve({})), "step() returned a promise, expected { observations, rewards,"],
    [vector(() => [1] as never), "step() returned [1], expected { observations, rewards,"],
    [vector((r) => r, { reset: () => infinite }), "reset() returned Float32Array [9, 9, 9, 9, 9, 9, …] (8 items)"],
    [
      vector((r) => r, { reset: () => ({ observations: infinite, infos: {} }) }),
      "reset().observations of row 0, after step 0, are outside of",
    ],
  ] as [VecEnv, string][])("is refused when it returns something else %#", (env, message) => {
    const run = (): void => {
      const vec = open(env);
      vec.reset({ seed: 1 });
      for (let t = 0; t < 3; t++) vec.step(new Int32Array(2));
    };
    expect(run).toThrow(message);
  });

  it("its own masks are looked at too", () => {
    const vec = open(vector((r) => r, { actionMasks: () => [true, false, 1, 1] }));
    expect(vec.actionMasks!()).toEqual(Uint8Array.of(1, 0, 1, 1));
    expect(() => open(vector((r) => r, { actionMasks: () => [1, 1, 1, 3] })).actionMasks!()).toThrow(
      "has 3 for action 3, expected 1 or true",
    );
    for (const [masks, shown] of [
      [undefined, "undefined"],
      ["1111", '"1111"'],
      [Promise.resolve([1, 1, 1, 1]), "a Promise"],
    ] as const)
      expect(() => open(vector((r) => r, { actionMasks: () => masks })).actionMasks!()).toThrow(
        `actionMasks() of row 0, after step 0, are ${shown}, expected 4 numbers`,
      );
  });
});

it("knows when two are the same environment", () => {
  const mine = own();
  const vec = open(mine);
  expect(sharesEnv(vec, mine)).toBe(true);
  expect(sharesEnv(new TimeLimit(mine, 3), vec)).toBe(true);
  expect(sharesEnv(new VecRecordEpisodeStatistics(vec as never), mine)).toBe(true);
  expect(sharesEnv(own(), mine)).toBe(false);
  expect(sharesEnv(makeVec("CartPole-v1", 2), makeVec("CartPole-v1", 2))).toBe(false);
  expect(sharesEnv("CartPole-v1", "CartPole-v1")).toBe(false);
});
