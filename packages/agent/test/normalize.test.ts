import { describe, expect, it } from "vitest";
import { ObservationNormalizer } from "../src/index.ts";

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
