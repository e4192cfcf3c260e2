/** Environments from their rules alone, and kernels that draw. */
import { describe, expect, it } from "vitest";
import type { Generator } from "@rl/random";
import {
  Box,
  checkEnv,
  CartPole,
  defineEnv,
  Discrete,
  KernelEnv,
  KernelVecEnv,
  MultiDiscrete,
  register,
  makeVec,
  TimeLimit,
  type Env,
  type VecEnv,
} from "@rl/envs";
import { envContract, vecEnvContract } from "@rl/envs/testing";

const walk = defineEnv({
  observationSpace: new Box({ low: 0, high: 10, shape: [2] }),
  actionSpace: new Discrete(2),
  start: (rng, { from = 0 }) => ({
    position: rng.integers(from as number, 5),
    seen: new Int8Array(11),
    path: [] as number[],
    last: -0,
    best: -Infinity,
  }),
  step(state, action, rng) {
    if (rng.random() < 0.8) state.position = Math.min(10, Math.max(0, state.position + 2 * action - 1));
    state.seen[state.position] = 1;
    state.path.push(action);
    state.best = Math.max(state.best, state.position);
    return { reward: -1, terminated: state.position === 10, info: { length: state.path.length } };
  },
  observe: ({ position, seen }) => Float32Array.of(position, seen[3]!),
  resetOptions: ["from"],
});

const nim = defineEnv({
  observationSpace: new Discrete(22),
  actionSpace: new Discrete(3, { start: 1 }),
  start: (rng) => ({ sticks: rng.integers(10, 22) }),
  step(state, take) {
    state.sticks -= take;
    return { reward: 1, terminated: state.sticks === 0 };
  },
  observe: ({ sticks }) => sticks,
  actionMask: ({ sticks }) => [true, sticks > 1, sticks > 2],
});

const two = defineEnv({
  observationSpace: new Discrete(4),
  actionSpace: new MultiDiscrete([2, 3]),
  start: () => ({ t: 0 }),
  step(state, [a, b]) {
    state.t++;
    return { reward: a! + b!, terminated: state.t === 3 };
  },
  observe: ({ t }) => t,
  actionMask: ({ t }) => [
    [1, t % 2],
    [0, 1, 1],
  ],
});

register({ id: "test/Walk-v0", entry: walk, maxEpisodeSteps: 7 });

describe.each([
  ["walk", () => walk() as unknown as Env],
  ["nim", () => nim() as unknown as Env],
  ["two", () => two() as unknown as Env],
])("%s keeps the contract", (_, make) => {
  for (const { name, run } of envContract(make)) it(name, () => expect(run).not.toThrow());
  it("and checkEnv's", () => expect(() => checkEnv(make())).not.toThrow());
});
for (const { name, run } of vecEnvContract((n, autoreset) => makeVec("test/Walk-v0", n, { autoreset })))
  it(`a vector of it: ${name}`, () => expect(run).not.toThrow());

