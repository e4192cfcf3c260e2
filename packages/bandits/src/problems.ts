/**
 * What the testbed pulls: many independent bandits at once, with known true values. Every policy of a run meets the same bandits, the same
 * noise and the same contexts (common random numbers), so differences between policies are sharper than their standard errors say.
 */
import type { Generator } from "@rl/random";
import { inRange, refuseUnknown, wholeNumber } from "./policy.ts";

export interface Problem {
  /** True mean reward of each arm now, tasks × arms, row-major. */
  readonly values: Float64Array;
  /** This step's context of each task, for contextual problems. */
  readonly contexts?: readonly Float64Array[];
  /** Whether `values` change from step to step. */
  readonly changes: boolean;
  /** Draws what is new in this step: noise, a walk of the values, contexts. */
  step(): void;
  /** rewards[i] = the reward of pulling chosen[i] in task i in this step. */
  rewards(chosen: Int32Array, rewards: Float64Array): void;
}

export interface ProblemSizes {
  readonly arms: number;
  readonly tasks: number;
  readonly rng: Generator;
}

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
  const spread = options.spread ?? (walk > 0 ? 0 : 1);
  inRange("gaussianArms", "spread", spread, "[0, ∞)");
  inRange("gaussianArms", "noise", noise, "[0, ∞)");
  inRange("gaussianArms", "walk", walk, "[0, ∞)");
  return ({ arms, tasks, rng }) => {
    checkMeans("gaussianArms", means, arms);
    // Several steps' noise at once: longer fills cost less per number.
    const drawn = new Float64Array(tasks * NOISE_STEPS);
    const parts = Array.from({ length: NOISE_STEPS }, (_, i) => drawn.subarray(i * tasks, (i + 1) * tasks));
    let part = NOISE_STEPS;
    let noises = parts[0]!;
    const moves = new Float64Array(walk > 0 ? tasks * arms : 0);
    const noiseStream = rng.fork("noise");
    const walkStream = rng.fork("walk");
    const values = drawValues(arms, tasks, means, rng.fork("values"), (stream) => mean + spread * stream.standardNormal());
    return {
      values,
      changes: walk > 0,
      step() {
        if (part === NOISE_STEPS) {
          noiseStream.fillStandardNormal(drawn);
          part = 0;
        }
        noises = parts[part++]!;
        if (walk === 0) return;
        walkStream.fillStandardNormal(moves);
        for (let i = 0; i < values.length; i++) values[i]! += walk * moves[i]!;
      },
      rewards(chosen, rewards) {
        for (let task = 0; task < chosen.length; task++) rewards[task] = values[task * arms + chosen[task]!]! + noise * noises[task]!;
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
  for (const value of [low, high, ...(means ?? [])]) inRange("bernoulliArms", "a success rate", value, "[0, 1]");
  return ({ arms, tasks, rng }) => {
    checkMeans("bernoulliArms", means, arms);
    const uniforms = new Float64Array(tasks);
    const noiseStream = rng.fork("noise");
    const values = drawValues(arms, tasks, means, rng.fork("values"), (stream) => low + (high - low) * stream.random());
    return {
      values,
      changes: false,
      step: () => noiseStream.fillRandom(uniforms),
      rewards(chosen, rewards) {
        for (let task = 0; task < chosen.length; task++) rewards[task] = uniforms[task]! < values[task * arms + chosen[task]!]! ? 1 : 0;
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
  const noise = inRange("linearArms", "noise", options.noise ?? 0.1, "[0, ∞)");
  return ({ arms, tasks, rng }) => {
    const weights = new Float64Array(tasks * arms * features);
    rng.fork("values").fillStandardNormal(weights);
    for (let start = 0; start < weights.length; start += features) {
      let norm = 0;
      for (let i = 0; i < features; i++) norm += weights[start + i]! * weights[start + i]!;
      for (let i = 0; i < features; i++) weights[start + i]! /= Math.sqrt(norm);
    }
    const all = new Float64Array(tasks * features);
    const contexts = Array.from({ length: tasks }, (_, task) => all.subarray(task * features, (task + 1) * features));
    const noises = new Float64Array(tasks);
    const noiseStream = rng.fork("noise");
    const contextStream = rng.fork("contexts");
    const values = new Float64Array(tasks * arms);
    return {
      values,
      contexts,
      changes: true,
      step() {
        noiseStream.fillStandardNormal(noises);
        contextStream.fillStandardNormal(all);
        for (let i = 0; i < all.length; i++) all[i]! /= Math.sqrt(features);
        for (let at = 0; at < values.length; at++) {
          const start = Math.floor(at / arms) * features;
          let sum = 0;
          for (let i = 0; i < features; i++) sum += weights[at * features + i]! * all[start + i]!;
          values[at] = sum;
        }
      },
      rewards(chosen, rewards) {
        for (let task = 0; task < chosen.length; task++) rewards[task] = values[task * arms + chosen[task]!]! + noise * noises[task]!;
      },
    };
  };
}

const NOISE_STEPS = 16;

function drawValues(
  arms: number,
  tasks: number,
  means: readonly number[] | undefined,
  rng: Generator,
  draw: (rng: Generator) => number,
): Float64Array {
  const values = new Float64Array(tasks * arms);
  for (let i = 0; i < values.length; i++) values[i] = means === undefined ? draw(rng) : means[i % arms]!;
  return values;
}

function checkMeans(where: string, means: readonly number[] | undefined, arms: number): void {
  if (means !== undefined && means.length !== arms)
    throw new Error(`${where}: got ${means.length} means; expected one for each of the ${arms} arms.`);
}
