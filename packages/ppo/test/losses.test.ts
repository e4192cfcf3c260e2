/** Losses by hand, against the recorded PyTorch numbers, and their gradients by finite differences. */
import { readFileSync } from "node:fs";
import { grad, tensor, type Tensor } from "@rl/tensor";
import { describe, expect, it } from "vitest";
import {
  approximateKl,
  clipFraction,
  clippedSurrogate,
  clippedValueLoss,
  entropyLoss,
  normalized,
  normalizedReturns,
  valueLoss,
} from "../src/index.ts";

const { clippedSurrogate: recorded } = JSON.parse(readFileSync(new URL("./golden/rl_math.json", import.meta.url), "utf8")) as {
  clippedSurrogate: Record<"logProbability" | "logProbabilityOld" | "advantage" | "gradient", number[]> &
    Record<"clipRange" | "loss" | "clipFraction" | "kl k3 mean(exp(d)-1-d)", number>;
};
const t = (data: readonly number[]): Tensor => tensor(Float64Array.from(data));
const [logp, old, advantage] = [t(recorded.logProbability), t(recorded.logProbabilityOld), t(recorded.advantage)];

describe("clipped surrogate", () => {
  it("loss, gradient, clip fraction and KL as recorded", () => {
    expect(clippedSurrogate(logp, old, advantage, recorded.clipRange).item()).toBeCloseTo(recorded.loss, 10);
    const slope = (grad((x: Tensor) => clippedSurrogate(x, old, advantage, recorded.clipRange))(logp) as Tensor).data();
    recorded.gradient.forEach((expected: number, i: number) => expect(slope[i]).toBeCloseTo(expected, 10));
    expect(clipFraction(logp, old, recorded.clipRange).item()).toBeCloseTo(recorded.clipFraction, 6);
    expect(approximateKl(logp, old).item()).toBeCloseTo(recorded["kl k3 mean(exp(d)-1-d)"], 10);
  });
  it("takes ε as a tensor too", () => {
    expect(clippedSurrogate(logp, old, advantage, tensor(0.2, { dtype: "float64" })).item()).toBeCloseTo(
      clippedSurrogate(logp, old, advantage, 0.2).item(),
      12,
    );
  });
  it("by hand: ratio 2 with Â = 1 is held at 1.2, ratio 2 with Â = −1 is not", () => {
    expect(clippedSurrogate(t([Math.log(2)]), t([0]), t([1]), 0.2).item()).toBeCloseTo(-1.2, 12);
    expect(clippedSurrogate(t([Math.log(2)]), t([0]), t([-1]), 0.2).item()).toBeCloseTo(2, 12);
  });
});

describe("the other losses", () => {
  it("value loss", () => expect(valueLoss(t([1, 2]), t([0, 4])).item()).toBe(2.5));
  it("value clipping takes the larger of the two errors", () => {
    // V moved from 0 to 1 towards the target 2: held at 0.2, error 1.8² rather than 1².
    expect(clippedValueLoss(t([1]), t([0]), t([2]), 0.2).item()).toBeCloseTo(3.24, 12);
    // V moved away from the target: its own error is larger.
    expect(clippedValueLoss(t([-1]), t([0]), t([2]), 0.2).item()).toBeCloseTo(9, 12);
  });
  it("entropy loss", () => expect(entropyLoss(t([0.5, 0.7])).item()).toBeCloseTo(-0.6, 12));
  it("normalised advantages: mean 0, deviation 1 with divisor B − 1", () => {
    // Deviation of 1, 2, 3 is 1.
    const values = normalized(t([1, 2, 3])).data();
    [-1, 0, 1].forEach((expected, i) => expect(values[i]).toBeCloseTo(expected, 7));
  });
  it("normalised returns of the guide: 0 at an episode's last step, nothing behind the horizon", () => {
    const out = new Float32Array(4);
    // γ = 0.5; rewards 1, 1, 1, 1; the episode ends at step 1: returns 1, 0, 1.5, 1 → mean 0.875, deviation √(0.2969).
    normalizedReturns(
      {
        rewards: Float64Array.of(1, 1, 1, 1),
        terminated: Uint8Array.of(0, 1, 0, 0),
        truncated: new Uint8Array(4),
        numEnvs: 1,
        discount: 0.5,
      },
      out,
    );
    [1, 0, 1.5, 1].forEach((value, i) => expect(out[i]).toBeCloseTo((value - 0.875) / Math.sqrt(0.296875), 5));
  });
});
