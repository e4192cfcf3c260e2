import { describe, expect, it } from "vitest";
import { Agent, Collector, Rollout } from "../src/index.ts";
import { scriptedEnv, type ScriptedStep } from "./scripted-env.ts";

const r = (reward: number, end?: ScriptedStep["end"]): ScriptedStep => (end === undefined ? { reward } : { reward, end });

function setup(
  scripts: readonly (readonly ScriptedStep[])[],
  steps: number,
  normalizers: { observation?: boolean; reward?: boolean } = {},
) {
  const env = scriptedEnv(scripts);
  const agent = new Agent("test", env, undefined, {
    seed: 0,
    numEnvs: 1,
    discount: 0.9,
    normalizeObservations: normalizers.observation === true,
    normalizeRewards: normalizers.reward === true,
  });
  const collector = new Collector(agent, "clip");
  const rollout = new Rollout({ numEnvs: env.numEnvs, steps, observationSize: 3, actionSize: 1, actionDtype: "int32", maskSize: 0 });
  return { env, agent, tracker: agent.tracker, collector, rollout };
}

describe("Collector", () => {
  it("files observations, actions, rewards and flags by step and environment", () => {
    const { env, agent, collector, rollout, tracker } = setup(
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
    expect(agent.steps).toBe(8);
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
    const { agent, collector, rollout } = setup([[r(1)], [r(1)]], 3, { observation: true });
    collector.collect(rollout, 3, () => new Int32Array(2));
    collector.collect(rollout, 3, () => new Int32Array(2));
    // Column 2 counts 0, 0, 1, 1, … 6, 6: mean 3, variance 4.
    const { mean, variance, count } = agent.state().observations!;
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
