/**
 * The chapter's curves against figures measured independently (20 000 tasks × 1000 steps, random ties, mean of steps 951–1000; standard
 * errors there about 0.01 reward and 0.35 % optimal).
 */
import { describe, expect, it } from "vitest";
import {
  bernoulliArms,
  epsilonGreedy,
  gaussianArms,
  gradientBandit,
  linearArms,
  linUcb,
  readTable,
  tableArms,
  testbed,
  thompson,
  ucb,
  type PolicyFactory,
  type TestbedResult,
} from "../src/index.ts";

const policies = {
  greedy: (shared) => epsilonGreedy({ ...shared, epsilon: 0 }),
  "ε = .01": (shared) => epsilonGreedy({ ...shared, epsilon: 0.01 }),
  "ε = .1": (shared) => epsilonGreedy({ ...shared, epsilon: 0.1 }),
  "optimistic 5": (shared) => epsilonGreedy({ ...shared, epsilon: 0, initial: 5, stepSize: 0.1 }),
  "start 0": (shared) => epsilonGreedy({ ...shared, epsilon: 0.1, stepSize: 0.1 }),
  "UCB c = 2": (shared) => ucb({ ...shared, c: 2 }),
  "UCB c = 1": (shared) => ucb({ ...shared, c: 1 }),
} satisfies Record<string, PolicyFactory>;

const gradients = {
  "α = .1, baseline": (shared) => gradientBandit({ ...shared, stepSize: 0.1, baseline: "after-first" }),
  "α = .1": (shared) => gradientBandit({ ...shared, stepSize: 0.1, baseline: false }),
  "α = .4, baseline": (shared) => gradientBandit({ ...shared, stepSize: 0.4, baseline: "after-first" }),
  "α = .4": (shared) => gradientBandit({ ...shared, stepSize: 0.4, baseline: false }),
} satisfies Record<string, PolicyFactory>;

/** reward, % optimal at the end, % optimal at step 100. */
const expected: Record<string, readonly [number, number, number]> = {
  greedy: [1.03, 36.3, 35.8],
  "ε = .01": [1.32, 60.0, 38.6],
  "ε = .1": [1.37, 80.0, 54.3],
  "optimistic 5": [1.51, 86.0, 29.7],
  "start 0": [1.35, 76.0, 44.5],
  "UCB c = 2": [1.5, 85.7, 60.2],
  "UCB c = 1": [1.52, 92.5, 77.1],
  "α = .1, baseline": [5.5, 84.9, 48.8],
  "α = .1": [5.21, 49.2, 33.4],
  "α = .4, baseline": [5.43, 71.5, 61.8],
  "α = .4": [4.8, 27.7, 23.6],
};

/** Tasks are the independent units: a task's mean over 50 late steps varies at most as much as a single late step does. */
function check(name: string, result: TestbedResult): void {
  const [reward, late, early] = expected[name]!;
  const mean = (values: Float64Array): number => values.slice(950, 1000).reduce((a, b) => a + b) / 50;
  // The spread of a task's mean reward: that of the value it settled on (≤ 0.65) plus averaged noise, over √2000 tasks; and the table's own.
  const tolerance = 3 * Math.hypot(0.66 / Math.sqrt(2000), 0.01) + 0.005;
  expect(Math.abs(mean(result.reward.mean) - reward), `${name} reward`).toBeLessThan(tolerance);
  const optimalError = (step: number): number => 100 * result.optimal.standardError[step]!;
  expect(Math.abs(100 * mean(result.optimal.mean) - late), `${name} % optimal`).toBeLessThan(
    3 * Math.hypot(optimalError(999), 0.35) + 0.05,
  );
  expect(Math.abs(100 * result.optimal.mean[99]! - early), `${name} % optimal at 100`).toBeLessThan(
    3 * Math.hypot(optimalError(99), 0.35) + 0.05,
  );
}

