/** Every exported function with values that nobody means: an answer, or one sentence; tables stay finite, and a refused call changes nothing. */
import { holdsNaN, misconduct, strangeValues } from "@rl-tools/test-utils/strange";
import { describe, expect, test } from "vitest";
import * as bandits from "../src/index.ts";
import type { Policy } from "../src/index.ts";

type Loose = (...args: unknown[]) => unknown;
const values = strangeValues();

/** What each policy needs, and every option that it knows. */
const makers: Readonly<Record<string, readonly [needs: object, options: readonly string[]]>> = {
  epsilonGreedy: [{ epsilon: 0.1 }, ["epsilon", "stepSize", "initial", "ties"]],
  ucb: [{ c: 1 }, ["c", "stepSize", "ties"]],
  ucb1: [{}, ["ties"]],
  ucbTuned: [{}, ["ties"]],
  klUcb: [{}, ["c", "ties"]],
  gradientBandit: [{ stepSize: 0.1 }, ["stepSize", "baseline"]],
  softmax: [{ temperature: 0.1 }, ["temperature", "stepSize", "initial"]],
  thompson: [{}, ["prior"]],
  gaussianThompson: [{}, ["variance", "priorMean", "priorVariance", "prior"]],
  exp3: [{ gamma: 0.1 }, ["gamma"]],
  exploreThenCommit: [{ pulls: 1 }, ["pulls", "ties"]],
  discountedUcb: [{ discount: 0.9 }, ["discount", "maxReward", "xi", "ties"]],
  slidingWindowUcb: [{ window: 3 }, ["window", "maxReward", "xi", "ties"]],
  linUcb: [{ features: 2 }, ["features", "ridge", "alpha"]],
  linearThompson: [{ features: 2 }, ["features", "ridge", "scale"]],
};
const exported = bandits as unknown as Record<string, Loose>;
const context = [0.5, -1];
const make = (name: string, more: object = {}): Policy<unknown> =>
  exported[name]!({ arms: 2, ...makers[name]![0], ...more }) as Policy<unknown>;

function play(policy: Policy<unknown>): void {
  for (let i = 0; i < 4; i++) {
    const arm = policy.select(context);
    expect([0, 1]).toContain(arm);
    policy.update(arm, i % 2, context);
  }
  expect(holdsNaN(policy.state().tables)).toBe(false);
}

describe.each(Object.keys(makers))("%s", (name) => {
  test("options", async () => {
    for (const [shown, value] of Object.entries(values)) {
      expect(await misconduct(() => exported[name]!(value)), shown).toBeUndefined();
      for (const key of ["arms", "tasks", "seed", "rng", ...makers[name]![1]])
        expect(
          await misconduct(() => {
            const policy = make(name, { [key]: value });
            if (key !== "arms" && key !== "tasks" && key !== "features" && policy.arms === 2) play(policy);
          }),
          `${key}: ${shown}`,
        ).toBeUndefined();
    }
  });

  test("select and update", async () => {
    for (const [shown, value] of Object.entries(values)) {
      const policy = make(name);
      play(policy);
      const calls: (() => unknown)[] = [
        () => policy.select(value),
        () => policy.update(value as number, 1, context),
        () => policy.update(0, value as number, context),
        () => policy.update(0, 1, value),
      ];
      // What is no number is refused as a row too, by the engine for bigints and symbols: more than that would cost UCB a box for each reward.
      if (typeof value === "number")
        calls.push(
          () => policy.select(context, value as number),
          () => policy.update(0, 1, context, value as number),
        );
      for (const [i, call] of calls.entries()) {
        const before = JSON.stringify(policy.state().tables);
        let refused = false;
        const problem = await misconduct(() => {
          try {
            return call();
          } catch (error) {
            refused = true;
            throw error;
          }
        });
        if (typeof value !== "symbol" && (i > 0 || typeof value !== "bigint")) expect(problem, `call ${i}: ${shown}`).toBeUndefined();
        if (refused) expect(JSON.stringify(policy.state().tables), `call ${i}: ${shown}`).toBe(before);
        else expect(holdsNaN(policy.state().tables), `call ${i}: ${shown}`).toBe(false);
      }
    }
  });

  test("states with one field replaced", async () => {
    const policy = make(name);
    play(policy);
    const good = policy.state();
    const before = JSON.stringify(good);
    const states = (value: unknown): unknown[] => [
      value,
      ...Object.keys(good).map((key) => ({ ...good, [key]: value })),
      ...Object.keys(good.tables).map((key) => ({ ...good, tables: { ...good.tables, [key]: value } })),
      ...Object.keys(good.tables).map((key) => ({
        ...good,
        tables: { ...good.tables, [key]: good.tables[key]!.with(0, value as number) },
      })),
      ...Object.keys(good.rng!).map((key) => ({ ...good, rng: { ...good.rng, [key]: value } })),
      ...Object.keys(good.rng!.seedSequence).map((key) => ({
        ...good,
        rng: { ...good.rng, seedSequence: { ...good.rng!.seedSequence, [key]: value } },
      })),
    ];
    for (const [shown, value] of Object.entries(values))
      for (const [i, state] of states(value).entries()) {
        const other = make(name);
        other.restore(good);
        const problem = await misconduct(() => {
          let taken = false;
          try {
            other.restore(state as never);
            taken = true;
          } finally {
            if (!taken) expect(JSON.stringify(other.state()), `${i}: ${shown}`).toBe(before);
          }
          if (taken) play(other);
        });
        expect(problem, `${i}: ${shown}`).toBeUndefined();
      }
  });
});

