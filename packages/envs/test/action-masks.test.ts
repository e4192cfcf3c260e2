/** Which actions are allowed, asked of the environment itself: the question reaches it through wrappers, vectors and make. */
import { expect, test } from "vitest";
import {
  Box,
  Discrete,
  make,
  makeVec,
  PlainVecWrapper,
  PlainWrapper,
  RecordEpisodeStatistics,
  register,
  SyncVectorEnv,
  TimeLimit,
  VecNormalizeReward,
  VecRecordEpisodeStatistics,
  type Env,
  type VecEnv,
} from "../src/index.ts";

/** Counts steps; allows action 0 after an even number of them, action 1 after an odd one. */
function alternating(width = 2): Env<Float32Array, number> {
  let t = 0;
  const observe = (): Float32Array => Float32Array.of(t);
  return {
    observationSpace: new Box<"float32">({ low: 0, high: 100, shape: [1] }),
    actionSpace: new Discrete(2),
    spec: undefined,
    reset: () => ((t = 0), { observation: observe(), info: {} }),
    step: () => ((t += 1), { observation: observe(), reward: 1, terminated: t === 9, truncated: false, info: {} }),
    actionMasks: () => Array.from({ length: width }, (_, action) => (action === t % 2 ? 1 : 0)),
    scene: () => undefined,
    state: () => ({ t }),
    restore: (state) => void (t = state["t"] as number),
  };
}
register({ id: "test/Alternating-v0", entry: () => alternating() as never, maxEpisodeSteps: 5 });

test("wrappers and make pass the question on", () => {
  for (const env of [new TimeLimit(new RecordEpisodeStatistics(alternating()), 3), make("test/Alternating-v0" as string)] as Env<
    unknown,
    unknown
  >[]) {
    env.reset({ seed: 1 });
    expect(Array.from(env.actionMasks!())).toEqual([1, 0]);
    env.step(0);
    expect(Array.from(env.actionMasks!())).toEqual([0, 1]);
  }
  expect(make("CartPole-v1").actionMasks).toBeUndefined();
});

test("a vector has a row per environment, after its resets", () => {
  const vec = makeVec("test/Alternating-v0", 2);
  vec.reset({ seed: 1 });
  vec.step(Int32Array.of(0, 0));
  expect(Array.from(vec.actionMasks!())).toEqual([0, 1, 0, 1]);
  for (let t = 0; t < 4; t++) vec.step(Int32Array.of(0, 0));
  // The time limit of 5 has reset both.
  expect(Array.from(vec.actionMasks!())).toEqual([1, 0, 1, 0]);
  expect(makeVec("CartPole-v1", 2).actionMasks).toBeUndefined();
  // Wrappers of vectors too.
  const wrapped = new VecRecordEpisodeStatistics(new VecNormalizeReward(makeVec("test/Alternating-v0" as string, 2) as VecEnv));
  wrapped.reset({ seed: 1 });
  expect(Array.from(wrapped.actionMasks!())).toEqual([1, 0, 1, 0]);
  expect(new VecRecordEpisodeStatistics(makeVec("CartPole-v1", 2)).actionMasks).toBeUndefined();
});

test("masks that are not as wide as the action space are refused", () => {
  const vec = new SyncVectorEnv([() => alternating(2), () => alternating(3)]);
  vec.reset();
  expect(() => vec.actionMasks!()).toThrow(
    "The environment gives action masks of 3 numbers; expected 2, one per action (for MultiDiscrete, per choice of each). Give one number for every action of its space, 1 where it is allowed. First seen in actionMasks() of row 1.",
  );
});

test("a wrapper's own answer stands before that of the environment inside, and outer wrappers pass it on", () => {
  class Forbid extends PlainWrapper<Float32Array, number> {
    protected readonly kind = "forbid";
    override actionMasks(): number[] {
      return [0, 1];
    }
  }
  const { actionMasks: _, ...without } = alternating();
  for (const inside of [alternating(), without]) {
    const env = new TimeLimit(new Forbid(inside), 3);
    env.reset();
    expect(env.actionMasks!()).toEqual([0, 1]);
    const vec = new SyncVectorEnv([() => new Forbid(inside)]);
    expect(Array.from(vec.actionMasks!())).toEqual([0, 1]);
  }
  class ForbidAll extends PlainVecWrapper<Float32Array, Int32Array> {
    protected readonly kind = "forbid-all";
    override actionMasks(): number[] {
      return [1, 0, 0, 1];
    }
  }
  class Own extends SyncVectorEnv<Float32Array, number> {
    override actionMasks(): number[] {
      return [0, 0, 1, 1];
    }
  }
  for (const id of ["test/Alternating-v0", "CartPole-v1"]) {
    const vec = new ForbidAll(makeVec(id as "CartPole-v1", 2) as VecEnv<Float32Array, Int32Array>);
    expect(vec.actionMasks()).toEqual([1, 0, 0, 1]);
  }
  expect(new Own([() => alternating(), () => alternating()]).actionMasks()).toEqual([0, 0, 1, 1]);
});
