/** A number that is not finite stops training at once: with the iteration, the first bad tensor's name and likely causes. */
import { follow } from "@rl-tools/test-envs";
import type { Env } from "@rl/envs";
import { NotFiniteError } from "@rl/agent";
import { describe, expect, it } from "vitest";
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

/** Trains until it fails; `change` may change the starting parameters. */
function failing(options: Partial<TrpoOptions>, change?: (parameters: Parameters) => void): Error {
  const trainer = createTrpo({ env: follow, ...small, ...options } as TrpoOptions);
  if (change !== undefined) {
    const state = structuredClone(trainer.state());
    change(state.parameters as Parameters);
    trainer.restore(state);
  }
  try {
    for (const _ of trainer.train());
  } catch (error) {
    expect(error).toBeInstanceOf(NotFiniteError);
    return error as Error;
  }
  throw new Error("nothing failed");
}
type Parameters = { policy: { head: { logStd: { data: Float32Array } } } };
/** Noise of e²⁰⁰: the first action is infinite. */
const wild = ({ policy }: Parameters): void => void policy.head.logStd.data.fill(200);

const ENVIRONMENT = "Likely causes: a division by zero or an overflow in the environment's step\\(\\)";

describe("single path", () => {
  const CAUSES =
    "Likely causes: a valueLearningRate or targetKl that is too high, observations or rewards of very large or different sizes \\(normalizeObservations, normalizeRewards\\)\\.$";
  it.each([
    [
      "an observation of NaN",
      { env: breaking(47, { observation: Float32Array.of(NaN) }) },
      `3 cannot go on\\. Element 0 of the observation of environment 0 is NaN after step 47; expected a finite number\\. ${ENVIRONMENT}`,
    ],
    [
      "a reward of -Infinity",
      { env: breaking(25, { reward: -Infinity }) },
      `2 cannot go on\\. Reward of environment 0 is -Infinity at step 25; expected a finite number\\. ${ENVIRONMENT}`,
    ],
    [
      "a reward beyond float32",
      { env: breaking(25, { reward: 1e39 }) },
      `2 cannot go on\\. The first tensor that is not finite is targets: element \\d+ of 20 is Infinity\\. ${CAUSES}`,
    ],
    [
      "a reward whose square is beyond float32",
      { env: breaking(25, { reward: 1e30 }), normalizeAdvantages: true },
      `2 cannot go on\\. The first tensor that is not finite is the value loss: it is Infinity\\. ${CAUSES}`,
    ],
    [
      "a step of the values that leaves float32",
      { valueLearningRate: 3e38 },
      `1 cannot go on\\. The first tensor that is not finite is (the value loss: it is|parameters\\.value).*${CAUSES}`,
    ],
  ])("%s", (_, options, message) => {
    expect(failing(options).message).toMatch(new RegExp(`^createTrpo: iteration ${message}`));
  });

  it("an infinite action, before the environment sees it", () => {
    expect(failing({}, wild).message).toMatch(
      new RegExp(
        `^createTrpo: iteration 1 cannot go on\\. The policy gave an action of -?(Infinity|NaN) after step 0; expected a finite number\\. ${CAUSES}`,
      ),
    );
  });
});

describe("vine", () => {
  const CAUSES =
    "Likely causes: a targetKl that is too high, observations or rewards of very large or different sizes \\(scale them in the environment: the vine takes no normalisers\\)\\.$";
  // An iteration has 20 steps of the trajectory and 4 states × 4 actions × 3 steps of branches, fewer where an episode ends: 52 to 68.
  const vine = { sampling: "vine", vineStates: 4, vineActions: 4, vineLength: 3, discount: 0.9 } as const;
  it.each([
    [
      "an observation of NaN on the trajectory",
      breaking(7, { observation: Float32Array.of(NaN) }),
      `1 cannot go on\\. Element 0 of the observation of environment 0 is NaN after step 7; expected a finite number\\. ${ENVIRONMENT}`,
    ],
    [
      "an observation of NaN in a branch",
      breaking(21, { observation: Float32Array.of(NaN) }),
      `1 cannot go on\\. Element 0 of the observation of environment 0 is NaN after step 2\\d; expected a finite number\\. ${ENVIRONMENT}`,
    ],
    [
      "a reward of NaN on the trajectory of the second iteration",
      breaking(73, { reward: NaN }),
      `2 cannot go on\\. Reward of environment 0 is NaN at step 73; expected a finite number\\. ${ENVIRONMENT}`,
    ],
    [
      "a reward of Infinity in a branch",
      breaking(22, { reward: Infinity }),
      `1 cannot go on\\. Reward of environment 0 is Infinity at step 22; expected a finite number\\. ${ENVIRONMENT}`,
    ],
    [
      "returns of branches beyond float32",
      breaking(21, { reward: 1e39 }),
      `1 cannot go on\\. The first tensor that is not finite is the returns of the branches: element 0 of 16 is Infinity\\. ${CAUSES}`,
    ],
  ])("%s", (_, env, message) => {
    expect(failing({ ...vine, env }).message).toMatch(new RegExp(`^createTrpo: iteration ${message}`));
  });

  it("an infinite action, before the environment sees it", () => {
    expect(failing(vine, wild).message).toMatch(
      new RegExp(
        `^createTrpo: iteration 1 cannot go on\\. The policy gave an action of -?(Infinity|NaN) after step 0; expected a finite number\\. ${CAUSES}`,
      ),
    );
  });
});
