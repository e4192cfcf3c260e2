/** Bounds and identities from the papers, as tests. */
import { Generator } from "@rl/random";
import { describe, expect, it } from "vitest";
import {
  bernoulliArms,
  bernoulliKl,
  epsilonGreedy,
  evaluateOffline,
  exp3,
  exp3Settings,
  gradientBandit,
  klUcb,
  linUcb,
  readLog,
  testbed,
  thompson,
  ucb1,
  ucb1RegretBound,
  type Policy,
} from "../src/index.ts";

describe("relative entropy of Bernoulli distributions", () => {
  it.each([
    [0.7, 0.7000000001, 2.380952775256507e-20],
    [0.3, 0.3 + 1e-9, 2.380952507591902e-18],
    [1, 0.999999999, 9.999999722180686e-10],
    [0.2, 0.9, 1.362737753988614],
    [1, 1e-300, 690.7755278982137],
    [1e-300, 0.5, 0.6931471805599453],
  ])("of %d to %d is mpmath's, however close they are", (p, q, wanted) => {
    expect(Math.abs(bernoulliKl(p, q) / wanted - 1)).toBeLessThan(1e-6);
  });
  it("is 0 for equals and infinite where q rules out what p allows", () => {
    expect([0, 0.3, 1].map((p) => bernoulliKl(p, p))).toEqual([0, 0, 0]);
    expect([bernoulliKl(0.5, 1), bernoulliKl(0.5, 0), bernoulliKl(0, 1), bernoulliKl(1, 0)]).toEqual(Array(4).fill(Infinity));
  });
});

describe("UCB1", () => {
  it("stays below its regret bound on 100 random problems, which drawing arms at random breaks on many", () => {
    const rng = new Generator(2024);
    const steps = 3000;
    let broken = 0;
    for (let problem = 0; problem < 100; problem++) {
      const arms = rng.integers(2, 8);
      const means = Array.from({ length: arms }, () => rng.random());
      const { policy, uniform } = testbed({
        arms,
        tasks: 20,
        steps,
        seed: problem,
        problem: bernoulliArms({ means }),
        policies: { policy: (shared) => ucb1(shared), uniform: (shared) => epsilonGreedy({ ...shared, epsilon: 1 }) },
      });
      const bound = ucb1RegretBound(means, steps);
      expect(policy.regret.mean[steps - 1]!).toBeLessThanOrEqual(bound);
      expect(policy.regret.mean[steps - 1]!).toBeGreaterThan(0);
      if (uniform.regret.mean[steps - 1]! > bound) broken++;
    }
    expect(broken).toBeGreaterThan(40);
  });
  it("has the bound of Auer et al.'s theorem 1", () => {
    // Gaps 0.2 and 0.5, T = 1000: 8·6.907755·(5 + 2) + (1 + π²/3)·0.7.
    expect(ucb1RegretBound([0.9, 0.7, 0.4], 1000)).toBeCloseTo(386.834311 + 3.002909, 4);
  });
});

