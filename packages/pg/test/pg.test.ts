import { describe, expect, it } from "vitest";
import { createPg, type PgMetrics, type PgOptions, type PgTrainer } from "../src/index.ts";
import { follow, meanReturn, twoChoices, twoStates } from "@rl-tools/test-envs";

const train = (trainer: PgTrainer, iterations = Infinity): PgMetrics[] => {
  const list: PgMetrics[] = [];
  for (const metrics of trainer.train()) if (list.push(metrics) >= iterations) break;
  return list;
};

const small = {
  hiddenSizes: [16],
  numEnvs: 4,
  stepsPerEnv: 20,
  learningRate: 1e-2,
  normalizeAdvantages: true,
  normalizeRewards: false,
} as const;

describe("createPg learns", () => {
  it.each([
    [
      "the whole episode's return",
      { advantage: "return", iterations: 150, stepsPerEnv: 100, numEnvs: 1, normalizeAdvantages: true, maxGradNorm: null },
    ],
    ["reward-to-go", { advantage: "reward-to-go", iterations: 60, stepsPerEnv: 100, numEnvs: 1 }],
    ["a baseline", { advantage: "baseline", iterations: 60 }],
    ["GAE", { advantage: "gae", iterations: 60 }],
    ["shared layers", { advantage: "gae", iterations: 60, sharedLayers: 1 }],
    ["whole episodes and GAE", { advantage: "gae", iterations: 60, wholeEpisodes: true, numEnvs: 1, stepsPerEnv: 80 }],
    ["normalised observations and rewards", { advantage: "gae", iterations: 60, normalizeObservations: true, normalizeRewards: true }],
  ] as const)("two states by %s", (_, options) => {
    const trainer = createPg({ env: twoStates, ...small, discount: 0.9, ...options });
    train(trainer);
    expect(meanReturn(twoStates, (row) => trainer.act(row, { deterministic: true }))).toBe(10);
  });

  it("two choices at once (MultiDiscrete)", () => {
    const trainer = createPg({ env: twoChoices, ...small, stepsPerEnv: 60, discount: 0, gaeLambda: 0, iterations: 80 });
    train(trainer);
    expect(meanReturn(twoChoices, (row) => trainer.act(row, { deterministic: true }))).toBeGreaterThan(9.5);
  });

  it.each([
    ["a Gaussian", { scaleActions: false }],
    ["a state-dependent deviation", { stateDependentStd: true }],
    ["a squashed Gaussian", { squashActions: true }],
    ["state-dependent exploration", { stateDependentExploration: 4, logStdInit: -1 }],
  ] as const)("to follow a target by %s", (_, options) => {
    const trainer = createPg({ env: follow, ...small, stepsPerEnv: 50, discount: 0, gaeLambda: 0, iterations: 100, ...options });
    train(trainer);
    expect(meanReturn(follow, (row) => trainer.act(row, { deterministic: true }))).toBeGreaterThan(-0.5);
  });
});

describe("the same seed", () => {
  const options: PgOptions = {
    env: "CartPole-v1",
    seed: 3,
    numEnvs: 4,
    stepsPerEnv: 16,
    normalizeObservations: true,
    normalizeRewards: true,
    learningRate: { linear: [1e-2, 0] },
    totalSteps: 64 * 12,
  };

  it("counts the calls of act in the state, and nothing else that it does", () => {
    const [played, whole] = [createPg(options), createPg(options)];
    train(played, 5);
    train(whole, 5);
    played.act(new Float32Array(4));
    const { agent, ...rest } = played.state();
    const { agent: wholeAgent, ...wholeRest } = whole.state();
    expect([agent.actCalls, wholeAgent.actCalls]).toEqual([1, 0]);
    expect({ ...agent, actCalls: 0, ...rest }).toEqual({ ...wholeAgent, ...wholeRest });
  });
});

