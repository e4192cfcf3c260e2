import { describe, expect, it } from "vitest";
import { Collector, EpisodeTracker, maskReader, ObservationNormalizer, RewardNormalizer, Rollout } from "../src/index.ts";
import { actionKind, encodeObservations, observationKind } from "../src/spaces.ts";
import { scriptedEnv, type ScriptedStep } from "./scripted-env.ts";

const r = (reward: number, end?: ScriptedStep["end"]): ScriptedStep => (end === undefined ? { reward } : { reward, end });

function setup(
  scripts: readonly (readonly ScriptedStep[])[],
  steps: number,
  normalizers: { observation?: boolean; reward?: boolean } = {},
) {
  const env = scriptedEnv(scripts);
  const observation = observationKind("test", env.singleObservationSpace as never);
  const action = actionKind("test", env.singleActionSpace as never);
  const tracker = new EpisodeTracker(env.numEnvs);
  const observationNormalizer = normalizers.observation ? new ObservationNormalizer(3) : undefined;
  const rewardNormalizer = normalizers.reward ? new RewardNormalizer(env.numEnvs, 0.9) : undefined;
  const collector = new Collector({ env, observation, action, boxActions: "clip", tracker, observationNormalizer, rewardNormalizer });
  const rollout = new Rollout({ numEnvs: env.numEnvs, steps, observationSize: 3, actionSize: 1, actionDtype: "int32", maskSize: 0 });
  collector.start(scripts.map((_, n) => n));
  return { env, tracker, collector, rollout, observationNormalizer };
}

describe("Collector", () => {
  it("files observations, actions, rewards and flags by step and environment", () => {
    const { env, collector, rollout, tracker } = setup(
      [
        [r(1), r(2, "terminated"), r(3)],
        [r(10), r(20), r(30, "truncated")],
      ],
      4,
    );
    let calls = 0;
    collector.collect(rollout, 4, (observations, _, t) => {
      calls++;
      expect(Array.from(observations)).toEqual(Array.from(rollout.observations.subarray(t * 6, t * 6 + 6)));
      return Int32Array.of(t % 3, (t + 1) % 3);
    });
    expect(calls).toBe(4);
    expect(rollout.length).toBe(4);
    // [row, steps in the episode, steps in all] for steps 0…4, the last being what came after.
    expect(Array.from(rollout.observations)).toEqual([
      0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 2, 1, 2, 2, 0, 1, 3, 1, 0, 3, 0, 2, 4, 1, 1, 4,
    ]);
    expect(Array.from(rollout.rewards)).toEqual([1, 10, 2, 20, 3, 30, 1, 10]);
    expect(Array.from(rollout.terminated)).toEqual([0, 0, 1, 0, 0, 0, 0, 0]);
    expect(Array.from(rollout.truncated)).toEqual([0, 0, 0, 0, 0, 1, 0, 0]);
    // Stored as the policy gave them, handed on with the space's start.
    expect(Array.from(rollout.actions)).toEqual([0, 1, 1, 2, 2, 0, 0, 1]);
    expect(env.received).toEqual([5, 6, 6, 7, 7, 5, 5, 6]);
    expect(tracker.episodes).toBe(2);
    expect(tracker.meanReturn()).toBe((3 + 60) / 2);
    expect(collector.steps).toBe(8);
  });

  it("keeps the final observation of truncated steps, not of terminated ones, also when both flags are set", () => {
    const { collector, rollout } = setup([[r(1, "terminated")], [r(1), r(1, "truncated")], [r(1, "both")]], 4);
    collector.collect(rollout, 4, () => new Int32Array(3));
    expect(rollout.finals).toBe(2);
    expect(Array.from(rollout.finalRows.subarray(0, 2))).toEqual([4, 10]);
    expect(Array.from(rollout.finalObservations.subarray(0, 6))).toEqual([1, 2, 2, 1, 2, 4]);
  });

  it("continues where it stopped", () => {
    const { collector, rollout } = setup([[r(1), r(2), r(3, "truncated")]], 2);
    collector.collect(rollout, 2, () => new Int32Array(1));
    collector.collect(rollout, 2, () => new Int32Array(1));
    expect(Array.from(rollout.rewards)).toEqual([3, 1]);
    expect(Array.from(rollout.observations)).toEqual([0, 2, 2, 0, 0, 3, 0, 1, 4]);
    expect(rollout.finals).toBe(1);
  });

  it("ends at an episode's end when asked, growing as needed", () => {
    const { collector, rollout } = setup([[r(1), r(2), r(3), r(4), r(5, "terminated")]], 2);
    collector.collect(rollout, 2, () => Int32Array.of(1), true);
    expect(rollout.length).toBe(5);
    expect(Array.from(rollout.rewards.subarray(0, 5))).toEqual([1, 2, 3, 4, 5]);
    expect(Array.from(rollout.actions.subarray(0, 5))).toEqual([1, 1, 1, 1, 1]);
    expect(Array.from(rollout.observations.subarray(0, 9))).toEqual([0, 0, 0, 0, 1, 1, 0, 2, 2]);
    collector.collect(rollout, 6, () => Int32Array.of(1), true);
    expect(rollout.length).toBe(10);
  });

  it("normalises observations with the moments of all that came so far, each counted once", () => {
    const { collector, rollout, observationNormalizer } = setup([[r(1)], [r(1)]], 3, { observation: true });
    collector.collect(rollout, 3, () => new Int32Array(2));
    collector.collect(rollout, 3, () => new Int32Array(2));
    // Column 2 counts 0, 0, 1, 1, … 6, 6: mean 3, variance 4.
    const { mean, variance, count } = observationNormalizer!.state();
    expect(count).toBeCloseTo(14, 3);
    expect(mean[2]).toBeCloseTo(3, 3);
    expect(variance[2]).toBeCloseTo(4, 3);
    expect(rollout.observations.at(-1)).toBeCloseTo((6 - 3) / 2, 2);
  });

  it("divides rewards by the deviation of running discounted returns, without shifting them", () => {
    const { collector, rollout } = setup([[r(4), r(-2), r(0)]], 3, { reward: true });
    collector.collect(rollout, 3, () => new Int32Array(1));
    expect(rollout.rewards[0]).toBeGreaterThan(0);
    expect(rollout.rewards[1]).toBeLessThan(0);
    expect(rollout.rewards[2]).toBe(0);
    // Running returns 4, 1.6, 1.44: variance 1.38…; the second reward sees those of 4 and 1.6: mean 2.8, variance 1.44.
    expect(rollout.rewards[1]).toBeCloseTo(-2 / 1.2, 2);
  });

  it("names the environment and the step of a number that is not finite", () => {
    const { env, collector, rollout } = setup([[r(1)], [r(1), r(NaN)]], 4);
    expect(() => collector.collect(rollout, 4, () => new Int32Array(2))).toThrow("Reward of environment 1 is NaN at step 2");
    env.observations[4] = Infinity;
    expect(() => collector.collect(rollout, 4, () => new Int32Array(2))).toThrow(
      "Element 1 of the observation of environment 1 is Infinity after step 2; expected a finite number",
    );
  });

  it("allocates nothing per step", () => {
    const { collector, rollout } = setup(
      [
        [r(1), r(1), r(1, "terminated")],
        [r(1), r(1)],
      ],
      1000,
      { observation: true, reward: true },
    );
    const actions = new Int32Array(2);
    const run = (): void => {
      for (let k = 0; k < 30; k++) collector.collect(rollout, 1000, () => actions);
    };
    // Code that is not optimised yet boxes its numbers: the least of several rounds counts.
    let least = Infinity;
    for (let round = 0; round < 8; round++) {
      const before = process.memoryUsage().heapUsed;
      run();
      const grown = process.memoryUsage().heapUsed - before;
      if (grown >= 0) least = Math.min(least, grown);
    }
    // 30 000 steps: one 16-byte object per step would be 480 000.
    expect(least).toBeLessThan(200_000);
  });
});

