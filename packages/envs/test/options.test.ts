/** Options of wrappers, environments and the registry: refused by name where they are given. */
import { describe, expect, it } from "vitest";
import {
  ClipAction,
  FrameStackObservation,
  make,
  makeVec,
  NormalizeObservation,
  NormalizeReward,
  RecordEpisodeStatistics,
  register,
  RescaleAction,
  TimeAwareObservation,
  TimeLimit,
  TransformObservation,
  TransformReward,
  VecClipAction,
  VecNormalizeObservation,
  VecNormalizeReward,
  VecRecordEpisodeStatistics,
  VecRescaleAction,
  VecTransformObservation,
  VecTransformReward,
  Box,
  type Env,
} from "@rl/envs";

type Loose = new (...args: unknown[]) => unknown;
const wrap = (Wrapper: unknown, ...options: unknown[]): unknown => new (Wrapper as Loose)(make("Pendulum-v1"), ...options);
const wrapVec = (Wrapper: unknown, ...options: unknown[]): unknown => new (Wrapper as Loose)(makeVec("Pendulum-v1", 2), ...options);
const loose = make as (id: string, options?: object) => Env;
const looseVec = makeVec as (id: string, n: number, options?: object) => unknown;
class Maze {
  step(): void {}
}

describe("refused", () => {
  const cases: [() => unknown, string][] = [];
  for (const [name, make] of [
    ["NormalizeObservation", (o: object) => wrap(NormalizeObservation, o)],
    ["VecNormalizeObservation", (o: object) => wrapVec(VecNormalizeObservation, o)],
    ["NormalizeReward", (o: object) => wrap(NormalizeReward, o)],
    ["VecNormalizeReward", (o: object) => wrapVec(VecNormalizeReward, o)],
  ] as const)
    for (const [epsilon, shown] of [
      [-1, "-1"],
      [NaN, "NaN"],
      [Infinity, "Infinity"],
      ["1e-8", '"1e-8"'],
      [null, "null"],
    ] as const)
      cases.push([() => make({ epsilon }), `${name}: epsilon is ${shown}, expected a finite number ≥ 0.`]);
  for (const discount of [-0.1, 1.1, NaN, "0.9", null])
    cases.push(
      [() => wrap(NormalizeReward, { discount }), "NormalizeReward: discount is"],
      [() => wrapVec(VecNormalizeReward, { discount }), "expected a number in 0 … 1."],
    );
  for (const size of [0, 1.5, NaN, "3", null])
    cases.push(
      [() => wrap(RecordEpisodeStatistics, { bufferLength: size }), "RecordEpisodeStatistics: bufferLength is"],
      [() => wrapVec(VecRecordEpisodeStatistics, { bufferLength: size }), "expected a whole number ≥ 1."],
      [() => wrap(FrameStackObservation, size), "FrameStackObservation: stackSize is"],
      [() => wrap(TimeLimit, size), "TimeLimit: maxEpisodeSteps is"],
      [() => loose("Pendulum-v1", { maxEpisodeSteps: size }), "expected a whole number ≥ 1, or Infinity for no limit."],
    );
  cases.push(
    [() => wrap(TimeLimit, 2 ** 31), "TimeLimit: maxEpisodeSteps is 2147483648, expected a whole number ≥ 1 and ≤ 2147483647."],
    [
      () => wrap(TimeLimit, Infinity),
      "TimeLimit: maxEpisodeSteps is Infinity, expected a whole number ≥ 1; leave the wrapper out for no limit.",
    ],
    [() => wrap(FrameStackObservation, 2, { padding: "zeros" }), 'padding is "zeros", expected "reset" or "zero".'],
    [() => wrap(TimeAwareObservation, { normalizeTime: "yes" }), 'TimeAwareObservation: normalizeTime is "yes", expected true or false.'],
    [() => wrap(TransformReward, 5), "TransformReward: transform is 5, expected a function such as (reward) => reward / 10."],
    [() => wrapVec(VecTransformReward, Maze), "VecTransformReward: transform is the class Maze, expected a function"],
    [() => wrap(TransformObservation, "x", new Box({ low: 0, high: 1 })), 'TransformObservation: transform is "x", expected a function'],
    [() => wrap(TransformObservation, (o: unknown) => o), "TransformObservation: observationSpace is undefined, expected the space"],
    [() => wrapVec(VecTransformObservation, () => undefined, {}), "VecTransformObservation: observationSpace is {}, expected the space"],
    [() => wrap(RescaleAction, -1, [1, 2]), "new Box: high has 2 elements, expected 1"],
    [() => wrap(RescaleAction, 1, -1), "expected low ≤ high"],
    [() => wrap(RescaleAction, -Infinity, 1), "RescaleAction: cannot map -Infinity … 1 onto -2 … 2"],
    [() => wrapVec(VecRescaleAction, "x"), 'new Box: low is "x", expected a number'],
    [() => loose("Pendulum-v1", { gravity: "9.8" }), 'Pendulum: gravity is "9.8", expected a finite number.'],
    [() => loose("Pendulum-v1", { gravity: null }), "Pendulum: gravity is null, expected a finite number."],
    [() => loose("Pendulum-v1", { g: 9.8 }), 'make("Pendulum-v1"): unknown option "g"; did you mean "gravity"?'],
    [() => loose("MountainCar-v0", { goalVelocity: NaN }), "MountainCar: goalVelocity is NaN, expected a finite number."],
    [() => loose("CartPole-v1", { suttonBartoReward: "false" }), 'CartPole: suttonBartoReward is "false", expected true or false.'],
    [() => loose("CartPole-v1", { disableEnvChecker: 1 }), "disableEnvChecker is 1, expected true or false."],
    [() => looseVec("CartPole-v1", 2, { wrappers: TimeLimit }), "wrappers is a function, expected a list of functions"],
    [
      () => looseVec("CartPole-v1", 2, { wrappers: [RecordEpisodeStatistics] }),
      "wrappers[0] is the class RecordEpisodeStatistics, expected a function; write (env) => new RecordEpisodeStatistics(env).",
    ],
    [() => looseVec("CartPole-v1", 2, { wrappers: [() => undefined] }), "what wrappers[0] returned is no environment: it is undefined"],
    [() => looseVec("CartPole-v1", "2" as never), 'numEnvs is "2", expected a whole number ≥ 1.'],
    [
      () => register({ id: "test/Class-v0", entry: Maze as never }),
      'register("test/Class-v0"): entry is the class Maze, expected a function; write () => new Maze().',
    ],
    [
      () => register({ id: "test/Names-v0", entry: () => make("CartPole-v1"), optionNames: "size" as never }),
      'optionNames is "size", expected a list of names',
    ],
    [
      () => register({ id: "test/Limit-v0", entry: () => make("CartPole-v1"), maxEpisodeSteps: null as never }),
      "maxEpisodeSteps is null, expected a whole number",
    ],
    [
      () => register({ id: "test/Solved-v0", entry: () => make("CartPole-v1"), rewardThreshold: "9" as never }),
      'rewardThreshold is "9", expected a finite number.',
    ],
    [
      () => {
        register({ id: "test/Nothing-v0", entry: () => undefined as never });
        loose("test/Nothing-v0");
      },
      'make("test/Nothing-v0"): what entry made is no environment: it is undefined',
    ],
    [
      () => new TimeLimit(makeVec("CartPole-v1", 2) as never, 5),
      "new TimeLimit: what is to be wrapped is no environment: it is a vector of environments, expected a single one",
    ],
    [() => new ClipAction(undefined as never), "new ClipAction: what is to be wrapped is no environment: it is undefined"],
    [
      () => new VecClipAction(make("Pendulum-v1") as never),
      "new VecClipAction: what is to be wrapped is no vector: it is a single environment",
    ],
  );
  it.each(cases)("%#", (run, message) => {
    expect(run).toThrow(message);
  });
});