describe("Exp3", () => {
  const arms = 4;
  const steps = 4000;
  const { gamma, regretBound } = exp3Settings(arms, steps);
  type Table = readonly (readonly number[])[];
  const table = (reward: (step: number, arm: number) => number): Table =>
    Array.from({ length: steps }, (_, step) => Array.from({ length: arms }, (_unused, arm) => reward(step, arm)));
  /** What an adversary who knows the code of a policy without chance prepares: nothing for the arm that it will pull, 1 for all others. */
  const against = (policy: Policy): Table =>
    Array.from({ length: steps }, () => {
      const hit = policy.select();
      policy.update(hit, 0);
      return Array.from({ length: arms }, (_, arm) => (arm === hit ? 0 : 1));
    });
  /** Reward of the best fixed arm, less the policy's. */
  const regret = (rewards: Table, policy: Policy): number => {
    let earned = 0;
    for (const row of rewards) {
      const arm = policy.select();
      earned += row[arm]!;
      policy.update(arm, row[arm]!);
    }
    return Math.max(...Array.from({ length: arms }, (_, arm) => rewards.reduce((sum, row) => sum + row[arm]!, 0))) - earned;
  };
  const optimist = (): Policy => ucb1({ arms, ties: "first" });
  const follower = (): Policy => epsilonGreedy({ arms, epsilon: 0, ties: "first" });
  const adversaries: Record<string, readonly [rewards: Table, victim: () => Policy]> = {
    "one who knows UCB1's code": [against(optimist()), optimist],
    "one who knows the greedy policy's code": [against(follower()), follower],
    "one who switches the only arm that pays": [table((step, arm) => (arm === (step < 0.4 * steps ? 0 : 2) ? 1 : 0)), follower],
    "one who lets the first arm go dry": [table((step, arm) => (arm === (step < steps / 3 ? 0 : 1) ? 1 : 0)), follower],
  };

  it.each(Object.keys(adversaries))("stays below its bound against %s, and another policy does not", (name) => {
    const [rewards, victim] = adversaries[name]!;
    const runs = 30;
    let mean = 0;
    for (let run = 0; run < runs; run++) mean += regret(rewards, exp3({ arms, gamma, seed: run })) / runs;
    expect(mean).toBeLessThan(regretBound);
    expect(regret(rewards, victim())).toBeGreaterThan(1.5 * regretBound);
  });
  it("has the settings of corollary 3.2", () => {
    // g = 4000, K = 4: γ = √(4·1.3862944 / (1.7182818·4000)), bound 2·1.3108325·√(4000·4·1.3862944).
    expect(gamma).toBeCloseTo(0.0284041, 6);
    expect(regretBound).toBeCloseTo(390.44954, 4);
  });
});

describe("Thompson sampling and KL-UCB", () => {
  it("approach the Lai–Robbins rate", () => {
    const means = [0.8, 0.6, 0.5];
    const steps = 8000;
    // d(0.6, 0.8) = 0.104650, d(0.5, 0.8) = 0.223144 nats.
    const lower = 0.2 / 0.10465 + 0.3 / 0.223144;
    const result = testbed({
      arms: 3,
      tasks: 200,
      steps,
      seed: 5,
      problem: bernoulliArms({ means }),
      policies: { thompson: (shared) => thompson(shared), kl: (shared) => klUcb(shared), ucb1: (shared) => ucb1(shared) },
    });
    /** Regret gained between two steps, per unit of ln t, in units of the lower bound. */
    const slope = (name: "thompson" | "kl" | "ucb1", from: number, to: number): number =>
      (result[name].regret.mean[to - 1]! - result[name].regret.mean[from - 1]!) / Math.log(to / from) / lower;
    // The bound is asymptotic: Thompson's rate comes from below, KL-UCB's from above.
    expect(slope("thompson", 2000, 8000)).toBeGreaterThan(0.5);
    expect(slope("thompson", 2000, 8000)).toBeLessThan(1.1);
    expect(slope("kl", 2000, 8000)).toBeGreaterThan(0.9);
    expect(slope("kl", 2000, 8000)).toBeLessThan(1.6);
    // Regret over lower·ln t rises towards 1.
    const share = (step: number): number => result.thompson.regret.mean[step - 1]! / (lower * Math.log(step));
    expect(share(125)).toBeLessThan(share(500));
    expect(share(500)).toBeLessThan(share(2000));
    expect(share(2000)).toBeLessThan(share(8000));
    expect(share(8000)).toBeGreaterThan(0.5);
    expect(share(8000)).toBeLessThan(1);
    // UCB1 is known to be several times above it.
    expect(slope("ucb1", 2000, 8000)).toBeGreaterThan(3);
  });
});

