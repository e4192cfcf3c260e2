import { Generator } from "@rl/random";
import { describe, expect, it } from "vitest";
import {
  decayingEpsilon,
  discountedUcb,
  epsilonGreedy,
  exp3,
  exploreThenCommit,
  gaussianThompson,
  gradientBandit,
  klUcb,
  linearThompson,
  linUcb,
  slidingWindowUcb,
  softmax,
  thompson,
  ucb,
  ucb1,
  ucbTuned,
  type Context,
  type Policy,
} from "../src/index.ts";

const arms = 5;
const makers: Record<string, (seed: number, tasks?: number) => Policy<Context> | Policy> = {
  "epsilon-greedy": (seed, tasks) => epsilonGreedy({ arms, seed, tasks, epsilon: 0.1 }),
  "epsilon-greedy decaying": (seed, tasks) => epsilonGreedy({ arms, seed, tasks, epsilon: decayingEpsilon({ arms, c: 1, d: 0.5 }) }),
  "epsilon-greedy optimistic": (seed, tasks) => epsilonGreedy({ arms, seed, tasks, epsilon: 0, initial: 2, stepSize: 0.1 }),
  ucb: (seed, tasks) => ucb({ arms, seed, tasks, c: 1 }),
  ucb1: (seed, tasks) => ucb1({ arms, seed, tasks }),
  "ucb-tuned": (seed, tasks) => ucbTuned({ arms, seed, tasks }),
  "kl-ucb": (seed, tasks) => klUcb({ arms, seed, tasks }),
  "gradient-bandit": (seed, tasks) => gradientBandit({ arms, seed, tasks, stepSize: 0.4 }),
  softmax: (seed, tasks) => softmax({ arms, seed, tasks, temperature: 0.1 }),
  thompson: (seed, tasks) => thompson({ arms, seed, tasks }),
  "gaussian-thompson": (seed, tasks) => gaussianThompson({ arms, seed, tasks }),
  "gaussian-thompson unknown": (seed, tasks) => gaussianThompson({ arms, seed, tasks, variance: "unknown" }),
  exp3: (seed, tasks) => exp3({ arms, seed, tasks, gamma: 0.2 }),
  "explore-then-commit": (seed, tasks) => exploreThenCommit({ arms, seed, tasks, pulls: 20 }),
  "discounted-ucb": (seed, tasks) => discountedUcb({ arms, seed, tasks, discount: 0.999 }),
  "sliding-window-ucb": (seed, tasks) => slidingWindowUcb({ arms, seed, tasks, window: 200 }),
  "lin-ucb": (seed, tasks) => linUcb({ arms, seed, tasks, features: 2, alpha: 0.5 }),
  "linear-thompson": (seed, tasks) => linearThompson({ arms, seed, tasks, features: 2, scale: 0.3 }),
};
const context = [1, 0.5];
const rates = [0.2, 0.3, 0.85, 0.4, 0.1];

/** Pulls Bernoulli arms; returns the arms chosen. Contextual and plain policies take the same call: a plain one ignores the context. */
function play(policy: Policy<Context> | Policy, environment: Generator, steps: number, row = 0): number[] {
  const any = policy as Policy<Context>;
  return Array.from({ length: steps }, () => {
    const arm = any.select(context, row);
    any.update(arm, environment.random() < rates[arm]! ? 1 : 0, context, row);
    return arm;
  });
}

