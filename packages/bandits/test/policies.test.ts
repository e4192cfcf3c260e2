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
  type Pulls,
  type RandomStream,
} from "../src/index.ts";

const arms = 5;
const stream = (seed: number, rng?: RandomStream): { seed: number } | { rng: RandomStream } => (rng === undefined ? { seed } : { rng });
const makers: Record<string, (seed: number, tasks?: number, rng?: RandomStream) => Policy<Context> | Policy> = {
  "epsilon-greedy": (seed, tasks, rng) => epsilonGreedy({ arms, tasks, ...stream(seed, rng), epsilon: 0.1 }),
  "epsilon-greedy decaying": (seed, tasks, rng) =>
    epsilonGreedy({ arms, tasks, ...stream(seed, rng), epsilon: decayingEpsilon({ arms, c: 1, d: 0.5 }) }),
  "epsilon-greedy optimistic": (seed, tasks, rng) =>
    epsilonGreedy({ arms, tasks, ...stream(seed, rng), epsilon: 0, initial: 2, stepSize: 0.1 }),
  ucb: (seed, tasks, rng) => ucb({ arms, tasks, ...stream(seed, rng), c: 1 }),
  ucb1: (seed, tasks, rng) => ucb1({ arms, tasks, ...stream(seed, rng) }),
  "ucb-tuned": (seed, tasks, rng) => ucbTuned({ arms, tasks, ...stream(seed, rng) }),
  "kl-ucb": (seed, tasks, rng) => klUcb({ arms, tasks, ...stream(seed, rng) }),
  "gradient-bandit": (seed, tasks, rng) => gradientBandit({ arms, tasks, ...stream(seed, rng), stepSize: 0.4 }),
  softmax: (seed, tasks, rng) => softmax({ arms, tasks, ...stream(seed, rng), temperature: 0.1 }),
  thompson: (seed, tasks, rng) => thompson({ arms, tasks, ...stream(seed, rng) }),
  "gaussian-thompson": (seed, tasks, rng) => gaussianThompson({ arms, tasks, ...stream(seed, rng) }),
  "gaussian-thompson unknown": (seed, tasks, rng) => gaussianThompson({ arms, tasks, ...stream(seed, rng), variance: "unknown" }),
  exp3: (seed, tasks, rng) => exp3({ arms, tasks, ...stream(seed, rng), gamma: 0.2 }),
  "explore-then-commit": (seed, tasks, rng) => exploreThenCommit({ arms, tasks, ...stream(seed, rng), pulls: 20 }),
  "discounted-ucb": (seed, tasks, rng) => discountedUcb({ arms, tasks, ...stream(seed, rng), discount: 0.999 }),
  "sliding-window-ucb": (seed, tasks, rng) => slidingWindowUcb({ arms, tasks, ...stream(seed, rng), window: 200 }),
  "lin-ucb": (seed, tasks, rng) => linUcb({ arms, tasks, ...stream(seed, rng), features: 2, alpha: 0.5 }),
  "linear-thompson": (seed, tasks, rng) => linearThompson({ arms, tasks, ...stream(seed, rng), features: 2, scale: 0.3 }),
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

  it("takes any object with random() as its stream", () => {
    const environment = new Generator(1);
    const own = new Generator(7);
    const bare = make(7, undefined, { random: () => own.random() });
    const seeded = make(7);
    expect(play(bare, environment.fork("a"), 200)).toEqual(play(seeded, environment.fork("a"), 200));
    expect(bare.state().rng).toBe(null);
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
    ["a state of another policy", (p: Policy<Context>) => p.restore({ ...p.state(), policy: "other" }), 'policy = "other"; expected "'],
    ["a state of another version", (p: Policy<Context>) => p.restore({ ...p.state(), version: 2 as 1 }), "version = 2; expected 1"],
    ["a state of another size", (p: Policy<Context>) => p.restore({ ...p.state(), arms: 4 }), "arms = 4; expected 5"],
    ["a reward that is text", (p: Policy<Context>) => p.update(0, "1" as never, context), "finite"],
    [
      "a row that it does not have, in select",
      (p: Policy<Context>) => p.select(context, 1),
      "select: got row 1; expected a whole number from 0 to 0",
    ],
    ["a row that it does not have, in update", (p: Policy<Context>) => p.update(0, 1, context, -1), "update: got row -1"],
    ["no state at all", (p: Policy<Context>) => p.restore(undefined as never), "a state with policy = undefined"],
    [
      "a state with a broken stream",
      (p: Policy<Context>) => p.restore({ ...p.state(), rng: { ...p.state().rng!, state: "x" } }),
      'state is "x"',
    ],
    [
      "a state with a number that is null",
      (p: Policy<Context>) =>
        p.restore({
          ...p.state(),
          tables: Object.fromEntries(Object.entries(p.state().tables).map(([k, v]) => [k, v.map(() => null as never)])),
        }),
      "numbers in range; the state is damaged",
    ],
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

describe("an arm that was never pulled", () => {
  it.each([
    ["ucb without a bonus", () => ucb({ arms: 4, c: 0 })],
    ["ucb", () => ucb({ arms: 4, c: 2 })],
    ["ucb1", () => ucb1({ arms: 4 })],
    ["ucb-tuned", () => ucbTuned({ arms: 4 })],
    ["kl-ucb", () => klUcb({ arms: 4 })],
  ])("comes first, lowest index first, though others were pulled many times: %s", (_, maker) => {
    const policy = maker();
    // Pulls that were not the policy's own choice, as from an old log.
    for (let i = 0; i < 20; i++) policy.update(0, 1);
    const picked = [1, 2, 3].map(() => {
      const arm = policy.select();
      policy.update(arm, 0);
      return arm;
    });
    expect(picked).toEqual([1, 2, 3]);
  });
});

describe("restoring", () => {
  it("a stream needs an rng that takes it over", () => {
    const saved = thompson({ arms, seed: 1 }).state();
    const own = new Generator(3);
    const bare = thompson({ arms, rng: { random: () => own.random() } });
    const before = bare.state();
    expect(() => bare.restore(saved)).toThrow(
      "thompson.restore: got a state with a stream; expected an rng with restore to take it over, such as a Generator.",
    );
    expect(bare.state()).toEqual(before);
  });
  it("a stream that cannot be restored is not saved", () => {
    const own = new Generator(3);
    const policy = thompson({ arms, rng: { random: () => own.random(), state: () => own.state() } });
    expect(policy.state().rng).toBe(null);
    const copy = thompson({ arms, rng: { random: () => own.random() } });
    copy.restore(policy.state());
    expect(copy.state()).toEqual(policy.state());
  });
  it.each([
    ["a count beyond 32 bits", "ucb1", "counts", 2 ** 40],
    ["a fractional count", "ucb1", "counts", 0.5],
    ["a commitment to arm 99", "explore-then-commit", "committed", 99],
    ["a commitment to arm −2", "explore-then-commit", "committed", -2],
    ["a past pull of arm 5 of 5", "sliding-window-ucb", "pastArms", 5],
    ["a past pull of arm −1", "sliding-window-ucb", "pastArms", -1],
  ])("%s is refused, nothing changes", (_what, name, key, value) => {
    const policy = makers[name]!(3);
    play(policy, new Generator(5), 50);
    const before = policy.state();
    const tables = { ...before.tables, [key]: before.tables[key]!.with(0, value) };
    expect(() => policy.restore({ ...before, tables })).toThrow(`got a table ${key} of`);
    expect(policy.state()).toEqual(before);
  });
});

/** Pulls whose rewards come from a table, steps × arms; keeps what was pulled. */
class TablePulls implements Pulls {
  readonly steps = 400;
  readonly rewards = new Float64Array(this.steps);
  readonly arms: number[] = [];
  readonly width: number;
  readonly table: Float64Array;
  constructor(width: number) {
    this.width = width;
    this.table = new Generator(12).fillStandardNormal(new Float64Array(this.steps * width));
  }
  look(arm: number, from: number, to: number): void {
    for (let i = from; i < to; i++) this.rewards[i] = this.table[i * this.width + arm]!;
  }
  done(arm: number, from: number, to: number): void {
    if (from !== this.arms.length) throw new Error(`pulls from ${from} told of after ${this.arms.length}`);
    for (let i = from; i < to; i++) this.arms.push(arm);
  }
}

describe("ε-greedy's play", () => {
  const pulls = new TablePulls(arms);
  it.each([
    ["sample averages", { epsilon: 0.1 }],
    ["many arms, best in a tree", { epsilon: 0.6, arms: 70 }],
    ["a constant step", { epsilon: 0.3, stepSize: 0.2, initial: 3 }],
    ["greedy", { epsilon: 0 }],
    ["always exploring", { epsilon: 1 }],
    ["decaying ε", { epsilon: decayingEpsilon({ arms, c: 1, d: 0.5 }) }],
  ])("is select and update in turn: %s", (_name, options) => {
    // Without ties to break, both draw the same numbers in the same order.
    const make = (): Policy => epsilonGreedy({ arms, tasks: 3, seed: 5, ties: "first", ...options });
    const policy = make();
    const pulls = new TablePulls(policy.arms);
    const expected: number[] = [];
    for (let i = 0; i < pulls.steps; i++) {
      const arm = policy.select(undefined, 1);
      pulls.look(arm, i, i + 1);
      policy.update(arm, pulls.rewards[i]!, undefined, 1);
      expected.push(arm);
    }
    pulls.arms.length = 0;
    const played = make();
    played.play!(pulls, 1);
    expect(pulls.arms).toEqual(expected);
    expect(played.state().tables).toEqual(policy.state().tables);
  });
  it("refuses a reward that is not finite, and a row that it does not have", () => {
    const policy = epsilonGreedy({ arms, epsilon: 0 });
    const before = policy.state().tables;
    const broken = { ...pulls, steps: 5, rewards: new Float64Array(5), look: (): void => {}, done: (): void => {} };
    broken.rewards.fill(NaN);
    expect(() => policy.play!(broken)).toThrow("epsilon-greedy.update: got reward NaN");
    expect(policy.state().tables).toEqual(before);
    expect(() => policy.play!(pulls, 1)).toThrow("epsilon-greedy.play: got row 1");
  });
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
    [
      () => gaussianThompson({ arms: 3, prior: { kappa: "1" as never, a: 1, b: 1 } }),
      'got prior.kappa = "1"; expected a number in [1e-100, 1e100)',
    ],
    [() => epsilonGreedy({ arms: 3, epsilon: "0.1" as never }), 'got epsilon = "0.1"'],
    [() => epsilonGreedy({ arms: "3" as never, epsilon: 0.1 }), 'got arms = "3"; expected a whole number ≥ 1'],
    [() => softmax({ arms: 3, temperature: Infinity }), "got temperature = Infinity; expected a number in (0, 1e100)"],
    [() => softmax({ arms: 3, temperature: 1, initial: -Infinity }), "got initial = -Infinity; expected a number in (-1e100, 1e100)"],
    [() => discountedUcb({ arms: 3, discount: 1 }), "got discount = 1; expected a number in (0, 1)"],
    [() => thompson({ arms: 3, seed: 1, rng: new Generator(1) }), "got both rng and seed; expected one of them"],
    [() => epsilonGreedy({ arms: 0, epsilon: 0.1 }), "got arms = 0; expected a whole number ≥ 1"],
    [() => epsilonGreedy({ arms: 2.5, epsilon: 0.1 }), "got arms = 2.5"],
    [() => epsilonGreedy({ arms: 2, epsilon: 0.1, ties: "last" as "first" }), 'expected "random" or "first"'],
    [() => epsilonGreedy({ arms: 3, epsilonn: 0.1 } as never), 'did you mean "epsilon"?'],
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

describe("policies that draw arms from a distribution", () => {
  /** The share of each arm over a fine grid of uniforms, after the tables were set. */
  function shares(make: (rng: RandomStream) => Policy, tables: Record<string, number[]>): number[] {
    const points = 20_000;
    let at = 0;
    const policy = make({ random: () => (at++ + 0.5) / points });
    policy.restore({ ...policy.state(), tables: { ...policy.state().tables, ...tables } });
    const counts = [0, 0, 0];
    for (let i = 0; i < points; i++) counts[policy.select()]!++;
    return counts.map((count) => count / points);
  }
  const close = (got: number[], expected: number[]): void => got.forEach((share, arm) => expect(share).toBeCloseTo(expected[arm]!, 3));
  it("softmax: exp(Q/τ)", () => {
    // Weights 1, e, e².
    close(
      shares((rng) => softmax({ arms: 3, rng, temperature: 0.1 }), { estimates: [0.3, 0.4, 0.5] }),
      [0.0900306, 0.2447285, 0.6652409],
    );
  });
  it("gradient bandit: exp(H)", () => {
    close(
      shares((rng) => gradientBandit({ arms: 3, rng, stepSize: 0.1 }), { preferences: [-1, 0, 1] }),
      [0.0900306, 0.2447285, 0.6652409],
    );
  });
  it("exp3: (1 − γ) w/Σw + γ/K", () => {
    // 0.7 · (0.0900306, 0.2447285, 0.6652409) + 0.1.
    close(
      shares((rng) => exp3({ arms: 3, rng, gamma: 0.3 }), { logWeights: [4, 5, 6] }),
      [0.1630214, 0.2713099, 0.5656686],
    );
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
