import { describe, expect, it } from "vitest";
import { createPpo, type PpoMetrics, type PpoOptions, type PpoTrainer } from "../src/index.ts";
import { follow, masked, meanReturn, twoChoices, twoStates } from "@rl-tools/test-envs";

const train = (trainer: PpoTrainer, iterations = Infinity): PpoMetrics[] => {
  const list: PpoMetrics[] = [];
  for (const metrics of trainer.train()) if (list.push(metrics) >= iterations) break;
  return list;
};

const small = {
  hiddenSizes: [16],
  numEnvs: 4,
  stepsPerEnv: 32,
  minibatchSize: 32,
  epochs: 4,
  discount: 0.9,
  learningRate: 1e-2,
  totalSteps: Infinity,
} as const;

describe("createPpo learns", () => {
  it.each([
    ["the defaults", {}],
    ["value clipping", { valueClipRange: 0.2 }],
    ["an entropy bonus", { entropyCoefficient: 0.01 }],
    ["an early stop by KL", { targetKl: 0.02 }],
    ["schedules", { learningRate: { linear: [1e-2, 0] }, clipRange: { linear: [0.3, 0.05] } }],
    ["a shared layer", { sharedLayers: 1 }],
    ["normalised observations and rewards", { normalizeObservations: true, normalizeRewards: true }],
    ["minibatches that do not divide the rollout", { minibatchSize: 50 }],
  ] as const)("two states by %s", (_, options) => {
    const trainer = createPpo({ env: twoStates, ...small, iterations: 40, ...options });
    train(trainer);
    expect(meanReturn(twoStates, (row) => trainer.act(row, { deterministic: true }))).toBe(10);
  });

  it("two choices at once (MultiDiscrete)", () => {
    const trainer = createPpo({ env: twoChoices, ...small, gaeLambda: 0, discount: 0, iterations: 40 });
    train(trainer);
    expect(meanReturn(twoChoices, (row) => trainer.act(row, { deterministic: true }))).toBeGreaterThan(9.5);
  });

  it("under action masks, and never takes a forbidden action", () => {
    const trainer = createPpo({ env: masked, ...small, iterations: 40 });
    for (const metrics of train(trainer))
      if (!Number.isNaN(metrics["rollout/ep_rew_mean"])) expect(metrics["rollout/ep_rew_mean"]).toBeGreaterThanOrEqual(0);
    expect(meanReturn(masked, (row, masks) => trainer.act(row, { deterministic: true, masks: masks! }))).toBe(10);
  });

  it.each([
    ["a Gaussian", { stateDependentExploration: null }],
    ["noise kept for a rollout (the default)", {}],
    ["a state-dependent deviation", { stateDependentStd: true }],
    ["a squashed Gaussian", { squashActions: true }],
    ["state-dependent exploration", { stateDependentExploration: 4, logStdInit: -1 }],
  ] as const)("to follow a target by %s", (_, options) => {
    const trainer = createPpo({
      env: follow,
      ...small,
      discount: 0,
      gaeLambda: 0,
      learningRate: { linear: [1e-2, 0] },
      iterations: 60,
      ...options,
    });
    train(trainer);
    // Squashed actions end at −0.06: the targets ±1.5 of bounds ±2 are hard to reach by tanh.
    expect(meanReturn(follow, (row) => trainer.act(row, { deterministic: true }))).toBeGreaterThan(-0.1);
  });
});

describe("what is measured", () => {
  it("before the first step of an iteration the ratio is 1: no KL, nothing clipped", () => {
    const trainer = createPpo({ env: "CartPole-v1", ...small, epochs: 1, minibatchSize: 128, iterations: 5 });
    for (const metrics of trainer.train()) {
      expect(metrics["train/approx_kl"]).toBe(0);
      expect(metrics["train/clip_fraction"]).toBe(0);
    }
  });
  it("targetKl stops an iteration early and leaves out the step that went too far", () => {
    const trainer = createPpo({ env: "CartPole-v1", ...small, epochs: 20, learningRate: 3e-2, targetKl: 0.01, iterations: 3 });
    const metrics = train(trainer);
    expect(metrics[2]!["train/n_updates"]).toBeLessThan(3 * 20 * 4);
    expect(metrics[2]!["train/n_updates"]).toBeGreaterThanOrEqual(3);
  });
  it("schedules reach the metrics", () => {
    const metrics = train(
      createPpo({ env: "CartPole-v1", ...small, learningRate: { linear: [1e-3, 0] }, clipRange: { linear: [0.2, 0.1] }, iterations: 4 }),
    );
    expect(metrics.map((m) => m["train/learning_rate"])).toEqual([1e-3, 7.5e-4, 5e-4, 2.5e-4]);
    expect(metrics.map((m) => Number(m["train/clip_range"].toFixed(6)))).toEqual([0.2, 0.175, 0.15, 0.125]);
  });
});

describe("states", () => {
  const options: PpoOptions = {
    env: "CartPole-v1",
    seed: 3,
    numEnvs: 4,
    stepsPerEnv: 16,
    minibatchSize: 24,
    epochs: 3,
    normalizeObservations: true,
    normalizeRewards: true,
    learningRate: { linear: [1e-3, 0] },
    clipRange: { linear: [0.2, 0] },
    totalSteps: 64 * 10,
  };

  it("refuses states that are not its own, and stays as it was", () => {
    const trainer = createPpo(options);
    const state = trainer.state();
    const before = JSON.stringify(state.parameters);
    expect(() => trainer.restore({ ...state, algorithm: "pg" })).toThrow('algorithm "pg"; expected "ppo"');
    expect(() => trainer.restore({ ...state, version: 2 })).toThrow("version 2; expected 1");
    expect(() => trainer.restore(createPpo({ ...options, hiddenSizes: [8] }).state())).toThrow("expected");
    expect(() => trainer.restore(createPpo({ ...options, env: "Pendulum-v1" }).state())).toThrow("expected");
    expect(JSON.stringify(trainer.state().parameters)).toBe(before);
  });
});

describe("bad input", () => {
  it.each([
    [{ env: "CartPole-v1", clipRagne: 0.1 }, 'unknown option "clipRagne"; did you mean "clipRange"'],
    [{ env: "CartPole-v1", minibatchSize: 4096 }, "a rollout has 8 × 125 = 1000 rows; expected at most 1000"],
    [{ env: "CartPole-v1", minibatchSize: 1 }, "minibatchSize 1 with normalizeAdvantages"],
    [{ env: "CartPole-v1", epochs: 0 }, "epochs is 0; expected a whole number of at least 1"],
    [{ env: "CartPole-v1", discount: 1.1 }, "discount is 1.1"],
    [{ env: "CartPole-v1", preset: "guid" }, 'the nearest is "guide"'],
    [{ env: "CartPole-v1", squashActions: true }, "squashActions needs continuous"],
    [{ env: "CartPole-v1", sharedLayers: 3 }, "sharedLayers is 3; expected at most 2"],
    [{}, "env is missing"],
    [{ env: null as never }, "createPpo: env is null; expected an environment id"],
  ])("%o", (options, message) => {
    expect(() => createPpo(options as PpoOptions)).toThrow(message);
  });
});