describe("gradient bandit", () => {
  it("moves along the gradient of the expected reward (finite differences)", () => {
    const values = [0.3, -1, 2, 0.5];
    const preferences = [0.2, -0.4, 0.1, 0.7];
    const expected = (h: readonly number[]): number => {
      const weights = h.map(Math.exp);
      const total = weights.reduce((a, b) => a + b);
      return weights.reduce((sum, w, a) => sum + (w / total) * values[a]!, 0);
    };
    const weights = preferences.map(Math.exp);
    const total = weights.reduce((a, b) => a + b);
    for (const baseline of [0, 1.7]) {
      // E[ΔH] over the arm that is drawn, each with its own mean reward.
      const step = new Float64Array(4);
      for (let arm = 0; arm < 4; arm++) {
        const policy = gradientBandit({ arms: 4, stepSize: 1 });
        const state = policy.state();
        policy.restore({ ...state, tables: { preferences, meanReward: [baseline], steps: [10] } });
        policy.update(arm, values[arm]!);
        policy.state().tables["preferences"]!.forEach((h, a) => (step[a]! += (weights[arm]! / total) * (h - preferences[a]!)));
      }
      for (let a = 0; a < 4; a++) {
        const up = preferences.map((h, i) => (i === a ? h + 1e-6 : h));
        const down = preferences.map((h, i) => (i === a ? h - 1e-6 : h));
        expect(step[a]!).toBeCloseTo((expected(up) - expected(down)) / 2e-6, 8);
      }
    }
  });
});

