import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { discountedReturns, episodeReturns, explainedVariance, gae, normalizeAdvantages, type GaeInput } from "../src/index.ts";

// Made by NumPy from the definitions, summed directly (float64).
const golden = JSON.parse(readFileSync(new URL("golden/rl_math.json", import.meta.url), "utf8")) as {
  gae: (GaeInput & { T: number; N: number; advantages: number[]; returns: number[] })[];
  discountedReturns: { rewards: number[]; discount: number; returns: number[] };
  explainedVariance: { returns: number[]; values: number[]; value: number };
};

const close = (got: ArrayLike<number>, wanted: ArrayLike<number>): void => {
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(Math.abs((got[i] as number) - (wanted[i] as number))).toBeLessThan(1e-10);
};

describe("gae", () => {
  it.each(golden.gae.map((c) => [`T ${c.T} N ${c.N} γ ${c.discount} λ ${c.lambda}`, c] as const))("equals the golden rows: %s", (_, c) => {
    const { advantages, returns } = gae(c);
    close(advantages, c.advantages);
    close(returns, c.returns);
  });

  /** The definition, Âₜ = Σ_l (γλ)^l δₜ₊ₗ up to the end of the episode, one sum per element. */
  function definition(c: GaeInput, t: number, n: number): number {
    const N = c.lastValues.length;
    const T = c.rewards.length / N;
    let sum = 0;
    let weight = 1;
    for (let k = t; k < T; k++) {
      const i = k * N + n;
      const next = c.terminated[i] ? 0 : c.truncated[i] ? c.finalValues[i]! : k === T - 1 ? c.lastValues[n]! : c.values[i + N]!;
      sum += weight * (c.rewards[i]! + c.discount * next - c.values[i]!);
      if (c.terminated[i] || c.truncated[i]) break;
      weight *= c.discount * c.lambda;
    }
    return sum;
  }

  it("equals the definition for every mix of flags in four steps, last step included", () => {
    const number = (seed: number): number => ((seed * 7919) % 1009) / 250 - 2;
    let compared = 0;
    for (let mix = 0; mix < 4 ** 4; mix++) {
      const flags = [0, 1, 2, 3].map((t) => Math.floor(mix / 4 ** t) % 4);
      const c: GaeInput = {
        rewards: flags.map((_, t) => number(mix + t)),
        values: flags.map((_, t) => number(mix + t + 50)),
        finalValues: flags.map((_, t) => number(mix + t + 90)),
        lastValues: [number(mix + 7)],
        terminated: flags.map((flag) => flag & 1),
        truncated: flags.map((flag) => flag >> 1),
        discount: 0.97,
        lambda: 0.9,
      };
      const { advantages, returns } = gae(c);
      for (let t = 0; t < 4; t++) {
        expect(advantages[t]).toBeCloseTo(definition(c, t, 0), 12);
        expect(returns[t]).toBeCloseTo(definition(c, t, 0) + c.values[t]!, 12);
        compared++;
      }
    }
    expect(compared).toBe(1024);
  });

  it("never looks at a final value of a terminated step, nor at the future of an ended one", () => {
    const c = {
      rewards: [1, 1],
      values: [0.5, 0.5],
      terminated: [1, 0],
      truncated: [1, 1],
      finalValues: [NaN, 3],
      lastValues: [NaN],
      discount: 0.5,
      lambda: 0.5,
    };
    close(gae(c).advantages, [0.5, 2]);
  });

  it("writes into given arrays, also typed ones", () => {
    const out = { advantages: new Float64Array(2), returns: new Float64Array(2) };
    const result = gae(
      {
        rewards: Float64Array.of(1, 2),
        values: Float32Array.of(0, 0),
        terminated: Uint8Array.of(0, 0),
        truncated: Uint8Array.of(0, 0),
        finalValues: new Float32Array(2),
        lastValues: Float32Array.of(4),
        discount: 0.5,
        lambda: 1,
      },
      out,
    );
    expect(result.advantages).toBe(out.advantages);
    close(out.returns, [3, 4]);
  });

  it("refuses sizes and factors that cannot be", () => {
    const c = {
      rewards: [1, 1, 1],
      values: [0, 0, 0],
      terminated: [0, 0, 0],
      truncated: [0, 0, 0],
      finalValues: [0, 0, 0],
      lastValues: [0, 0],
      discount: 1,
      lambda: 1,
    };
    expect(() => gae(c)).toThrow("rewards has 3 elements for 2 environments");
    expect(() => gae({ ...c, lastValues: [0], values: [0] })).toThrow("values has 1 elements and rewards 3");
    expect(() => gae({ ...c, lastValues: [0], discount: 1.5 })).toThrow("discount is 1.5; expected a number from 0 to 1");
    expect(() => gae({ ...c, lastValues: [0], lambda: NaN })).toThrow("lambda is NaN");
  });
});

describe("returns", () => {
  it("equal the golden rows", () => {
    const { rewards, discount, returns } = golden.discountedReturns;
    close(discountedReturns({ rewards, discount }), returns);
  });

  it("stop at the end of an episode, per environment", () => {
    // Two environments side by side; the first ends after step 0, the second after step 1.
    const input = { rewards: [1, 10, 2, 20, 3, 30], ended: [1, 0, 0, 1, 1, 1], numEnvs: 2, discount: 0.5 };
    close(discountedReturns(input), [1, 20, 3.5, 20, 3, 30]);
    close(episodeReturns(input), [1, 20, 3.5, 20, 3.5, 30]);
  });

  it("of whole episodes are repeated for each step", () => {
    close(episodeReturns({ rewards: [1, 1, 1, 1, 1], ended: [0, 0, 1, 0, 1], discount: 1 }), [3, 3, 3, 2, 2]);
  });
});

describe("explainedVariance", () => {
  it("equals the golden row", () => {
    const { returns, values, value } = golden.explainedVariance;
    expect(explainedVariance(returns, values)).toBeCloseTo(value, 10);
  });
  it("is 1 for perfect values, 0 for a constant, NaN when returns do not vary", () => {
    expect(explainedVariance([1, 2, 3], [1, 2, 3])).toBe(1);
    expect(explainedVariance([1, 2, 3], [9, 9, 9])).toBe(0);
    expect(explainedVariance([2, 2], [1, 3])).toBeNaN();
    // The mean of these is 0.10000000000000002.
    expect(explainedVariance([0.1, 0.1, 0.1], [0, 1, 2])).toBeNaN();
  });
});

describe("normalizeAdvantages", () => {
  it("centres and scales with divisor n − 1", () => {
    const values = Float64Array.of(1, 2, 3, 6);
    normalizeAdvantages(values);
    // mean 3, std √(14/3) = 2.160246899469287
    close(
      values,
      [-0.9258200955, -0.4629100477, 0, 1.3887301433].map((x) => x),
    );
    expect([...values].reduce((a, b) => a + b)).toBeCloseTo(0, 12);
  });
  it("only centres a single element", () => {
    const values = Float64Array.of(4);
    normalizeAdvantages(values);
    expect(values[0]).toBe(0);
  });
});