describe("the ten-armed testbed, 2000 tasks × 1000 steps", () => {
  it("figures 2.2, 2.3 and 2.4", () => {
    const results = testbed({ policies, seed: 1 });
    for (const name of Object.keys(policies) as (keyof typeof policies)[]) check(name, results[name]);
  });
  it("figure 2.5", () => {
    const results = testbed({ policies: gradients, seed: 2, problem: gaussianArms({ mean: 4 }) });
    for (const name of Object.keys(gradients) as (keyof typeof gradients)[]) check(name, results[name]);
  });
  it("exercise 2.5, a tenth of the tasks", () => {
    const results = testbed({
      tasks: 200,
      steps: 10_000,
      walk: 0.01,
      seed: 3,
      policies: { average: policies["ε = .1"], constant: policies["start 0"] },
    });
    const mean = (values: Float64Array): number => values.slice(9000).reduce((a, b) => a + b) / 1000;
    // At 200 tasks a share has a standard error of about 3 points, a reward (spread of the best of ten walks ≈ 0.6) of about 0.05.
    expect(Math.abs(mean(results.average.reward.mean) - 1.06)).toBeLessThan(0.15);
    expect(Math.abs(mean(results.constant.reward.mean) - 1.33)).toBeLessThan(0.15);
    expect(Math.abs(100 * mean(results.average.optimal.mean) - 44.7)).toBeLessThan(10);
    expect(Math.abs(100 * mean(results.constant.optimal.mean) - 75.8)).toBeLessThan(6);
  });
});