describe("LinUCB and offline evaluation", () => {
  const weights = [
    [1, 0],
    [0, 1],
    [-1, 0.5],
  ];
  const rng = new Generator(8);
  const log = Array.from({ length: 30_000 }, () => {
    const context = [rng.standardNormal(), rng.standardNormal()];
    const arm = rng.integers(0, 3);
    return { arm, context, reward: weights[arm]![0]! * context[0]! + weights[arm]![1]! * context[1]! + 0.1 * rng.standardNormal() };
  });

  it("learns weights equal to ridge regression solved directly", () => {
    const policy = linUcb({ arms: 1, features: 2, ridge: 0.5 });
    let [a, b, c, x, y] = [0.5, 0, 0.5, 0, 0];
    for (const { context, reward } of log.slice(0, 200)) {
      policy.update(0, reward, context);
      a += context[0]! * context[0]!;
      b += context[0]! * context[1]!;
      c += context[1]! * context[1]!;
      x += reward * context[0]!;
      y += reward * context[1]!;
    }
    const det = a * c - b * b;
    const theta = [(c * x - b * y) / det, (a * y - b * x) / det];
    const [r00, r01, r11] = policy.state().tables["factors"] as [number, number, number];
    expect([r00 * r00, r00 * r01, r01 * r01 + r11 * r11]).toEqual([a, b, c].map((entry) => expect.closeTo(entry, 9) as number));
    const [z0, z1] = policy.state().tables["rotated"] as [number, number];
    expect(z1 / r11).toBeCloseTo(theta[1]!, 10);
    expect((z0 - (r01 * z1) / r11) / r00).toBeCloseTo(theta[0]!, 10);
  });

  it("estimates a policy's reward without bias: the fixed policy 'arm 1' has mean reward E[x₁] = 0", () => {
    const fixed = {
      name: "fixed",
      arms: 3,
      tasks: 1,
      select: () => 1,
      update: () => {},
      state: () => {
        throw new Error();
      },
      restore: () => {},
    };
    const result = evaluateOffline(fixed, log);
    expect(result.matched).toBe(log.filter(({ arm }) => arm === 1).length);
    expect(Math.abs(result.meanReward)).toBeLessThan(4 * result.standardError);
  });

  it("stays unbiased on a log of unequal probabilities that it is told, and is not when it is not told", () => {
    // Arms 0, 1, 2 logged with 0.5, 0.3, 0.2; rewards 1, 2, 3 exactly: a policy that picks uniformly earns 2, on such a log untold (0.5·1 + 0.3·2 + 0.2·3) = 1.7.
    const probabilities = [0.5, 0.3, 0.2];
    const coins = new Generator(4);
    const skewed = Array.from({ length: 40_000 }, () => {
      const uniform = coins.random();
      const arm = uniform < 0.5 ? 0 : uniform < 0.8 ? 1 : 2;
      return { arm, reward: arm + 1 };
    });
    const uniform = (): Policy => epsilonGreedy({ arms: 3, epsilon: 1, seed: 2 });
    const told = evaluateOffline(uniform(), skewed, { probabilities, seed: 3 });
    expect(Math.abs(told.meanReward - 2)).toBeLessThan(4 * told.standardError);
    expect(told.matched / told.events).toBeCloseTo(0.2, 2);
    expect(evaluateOffline(uniform(), skewed).meanReward).toBeCloseTo(1.7, 1);
  });

  it("refuses probabilities that are none, and counts nothing", () => {
    const policy = thompson({ arms: 3 });
    const before = policy.state();
    const judge = (probabilities: number[]) => () => evaluateOffline(policy, [{ arm: 0, reward: 1 }], { probabilities });
    expect(judge([0.5, 0.3, 0.1])).toThrow("got probabilities with sum 0.9; expected 1");
    expect(judge([0.5, 0.5])).toThrow("got 2 probabilities; expected one for each of the 3 arms");
    expect(judge([1, 0, 0])).toThrow("got probability 0 of arm 1; expected a number above 0");
    expect(judge([0.5, NaN, 0.5])).toThrow("got probability NaN of arm 1");
    expect(() => evaluateOffline(policy, [], { probability: [1] } as object)).toThrow('did you mean "probabilities"?');
    expect(policy.state()).toEqual(before);
  });

  it("gives LinUCB close to the best policy's value, a third of the events", () => {
    // E max(x, y, −x + y/2) for independent standard normals, 0.916 (mean of 2·10⁷ draws in NumPy).
    const result = evaluateOffline(linUcb({ arms: 3, features: 2, alpha: 0.5 }), log);
    expect(result.matched / result.events).toBeCloseTo(1 / 3, 1);
    expect(Math.abs(result.meanReward - 0.916)).toBeLessThan(0.05);
  });

  it("reads CSV and JSON logs and names what is wrong", () => {
    expect(readLog("arm,reward,x\n0,1.5,2\n1,0,-1\n")).toEqual([
      { arm: 0, reward: 1.5, context: [2] },
      { arm: 1, reward: 0, context: [-1] },
    ]);
    expect(readLog('[{"arm":1,"reward":0.5}]')).toEqual([{ arm: 1, reward: 0.5 }]);
    // As data frames write columns that are numbered.
    expect(readLog("arm,reward,0,1\n2,0.5,3,4\n")).toEqual([{ arm: 2, reward: 0.5, context: [3, 4] }]);
    expect(() => readLog("arm,reward,\n1,2,3")).toThrow('got header "arm,reward,"; expected a name for every column; put them');
    expect(() => readLog("a,b\n1,2")).toThrow("columns named arm and reward");
    expect(() => readLog("arm,reward\n0,1\n0,x\n")).toThrow('"0,x" on line 3');
    expect(() => readLog('[{"arm":1}]')).toThrow("item 0");
    expect(() => readLog('[{"arm":1,"reward":0},null]')).toThrow("got null as item 1");
    expect(() => readLog("arm,reward\n\n\n0,1\n0,x\n")).toThrow('"0,x" on line 5');
    expect(() => readLog('[{"arm":1,')).toThrow("got text that is not JSON");
    expect(() => readLog('{"arm":1,"reward":2}')).toThrow("got a JSON object; expected an array; put [ and ] around");
    expect(() => evaluateOffline(thompson({ arms: 2 }), [{ arm: 2, reward: 1 }])).toThrow("arm 2 in event 0");
  });
});
