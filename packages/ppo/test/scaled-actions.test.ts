/** Box actions of any bounds are learned by the defaults: in [−1, 1], scaled to the bounds on the way to the environment. */
import { Box, type Env } from "@rl/envs";
import { describe, expect, it } from "vitest";
import { createPpo, type PpoOptions } from "../src/index.ts";

const OBSERVATION = Float32Array.of(1);

/** One step an episode; the best action lies at three quarters between the bounds, and a whole width beside it costs 1. */
function target(low: number, high: number): Env<Float32Array, Float32Array> {
  const best = low + 0.75 * (high - low);
  return {
    observationSpace: new Box<"float32">({ low: 0, high: 1, shape: [1] }),
    actionSpace: new Box<"float32">({ low, high, shape: [1] }),
    spec: undefined,
    reset: () => ({ observation: OBSERVATION, info: {} }),
    step: (action) => ({
      observation: OBSERVATION,
      reward: -(((action[0]! - best) / (high - low)) ** 2),
      terminated: true,
      truncated: false,
      info: {},
    }),
    scene: () => undefined,
    state: () => ({}),
    restore: () => {},
  };
}

const learned = (low: number, high: number, options: Partial<PpoOptions> = {}): number => {
  const trainer = createPpo({ env: () => target(low, high), totalSteps: 20_000, ...options });
  for (const _ of trainer.train());
  return trainer.act(OBSERVATION, { deterministic: true })[0]!;
};

describe("actions between bounds", () => {
  it.each([
    [-1, 1],
    [5, 10],
    [100, 200],
    [0, 0.001],
  ])("from %f to %f", (low, high) => {
    expect(Math.abs((learned(low, high) - low) / (high - low) - 0.75)).toBeLessThan(0.05);
  });
  it("in the space's own units where that is chosen: far from 0 it stays at a bound", () => {
    expect(learned(100, 200, { scaleActions: false })).toBe(100);
    expect(Math.abs(learned(-1, 1, { scaleActions: false }) - 0.5)).toBeLessThan(0.1);
  });
});
