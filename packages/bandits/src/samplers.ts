/** Normal, gamma and beta draws from a stream. */
import { exp, log } from "@rl/math";
import { inRange, refuse, uniform, type RandomStream } from "./policy.ts";

/**
 * A standard normal: the stream's own where it has them, else v/u for (u, v) uniform in { v² ≤ −4u² ln u }. Leva 1992: a point is drawn in a box around
 * that region, and two ellipses decide all but one in a hundred without a logarithm.
 */
export function sampleNormal(rng: RandomStream): number {
  if (rng.standardNormal) {
    const value = rng.standardNormal();
    return typeof value === "number" && Math.abs(value) < 1e9 ? value : inRange("rng", "standardNormal()", value, "(-1e9, 1e9)");
  }
  for (let tries = 0; tries < 1000; tries++) {
    const u = uniform(rng);
    const v = 1.7156 * (uniform(rng) - 0.5);
    const x = u - 0.449871;
    const y = Math.abs(v) + 0.386595;
    const q = x * x + y * (0.196 * y - 0.25472 * x);
    if (q < 0.27597 || (q <= 0.27846 && v * v <= -4 * u * u * log(u))) return v / u;
  }
  return stuck();
}

/** A thousand rejected draws in a row are no chance: the stream repeats itself. */
const stuck = (): never => refuse("rng", "the same draws again and again", "random ones");

/**
 * Gamma(shape, 1), shape > 0. Marsaglia & Tsang 2000: d = shape − 1/3, c = 1/√(9d), V = (1 + cX)³, accepted when
 * ln U < X²/2 + d − dV + d ln V. A shape below 1 is drawn as Gamma(shape + 1)·U^(1/shape).
 */
export function sampleGamma(rng: RandomStream, shape: number): number {
  if (shape < 1) {
    const boost = uniform(rng);
    return sampleGamma(rng, shape + 1) * exp(log(boost === 0 ? 1.1102230246251565e-16 : boost) / shape);
  }
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (let tries = 0; tries < 1000; tries++) {
    const x = sampleNormal(rng);
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = uniform(rng);
    // The squeeze accepts most draws without a logarithm.
    if (u < 1 - 0.0331 * x * x * x * x) return d * v;
    if (u > 0 && log(u) < 0.5 * x * x + d * (1 - v + log(v))) return d * v;
  }
  return stuck();
}

/** Beta(a, b) = X/(X + Y), X ~ Gamma(a), Y ~ Gamma(b); a, b > 0. */
export function sampleBeta(rng: RandomStream, a: number, b: number): number {
  const x = sampleGamma(rng, a);
  const y = sampleGamma(rng, b);
  // Both can underflow to 0 for tiny a and b: then either end, in proportion to a and b.
  return x + y > 0 ? x / (x + y) : uniform(rng) * (a + b) < a ? 1 : 0;
}
