import { describe, expect, it } from "vitest";
import { createTrpo, type TrpoMetrics, type TrpoOptions, type TrpoTrainer } from "../src/index.ts";
import { follow, meanReturn, twoChoices, twoStates } from "@rl-tools/test-envs";

const train = (trainer: TrpoTrainer, iterations = Infinity): TrpoMetrics[] => {
  const list: TrpoMetrics[] = [];
  for (const metrics of trainer.train()) if (list.push(metrics) >= iterations) break;
  return list;
};

const small = {
  preset: "paper",
  hiddenSizes: [16],
  numEnvs: 4,
  stepsPerEnv: 50,
  discount: 0.9,
  valueEpochs: 5,
  valueMinibatchSize: 50,
  totalSteps: Infinity,
} as const;

describe("createTrpo learns", () => {
  it.each([
    ["GAE", {}],
    ["discounted sums", { advantage: "return" }],
    ["a larger region", { targetKl: 0.05, cgIterations: 5 }],
    ["normalised observations and rewards", { normalizeObservations: true, normalizeRewards: true }],
  ] as const)("two states by %s", (_, options) => {
    const trainer = createTrpo({ env: twoStates, ...small, iterations: 60, ...options });
    train(trainer);
    expect(meanReturn(twoStates, (row) => trainer.act(row, { deterministic: true }))).toBe(10);
  });

  it("two choices at once (MultiDiscrete)", () => {
    const trainer = createTrpo({ env: twoChoices, ...small, targetKl: 0.03, gaeLambda: 0, discount: 0, iterations: 60 });
    train(trainer);
    expect(meanReturn(twoChoices, (row) => trainer.act(row, { deterministic: true }))).toBeGreaterThan(9.5);
  });

  it.each([
    ["a Gaussian", {}],
    ["a state-dependent deviation", { stateDependentStd: true }],
    ["a squashed Gaussian", { squashActions: true }],
    ["state-dependent exploration", { stateDependentExploration: 4, logStdInit: -1 }],
  ] as const)("to follow a target by %s", (_, options) => {
    const trainer = createTrpo({ env: follow, ...small, targetKl: 0.03, discount: 0, gaeLambda: 0, iterations: 80, ...options });
    train(trainer);
    expect(meanReturn(follow, (row) => trainer.act(row, { deterministic: true }))).toBeGreaterThan(-0.5);
  });

  it("two states by the vine, on fewer states", () => {
    const trainer = createTrpo({ env: twoStates, ...small, numEnvs: 1, sampling: "vine", vineStates: 16, vineLength: 3, iterations: 40 });
    const metrics = train(trainer);
    expect(meanReturn(twoStates, (row) => trainer.act(row, { deterministic: true }))).toBe(10);
    // 50 steps of trajectory, and 16 states × 2 actions × at most 3 steps of branches.
    expect(metrics[0]!["time/total_timesteps"]).toBeGreaterThan(50 + 16 * 2 * 2);
    expect(metrics[0]!["time/total_timesteps"]).toBeLessThanOrEqual(50 + 16 * 2 * 3);
  });

  it("to follow a target by the vine with drawn actions", () => {
    const trainer = createTrpo({
      env: follow,
      ...small,
      numEnvs: 1,
      sampling: "vine",
      vineStates: 32,
      vineActions: 4,
      vineLength: 1,
      targetKl: 0.03,
      iterations: 80,
    });
    train(trainer);
    expect(meanReturn(follow, (row) => trainer.act(row, { deterministic: true }))).toBeGreaterThan(-0.7);
  });
});

