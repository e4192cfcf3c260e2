/** Bounds and identities from the papers, as tests. */
import { Generator } from "@rl/random";
import { describe, expect, it } from "vitest";
import {
  bernoulliArms,
  bernoulliKl,
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
} from "../src/index.ts";

describe("UCB1", () => {
  it("stays below its regret bound on 100 random problems", () => {
    const rng = new Generator(2024);
    for (let problem = 0; problem < 100; problem++) {
      const arms = rng.integers(2, 8);
      const means = Array.from({ length: arms }, () => rng.random());
      const steps = 500;
      const { policy } = testbed({
        arms,
        tasks: 20,
        steps,
        seed: problem,
        problem: bernoulliArms({ means }),
        policies: { policy: (shared) => ucb1(shared) },
      });
      expect(policy.regret.mean[steps - 1]!).toBeLessThanOrEqual(ucb1RegretBound(means, steps));
      // And it is a real experiment: some regret was paid.
      expect(policy.regret.mean[steps - 1]!).toBeGreaterThan(0);
    }
  });
});

describe("Exp3", () => {
  it("stays below its bound against an adversary that punishes the favourite arm", () => {
    const arms = 4;
    const steps = 4000;
    const { gamma, regretBound } = exp3Settings(arms, steps);
    let regret = 0;
    const runs = 20;
    for (let run = 0; run < runs; run++) {
      const policy = exp3({ arms, gamma, seed: run });
      const totals = new Float64Array(arms);
      const chosen = new Int32Array(arms);
      let earned = 0;
      for (let step = 0; step < steps; step++) {
        // The adversary knows the past only: the arm pulled most so far gives 0, the others 1 every second step, arm 2 slightly more.
        const favourite = chosen.indexOf(Math.max(...chosen));
        const reward = (arm: number): number => (arm === favourite ? 0 : (step + arm) % 2 === 0 || (arm === 2 && step % 5 === 0) ? 1 : 0);
        const arm = policy.select();
        for (let a = 0; a < arms; a++) totals[a]! += reward(a);
        earned += reward(arm);
        policy.update(arm, reward(arm));
        chosen[arm]!++;
      }
      regret += (Math.max(...totals) - earned) / runs;
    }
    expect(regret).toBeLessThan(regretBound);
  });

  it("beats a follower of the leader on alternating rewards", () => {
    // The best fixed arm earns half of all steps; always pulling the arm that paid last earns nothing.
    const policy = exp3({ arms: 2, gamma: 0.05, seed: 1 });
    let earned = 0;
    for (let step = 0; step < 2000; step++) {
      const arm = policy.select();
      const reward = arm === step % 2 ? 1 : 0;
      earned += reward;
      policy.update(arm, reward);
    }
    expect(earned).toBeGreaterThan(800);
  });
});

describe("Thompson sampling and KL-UCB", () => {
  it("approach the Lai–Robbins rate: slope of regret against ln t near Σ Δ/d", () => {
    const means = [0.8, 0.6, 0.5];
    const steps = 8000;
    const lower = means.slice(1).reduce((sum, mean) => sum + (0.8 - mean) / bernoulliKl(mean, 0.8), 0);
    const result = testbed({
      arms: 3,
      tasks: 200,
      steps,
      seed: 5,
      problem: bernoulliArms({ means }),
      policies: { thompson: (shared) => thompson(shared), kl: (shared) => klUcb(shared), ucb1: (shared) => ucb1(shared) },
    });
    const slope = (name: "thompson" | "kl" | "ucb1"): number =>
      (result[name].regret.mean[steps - 1]! - result[name].regret.mean[steps / 8 - 1]!) / Math.log(8);
    for (const name of ["thompson", "kl"] as const) {
      expect(slope(name)).toBeGreaterThan(0.6 * lower);
      expect(slope(name)).toBeLessThan(1.5 * lower);
    }
    // UCB1 is known to be several times above it.
    expect(slope("ucb1")).toBeGreaterThan(2 * lower);
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
    const inverse = policy.state().tables["inverses"]!;
    expect(inverse[0]).toBeCloseTo(c / det, 10);
    expect(inverse[1]).toBeCloseTo(-b / det, 10);
    const targets = policy.state().tables["targets"]!;
    expect(inverse[0]! * targets[0]! + inverse[1]! * targets[1]!).toBeCloseTo(theta[0]!, 8);
    expect(inverse[2]! * targets[0]! + inverse[3]! * targets[1]!).toBeCloseTo(theta[1]!, 8);
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
    expect(() => readLog("a,b\n1,2")).toThrow("columns named arm and reward");
    expect(() => readLog("arm,reward\n0,1\n0,x\n")).toThrow('"0,x" on line 3');
    expect(() => readLog('[{"arm":1}]')).toThrow("item 0");
    expect(() => readLog('[{"arm":1,"reward":0},null]')).toThrow("got null as item 1");
    expect(() => evaluateOffline(thompson({ arms: 2 }), [{ arm: 2, reward: 1 }])).toThrow("arm 2 in event 0");
  });
});
