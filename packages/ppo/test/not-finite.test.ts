/** A number that is not finite stops training at once: with the iteration, the first bad tensor's name and likely causes. */
import { NotFiniteError } from "@rl/agent";
import { describe, expect, it } from "vitest";
import { createPpo, type PpoOptions, type PpoTrainer } from "../src/index.ts";
import { recordingBox, recordingDiscrete } from "./recording-env.ts";

const small = {
  hiddenSizes: [8],
  numEnvs: 2,
  stepsPerEnv: 16,
  minibatchSize: 16,
  epochs: 2,
  totalSteps: Infinity,
  iterations: 8,
  learningRate: 1e-3,
  normalizeObservations: false,
  normalizeRewards: false,
  stateDependentExploration: null,
} as const;

/** Trains until it fails; gives the error and how many iterations went well. */
function fail(options: PpoOptions): { readonly error: NotFiniteError; readonly done: number; readonly trainer: PpoTrainer } {
  const trainer = createPpo(options);
  let done = 0;
  try {
    for (const _ of trainer.train()) done += 1;
  } catch (error) {
    expect(error).toBeInstanceOf(NotFiniteError);
    return { error: error as NotFiniteError, done, trainer };
  }
  throw new Error("nothing failed");
}

/** From the given call on, of all environments together, steps give this observation. */
function breaking(from: number, observation: number): PpoOptions["env"] {
  const { make } = recordingDiscrete();
  let calls = 0;
  return () => {
    const env = make();
    return {
      ...env,
      step: (action: number) => ({ ...env.step(action), ...(++calls >= from ? { observation: Float32Array.of(observation) } : {}) }),
    };
  };
}

describe("observations and rewards", () => {
  // 32 calls make an iteration; call 76 is the second environment's step 38, in iteration 3.
  it.each([NaN, Infinity, -Infinity])("an observation of %f", (value) => {
    const { error, done } = fail({ env: breaking(76, value), ...small });
    expect(done).toBe(2);
    expect(error.message).toBe(
      `createPpo: iteration 3 cannot go on. Element 0 of the observation of environment 1 is ${value} after step 38; expected a finite number. Likely causes: a division by zero or an overflow in the environment's step(), an action it does not expect; checkEnv finds most.`,
    );
    expect(error).toMatchObject({ name: "NotFiniteError", iteration: 3, found: { tensor: "observations" } });
  });

  it("a reward of Infinity", () => {
    let calls = 0;
    const { error, done } = fail({ env: recordingDiscrete(() => (++calls === 43 ? Infinity : 1)).make, ...small });
    expect(done).toBe(1);
    expect(error.message).toMatch(
      /^createPpo: iteration 2 cannot go on\. Reward of environment 0 is Infinity at step 22; expected a finite number\. Likely causes: a division by zero/,
    );
    expect(error.found.tensor).toBe("rewards");
  });

  it("a first observation, and one that ends an episode by a time limit", () => {
    const { make } = recordingDiscrete();
    const first = () => ({ ...make(), reset: () => ({ observation: Float32Array.of(NaN), info: {} }) });
    expect(fail({ env: first, ...small }).error.message).toContain(
      "iteration 1 cannot go on. Element 0 of the observation of environment 0 is NaN",
    );
    const last = () => {
      const env = make();
      return { ...env, step: (action: number) => ({ ...env.step(action), truncated: true, observation: Float32Array.of(NaN) }) };
    };
    expect(fail({ env: last, ...small }).error.message).toContain("is NaN after step 1");
  });
});

describe("losses, gradients, parameters, actions", () => {
  it("value targets beyond float32", () => {
    const { error, done } = fail({ env: recordingDiscrete(() => 1e38).make, ...small, discount: 0.99 });
    expect(done).toBe(0);
    expect(error.message).toMatch(
      /^createPpo: iteration 1 cannot go on\. The first tensor that is not finite is targets: element \d+ of 32 is Infinity\. Likely causes: a learningRate that is too high, .*normalizeRewards\)\.$/,
    );
  });

  it("a loss: squares of large errors", () => {
    const { error, done } = fail({ env: recordingDiscrete(() => 1e30).make, ...small, discount: 0 });
    expect(done).toBe(0);
    expect(error.found.tensor).toBe("the value loss of minibatch 1");
    expect(error.message).toContain("is the value loss of minibatch 1: it is Infinity");
  });

  it("a gradient whose length overflows though the loss does not", () => {
    // A loss of about 1e20, a gradient of about 1e20 as well, whose square is beyond float32.
    const { error } = fail({ env: recordingDiscrete(() => 1).make, ...small, discount: 0, valueCoefficient: 1e20 });
    expect(error.found.tensor).toBe("the gradient's length in minibatch 1");
  });

  it("a step so long that the parameters leave float32 is seen in the iteration that makes it", () => {
    const { error, done } = fail({
      env: recordingDiscrete((action) => action).make,
      ...small,
      epochs: 1,
      minibatchSize: 32,
      learningRate: 3e38,
      maxGradNorm: null,
    });
    expect(done).toBe(0);
    expect(error.found.tensor).toMatch(/^parameters\.(policy|value)/);
  });

  it("an action of a policy that overflows is not blamed on the environment", () => {
    const { make, actions } = recordingBox(1, (action) => action[0]!);
    const trainer = createPpo({ env: make, ...small, epochs: 1, iterations: 2 });
    const state = trainer.state();
    const parameters = structuredClone(state.parameters) as { policy: { head: { logStd: { data: Float32Array } } } };
    parameters.policy.head.logStd.data.fill(200);
    trainer.restore({ ...state, parameters });
    expect(() => [...trainer.train()]).toThrow(
      /^createPpo: iteration 1 cannot go on\. The policy gave an action of -?(Infinity|NaN) after step 0; expected a finite number\. Likely causes: a learningRate/,
    );
    expect(actions.flat()).toHaveLength(0);
  });

  it("an infinite schedule value", () => {
    const { error, done } = fail({
      env: recordingDiscrete((action) => action).make,
      ...small,
      learningRate: (progress) => (progress < 0.4 ? 1e-3 : Infinity),
    });
    expect(done).toBe(4);
    expect(error.iteration).toBe(5);
  });
});