describe("whole runs keep the promises of the method", () => {
  it.each(["CartPole-v1", "Pendulum-v1"])("%s: KL ≤ δ and a better surrogate after each accepted step, old bits otherwise", (env) => {
    const trainer = createTrpo({ env, ...small, numEnvs: 2, stepsPerEnv: 128, hiddenSizes: [16, 16], totalSteps: 256 * 25, seed: 5 });
    let before = JSON.stringify(trainer.state().parameters);
    let accepted = 0;
    for (const metrics of trainer.train()) {
      const after = JSON.stringify((trainer.state().parameters as { policy: unknown }).policy);
      if (metrics["train/is_line_search_success"] === 1) {
        accepted += 1;
        expect(metrics["train/kl_divergence_loss"]).toBeLessThanOrEqual(0.01);
        expect(metrics["train/kl_divergence_loss"]).toBeGreaterThan(0);
        expect(metrics["train/policy_objective"]).toBeGreaterThan(0);
        expect(metrics["train/step_fraction"]).toBeGreaterThan(0);
        expect(after).not.toBe(before);
      } else {
        expect(after).toBe(before);
        expect(metrics["train/kl_divergence_loss"]).toBe(0);
      }
      expect(trainer.lastStep!.residuals).toHaveLength(15);
      before = after;
    }
    expect(accepted).toBeGreaterThan(20);
  });

  it("restores the parameters bit for bit when no point is accepted", () => {
    // A line search of one point in a region so large that the quadratic model is wrong there.
    const trainer = createTrpo({
      env: "CartPole-v1",
      ...small,
      numEnvs: 2,
      stepsPerEnv: 64,
      targetKl: 50,
      cgDamping: 0,
      lineSearchSteps: 1,
      iterations: 12,
    });
    let failures = 0;
    let before = JSON.stringify((trainer.state().parameters as { policy: unknown }).policy);
    for (const metrics of trainer.train()) {
      const after = JSON.stringify((trainer.state().parameters as { policy: unknown }).policy);
      if (metrics["train/is_line_search_success"] === 0) {
        failures += 1;
        expect(after).toBe(before);
      }
      before = after;
    }
    expect(failures).toBeGreaterThan(0);
  });
});

describe("defaults", () => {
  it("keep gSDE's noise for 8 steps where actions are continuous, and leave what the vine cannot use out of it", () => {
    const shape = { numEnvs: 1, stepsPerEnv: 64, hiddenSizes: [8], iterations: 2, valueMinibatchSize: 32 };
    const held = createTrpo({ env: "Pendulum-v1", ...shape });
    const eight = createTrpo({ env: "Pendulum-v1", ...shape, stateDependentExploration: 8 });
    const one = createTrpo({ env: "Pendulum-v1", ...shape, stateDependentExploration: 1 });
    expect(train(held)).toEqual(train(eight));
    expect(train(createTrpo({ env: "Pendulum-v1", ...shape }))).not.toEqual(train(one));
    const vine = createTrpo({ env: "CartPole-v1", ...shape, sampling: "vine", vineStates: 4, vineLength: 5 });
    expect(vine.config).toMatchObject({ normalizeObservations: false, normalizeRewards: false, stateDependentExploration: null });
    expect(train(vine)).toHaveLength(2);
    // A preset's exploration is not the user's wish; the user's own is.
    const preset = { env: "Pendulum-v1", preset: "Pendulum-v1", sampling: "vine" } as const;
    expect(createTrpo(preset).config).toMatchObject({ stateDependentExploration: null, gaeLambda: 0.9, normalizeObservations: false });
    expect(() => createTrpo({ ...preset, stateDependentExploration: 8 })).toThrow('stateDependentExploration with sampling "vine"');
  });
});

describe("a falling trust region", () => {
  it("bounds each step by its own δ", () => {
    const trainer = createTrpo({
      env: "CartPole-v1",
      ...small,
      stepsPerEnv: 64,
      targetKl: { linear: [0.02, 0.001] },
      iterations: 10,
      totalSteps: Infinity,
    });
    train(trainer).forEach((metrics, i) => expect(metrics["train/kl_divergence_loss"]).toBeLessThanOrEqual(Math.fround(0.02 - 0.0019 * i)));
    expect(trainer.lastStep!.kl).toBeGreaterThan(0);
  });
});