describe.each(Object.keys(makers))("%s", (name) => {
  const make = makers[name]!;

  it("finds the best of five arms", () => {
    const policy = make(1);
    play(policy, new Generator(2), 2000);
    const late = play(policy, new Generator(3), 500);
    const share = late.filter((arm) => arm === 2).length / late.length;
    expect(share).toBeGreaterThan(name === "exp3" ? 0.5 : 0.7);
  });

  it("repeats with the same seed", () => {
    expect(play(make(7), new Generator(1), 300)).toEqual(play(make(7), new Generator(1), 300));
  });

  it("continues exactly from JSON", () => {
    const policy = make(3);
    play(policy, new Generator(5), 150);
    const saved = JSON.stringify(policy.state());
    const expected = play(policy, new Generator(6), 300);
    const copy = make(99);
    copy.restore(JSON.parse(saved));
    expect(play(copy, new Generator(6), 300)).toEqual(expected);
    expect(copy.state()).toEqual(policy.state());
  });

  it("keeps rows apart", () => {
    const many = make(4, 3);
    play(many, new Generator(5), 100, 1);
    const { tables } = many.state();
    const fresh = make(4, 3).state().tables;
    for (const [key, values] of Object.entries(tables)) {
      const width = values.length / 3;
      expect(values.slice(0, width)).toEqual(fresh[key]!.slice(0, width));
      expect(values.slice(2 * width)).toEqual(fresh[key]!.slice(2 * width));
    }
    expect(tables).not.toEqual(fresh);
  });

  it.each([
    ["a NaN reward", (p: Policy<Context>) => p.update(0, NaN, context), "finite"],
    ["an infinite reward", (p: Policy<Context>) => p.update(0, Infinity, context), "finite"],
    ["an arm too large", (p: Policy<Context>) => p.update(arms, 1, context), "0 to 4"],
    ["a negative arm", (p: Policy<Context>) => p.update(-1, 1, context), "0 to 4"],
    ["a fractional arm", (p: Policy<Context>) => p.update(0.5, 1, context), "0 to 4"],
    ["a state of another policy", (p: Policy<Context>) => p.restore({ ...p.state(), policy: "other" }), 'policy "other"'],
    ["a state of another version", (p: Policy<Context>) => p.restore({ ...p.state(), version: 2 as 1 }), "version 2"],
    ["a state of another size", (p: Policy<Context>) => p.restore({ ...p.state(), arms: 4 }), "4 arms"],
    [
      "a state with a table cut short",
      (p: Policy<Context>) =>
        p.restore({ ...p.state(), tables: Object.fromEntries(Object.entries(p.state().tables).map(([k, v]) => [k, v.slice(1)])) }),
      "damaged",
    ],
  ])("refuses %s and stays as it was", (_what, act, message) => {
    const policy = make(3) as Policy<Context>;
    play(policy, new Generator(5), 50);
    const before = policy.state();
    expect(() => act(policy)).toThrow(message);
    expect(policy.state()).toEqual(before);
  });
});

it("ε-greedy continues exactly from JSON also where all rows are chosen at once", () => {
  const make = (seed: number): Policy => epsilonGreedy({ arms, seed, tasks: 30, epsilon: 0.05 });
  const chosen = new Int32Array(30);
  const pulls = (policy: Policy, times: number): number[] =>
    Array.from({ length: times }, (_, t) => {
      policy.selectAll!(chosen);
      policy.updateAll!(
        chosen,
        Float64Array.from(chosen, (arm) => (arm + t) % 3),
      );
      return [...chosen];
    }).flat();
  const policy = make(1);
  pulls(policy, 20);
  const saved = JSON.stringify(policy.state());
  const copy = make(2);
  pulls(copy, 7);
  copy.restore(JSON.parse(saved));
  expect(pulls(copy, 50)).toEqual(pulls(policy, 50));
});

describe("rewards that a bound needs in a range", () => {
  const unit = ["ucb1", "ucb-tuned", "kl-ucb", "exp3", "discounted-ucb", "sliding-window-ucb"];
  it.each(unit)("%s refuses 1.5 and −0.1", (name) => {
    const policy = makers[name]!(0) as Policy;
    const before = policy.state();
    expect(() => policy.update(0, 1.5)).toThrow("[0, 1]");
    expect(() => policy.update(0, -0.1)).toThrow("[0, 1]");
    expect(policy.state()).toEqual(before);
  });
  it("thompson refuses 0.5", () => {
    const policy = thompson({ arms });
    const before = policy.state();
    expect(() => policy.update(0, 0.5)).toThrow("expected 0 or 1");
    expect(policy.state()).toEqual(before);
  });
});

