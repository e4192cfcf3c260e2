import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  Box,
  ClipAction,
  FrameStackObservation,
  make,
  makeVec,
  NormalizeObservation,
  NormalizeReward,
  RecordEpisodeStatistics,
  RescaleAction,
  TimeAwareObservation,
  TimeLimit,
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
  type Env,
  type EnvState,
  type VecEnv,
} from "@rl/envs";

type Numbers = number[];
interface Row {
  a: number | Numbers;
  o: Numbers;
  r: number;
  te: boolean;
  tr: boolean;
  episode?: { r: number; l: number };
  start?: Numbers;
}
interface VecRow {
  a: Numbers;
  o: Numbers;
  r: Numbers;
  te: Numbers;
  tr: Numbers;
  episode?: { r: Numbers; l: Numbers };
}
const golden = JSON.parse(readFileSync(new URL("./golden/wrappers.json", import.meta.url), "utf8")) as {
  single: Record<string, { reset: Numbers; steps: Row[] }>;
  vector: Record<string, { reset: Numbers; steps: VecRow[] }>;
};

const cartPole = (): Env<Float32Array, number> => make("CartPole-v1");
const pendulum = (): Env<Float32Array, Float32Array> => make("Pendulum-v1");
const plane = new Box({ low: -Infinity, high: Infinity, shape: [2] });
const half = (o: Float32Array): Float32Array => Float32Array.of(o[0]! * 2, o[1]! * 2);

/** The wrapper, and how far observations may be from Gymnasium's, relative to max(1, |value|): 0 for equal bits of float32. */
const singles: Record<string, [() => Env<Float32Array, never>, number]> = {
  ClipAction: [() => new ClipAction(pendulum()), 0],
  RescaleAction: [() => new RescaleAction(pendulum(), -0.5, 1.5), 0],
  RecordEpisodeStatistics: [() => new RecordEpisodeStatistics(cartPole()), 0],
  TransformObservation: [() => new TransformObservation(cartPole(), half, plane), 0],
  TransformReward: [() => new TransformReward(pendulum(), (r) => 0.5 * r - 1), 0],
  // Gymnasium keeps these moments in float32.
  NormalizeObservation: [() => new NormalizeObservation(cartPole()), 2e-5],
  NormalizeReward: [() => new NormalizeReward(cartPole(), { discount: 0.9 }), 0],
  FrameStackObservation: [() => new FrameStackObservation(cartPole(), 3), 0],
  "FrameStackObservation zero": [() => new FrameStackObservation(cartPole(), 3, { padding: "zero" }), 0],
  TimeAwareObservation: [() => new TimeAwareObservation(cartPole()), 0],
  "TimeAwareObservation normalized": [() => new TimeAwareObservation(cartPole(), { normalizeTime: true }), 0],
} as unknown as Record<string, [() => Env<Float32Array, never>, number]>;

function close(got: ArrayLike<number>, wanted: Numbers, tolerance: number, where: string): void {
  expect(got.length, where).toBe(wanted.length);
  wanted.forEach((value, i) => {
    if (tolerance === 0) expect(got[i], `${where} element ${i}`).toBe(Math.fround(value));
    else expect(Math.abs(got[i]! - value) / Math.max(1, Math.abs(value)), `${where} element ${i}`).toBeLessThanOrEqual(tolerance);
  });
}