describe("encodeObservations", () => {
  const when = (): string => "at the start";
  it("writes whole numbers as one-hot groups", () => {
    const kind = observationKind("test", { size: 2, nvec: Int32Array.of(2, 3), start: Int32Array.of(0, 1), toString: () => "" });
    const target = new Float32Array(10).fill(9);
    encodeObservations(kind, Int32Array.of(1, 1, 0, 3), 0, 2, target, 0, when);
    expect(Array.from(target)).toEqual([0, 1, 1, 0, 0, 1, 0, 0, 0, 1]);
    expect(() => encodeObservations(kind, Int32Array.of(1, 4), 0, 1, target, 0, when)).toThrow(
      "Element 1 of the observation of environment 0 is 4 at the start; expected a whole number from 1 to 3",
    );
    // Would be a row without any 1.
    expect(() => encodeObservations(kind, Float32Array.of(0.5, 1), 0, 1, target, 0, when)).toThrow(
      "Element 0 of the observation of environment 0 is 0.5 at the start; expected a whole number from 0 to 1",
    );
  });
  it("reads one row of many", () => {
    const kind = observationKind("test", { size: 1, n: 3, toString: () => "" });
    const target = new Float32Array(3);
    encodeObservations(kind, Int32Array.of(0, 2), 1, 1, target, 0, when);
    expect(Array.from(target)).toEqual([0, 0, 1]);
  });
});

describe("ObservationNormalizer", () => {
  it("clips, continues from its state and does not learn when applied", () => {
    const a = new ObservationNormalizer(1, 2);
    a.update(Float32Array.of(0, 10), 2);
    const values = Float32Array.of(5, 7.5, 1000, -1000);
    a.apply(values, 4);
    expect(values[0]).toBeCloseTo(0, 3);
    expect(values[1]).toBeCloseTo(0.5, 3);
    expect([values[2], values[3]]).toEqual([2, -2]);
    const b = new ObservationNormalizer(1, 2);
    b.restore(a.state());
    expect(b.state()).toEqual(a.state());
    const again = Float32Array.of(7.5);
    b.apply(again, 1);
    expect(again[0]).toBe(values[1]);
  });
});

describe("maskReader", () => {
  const env = (more: object): never => ({ numEnvs: 2, ...more }) as never;
  const read = (more: object, infos: Record<string, Uint8Array>): number[] | undefined => {
    const target = new Uint8Array(6);
    const reader = maskReader(env(more), infos);
    reader?.(infos, target);
    return reader && Array.from(target);
  };
  it("reads the column of infos; rows without a value allow everything", () => {
    expect(read({}, { actionMask: Uint8Array.of(1, 0, 0, 0, 0, 0), _actionMask: Uint8Array.of(1, 0) })).toEqual([1, 0, 0, 1, 1, 1]);
    expect(read({}, { actionMask: Uint8Array.of(1, 0, 0, 0, 1, 0) })).toEqual([1, 0, 0, 0, 1, 0]);
  });
  it("asks the vector", () => {
    expect(read({ actionMasks: () => [1, 1, 0, 0, 1, 1] }, {})).toEqual([1, 1, 0, 0, 1, 1]);
  });
  it("finds nothing where there is nothing", () => {
    expect(read({}, {})).toBeUndefined();
  });
});