it("actions of another length are refused by wrappers, not cut or filled", () => {
  for (const env of [wrap(ClipAction), wrap(RescaleAction)] as Env<Float32Array, Float32Array>[]) {
    env.reset({ seed: 1 });
    for (const action of [Float32Array.of(1, 2), new Float32Array(0), 1, [1], Float64Array.of(1)])
      expect(() => env.step(action as Float32Array)).toThrow("expected a Float32Array of length 1");
  }
  for (const vec of [wrapVec(VecClipAction), wrapVec(VecRescaleAction)] as { reset(): unknown; step(actions: unknown): unknown }[]) {
    vec.reset();
    for (const actions of [Float32Array.of(1), Float32Array.of(1, 2, 3), Float64Array.of(1, 2), [1, 2]])
      expect(() => vec.step(actions)).toThrow("expected a float32 array of length 2");
  }
});

it("stacked zeros belong to the stacked space", () => {
  const cold = new TransformObservation(make("Pendulum-v1"), () => Float32Array.of(5), new Box({ low: 4, high: 6, shape: [1] }));
  const env = new FrameStackObservation(cold, 3, { padding: "zero" });
  expect(env.observationSpace.contains(env.reset({ seed: 1 }).observation)).toBe(true);
  expect(Array.from(env.observationSpace.low)).toEqual([0, 0, 4]);
});