describe("beside Gymnasium's wrappers", () => {
  it.each(Object.entries(golden.single))("%s", (name, { reset, steps }) => {
    const [make, tolerance] = singles[name]!;
    const env = make();
    close(env.reset({ seed: 17 }).observation, reset, tolerance, "reset");
    for (const [t, row] of steps.entries()) {
      const action = typeof row.a === "number" ? row.a : Float32Array.from(row.a);
      const result = env.step(action as never);
      close(result.observation, row.o, tolerance, `step ${t}`);
      expect(Math.abs(result.reward - row.r), `reward of step ${t}`).toBeLessThanOrEqual(2e-9);
      expect([result.terminated, result.truncated]).toEqual([row.te, row.tr]);
      expect(result.info["episode"]).toEqual(row.episode);
      if (row.start) close(env.reset().observation, row.start, tolerance, `reset after step ${t}`);
    }
    expect(steps.length).toBeGreaterThanOrEqual(30);
  });

  const vectors: Record<string, [(vec: VecEnv<Float32Array, Int32Array>) => VecEnv<Float32Array, Int32Array>, number]> = {
    RecordEpisodeStatistics: [(vec) => new VecRecordEpisodeStatistics(vec), 0],
    NormalizeObservation: [(vec) => new VecNormalizeObservation(vec), 2e-5],
    NormalizeReward: [(vec) => new VecNormalizeReward(vec, { discount: 0.9 }), 0],
  };
  it.each(Object.entries(golden.vector))("%s of a vector in next-step mode", (name, { reset, steps }) => {
    const [wrap, tolerance] = vectors[name]!;
    const vec = wrap(makeVec("CartPole-v1", 3, { autoreset: "next-step" }));
    close(vec.reset({ seed: 17 }).observations, reset, tolerance, "reset");
    let episodes = 0;
    for (const [t, row] of steps.entries()) {
      const result = vec.step(Int32Array.from(row.a));
      close(result.observations, row.o, tolerance, `step ${t}`);
      // Gymnasium sums discounted rewards of vectors in float32.
      row.r.forEach((r, i) => {
        expect(Math.abs(result.rewards[i]! - r), `reward of step ${t}`).toBeLessThanOrEqual(2e-6);
      });
      expect([...result.terminated, ...result.truncated]).toEqual([...row.te, ...row.tr]);
      if (name !== "RecordEpisodeStatistics") continue;
      const { "episode.r": r, "episode.l": l } = result.infos;
      expect([...r!]).toEqual(row.episode?.r ?? [0, 0, 0]);
      expect([...l!]).toEqual(row.episode?.l ?? [0, 0, 0]);
      episodes += row.episode ? 1 : 0;
    }
    if (name === "RecordEpisodeStatistics") expect(episodes).toBeGreaterThan(3);
  });
});

/** A vector of one against the single form. */
describe("vector forms equal the single ones", () => {
  type C = [
    name: string,
    (env: Env<Float32Array, Float32Array>) => Env<Float32Array, Float32Array>,
    (vec: VecEnv<Float32Array, Float32Array>) => VecEnv<Float32Array, Float32Array>,
  ];
  const cases: C[] = [
    ["ClipAction", (e) => new ClipAction(e), (v) => new VecClipAction(v)],
    ["RescaleAction", (e) => new RescaleAction(e, -3, 3), (v) => new VecRescaleAction(v, -3, 3)],
    ["RecordEpisodeStatistics", (e) => new RecordEpisodeStatistics(e), (v) => new VecRecordEpisodeStatistics(v)],
    [
      "TransformObservation",
      (e) => new TransformObservation(e, half, plane),
      (v) =>
        new VecTransformObservation(
          v,
          (from, to) => {
            to[0] = from[0]! * 2;
            to[1] = from[1]! * 2;
          },
          plane,
        ),
    ],
    ["TransformReward", (e) => new TransformReward(e, (r) => r * 3), (v) => new VecTransformReward(v, (r) => r * 3)],
    ["NormalizeReward", (e) => new NormalizeReward(e), (v) => new VecNormalizeReward(v)],
    [
      "FrameStackObservation",
      (e) => new FrameStackObservation(e, 4, { padding: "zero" }),
      (v) => new VecFrameStackObservation(v, 4, { padding: "zero" }),
    ],
    ["TimeAwareObservation", (e) => new TimeAwareObservation(e), (v) => new VecTimeAwareObservation(v)],
  ];
  it.each(cases)("%s", (_, wrapSingle, wrapVec) => {
    const env = wrapSingle(make("Pendulum-v1", { maxEpisodeSteps: 13 }));
    const vec = wrapVec(makeVec("Pendulum-v1", 1, { maxEpisodeSteps: 13, autoreset: "same-step" }));
    expect(vec.reset({ seed: 4 }).observations).toEqual(env.reset({ seed: 4 }).observation);
    expect(vec.singleObservationSpace.toString()).toBe(env.observationSpace.toString());
    expect(vec.singleActionSpace.toString()).toBe(env.actionSpace.toString());
    for (let t = 0; t < 60; t++) {
      const action = Float32Array.of(((t * 37) % 23) / 4 - 2.7);
      const many = vec.step(action);
      const one = env.step(action);
      expect(many.rewards[0]).toBe(one.reward);
      expect([many.terminated[0], many.truncated[0]]).toEqual([Number(one.terminated), Number(one.truncated)]);
      const shown = one.truncated ? many.finalObservations : many.observations;
      expect(shown.slice()).toEqual(one.observation);
      if (one.truncated) expect(many.observations.slice()).toEqual(env.reset().observation);
    }
  });

  it("RecordEpisodeStatistics remembers the last episodes", () => {
    const vec = new VecRecordEpisodeStatistics(makeVec("Pendulum-v1", 2, { maxEpisodeSteps: 3 }), { bufferLength: 3 });
    vec.reset({ seed: 0 });
    const returns: number[] = [];
    for (let t = 0; t < 12; t++) {
      const { infos } = vec.step(new Float32Array(2));
      if (t % 3 === 2) returns.push(...infos["episode.r"]!);
      expect([...infos["_episode.r"]!]).toEqual(t % 3 === 2 ? [1, 1] : [0, 0]);
    }
    expect(vec.episodeCount).toBe(8);
    expect(vec.recentReturns()).toEqual(returns.slice(-3));
    expect(vec.recentLengths()).toEqual([3, 3, 3]);
  });
});