describe("options", () => {
  it.each([
    [() => epsilonGreedy({ arms: 3, epsilon: 1.1 }), "got epsilon = 1.1; expected a number in [0, 1]"],
    [() => epsilonGreedy({ arms: 3, epsilon: NaN }), "got epsilon = NaN"],
    [() => epsilonGreedy({ arms: 3, epsilon: 0.1, stepSize: 0 }), "got stepSize = 0; expected a number in (0, 1]"],
    [() => epsilonGreedy({ arms: 0, epsilon: 0.1 }), "got arms = 0; expected a whole number ≥ 1"],
    [() => epsilonGreedy({ arms: 2.5, epsilon: 0.1 }), "got arms = 2.5"],
    [() => epsilonGreedy({ arms: 2, epsilon: 0.1, ties: "last" as "first" }), 'expected "random" or "first"'],
    [() => epsilonGreedy({ arms: 3, epsilonn: 0.1 } as never), 'Did you mean "epsilon"?'],
    [() => epsilonGreedy({ arms: 3, epsilon: 0.1, seed: 1, rng: new Generator(1) }), "both rng and seed"],
    [() => decayingEpsilon({ arms: 3, c: 1, delta: 0.5 } as never), 'decayingEpsilon: got unknown option "delta"'],
    [() => decayingEpsilon({ arms: 0, c: 1, d: 0.5 }), "decayingEpsilon: got arms = 0"],
    [() => ucb({ arms: 3, c: -1 }), "got c = -1"],
    [() => ucb1({ arms: 3, c: 2 } as never), 'unknown option "c"'],
    [() => exp3({ arms: 3, gamma: 0 }), "got gamma = 0; expected a number in (0, 1]"],
    [() => thompson({ arms: 3, prior: { alpha: 0, beta: 1 } }), "prior.alpha = 0"],
    [() => softmax({ arms: 3, temperature: 0 }), "temperature = 0"],
    [() => slidingWindowUcb({ arms: 3, window: 0 }), "window = 0"],
    [() => linUcb({ arms: 3, features: 0 }), "features = 0"],
  ])("case %#", (act, message) => {
    expect(act).toThrow(message);
  });

  it("contexts of a wrong length or with NaN are refused, nothing changes", () => {
    for (const policy of [linUcb({ arms: 2, features: 3 }), linearThompson({ arms: 2, features: 3 })]) {
      const before = policy.state();
      expect(() => policy.select([1, 2])).toThrow("got a context of length 2; expected 3");
      expect(() => policy.update(0, 1, [1, 2, 3, 4])).toThrow("got a context of length 4; expected 3");
      expect(() => policy.update(0, 1, [1, NaN, 3])).toThrow("got NaN at position 1");
      expect(() => policy.select()).toThrow("length none");
      expect(policy.state()).toEqual(before);
    }
  });
});

describe("ties", () => {
  it("random ties are uniform over the tied arms, also with many arms", () => {
    for (const size of [10, 1000]) {
      const policy = epsilonGreedy({ arms: size, epsilon: 0, seed: 1 });
      // Arms 3 and size−1 share the largest estimate.
      policy.update(3, 5);
      policy.update(size - 1, 5);
      const counts = new Map<number, number>();
      for (let i = 0; i < 4000; i++) {
        const arm = policy.select();
        counts.set(arm, (counts.get(arm) ?? 0) + 1);
      }
      expect([...counts.keys()].sort((a, b) => a - b)).toEqual([3, size - 1]);
      // 2000 ± 5 standard deviations (√1000 ≈ 31.6).
      expect(Math.abs(counts.get(3)! - 2000)).toBeLessThan(158);
    }
  });
  it("the tournament agrees with a plain scan after every update", () => {
    const rng = new Generator(11);
    for (const size of [1, 2, 3, 7, 64, 65]) {
      const policy = epsilonGreedy({ arms: size, epsilon: 0, ties: "first", stepSize: 0.5 });
      for (let i = 0; i < 300; i++) {
        policy.update(rng.integers(0, size), rng.integers(-2, 3));
        const estimates = policy.state().tables["estimates"]!;
        expect(policy.select()).toBe(estimates.indexOf(Math.max(...estimates)));
      }
    }
  });
});
