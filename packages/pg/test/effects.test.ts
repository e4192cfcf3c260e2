/** What each option changes, seen from outside: losses in closed form, parameters, values. */
import { twoStates } from "@rl-tools/test-envs";
import { Box, Discrete, type Env } from "@rl/envs";
import { describe, expect, it } from "vitest";
import { createPg, NotFiniteError, type PgMetrics, type PgOptions, type PgTrainer } from "../src/index.ts";

/** Always shows ½ and pays 1, whatever is done; ten steps make an episode. */
const steady = (reward = 1) => {
  return (): Env<Float32Array, number> => {
    let t = 0;
    return {
      observationSpace: new Box<"float32">({ low: -1, high: 1, shape: [1] }),
      actionSpace: new Discrete(2),
      spec: undefined,
      reset: () => ((t = 0), { observation: Float32Array.of(0.5), info: {} }),
      step: () => ((t += 1), { observation: Float32Array.of(0.5), reward, terminated: t === 10, truncated: false, info: {} }),
      scene: () => undefined,
      state: () => ({ t }),
      restore: (state) => void (t = state["t"] as number),
    };
  };
};

const plain = {
  hiddenSizes: [16],
  numEnvs: 1,
  stepsPerEnv: 30,
  discount: 1,
  iterations: 1,
  totalSteps: Infinity,
  learningRate: 1e-2,
  maxGradNorm: null,
  normalizeAdvantages: false,
  normalizeRewards: false,
} as const;

const train = (trainer: PgTrainer): PgMetrics[] => [...trainer.train()];
const first = (options: Partial<PgOptions>): PgMetrics => train(createPg({ env: steady(), ...plain, ...options } as PgOptions))[0]!;
const valueAt = (trainer: PgTrainer): number => trainer.values(Float32Array.of(0.5))[0]!;

interface Saved {
  readonly policy: { readonly shared: unknown[]; readonly layers: unknown[] };
  readonly value: unknown[];
}
function numbersOf(value: unknown): number[] {
  if (value instanceof Float32Array) return Array.from(value);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}
function moved(options: Partial<PgOptions>, part: (saved: Saved) => unknown): number {
  const trainer = createPg({ env: steady(), ...plain, ...options } as PgOptions);
  const before = numbersOf(part(trainer.state().parameters as Saved));
  train(trainer);
  const after = numbersOf(part(trainer.state().parameters as Saved));
  return Math.sqrt(before.reduce((sum, x, i) => sum + (x - after[i]!) ** 2, 0));
}

describe("the weight of log π", () => {
  // A fresh policy is all but uniform, so that the loss is ln 2 times the mean weight.
  const weight = (options: Partial<PgOptions>): number => first(options)["train/policy_gradient_loss"] / Math.LN2;

  it('"return": R(τ) = 10 for each step', () => expect(weight({ advantage: "return" })).toBeCloseTo(10, 1));
  it('"reward-to-go": 10, 9, … 1', () => expect(weight({ advantage: "reward-to-go" })).toBeCloseTo(5.5, 1));
  it('"reward-to-go" with γ = ½: Σₖ ½ᵏ over the steps that are left', () => {
    let mean = 0;
    for (let left = 1; left <= 10; left++) mean += (2 - 0.5 ** (left - 1)) / 10;
    expect(weight({ advantage: "reward-to-go", discount: 0.5 })).toBeCloseTo(mean, 1);
  });
  it.each([
    ["baseline", 0.3],
    ["gae", 1],
    ["gae", 0.5],
    ["gae", 0],
  ] as const)('"%s", gaeLambda %f: the closed form with V of the fresh network', (advantage, gaeLambda) => {
    const V = valueAt(createPg({ env: steady(), ...plain, advantage, gaeLambda }));
    const lambda = advantage === "baseline" ? 1 : gaeLambda;
    let mean = 0;
    // δ = 1 where a step follows, 1 − V at the end; γ = 1.
    for (let left = 1; left <= 10; left++) for (let k = 0; k < left; k++) mean += (lambda ** k * (k === left - 1 ? 1 - V : 1)) / 10;
    expect(weight({ advantage, gaeLambda })).toBeCloseTo(mean, 1);
  });
  it("normalizeAdvantages: mean 0", () => {
    expect(Math.abs(weight({ advantage: "reward-to-go", normalizeAdvantages: true }))).toBeLessThan(0.05);
  });
  it("normalizeRewards: the size of rewards makes no difference", () => {
    const loss = (reward: number, normalizeRewards: boolean): number =>
      first({ env: steady(reward), normalizeRewards })["train/value_loss"];
    expect(loss(1000, true) / loss(1, true)).toBeCloseTo(1, 3);
    expect(loss(1000, false) / loss(1, false)).toBeGreaterThan(1e4);
  });
  it("wholeEpisodes: the batch goes on to the end of an episode", () => {
    expect(first({ stepsPerEnv: 34, wholeEpisodes: true })["time/total_timesteps"]).toBe(40);
    expect(first({ stepsPerEnv: 34 })["time/total_timesteps"]).toBe(34);
  });
});

