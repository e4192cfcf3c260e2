/** A number that is not finite stops training at once: with the iteration, the first bad tensor's name and likely causes. */
import { follow } from "@rl-tools/test-envs";
import type { Env } from "@rl/envs";
import { NotFiniteError } from "@rl/pg";
import { expect, it } from "vitest";
import { createTrpo, type TrpoOptions } from "../src/index.ts";

const small = {
  hiddenSizes: [8],
  numEnvs: 1,
  stepsPerEnv: 20,
  valueMinibatchSize: 20,
  valueEpochs: 2,
  totalSteps: Infinity,
  iterations: 6,
  discount: 0,
  normalizeObservations: false,
  normalizeRewards: false,
  stateDependentExploration: null,
} as const;

/** From the given step on, steps are changed by `bad`. */
const breaking =
  (from: number, bad: { readonly observation?: Float32Array; readonly reward?: number }) => (): Env<Float32Array, Float32Array> => {
    const inner = follow();
    let steps = 0;
    return { ...inner, step: (action) => ({ ...inner.step(action), ...(++steps >= from ? bad : {}) }) };
  };
const failing = (options: Partial<TrpoOptions>): Error => {
  const trainer = createTrpo({ env: follow, ...small, ...options } as TrpoOptions);
  try {
    for (const _ of trainer.train());
  } catch (error) {
    expect(error).toBeInstanceOf(NotFiniteError);
    return error as Error;
  }
  throw new Error("nothing failed");
};

it.each([
  [
    { env: breaking(47, { observation: Float32Array.of(NaN) }) },
    /^createTrpo: iteration 3 cannot go on\. Element 0 of the observation of environment 0 is NaN after step 47; expected a finite number\. Likely causes: a division by zero/,
  ],
  [
    { env: breaking(25, { reward: -Infinity }) },
    /^createTrpo: iteration 2 cannot go on\. Reward of environment 0 is -Infinity at step 25;/,
  ],
  [
    { env: breaking(25, { reward: 1e39 }) },
    /^createTrpo: iteration 2 cannot go on\. The first tensor that is not finite is targets: element \d+ of 20 is Infinity\. Likely causes: a learningRate/,
  ],
  [
    { env: breaking(25, { reward: 1e30 }), normalizeAdvantages: true },
    /^createTrpo: iteration 2 cannot go on\. The first tensor that is not finite is the value loss: it is Infinity\./,
  ],
  [
    { valueLearningRate: 3e38 },
    /^createTrpo: iteration 1 cannot go on\. The first tensor that is not finite is (the value loss: it is|parameters\.value)/,
  ],
])("%#", (options, message) => {
  expect(failing(options as Partial<TrpoOptions>).message).toMatch(message);
});