describe("the same seed", () => {
  const options: TrpoOptions = {
    env: "CartPole-v1",
    seed: 3,
    numEnvs: 2,
    stepsPerEnv: 32,
    normalizeObservations: true,
    normalizeRewards: true,
    valueLearningRate: { linear: [1e-3, 0] },
    valueMinibatchSize: 24,
    valueEpochs: 3,
    hiddenSizes: [16],
    totalSteps: 64 * 10,
  };

  it.each([
    [
      "CartPole-v1",
      {
        sampling: "vine",
        vineStates: 4,
        vineLength: 5,
        normalizeObservations: false,
        normalizeRewards: false,
        numEnvs: 1,
        totalSteps: 700,
      },
    ],
  ] as const)("gives the same bits after stopping, saving, restoring and going on: %s %o", (env, more) => {
    const make = (): TrpoTrainer => createTrpo({ ...options, env, ...more });
    const expected = train(make());
    for (const stop of [1, 4]) {
      const first = make();
      train(first, stop);
      const saved = structuredClone(first.state());
      const second = make();
      second.restore(saved);
      expect(train(second)).toEqual(expected.slice(stop));
    }
  });

  it("the vine of an environment of one's own has the same state at the end after stopping, saving, restoring and going on", () => {
    const make = (): TrpoTrainer =>
      createTrpo({ env: follow() as never, ...small, numEnvs: 1, sampling: "vine", vineStates: 4, vineLength: 3, iterations: 5 });
    const whole = make();
    train(whole);
    const [first, second] = [make(), make()];
    train(first, 2);
    second.restore(structuredClone(first.state()));
    train(second);
    expect(second.state()).toEqual(whole.state());
  });

  it("refuses states that are not its own, and stays as it was", () => {
    const trainer = createTrpo(options);
    const state = trainer.state();
    const before = JSON.stringify(state.parameters);
    expect(() => trainer.restore({ ...state, algorithm: "pg" })).toThrow('algorithm "pg"; expected "trpo"');
    expect(() => trainer.restore({ ...state, version: 2 })).toThrow("version 2; expected 1");
    expect(() => trainer.restore(createTrpo({ ...options, hiddenSizes: [8] }).state())).toThrow("float32[4, 8]");
    expect(() => trainer.restore(createTrpo({ ...options, env: "Pendulum-v1" }).state())).toThrow("expected");
    expect(JSON.stringify(trainer.state().parameters)).toBe(before);
  });
});

describe("options", () => {
  it.each([
    [{ env: "CartPole-v1", targetKL: 0.1 }, 'unknown option "targetKL"; did you mean "targetKl"'],
    [{ env: "CartPole-v1", targetKl: 0 }, "targetKl is 0; expected a number above 0"],
    [{ env: "CartPole-v1", lineSearchShrink: 1 }, "lineSearchShrink is 1"],
    [{ env: "CartPole-v1", sharedLayers: 1 }, "sharedLayers is 1; expected 0"],
    [{ env: "CartPole-v1", preset: "CartPole" }, 'the nearest is "CartPole-v1"'],
    [{ env: "CartPole-v1", squashActions: true }, "squashActions needs continuous"],
    [{ env: "CartPole-v1", sampling: "vine", normalizeObservations: true }, 'normalizeObservations with sampling "vine"'],
    [{}, "env is missing"],
  ])("%o", (options, message) => {
    expect(() => createTrpo(options as TrpoOptions)).toThrow(message);
  });

  it("the vine says when the environment cannot be saved", () => {
    const env = () => ({
      ...twoStates(),
      state: () => {
        throw new Error("this simulator has no state().");
      },
    });
    const trainer = createTrpo({ env: env as never, ...small, numEnvs: 1, sampling: "vine" });
    expect(() => train(trainer, 1)).toThrow("needs an environment that can be saved, and state() failed: this simulator has no state().");
  });
});