describe("steps and networks", () => {
  it("valueUpdates, valueLearningRate: how far the values move towards the returns", () => {
    const after = (options: Partial<PgOptions>): number => {
      const trainer = createPg({ env: steady(), ...plain, ...options } as PgOptions);
      train(trainer);
      return valueAt(trainer);
    };
    const start = valueAt(createPg({ env: steady(), ...plain }));
    const [one, ten] = [after({ valueUpdates: 1 }), after({ valueUpdates: 10 })];
    expect(one).toBeGreaterThan(start);
    expect(ten - start).toBeGreaterThan(4 * (one - start));
    expect(after({ valueLearningRate: 0 })).toBe(start);
    expect(after({ valueLearningRate: 1e-1 })).toBeGreaterThan(after({ valueLearningRate: 1e-2 }));
  });
  it("sharedLayers: one loss, weighted by valueCoefficient, moves the policy's first layers; separate networks do not feel it", () => {
    const after = (sharedLayers: number, valueCoefficient: number, part: (saved: Saved) => unknown): number[] => {
      const trainer = createPg({ env: twoStates, ...plain, sharedLayers, valueCoefficient });
      train(trainer);
      return numbersOf(part(trainer.state().parameters as Saved));
    };
    expect(after(1, 0, ({ policy }) => policy.shared)).toHaveLength(2 * 16 + 16);
    expect(after(1, 0, ({ policy }) => policy.shared)).not.toEqual(after(1, 1, ({ policy }) => policy.shared));
    expect(after(0, 0, ({ policy }) => policy)).toEqual(after(0, 1, ({ policy }) => policy));
    expect(moved({ env: twoStates, sharedLayers: 1, valueCoefficient: 0 }, ({ value }) => value)).toBe(0);
  });
  it("maxGradNorm: gradients shortened below Adam's ε make short steps; measured before", () => {
    const policy = (maxGradNorm: number | null): number => moved({ env: twoStates, maxGradNorm }, (saved) => saved.policy);
    expect(policy(1e-10)).toBeLessThan(0.1 * policy(null));
    expect(first({ maxGradNorm: 1e-10 })["train/grad_norm"]).toBe(first({})["train/grad_norm"]);
  });
  it("learningRate follows its schedule", () => {
    const rates = train(createPg({ env: steady(), ...plain, iterations: 4, learningRate: { linear: [1e-2, 0] } })).map(
      (m) => m["train/learning_rate"],
    );
    [1e-2, 7.5e-3, 5e-3, 2.5e-3].forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 12));
    expect(moved({ learningRate: 0 }, (saved) => saved)).toBe(0);
  });
});

describe("a number that is not finite", () => {
  it("in an observation or a reward: iteration, place, causes", () => {
    const broken = (bad: object): PgOptions["env"] => {
      let calls = 0;
      return () => {
        const env = steady()();
        return { ...env, step: (action: number) => ({ ...env.step(action), ...(++calls === 75 ? bad : {}) }) };
      };
    };
    const run = (bad: object) => () => train(createPg({ ...plain, env: broken(bad), iterations: 9 }));
    expect(run({ observation: Float32Array.of(NaN) })).toThrow(
      /^createPg: iteration 3 cannot go on\. Element 0 of the observation of environment 0 is NaN after step 75; expected a finite number\. Likely causes: a division by zero/,
    );
    expect(run({ reward: -Infinity })).toThrow(/^createPg: iteration 3 cannot go on\. Reward of environment 0 is -Infinity at step 75;/);
    expect(run({ reward: NaN })).toThrow(NotFiniteError);
  });
  it("in targets and losses: the first of them", () => {
    const run =
      (reward: number, more: Partial<PgOptions> = {}) =>
      () =>
        first({ env: steady(reward), ...more });
    expect(run(1e30)).toThrow(
      /^createPg: iteration 1 cannot go on\. The first tensor that is not finite is the value loss: it is Infinity\. Likely causes: a learningRate/,
    );
    expect(run(1, { learningRate: 3e38 })).toThrow(/is parameters\.(policy|value)\.\S+: element \d+ of \d+ is/);
  });
});