test("streams that give other things than draws", async () => {
  for (const [shown, value] of Object.entries(values))
    for (const name of Object.keys(makers))
      for (const rng of [{ random: () => value }, { random: () => 0.5, standardNormal: () => value }])
        expect(await misconduct(() => play(make(name, { rng }))), `${name}: ${shown}`).toBeUndefined();
});

test("ε that is a function", async () => {
  for (const [shown, value] of Object.entries(values)) {
    const policy = make("epsilonGreedy", { epsilon: () => value });
    expect(await misconduct(() => play(policy)), shown).toBeUndefined();
    if (!(typeof value === "number" && value >= 0 && value <= 1)) expect(() => policy.select(), shown).toThrow("epsilon(");
  }
  expect(() => make("epsilonGreedy", { epsilon: () => NaN }).select()).toThrow(
    "epsilon-greedy: got epsilon(0) = NaN; expected a number in [0, 1].",
  );
});

test("everything else", async () => {
  const problem = bandits.gaussianArms();
  const calls: Readonly<Record<string, (value: unknown) => unknown>> = {
    decayingEpsilon: (v) => exported["decayingEpsilon"]!(v),
    "decayingEpsilon's step": (v) => (exported["decayingEpsilon"]!({ arms: 2, c: 1, d: 0.5 }) as Loose)(v),
    "ucb1RegretBound means": (v) => exported["ucb1RegretBound"]!(v, 10),
    "ucb1RegretBound steps": (v) => exported["ucb1RegretBound"]!([0.1, 0.2], v),
    "bernoulliKl p": (v) => exported["bernoulliKl"]!(v, 0.5),
    "bernoulliKl q": (v) => exported["bernoulliKl"]!(0.5, v),
    "exp3Settings arms": (v) => exported["exp3Settings"]!(v, 10),
    "exp3Settings steps": (v) => exported["exp3Settings"]!(2, v),
    gaussianArms: (v) => exported["gaussianArms"]!(v),
    bernoulliArms: (v) => exported["bernoulliArms"]!(v),
    linearArms: (v) => exported["linearArms"]!(v),
    tableArms: (v) => exported["tableArms"]!(v),
    "tableArms rewards": (v) => exported["tableArms"]!({ rewards: v }),
    "tableArms row": (v) => exported["tableArms"]!({ rewards: [v] }),
    readLog: (v) => exported["readLog"]!(v),
    readTable: (v) => exported["readTable"]!(v),
    "evaluateOffline policy": (v) => exported["evaluateOffline"]!(v, []),
    "evaluateOffline log": (v) => exported["evaluateOffline"]!(make("ucb"), v),
    "evaluateOffline event": (v) => exported["evaluateOffline"]!(make("ucb"), [v]),
    "evaluateOffline options": (v) => exported["evaluateOffline"]!(make("ucb"), [], v),
    "evaluateOffline probabilities": (v) => exported["evaluateOffline"]!(make("ucb"), [], { probabilities: v }),
    testbed: (v) => exported["testbed"]!(v),
    "testbed policies": (v) => exported["testbed"]!({ tasks: 1, steps: 2, policies: v }),
    "testbed factory": (v) => exported["testbed"]!({ tasks: 1, steps: 2, policies: { p: v } }),
    "testbed policy": (v) => exported["testbed"]!({ tasks: 1, steps: 2, policies: { p: () => v } }),
    "testbed problem": (v) => exported["testbed"]!({ tasks: 1, steps: 2, problem: v, policies: { p: () => make("ucb") } }),
    "testbed problem's": (v) => exported["testbed"]!({ tasks: 1, steps: 2, problem: () => v, policies: { p: () => make("ucb") } }),
    "testbed seed": (v) => exported["testbed"]!({ tasks: 1, steps: 2, arms: 2, seed: v, policies: { p: () => make("ucb") } }),
    "testbed arm": (v) =>
      exported["testbed"]!({
        tasks: 1,
        steps: 2,
        arms: 2,
        problem,
        policies: { p: () => ({ name: "p", arms: 2, select: () => v, update: () => {} }) },
      }),
  };
  for (const [shown, value] of Object.entries(values))
    for (const [name, call] of Object.entries(calls)) {
      const answer = { value: undefined as unknown };
      expect(await misconduct(() => void (answer.value = call(value))), `${name}: ${shown}`).toBeUndefined();
      if (typeof answer.value === "number") expect(answer.value, `${name}: ${shown}`).not.toBeNaN();
    }
});

test("the rows that led to this", () => {
  const lin = bandits.linUcb({ arms: 2, features: 2, alpha: 0 });
  lin.update(1, 1, [1, 1e8]);
  expect(lin.select([1, 1e8])).toBe(1);
  const before = lin.state();
  expect(() => lin.update(0, 1, [1e308, 1])).toThrow(
    "got 1e+308 at position 0 of the context; expected finite numbers of at most 1e100 in size",
  );
  expect(lin.state()).toEqual(before);
  const gaussian = bandits.gaussianThompson({ arms: 2 });
  expect(() => gaussian.update(0, 1e308)).toThrow("got reward 1e+308; expected a finite number of at most 1e100");
  expect(gaussian.state()).toEqual(bandits.gaussianThompson({ arms: 2 }).state());
  expect(() => bandits.bernoulliKl(2, 3)).toThrow("bernoulliKl: got p = 2, q = 3; expected probabilities");
  expect(() => bandits.readLog("[".repeat(100_000))).toThrow(
    "readLog: got text that is nested more than 256 levels deep at character 256; expected a JSON array",
  );
});
