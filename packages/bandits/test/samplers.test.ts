/** Distribution functions against SciPy's (norm.cdf, gamma.cdf, beta.cdf), with and without a stream that has normals of its own. */
import { Generator, Pcg64 } from "@rl/random";
import { describe, expect, it } from "vitest";
import type { RandomStream } from "../src/policy.ts";
import { sampleBeta, sampleGamma, sampleNormal } from "../src/samplers.ts";

const DRAWS = 100_000;
const streams: [string, () => RandomStream][] = [
  ["uniforms only", () => new Pcg64(8)],
  ["normals of its own", () => new Generator(8)],
];
type Points = readonly (readonly [x: number, probability: number])[];
const gammas: Record<number, Points> = {
  0.3: [
    [0.075, 0.50358753],
    [0.21, 0.66576536],
    [0.3, 0.72695734],
    [0.42, 0.78466391],
  ],
  1: [
    [0.25, 0.22119922],
    [0.7, 0.5034147],
    [1, 0.63212056],
    [1.4, 0.75340304],
  ],
  2.5: [
    [0.625, 0.06000844],
    [1.75, 0.37661237],
    [2.5, 0.58411981],
    [3.5, 0.77935969],
  ],
  40: [
    [10.0, 0.0],
    [28.0, 0.01898741],
    [40, 0.52102886],
    [56.0, 0.98943202],
  ],
};
const betas: readonly (readonly [a: number, b: number, points: Points])[] = [
  [
    1,
    1,
    [
      [0.25, 0.25],
      [0.45, 0.45],
      [0.5, 0.5],
      [0.55, 0.55],
    ],
  ],
  [
    0.5,
    0.5,
    [
      [0.25, 0.33333333],
      [0.45, 0.46811572],
      [0.5, 0.5],
      [0.55, 0.53188428],
    ],
  ],
  [
    3,
    9,
    [
      [0.125, 0.14970216],
      [0.225, 0.4651313],
      [0.25, 0.54479909],
      [0.275, 0.61936202],
    ],
  ],
  [
    80,
    20,
    [
      [0.4, 0.0],
      [0.72, 0.02952167],
      [0.8, 0.48002141],
      [0.88, 0.98678108],
    ],
  ],
];
const normals: Points = [
  [-3, 0.0013499],
  [-2, 0.02275013],
  [-1, 0.15865525],
  [-0.5, 0.30853754],
  [0, 0.5],
  [0.3, 0.61791142],
  [1, 0.84134475],
  [2, 0.97724987],
  [3, 0.9986501],
];

/** The share of draws below each point lies within 4.5 standard errors of the probability: one test in 150 000 fails by chance. */
function check(draw: () => number, points: Points): void {
  const below = points.map(() => 0);
  for (let i = 0; i < DRAWS; i++) {
    const x = draw();
    points.forEach(([point], k) => {
      if (x < point) below[k]!++;
    });
  }
  points.forEach(([point, p], k) =>
    expect(Math.abs(below[k]! / DRAWS - p), `share below ${point}`).toBeLessThanOrEqual(4.5 * Math.sqrt((p * (1 - p)) / DRAWS)),
  );
}

describe.each(streams)("a stream with %s", (_name, make) => {
  it("normals", () => {
    const rng = make();
    check(() => sampleNormal(rng), normals);
  });
  it.each(Object.keys(gammas).map(Number))("gammas of shape %d", (shape) => {
    const rng = make();
    check(() => sampleGamma(rng, shape), gammas[shape]!);
  });
  it.each(betas)("betas of %d and %d", (a, b, points) => {
    const rng = make();
    check(() => sampleBeta(rng, a, b), points);
  });
  it("betas of tiny parameters are 0 or 1, in proportion", () => {
    const rng = make();
    let ones = 0;
    for (let i = 0; i < 4000; i++) {
      const draw = sampleBeta(rng, 1e-4, 3e-4);
      expect(draw >= 0 && draw <= 1).toBe(true);
      if (draw > 0.5) ones++;
    }
    // 1000 ± 5 standard deviations.
    expect(Math.abs(ones - 1000)).toBeLessThan(137);
  });
});
