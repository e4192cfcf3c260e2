/** The preset "guide" on CartPole-v1: its curve comes near its maximum by about iteration 20 of 100, traps and all. */
import { describe, expect, it } from "vitest";
import { createPpo } from "../src/index.ts";

/** Mean over t = 0 … 127 of Σₖ 0.99ᵏ, k < 128 − t: what a policy gets that never falls within 128 steps. From NumPy. */
const MAXIMUM = 44.02258992361061;

function curve(seed: number, iterations: number): number[] {
  const returns: number[] = [];
  const trainer = createPpo({ env: "CartPole-v1", preset: "guide", seed });
  for (const metrics of trainer.train()) if (returns.push(metrics["rollout/return_mean"]) === iterations) break;
  return returns;
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe("preset guide", () => {
  const curves = [0, 1, 2, 3, 4].map((seed) => curve(seed, 30));

  it("is near its maximum by about iteration 20 on at least 4 of 5 seeds", () => {
    const around20 = curves.map((returns) => mean(returns.slice(17, 23)) / MAXIMUM);
    expect(around20.filter((share) => share > 0.8).length, String(around20)).toBeGreaterThanOrEqual(4);
    const around25 = curves.map((returns) => mean(returns.slice(22, 28)) / MAXIMUM);
    expect(around25.filter((share) => share > 0.88).length, String(around25)).toBeGreaterThanOrEqual(4);
  });

  it("never goes above what 128 steps can give, and starts far below", () => {
    for (const returns of curves) {
      expect(Math.max(...returns)).toBeLessThanOrEqual(MAXIMUM + 1e-9);
      expect(returns[0]! / MAXIMUM).toBeLessThan(0.4);
    }
  });
});