describe("createPg refuses", () => {
  it.each([
    [{ env: "CartPole-v1", discont: 0.9 }, 'createPg: unknown option "discont"; did you mean "discount"?'],
    [{ env: "CartPole-v1", discount: 2 }, "createPg: discount is 2; expected a number of at least 0 and at most 1."],
    [{ env: "CartPole-v1", preset: "simple" }, 'preset is "simple"; expected one of "simplest", "gae"; the nearest is "simplest"'],
    [
      { env: "CartPole-v1", advantage: "return", wholeEpisodes: false },
      'advantage "return" counts rewards to the end of the episode; expected wholeEpisodes: true',
    ],
    [{ env: "CartPole-v1", preset: "simplest", numEnvs: 4 }, "wholeEpisodes with numEnvs 4; expected numEnvs: 1"],
    [{ env: "CartPole-v1", sharedLayers: 3 }, "sharedLayers is 3; expected at most 2"],
    [{ env: "CartPole-v1", sharedLayers: 1, valueUpdates: 3 }, "valueUpdates is 3 with sharedLayers 1; expected 1"],
    [{ env: "CartPole-v1", squashActions: true }, "squashActions needs continuous (Box) actions, and this environment's are discrete"],
    [{ env: "Pendulum-v1", squashActions: true, stateDependentExploration: 4 }, "exclude each other"],
    [{ env: "CartPol-v1" }, "CartPole-v1"],
    [{ env: 5 }, "env is 5; expected an environment id"],
    [{}, "env is missing"],
  ])("%j", (options, message) => {
    expect(() => createPg(options as unknown as PgOptions)).toThrow(message);
  });

  it("states of another algorithm, version, environment or shape", () => {
    const trainer = createPg({ env: "CartPole-v1", ...small });
    const state = trainer.state();
    expect(() => trainer.restore({ ...state, algorithm: "ppo" })).toThrow('the state is of algorithm "ppo"; expected "pg"');
    expect(() => trainer.restore({ ...state, version: 7 })).toThrow("the state has version 7; expected 1");
    expect(() => trainer.restore({})).toThrow("the state is of algorithm undefined");
    expect(() => trainer.restore(null as never)).toThrow("createPg.restore: got null; expected what state() of a trainer returned");
    expect(() => createPg({ env: "Acrobot-v1", ...small }).restore(state)).toThrow(/expected float32|of "CartPole-v1"/);
    expect(() => createPg({ env: "CartPole-v1", ...small, hiddenSizes: [8] }).restore(state)).toThrow(
      'tensor "policy.layers[0].weight" of the state is float32[4, 16]; expected float32[4, 8]',
    );
    expect(() => createPg({ env: "CartPole-v1", ...small, hiddenSizes: [16, 16] }).restore(state)).toThrow(
      'tensor "policy.layers[1].weight"',
    );
    expect(() => createPg({ env: "CartPole-v1", ...small, numEnvs: 2 }).restore(state)).toThrow(
      "the state is of 4 environments; expected 2",
    );
    expect(() => createPg({ env: "CartPole-v1", ...small, normalizeObservations: true }).restore(state)).toThrow(
      "saved without normalizeObservations",
    );
  });
});

it("stops at once when a number is no longer finite, with the iteration and what to do", () => {
  const trainer = createPg({ env: twoStates, ...small, iterations: 9, learningRate: (progress) => (progress > 0.4 ? Infinity : 1e-2) });
  const seen: number[] = [];
  expect(() => {
    for (const metrics of trainer.train()) seen.push(metrics["time/iterations"]);
  }).toThrow(
    /^createPg: iteration \d+ cannot go on\. The first tensor that is not finite is .*Likely causes: a learningRate that is too high/,
  );
  expect(seen.length).toBeLessThan(6);
});

describe("metrics", () => {
  it("are finite where they should be and counted right", () => {
    const trainer = createPg({ env: twoStates, ...small, iterations: 3 });
    const last = train(trainer)[2]!;
    expect(last["time/iterations"]).toBe(3);
    expect(last["time/total_timesteps"]).toBe(240);
    expect(last["rollout/ep_len_mean"]).toBe(10);
    expect(last["rollout/ep_rew_mean"]).toBeGreaterThan(3);
    expect(last["train/std"]).toBeNaN();
    for (const tag of ["train/loss", "train/value_loss", "train/entropy_loss", "train/explained_variance", "train/grad_norm"] as const)
      expect(last[tag]).toSatisfy(Number.isFinite);
    expect(Object.keys(trainer.metricInfo).sort()).toEqual(Object.keys(last).sort());
    expect(trainer.metricInfo["train/loss"].healthy).toContain("not a measure of progress");
  });

  it("say that a policy starts nearly uniform and that entropy holds it there", () => {
    const run = (entropyCoefficient: number): number =>
      -train(createPg({ env: twoStates, ...small, iterations: 60, entropyCoefficient })).at(-1)!["train/entropy_loss"];
    expect(-train(createPg({ env: twoStates, ...small, iterations: 1 }))[0]!["train/entropy_loss"]).toBeCloseTo(0.693, 3);
    expect(run(0)).toBeLessThan(0.3);
    expect(run(10)).toBeGreaterThan(0.68);
  });
});