describe("a defined environment", () => {
  it("has its spec from the registry, and a time limit around it", () => {
    const vec = makeVec("test/Walk-v0", 2);
    expect(vec.spec?.id).toBe("test/Walk-v0");
    vec.reset({ seed: 1 });
    const flags = Array.from({ length: 7 }, () => vec.step(new Int32Array(2)).truncated[0]);
    expect(flags).toEqual([0, 0, 0, 0, 0, 0, 1]);
    expect(vec.step(new Int32Array(2)).infos["length"]).toEqual(Float64Array.of(1, 1));
  });

  it("saves what JSON cannot hold", () => {
    const env = walk();
    env.reset({ seed: 3, options: { from: 4 } });
    expect(env.state()["state"]).toEqual({
      position: 4,
      seen: { $array: "int8", values: new Array<number>(11).fill(0) },
      path: [],
      last: { $number: "-0" },
      best: { $number: "-Infinity" },
    });
    env.step(1);
    const saved = structuredClone(env.state());
    const other = walk();
    other.restore(JSON.parse(JSON.stringify(saved)) as never);
    expect(other.state()).toEqual(saved);
    expect(other.step(1)).toEqual(env.step(1));
  });

  it("refuses states of another form and stays as it is", () => {
    const env = walk();
    env.reset({ seed: 3 });
    const good = structuredClone(env.state()) as { state: Record<string, unknown> };
    const bad = (change: object): unknown => ({ ...good, state: { ...good.state, ...change } });
    for (const [state, message] of [
      [bad({ position: "x" }), 'restore: state.position is "x", expected a number'],
      [bad({ extra: 1 }), "restore: state has the keys position, seen, path, last, best, extra, expected position, seen, path, last, best"],
      [bad({ seen: [1] }), "restore: state.seen is [1], expected a int8 array"],
      [bad({ seen: { $array: "int8", values: [300] } }), "restore: state.seen[0] is 300, expected a whole number in -128 … 127"],
      [{ ...good, rng: null }, "expected both or neither"],
      [{ ...good, kind: "x" }, 'the state is of kind "x", expected "defined"'],
    ] as const) {
      expect(() => env.restore(state as never)).toThrow(message);
      expect(env.state()).toEqual(good);
    }
    for (const options of [{ seed: -1 }, { sead: 1 }, { options: { form: 1 } }, { options: { from: 9 } }]) {
      expect(() => env.reset(options as never)).toThrow(/expected|unknown option|low/);
      expect(env.state()).toEqual(good);
    }
  });

  it("refuses actions outside of their space, forbidden ones, and steps before a reset", () => {
    const env = nim();
    expect(() => env.step(1)).toThrow("step was called before reset; call reset({ seed }) first.");
    env.reset({ seed: 1 });
    expect(() => env.step(0)).toThrow("step(0): the action is not in Discrete(3, start=1): it is 0, expected a whole number in 1 … 3.");
    while (env.step(1).observation > 2);
    expect(() => env.step(3)).toThrow("step(3): the action is forbidden by the mask Uint8Array [1, 1, 0], expected an allowed one");
    const choices = two();
    choices.reset();
    expect(() => choices.step(Int32Array.of(1, 1))).toThrow("the action is forbidden by the mask Uint8Array [1, 0, 0, 1, 1]");
    expect(() => choices.step(Int32Array.of(0, 0))).toThrow("the action is forbidden by the mask");
    expect(choices.step(Int32Array.of(0, 2)).reward).toBe(2);
  });

  const rules = {
    observationSpace: new Discrete(2),
    actionSpace: new Discrete(2),
    start: () => ({ t: 0 }),
    step: () => ({ reward: 0, terminated: true }),
    observe: () => 0,
  };
  it.each([
    [{ ...rules, stat: 1 }, 'defineEnv: unknown option "stat"; did you mean "start"?'],
    [
      { ...rules, observe: undefined },
      "defineEnv: observe is undefined, expected a function such as (state) => Float32Array.of(state.position).",
    ],
    [{ ...rules, step: class Step {} }, "defineEnv: step is the class Step, expected a function"],
    [{ ...rules, actionSpace: 2 }, "defineEnv: actionSpace is 2, expected a space"],
    [
      { ...rules, actionSpace: new Box({ low: 0, high: 1, shape: [1] }), actionMask: () => [1] },
      "expected Discrete or MultiDiscrete; leave the mask out.",
    ],
  ])("that cannot be is refused %#", (definition, message) => {
    expect(() => defineEnv(definition as never)).toThrow(message);
  });
  it.each([
    [{ step: () => undefined }, "step(0) of the definition returned undefined, expected { reward, terminated }; return these two fields"],
    [{ step: () => ({ reward: 1, done: true }) }, "step(0) of the definition returned { reward, done }, expected { reward, terminated }"],
    [{ step: async () => ({ reward: 1, terminated: true }) }, "returned a promise, expected { reward, terminated }; take async away"],
    [{ start: () => 5 }, "start returned 5, expected an object with all that changes"],
    [{ start: () => ({ call: () => 1 }) }, "start: state.call is a function, expected numbers, strings, booleans"],
    [{ start: async () => ({ t: 0 }) }, "start returned a promise, expected the state at once; take async away."],
    [{ start: () => new Map([["t", 0]]) }, "start: state is a Map, expected numbers, strings, booleans"],
    [{ start: () => ({ t: undefined }) }, "start: state.t is undefined, expected numbers, strings, booleans"],
    [{ start: () => ({ t: { $number: 5 } }) }, "start: state.t is { $number }, expected numbers, strings, booleans"],
  ])("whose rules give something else is refused %#", (change, message) => {
    const env = defineEnv({ ...rules, ...change } as never)() as unknown as Env<number, number>;
    expect(() => {
      env.reset();
      env.step(0);
    }).toThrow(message);
  });
  it("restores lists whose elements are of several kinds", () => {
    const kinds = [1, "north", null, { a: 1 }, Float32Array.of(1), [-0]];
    const make = defineEnv({ ...rules, start: () => ({ kinds: [...kinds].reverse() }) });
    const env = make();
    env.reset({ seed: 1 });
    const saved = structuredClone(env.state());
    const other = make();
    other.restore(JSON.parse(JSON.stringify(saved)) as never);
    expect(other.state()).toEqual(saved);
    const numbers = defineEnv({ ...rules, start: () => ({ kinds: [1, 2] }) })();
    expect(() => numbers.restore(saved)).toThrow("restore: state.kinds[0] is [an object], expected a number");
  });
});

/** CartPole in gusts of wind: each row draws from its own stream. */
class Windy extends CartPole {
  override step(actions: Int32Array, streams: readonly Generator[] = []): void {
    super.step(actions);
    for (let row = 0; row < this.numEnvs; row++) this.xDot[row] = this.xDot[row]! + streams[row]!.normal(0, 0.1);
    for (let row = 0; row < this.numEnvs; row++) this.observe(row);
  }
}
describe("a kernel that draws", () => {
  for (const { name, run } of envContract(() => new TimeLimit(new KernelEnv(new Windy(1)), 30) as unknown as Env))
    it(name, () => expect(run).not.toThrow());
  for (const { name, run } of vecEnvContract(
    (n, autoreset) =>
      new KernelVecEnv(new Windy(n), autoreset, {
        id: "test/Windy-v0",
        maxEpisodeSteps: 30,
        rewardThreshold: undefined,
        options: {},
      }) as unknown as VecEnv,
  ))
    it(`in vectors: ${name}`, () => expect(run).not.toThrow());
});
