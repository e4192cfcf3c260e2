import { describe, expect, it } from "vitest";
import { ObservationNormalizer, RewardNormalizer } from "../src/index.ts";

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

describe("RewardNormalizer", () => {
  const step = (normalizer: RewardNormalizer, reward: number, truncated = 0): number => {
    const out = new Float64Array(1);
    normalizer.step(Float64Array.of(reward), Uint8Array.of(0), Uint8Array.of(truncated), out, 0);
    return out[0]!;
  };
  it("starts its sums again after an episode, also one that a time limit ended", () => {
    const normalizer = new RewardNormalizer(1, 0.5);
    step(normalizer, 4);
    expect(normalizer.state().returns[0]).toBe(4);
    step(normalizer, 1, 1);
    expect(normalizer.state().returns[0]).toBe(0);
  });
  it.each([1e200, -1e200, 1e150])("refuses a reward of %f by name, and learns nothing from it", (reward) => {
    const normalizer = new RewardNormalizer(1, 0.5);
    step(normalizer, 1);
    const before = normalizer.state();
    expect(() => step(normalizer, reward)).toThrow("rewards can be normalised below 1e+150");
    expect(normalizer.state()).toEqual(before);
    expect(step(normalizer, 1)).toBeGreaterThan(0);
  });
});