describe("a time limit around another", () => {
  it("is the one that wrappers around it go by, as in Gymnasium 1.3.0", () => {
    const limited = new TimeLimit(cartPole(), 40);
    expect(limited.spec).toMatchObject({ id: "CartPole-v1", maxEpisodeSteps: 40 });
    const env = new TimeAwareObservation(limited, { normalizeTime: true });
    env.reset({ seed: 0 });
    expect(env.step(1).observation[4]).toBe(Math.fround(0.025));
    expect(new TimeAwareObservation(limited).observationSpace.high[4]).toBe(40);
  });
});

describe("running moments", () => {
  it("freeze, save and restore", () => {
    const make1 = (): NormalizeObservation<number> => new NormalizeObservation(make("CartPole-v1"));
    const env = make1();
    env.reset({ seed: 0 });
    for (let t = 0; t < 5; t++) env.step(t % 2);
    const { mean, count } = env.moments;
    env.updateRunningMean = false;
    const frozen = [...mean];
    const seen = env.step(1).observation;
    expect([...env.moments.mean]).toEqual(frozen);
    expect(env.moments.count).toBe(count);
    const other = make1();
    other.moments.restore(JSON.parse(JSON.stringify(env.moments.state())) as EnvState);
    other.updateRunningMean = false;
    other.reset({ seed: 0 });
    for (let t = 0; t < 5; t++) other.step(t % 2);
    expect(other.step(1).observation).toEqual(seen);
  });

  it("are the mean and variance of what was seen", () => {
    const vec = new VecNormalizeObservation(makeVec("CartPole-v1", 8) as VecEnv<Float32Array, Int32Array>);
    const raw = makeVec("CartPole-v1", 8);
    vec.reset({ seed: 1 });
    const seen = [...raw.reset({ seed: 1 }).observations].filter((_, i) => i % 4 === 2);
    for (let t = 0; t < 200; t++) {
      const actions = Int32Array.from({ length: 8 }, (_, i) => (t + i) % 2);
      vec.step(actions);
      seen.push(...[...raw.step(actions).observations].filter((_, i) => i % 4 === 2));
    }
    const mean = seen.reduce((a, b) => a + b, 0) / seen.length;
    const variance = seen.reduce((a, b) => a + (b - mean) * (b - mean), 0) / seen.length;
    // The prior (mean 0, variance 1) weighs 1e-4 observations of 1608.
    expect(Math.abs(vec.moments.mean[2]! - mean)).toBeLessThan(1e-8);
    expect(Math.abs(vec.moments.variance[2]! - variance)).toBeLessThan(1e-7);
  });
});

describe("misuse", () => {
  it.each([
    [
      () => new ClipAction(make("CartPole-v1") as never),
      "ClipAction: the action space is Discrete(2), expected a float32 Box; leave the wrapper out for other actions.",
    ],
    [() => new FrameStackObservation(make("CartPole-v1"), 0), "FrameStackObservation: stackSize is 0, expected a whole number ≥ 1."],
    [
      () => new FrameStackObservation(make("CartPole-v1"), 2, { paddin: "zero" } as never),
      'FrameStackObservation: unknown option "paddin"; did you mean "padding"? Known are padding.',
    ],
    [
      () => new TimeAwareObservation(make("CartPole-v1", { maxEpisodeSteps: Infinity })),
      "TimeAwareObservation: the environment has no time limit, expected one; put a TimeLimit inside.",
    ],
    [
      () => new RescaleAction(make("Pendulum-v1"), 1, 1),
      "RescaleAction: cannot map 1 … 1 onto -2 … 2 (element 0), expected finite bounds with min < max on both sides.",
    ],
    [
      () => new NormalizeReward(make("CartPole-v1"), { gamma: 0.9 } as never),
      'NormalizeReward: unknown option "gamma"; did you mean "discount"? Known are discount, epsilon.',
    ],
  ])("%#", (run, message) => {
    expect(run).toThrow(message);
  });
});
