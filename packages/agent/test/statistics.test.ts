import { describe, expect, it } from "vitest";
import { EpisodeTracker, RunningMoments } from "../src/index.ts";
import { momentsState, restoreMoments } from "../src/moments.ts";

describe("RunningMoments", () => {
  it("equals mean and variance of all rows, however they were cut into batches", () => {
    const rows = Array.from({ length: 60 }, (_, i) => [((i * 37) % 23) - 5, ((i * 91) % 17) * 0.1 + 100]);
    const moments = new RunningMoments(2);
    moments.count = 0;
    for (let i = 0; i < 60;) {
      const size = Math.min(1 + (i % 7), 60 - i);
      moments.update(rows.slice(i, i + size).flat(), size);
      i += size;
    }
    for (const column of [0, 1]) {
      const values = rows.map((row) => row[column]!);
      const mean = values.reduce((a, b) => a + b) / 60;
      const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / 60;
      expect(moments.mean[column]).toBeCloseTo(mean, 10);
      expect(moments.variance[column]).toBeCloseTo(variance, 10);
    }
  });

  it("starts at mean 0 and variance 1, which the first rows replace", () => {
    const moments = new RunningMoments(1);
    expect([moments.mean[0], moments.variance[0]]).toEqual([0, 1]);
    moments.update([10, 12], 2);
    expect(moments.mean[0]).toBeCloseTo(11, 2);
    expect(moments.variance[0]).toBeCloseTo(1, 1);
  });

  it("continues from its state and refuses another size", () => {
    const a = new RunningMoments(2);
    a.update([1, 2, 3, 5], 2);
    const b = new RunningMoments(2);
    restoreMoments(b, momentsState(a));
    a.update([9, 9], 1);
    b.update([9, 9], 1);
    expect(momentsState(b)).toEqual(momentsState(a));
    expect(() => restoreMoments(new RunningMoments(3), momentsState(a))).toThrow("the state has 2 columns; expected 3");
  });
});

describe("EpisodeTracker", () => {
  it("averages the last episodes of the window", () => {
    const tracker = new EpisodeTracker(2, 3);
    expect(tracker.meanReturn()).toBeNaN();
    tracker.step([1, 5], [0, 1], [0, 0]);
    expect(tracker.meanReturn()).toBe(5);
    tracker.step([2, 0], [0, 0], [1, 0]);
    expect(tracker.meanReturn()).toBe(4);
    expect(tracker.meanLength()).toBe(1.5);
    for (const reward of [10, 20, 30]) tracker.step([0, reward], [0, 1], [0, 1]);
    expect(tracker.meanReturn()).toBe(20);
    expect(tracker.meanReturn(2)).toBe(25);
    expect(tracker.episodes).toBe(5);
  });

  it("continues from its state", () => {
    const a = new EpisodeTracker(1, 4);
    a.step([3], [1], [0]);
    a.step([4], [0], [0]);
    const b = new EpisodeTracker(1, 4);
    b.restore(a.state());
    b.step([1], [1], [0]);
    expect(b.meanReturn()).toBe(4);
    expect(b.meanLength()).toBe(1.5);
    expect(a.episodes).toBe(1);
  });
});
