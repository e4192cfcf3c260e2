/**
 * What the testbed pulls: one bandit after another, with known true values. Every policy of a run meets the same bandits, the same noise and the
 * same contexts (common random numbers), so differences between policies are sharper than their standard errors say.
 */
import type { Generator } from "@rl/random";
import { inRange, refuse, refuseUnknown, show, wholeNumber } from "./policy.ts";

export interface Problem {
  /** Whether the arms' values change from pull to pull. */
  readonly changes: boolean;
  /** True mean rewards of this bandit: one for each arm, or, where they change, steps × arms of the pulls that were drawn last, row-major. */
  readonly values: Float64Array;
  /** The context of each pull that was drawn last, for contextual problems. */
  readonly contexts?: readonly Float64Array[];
  /** Goes on to a new bandit. */
  next(): void;
  /** Draws what this bandit's next `steps` pulls bring, whoever pulls: noise, a walk of the values, contexts. */
  draw(steps: number): void;
  /** out[i] = the reward of pulling `arm` in drawn pull i, from ≤ i < to. */
  rewards(arm: number, from: number, to: number, out: Float64Array): void;
}

export interface ProblemSizes {
  readonly arms: number;
  /** The most pulls that `draw` is asked for at once. */
  readonly steps: number;
  readonly rng: Generator;
}

/** Fills of noise are this many times as long as one draw. */
const NOISE_DRAWS = 16;

export type ProblemFactory = (sizes: ProblemSizes) => Problem;

/**
 * Gaussian arms: true values N(mean, spread²), rewards N(value, noise²). With `walk` > 0 every value moves by N(0, walk²) before each step
 * (Sutton & Barto 2018, exercise 2.5, where spread is 0: all arms start equal). `means` fixes the true values instead.
 */
export function gaussianArms(
  options: {
    readonly mean?: number;
    readonly spread?: number;
    readonly noise?: number;
    readonly walk?: number;
    readonly means?: readonly number[];
  } = {},
): ProblemFactory {
  refuseUnknown("gaussianArms", options, ["mean", "spread", "noise", "walk", "means"]);
  const { mean = 0, noise = 1, walk = 0, means } = options;
  const { spread = walk > 0 ? 0 : 1 } = options;
  inRange("gaussianArms", "mean", mean, "(-∞, ∞)");
  const fixed = copyMeans("gaussianArms", means, "(-∞, ∞)");
  inRange("gaussianArms", "spread", spread, "[0, ∞)");
  inRange("gaussianArms", "noise", noise, "[0, ∞)");
  inRange("gaussianArms", "walk", walk, "[0, ∞)");
  return ({ arms, steps: most, rng }) => {
    checkMeans("gaussianArms", fixed, arms);
    const streams = { values: rng.fork("values"), noise: rng.fork("noise"), walk: rng.fork("walk") };
    // Many pulls' noise at once: longer fills cost less per number.
    const noises = new Float64Array(NOISE_DRAWS * most);
    let start = noises.length;
    let end = start;
    const changes = walk > 0;
    // Where the values walk, `first` is where they stand and `values` their path.
    const first = new Float64Array(arms);
    const values = changes ? new Float64Array(most * arms) : first;
    const moves = new Float64Array(changes ? most * arms : 0);
    return {
      values,
      changes,
      next: () => void (fixed === undefined ? streams.values.fillNormal(first, mean, spread) : first.set(fixed)),
      draw(steps) {
        start = end;
        end += steps;
        if (end > noises.length) {
          streams.noise.fillStandardNormal(noises);
          start = 0;
          end = steps;
        }
        if (!changes) return;
        const count = steps * arms;
        streams.walk.fillStandardNormal(moves.subarray(0, count));
        for (let i = 0; i < count; i++) values[i] = (i < arms ? first[i]! : values[i - arms]!) + walk * moves[i]!;
        for (let arm = 0; arm < arms; arm++) first[arm] = values[count - arms + arm]!;
      },
      rewards(arm, from, to, out) {
        if (changes) for (let i = from; i < to; i++) out[i] = values[i * arms + arm]! + noise * noises[start + i]!;
        else {
          const value = values[arm]!;
          for (let i = from; i < to; i++) out[i] = value + noise * noises[start + i]!;
        }
      },
    };
  };
}