describe("testbed", () => {
  const small = { arms: 4, tasks: 50, steps: 60 };

  it("is a function of its seed", () => {
    const run = (seed: number): TestbedResult => testbed({ ...small, seed, policies: { p: policies["ε = .1"] } }).p;
    expect(run(5)).toEqual(run(5));
    expect(run(5).reward.mean).not.toEqual(run(6).reward.mean);
  });
  it("gives a policy the same bandits whoever runs beside it", () => {
    const alone = testbed({ ...small, policies: { a: policies["UCB c = 2"] } }).a;
    const beside = testbed({ ...small, policies: { a: policies["UCB c = 2"], b: policies.greedy } }).a;
    expect(beside).toEqual(alone);
  });
  it("first pulls of an untouched table have the mean and standard error of the prior", () => {
    const { reward, optimal, regret } = testbed({ arms: 10, tasks: 4000, steps: 1, policies: { p: policies.greedy } }).p;
    // Reward of a uniform arm: N(0, 2); share 1/10; E max of ten standard normals = 1.5388 (order statistics).
    expect(Math.abs(reward.mean[0]!)).toBeLessThan(3 * reward.standardError[0]!);
    expect(reward.standardError[0]!).toBeCloseTo(Math.sqrt(2 / 4000), 2);
    expect(Math.abs(optimal.mean[0]! - 0.1)).toBeLessThan(3 * Math.sqrt(0.09 / 4000));
    expect(Math.abs(regret.mean[0]! - 1.5388)).toBeLessThan(3 * regret.standardError[0]!);
  });
  it("plays more pulls than are drawn at once as one bandit", () => {
    // Noise 0: after its first pulls the greedy policy stays, so regret grows by the same gap in every later step, also over the 1024th.
    const { regret } = testbed({ tasks: 1, steps: 3000, problem: gaussianArms({ noise: 0 }), policies: { p: policies.greedy } }).p;
    const gap = regret.mean[2999]! - regret.mean[2998]!;
    for (const step of [1022, 1023, 1024, 1025, 2047, 2048]) expect(regret.mean[step]! - regret.mean[step - 1]!).toBeCloseTo(gap, 9);
  });
  it("plays a user's table of rewards", () => {
    const { arms, rewards } = readTable("red,green\n0,1\n0,2\n3,3\n");
    expect(arms).toEqual(["red", "green"]);
    const run = (inOrder: boolean): TestbedResult =>
      testbed({
        arms: 2,
        tasks: 2000,
        steps: 3,
        problem: tableArms({ rewards, inOrder }),
        policies: { p: (shared) => epsilonGreedy({ ...shared, epsilon: 1 }) },
      }).p;
    // True values 1 and 2; a random arm earns the mean of its round: 0.5, 1 and 3 in order, 1.5 in a drawn one.
    [0.5, 1, 3].forEach((mean, step) => {
      const { reward, regret } = run(true);
      expect(Math.abs(reward.mean[step]! - mean)).toBeLessThanOrEqual(4 * reward.standardError[step]!);
      expect(Math.abs(regret.mean[step]! - 0.5 * (step + 1))).toBeLessThanOrEqual(4 * regret.standardError[step]!);
    });
    const { reward } = run(false);
    expect(Math.abs(reward.mean[1]! - 1.5)).toBeLessThan(4 * reward.standardError[1]!);
    expect(readTable("[[1,2],[3,4]]")).toEqual({
      arms: ["0", "1"],
      rewards: [
        [1, 2],
        [3, 4],
      ],
    });
  });
  it("refuses tables that are none", () => {
    expect(() => readTable("red,green\n0,1\n2\n")).toThrow('readTable: got "2" on line 3; expected 2 numbers');
    expect(() => readTable("0,1\n2,3\n")).toThrow('readTable: got header "0,1"; expected the names of the arms');
    expect(() => readTable("[[1,2],[3]]")).toThrow("readTable: got [3] as item 1; expected an array of 2 numbers");
    expect(() => tableArms({ rewards: [] })).toThrow("a table without rows");
    expect(() => tableArms({ rewards: [[1, NaN]] })).toThrow("got [1, NaN] as row 0; expected 2 finite numbers");
    expect(() => testbed({ arms: 3, problem: tableArms({ rewards: [[1, 2]] }), policies: { p: policies.greedy } })).toThrow(
      "got 2 columns; expected one for each of the 3 arms",
    );
  });
  it("refuses a policy whose play leaves pulls out", () => {
    const lazy: PolicyFactory = (shared) => Object.assign(epsilonGreedy({ ...shared, epsilon: 0 }), { play: () => {} });
    expect(() => testbed({ ...small, policies: { lazy } })).toThrow("epsilon-greedy.play told of 0 pulls; expected 60");
  });
  it("runs Bernoulli and contextual problems", () => {
    const bernoulli = testbed({
      ...small,
      steps: 500,
      problem: bernoulliArms({ means: [0.1, 0.9, 0.5, 0.5] }),
      policies: { p: (shared) => thompson(shared) },
    }).p;
    expect(bernoulli.optimal.mean[499]!).toBeGreaterThan(0.9);
    const linear = testbed({
      ...small,
      steps: 500,
      problem: linearArms({ features: 5 }),
      policies: { p: (shared) => linUcb({ ...shared, features: 5, alpha: 0.3 }) },
    }).p;
    expect(linear.optimal.mean[499]!).toBeGreaterThan(0.85);
  });
  it.each([
    [{ policies: {} }, "got no policies"],
    [{ policies: { p: policies.greedy }, tasks: 0 }, "got tasks = 0"],
    [{ policies: { p: policies.greedy }, task: 5 }, 'testbed: got unknown option "task"'],
    [{ policies: { p: policies.greedy }, walk: 0.1, problem: gaussianArms() }, "both walk and problem"],
    [
      { policies: { p: policies.greedy }, arms: 3, problem: bernoulliArms({ means: [0.5] }) },
      "got 1 means; expected one for each of the 3 arms",
    ],
  ])("refuses case %#", (options, message) => {
    expect(() => testbed(options)).toThrow(message);
  });
  it("refuses unknown options of problems, with the nearest name", () => {
    expect(() => gaussianArms({ sprea: 1 } as object)).toThrow('gaussianArms: got unknown option "sprea"');
    expect(() => gaussianArms({ sprea: 1 } as object)).toThrow('did you mean "spread"?');
    expect(() => bernoulliArms({ lows: 1 } as object)).toThrow('did you mean "low"?');
    expect(() => linearArms({ features: 2, noises: 1 } as { features: number })).toThrow('did you mean "noise"?');
  });
  it("refuses success rates outside [0, 1]", () => {
    expect(() => bernoulliArms({ means: [0.5, 1.5] })).toThrow("got means[1] = 1.5");
  });
});
