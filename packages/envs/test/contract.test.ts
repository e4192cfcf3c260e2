import { describe, expect, it } from "vitest";
import {
  checkEnv,
  ClipAction,
  FrameStackObservation,
  make,
  makeVec,
  NormalizeObservation,
  NormalizeReward,
  RecordEpisodeStatistics,
  registeredIds,
  RescaleAction,
  TimeAwareObservation,
  TransformObservation,
  TransformReward,
  VecClipAction,
  VecFrameStackObservation,
  VecNormalizeObservation,
  VecNormalizeReward,
  VecRecordEpisodeStatistics,
  VecRescaleAction,
  VecTimeAwareObservation,
  VecTransformObservation,
  VecTransformReward,
  Box,
  type AutoresetMode,
  type Env,
  type EnvId,
  type VecEnv,
} from "@rl/envs";
import { envContract, vecEnvContract } from "@rl/envs/testing";

/** One rule of a contract as a test. */
function holds(name: string, run: () => void): void {
  it(name, () => {
    expect(run).not.toThrow();
  });
}

// Whoever registers a built-in environment has it tested here. Files that ran before in this process registered theirs under namespaces.
const BUILT_IN = registeredIds().filter((id) => !id.includes("/")) as EnvId[];

it("lists the built-in ids", () => {
  expect(BUILT_IN).toEqual(expect.arrayContaining(["Acrobot-v1", "CartPole-v1", "Pendulum-v1"]));
});

describe.each(BUILT_IN)("%s", (id) => {
  it("passes checkEnv, bare and in the default stack", () => {
    checkEnv(make(id) as Env);
    checkEnv(make(id, { maxEpisodeSteps: 9, disableEnvChecker: true }) as Env);
  });
  for (const { name, run } of envContract(() => make(id, { maxEpisodeSteps: 60 }) as Env)) holds(name, run);
  for (const vectorization of ["native", "sync"] as const) {
    describe(`${vectorization} vector`, () => {
      for (const { name, run } of vecEnvContract(
        (n, autoreset) => makeVec(id, n, { autoreset, vectorization, maxEpisodeSteps: 60 }) as VecEnv,
      ))
        holds(name, run);
    });
  }
});

// Every wrapper keeps the contract of what it wraps.
const pendulum = (): Env<Float32Array, Float32Array> => make("Pendulum-v1", { maxEpisodeSteps: 50 });
const wide = new Box({ low: -Infinity, high: Infinity, shape: [1] });
const wrapped: Record<string, () => Env> = {
  ClipAction: () => new ClipAction(pendulum()),
  RescaleAction: () => new RescaleAction(pendulum()),
  RecordEpisodeStatistics: () => new RecordEpisodeStatistics(pendulum()),
  TransformObservation: () => new TransformObservation(pendulum(), (o) => Float32Array.of(o[0]! * o[2]!), wide),
  TransformReward: () => new TransformReward(pendulum(), (r) => r / 8),
  NormalizeReward: () => new NormalizeReward(pendulum()),
  FrameStackObservation: () => new FrameStackObservation(pendulum(), 3),
  TimeAwareObservation: () => new TimeAwareObservation(pendulum()),
} as unknown as Record<string, () => Env>;
describe.each(Object.entries(wrapped))("wrapper %s", (_, make) => {
  for (const { name, run } of envContract(make)) holds(name, run);
});

// Moments outlive reset({ seed }) on purpose, so the same seed shows another start; every other rule holds.
describe("wrapper NormalizeObservation", () => {
  for (const { name, run } of envContract(() => new NormalizeObservation(pendulum()))) {
    if (name !== "the same seed gives the same start") holds(name, run);
  }
});

type Wrap = (vec: VecEnv<Float32Array, Float32Array>) => VecEnv;
const vectorWrapped: Record<string, Wrap> = {
  VecClipAction: (vec) => new VecClipAction(vec),
  VecRescaleAction: (vec) => new VecRescaleAction(vec),
  VecRecordEpisodeStatistics: (vec) => new VecRecordEpisodeStatistics(vec),
  VecTransformObservation: (vec) =>
    new VecTransformObservation(
      vec,
      (from, to, rows) => {
        for (let i = 0; i < rows; i++) to[i] = from[3 * i]! * from[3 * i + 2]!;
      },
      wide,
    ),
  VecTransformReward: (vec) => new VecTransformReward(vec, (r) => r / 8),
  VecFrameStackObservation: (vec) => new VecFrameStackObservation(vec, 3),
  VecTimeAwareObservation: (vec) => new VecTimeAwareObservation(vec),
};
describe.each(Object.entries(vectorWrapped))("vector wrapper %s", (_, wrap) => {
  const make = (n: number, autoreset: AutoresetMode): VecEnv => wrap(makeVec("Pendulum-v1", n, { autoreset, maxEpisodeSteps: 20 }));
  for (const { name, run } of vecEnvContract(make)) holds(name, run);
});

// One set of moments over all rows: a row alone is scaled otherwise, and the modes count other rows.
const SHARED = [
  "a seed s seeds row i with s + i, whatever the number of rows",
  "same-step and next-step show the same episodes",
  "disabled mode refuses to step an ended row and resets by mask",
];
describe.each([
  ["VecNormalizeObservation", ((vec) => new VecNormalizeObservation(vec)) as Wrap],
  ["VecNormalizeReward", ((vec) => new VecNormalizeReward(vec)) as Wrap],
])("vector wrapper %s", (_, wrap) => {
  const make = (n: number, autoreset: AutoresetMode): VecEnv => wrap(makeVec("Pendulum-v1", n, { autoreset, maxEpisodeSteps: 20 }));
  for (const { name, run } of vecEnvContract(make)) if (!SHARED.includes(name)) holds(name, run);
});