/** Bernoulli arms: success rates uniform in [low, high] (default [0, 1]), or given as `means`; rewards 0 or 1. */
export function bernoulliArms(
  options: { readonly low?: number; readonly high?: number; readonly means?: readonly number[] } = {},
): ProblemFactory {
  refuseUnknown("bernoulliArms", options, ["low", "high", "means"]);
  const { low = 0, high = 1, means } = options;
  inRange("bernoulliArms", "high", high, "[0, 1]");
  if (inRange("bernoulliArms", "low", low, "[0, 1]") > high) refuse("bernoulliArms", `low = ${low}`, `at most high = ${high}`);
  const fixed = copyMeans("bernoulliArms", means, "[0, 1]");
  return ({ arms, steps: most, rng }) => {
    checkMeans("bernoulliArms", fixed, arms);
    const streams = { values: rng.fork("values"), noise: rng.fork("noise") };
    const uniforms = new Float64Array(most);
    const values = new Float64Array(arms);
    return {
      values,
      changes: false,
      next: () => void (fixed === undefined ? streams.values.fillUniform(values, low, high) : values.set(fixed)),
      draw: (steps) => void streams.noise.fillRandom(uniforms.subarray(0, steps)),
      rewards(arm, from, to, out) {
        for (let i = from; i < to; i++) out[i] = uniforms[i]! < values[arm]! ? 1 : 0;
      },
    };
  };
}

/**
 * Contextual linear arms: each arm has weights θ of length `features`, uniform on directions with ‖θ‖ = 1; each step every task sees a
 * context x ~ N(0, I/features); the reward is θᵀx + noise·N(0, 1).
 */
export function linearArms(options: { readonly features: number; readonly noise?: number }): ProblemFactory {
  refuseUnknown("linearArms", options, ["features", "noise"]);
  const features = wholeNumber("linearArms", "features", options.features, 1);
  const noise = inRange("linearArms", "noise", options.noise === undefined ? 0.1 : options.noise, "[0, ∞)");
  return ({ arms, steps: most, rng }) => {
    const streams = { values: rng.fork("values"), noise: rng.fork("noise"), contexts: rng.fork("contexts") };
    const weights = new Float64Array(arms * features);
    const all = new Float64Array(most * features);
    const contexts = Array.from({ length: most }, (_, i) => all.subarray(i * features, (i + 1) * features));
    const noises = new Float64Array(most);
    const values = new Float64Array(most * arms);
    return {
      values,
      contexts,
      changes: true,
      next() {
        streams.values.fillStandardNormal(weights);
        for (let start = 0; start < weights.length; start += features) {
          let norm = 0;
          for (let k = 0; k < features; k++) norm += weights[start + k]! * weights[start + k]!;
          for (let k = 0; k < features; k++) weights[start + k]! /= Math.sqrt(norm);
        }
      },
      draw(steps) {
        streams.noise.fillStandardNormal(noises.subarray(0, steps));
        streams.contexts.fillStandardNormal(all.subarray(0, steps * features));
        for (let i = 0; i < steps * features; i++) all[i]! /= Math.sqrt(features);
        for (let i = 0; i < steps; i++) {
          for (let arm = 0; arm < arms; arm++) {
            let sum = 0;
            for (let k = 0; k < features; k++) sum += weights[arm * features + k]! * all[i * features + k]!;
            values[i * arms + arm] = sum;
          }
        }
      },
      rewards(arm, from, to, out) {
        for (let i = from; i < to; i++) out[i] = values[i * arms + arm]! + noise * noises[i]!;
      },
    };
  };
}

/** The list, each number in range; a copy, so that what was checked stays. */
function copyMeans(where: string, means: readonly number[] | undefined, range: string): readonly number[] | undefined {
  if (means === undefined) return undefined;
  if (!Array.isArray(means)) refuse(where, `means = ${show(means)}`, "a list with the mean of each arm");
  return Array.from(means as readonly number[], (value, arm) => inRange(where, `means[${arm}]`, value, range));
}

function checkMeans(where: string, means: readonly number[] | undefined, arms: number): void {
  if (means !== undefined && means.length !== arms)
    throw new Error(`${where}: got ${means.length} means; expected one for each of the ${arms} arms.`);
}
