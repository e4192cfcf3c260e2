/** What each option changes, seen from outside: measures, parameters, actions. That the numbers are right is the business of losses and update tests. */
import { describe, expect, it } from "vitest";
import { forever, twoStates } from "@rl-tools/test-envs";
import { Box, type Env } from "@rl/envs";
import { createPpo, type PpoMetrics, type PpoOptions, type PpoTrainer } from "../src/index.ts";
import { recordingBox, recordingDiscrete } from "./recording-env.ts";

/** Everything that is not looked at stands still. */
const plain = {
  hiddenSizes: [16],
  numEnvs: 4,
  stepsPerEnv: 16,
  minibatchSize: 64,
  epochs: 1,
  discount: 0.9,
  gaeLambda: 0.95,
  learningRate: 1e-2,
  clipRange: 0.2,
  maxGradNorm: null,
  totalSteps: Infinity,
  iterations: 1,
  normalizeAdvantages: true,
  normalizeObservations: false,
  normalizeRewards: false,
  stateDependentExploration: null,
} as const;

const train = (trainer: PpoTrainer, iterations = Infinity): PpoMetrics[] => {
  const list: PpoMetrics[] = [];
  for (const metrics of trainer.train()) if (list.push(metrics) >= iterations) break;
  return list;
};
const trained = (options: PpoOptions): { readonly trainer: PpoTrainer; readonly last: PpoMetrics } => {
  const trainer = createPpo(options);
  return { trainer, last: train(trainer).at(-1)! };
};

interface Saved {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
interface SavedLayers {
  readonly policy: {
    readonly shared: readonly { readonly weight: Saved }[];
    readonly layers: readonly { readonly weight: Saved }[];
    readonly head: { readonly logStd?: Saved };
  };
  readonly value: readonly { readonly weight: Saved }[];
}
const parametersOf = (trainer: PpoTrainer): SavedLayers => trainer.state().parameters as SavedLayers;
function numbersOf(value: unknown): number[] {
  if (value instanceof Float32Array) return Array.from(value);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}
const distance = (a: unknown, b: unknown): number => {
  const [from, to] = [numbersOf(a), numbersOf(b)];
  expect(from.length).toBe(to.length);
  return Math.sqrt(from.reduce((sum, x, i) => sum + (x - to[i]!) ** 2, 0));
};

describe("estimates", () => {
  it.each([0, 0.5, 1])("gaeLambda %f: the value targets of a reward of 1 for ever are as the closed form says", (gaeLambda) => {
    const { make } = recordingDiscrete(() => 1);
    const trainer = createPpo({ env: make, ...plain, gaeLambda });
    // The state never changes, so V is one number and δ = 1 + γV − V; Âₜ = δ·Σ_k (γλ)^k over the steps that are left.
    const V = trainer.values(Float32Array.of(0.5))[0]!;
    const delta = 1 + 0.9 * V - V;
    let mean = 0;
    for (let left = 1; left <= 16; left++) for (let k = 0; k < left; k++) mean += (delta * (0.9 * gaeLambda) ** k) / 16;
    expect(train(trainer)[0]!["rollout/return_mean"]).toBeCloseTo(mean + V, 5);
  });

  it("normalizeAdvantages: minibatches of mean 0, so that the surrogate starts at 0", () => {
    const surrogate = (normalizeAdvantages: boolean): number =>
      trained({ env: forever, ...plain, learningRate: 0, normalizeAdvantages }).last["train/policy_gradient_loss"];
    expect(Math.abs(surrogate(true))).toBeLessThan(1e-6);
    expect(Math.abs(surrogate(false))).toBeGreaterThan(0.1);
  });

  it("normalizeRewards: a thousand times the reward makes no difference; without, a million times the value loss", () => {
    const loss = (factor: number, normalizeRewards: boolean): number =>
      trained({ env: recordingDiscrete((action) => factor * action).make, ...plain, learningRate: 0, normalizeRewards }).last[
        "train/value_loss"
      ];
    expect(loss(1000, true) / loss(1, true)).toBeCloseTo(1, 4);
    expect(loss(1000, false) / loss(1, false)).toBeGreaterThan(1e5);
  });

  it("normalizeObservations: far-off observations can be told apart, and the moments are saved", () => {
    const far = (): Env<Float32Array, number> => {
      const inner = twoStates();
      const observe = (s: number): Float32Array => Float32Array.of(1000 + s);
      return {
        ...inner,
        observationSpace: new Box<"float32">({ low: 0, high: 2000, shape: [1] }),
        reset: (options) => ({ ...inner.reset(options), observation: observe(inner.state()["s"] as number) }),
        step: (action) => ({ ...inner.step(action), observation: observe(inner.state()["s"] as number) }),
      };
    };
    const run = (normalizeObservations: boolean) =>
      trained({ env: far, ...plain, numEnvs: 8, epochs: 4, iterations: 30, normalizeObservations });
    const withIt = run(true);
    expect(withIt.last["rollout/ep_rew_mean"]).toBeGreaterThan(8);
    expect(run(false).last["rollout/ep_rew_mean"]).toBeLessThan(7);
    const moments = withIt.trainer.state().agent.observations!;
    expect(moments.mean[0]).toBeCloseTo(1000.5, 1);
    expect(moments.variance[0]).toBeCloseTo(0.25, 1);
  });

  it("restartRollouts: every rollout begins with the first observation", () => {
    // Episodes of 20 steps by a time limit: rollouts of 16 that start anew never see an end.
    const ends = (restartRollouts: boolean): number =>
      trained({ env: forever, ...plain, iterations: 4, restartRollouts }).trainer.state().agent.episodes.episodes;
    expect(ends(true)).toBe(0);
    expect(ends(false)).toBe(4 * 3);
  });

  it("restartRollouts: the score is the mean return of the rollout, since an episode longer than that never ends", () => {
    const score = (options: Partial<PpoOptions>): string => createPpo({ env: forever, ...options }).scoreMetric;
    expect(score({ preset: "guide" })).toBe("rollout/return_mean");
    expect(score({ restartRollouts: true, normalizeRewards: false })).toBe("rollout/return_mean");
    // Normalised rewards change their unit as training goes on.
    expect(score({ restartRollouts: true, normalizeRewards: true })).toBe("rollout/ep_rew_mean");
    expect(score({})).toBe("rollout/ep_rew_mean");
    const { last } = trained({ env: forever, ...plain, iterations: 4, restartRollouts: true, normalizeRewards: false });
    expect(last["rollout/ep_rew_mean"]).toBeNaN();
    expect(last["rollout/return_mean"]).toBeGreaterThan(1);
  });
});

describe("the loss", () => {
  it("entropyCoefficient keeps the policy random", () => {
    const entropy = (entropyCoefficient: number): number =>
      -trained({ env: twoStates, ...plain, epochs: 4, iterations: 40, entropyCoefficient }).last["train/entropy_loss"];
    expect(entropy(0)).toBeLessThan(0.3);
    expect(entropy(10)).toBeGreaterThan(0.68);
    expect(entropy(0.3)).toBeGreaterThan(2 * entropy(0));
  });

  it("valueCoefficient 0 leaves the value network as it was", () => {
    const moved = (valueCoefficient: number): number => {
      const trainer = createPpo({ env: forever, ...plain, valueCoefficient });
      const before = parametersOf(trainer).value;
      train(trainer);
      return distance(before, parametersOf(trainer).value);
    };
    expect(moved(0)).toBe(0);
    expect(moved(1)).toBeGreaterThan(0.01);
  });

  it("valueClipRange holds the value function near what it was", () => {
    const moved = (valueClipRange: number | null): number => {
      const trainer = createPpo({ env: forever, ...plain, epochs: 40, valueClipRange });
      const [before] = trainer.values(Float32Array.of(1));
      train(trainer);
      return Math.abs(trainer.values(Float32Array.of(1))[0]! - before!);
    };
    expect(moved(null)).toBeGreaterThan(3);
    // Beyond the range no gradient is left; Adam's momentum carries it a little further.
    expect(moved(0.5)).toBeLessThan(1.5);
    expect(moved(0.5)).toBeGreaterThan(0.5);
  });

  it("a narrow clipRange keeps the policy near the old one", () => {
    const kl = (clipRange: number): number => trained({ env: twoStates, ...plain, epochs: 30, clipRange }).last["train/approx_kl"];
    expect(kl(0.01)).toBeLessThan(0.1 * kl(0.5));
  });
});

describe("steps", () => {
  it("maxGradNorm bounds the step: with Adam's ε at 1, its first step is no longer than the gradient", () => {
    const run = (maxGradNorm: number | null): { moved: number; norm: number } => {
      const trainer = createPpo({ env: forever, ...plain, adamEpsilon: 1, learningRate: 1, maxGradNorm });
      const before = parametersOf(trainer);
      const [metrics] = train(trainer);
      return { moved: distance(before, parametersOf(trainer)), norm: metrics!["train/grad_norm"] };
    };
    const [free, bound] = [run(null), run(0.01)];
    expect(free.moved).toBeGreaterThan(0.5);
    expect(bound.moved).toBeLessThanOrEqual(0.01);
    expect(bound.moved).toBeGreaterThan(0.009);
    // Measured before it is shortened.
    expect(bound.norm).toBe(free.norm);
  });

  it("targetKl stops an iteration, and the step that went too far is not taken: bits as after one step", () => {
    const run = (more: Partial<PpoOptions>) => trained({ env: twoStates, ...plain, learningRate: 0.1, ...more } as PpoOptions);
    const stopped = run({ epochs: 8, targetKl: 1e-4 });
    const one = run({ epochs: 1 });
    const all = run({ epochs: 8 });
    expect([stopped, one, all].map(({ last }) => last["train/n_updates"])).toEqual([1, 1, 8]);
    expect(stopped.trainer.state().parameters).toEqual(one.trainer.state().parameters);
    expect(stopped.trainer.state().optimizer).toEqual(one.trainer.state().optimizer);
    expect(stopped.last["train/approx_kl"]).toBeGreaterThan(0);
    // A generous bound stops nothing.
    expect(run({ epochs: 8, targetKl: 1e3 }).trainer.state().parameters).toEqual(all.trainer.state().parameters);
  });

  it("learningRate follows its schedule: 0 in the second half moves nothing", () => {
    const trainer = createPpo({ env: twoStates, ...plain, iterations: 4, learningRate: (progress) => (progress < 0.5 ? 1e-2 : 0) });
    train(trainer, 2);
    const half = parametersOf(trainer);
    train(trainer);
    expect(parametersOf(trainer)).toEqual(half);
    expect(distance(parametersOf(createPpo({ env: twoStates, ...plain })), half)).toBeGreaterThan(0);
  });

  it('scheduleUnit "epoch" moves the learning rate within an iteration', () => {
    const run = (more: Partial<PpoOptions>): unknown =>
      trained({ env: twoStates, ...plain, learningRate: (progress) => (progress === 0 ? 1e-2 : 0), ...more } as PpoOptions).trainer.state()
        .parameters;
    const once = run({ epochs: 1 });
    expect(run({ epochs: 2, scheduleUnit: "epoch" })).toEqual(once);
    expect(run({ epochs: 2, scheduleUnit: "iteration" })).not.toEqual(once);
  });

  it("clipRange and entropyCoefficient follow theirs", () => {
    const trainer = createPpo({
      env: twoStates,
      ...plain,
      iterations: 3,
      learningRate: 0,
      clipRange: { linear: [0.3, 0] },
      entropyCoefficient: { exponential: [1, 0.01, 0.5] },
      valueCoefficient: 0,
    });
    const metrics = train(trainer);
    [0.3, 0.2, 0.1].forEach((range, i) => expect(metrics[i]!["train/clip_range"]).toBeCloseTo(range, 6));
    // With a surrogate and a weight of the values of 0 the loss is coefficient × entropy loss.
    const weights = metrics.map((m) => (m["train/loss"] - m["train/policy_gradient_loss"]) / m["train/entropy_loss"]);
    // 0.01 + 0.99·exp(−progress/0.5) at 0, 1/3 and 2/3.
    [1, 0.518283, 0.270961].forEach((weight, i) => expect(weights[i]).toBeCloseTo(weight, 4));
  });

  it("minibatchSize, epochs: steps per iteration; rows that fill no minibatch sit out", () => {
    const updates = (minibatchSize: number, epochs: number): number =>
      trained({ env: twoStates, ...plain, minibatchSize, epochs }).last["train/n_updates"];
    expect([updates(64, 3), updates(20, 2), updates(33, 1)]).toEqual([3, 6, 1]);
  });

  it("adamEpsilon shortens steps where it outweighs the gradient", () => {
    const moved = (adamEpsilon: number): number => {
      const trainer = createPpo({ env: forever, ...plain, adamEpsilon });
      const before = parametersOf(trainer);
      train(trainer);
      return distance(before, parametersOf(trainer));
    };
    expect(moved(1e3)).toBeLessThan(1e-2 * moved(1e-8));
  });
});

describe("networks", () => {
  it("sharedLayers: the value loss moves the policy's first layers; separate networks do not feel it", () => {
    const policy = (sharedLayers: number, valueCoefficient: number): SavedLayers["policy"] =>
      parametersOf(trained({ env: twoStates, ...plain, sharedLayers, valueCoefficient }).trainer).policy;
    expect(policy(0, 0)).toEqual(policy(0, 1));
    expect(policy(0, 0).shared).toHaveLength(0);
    expect(distance(policy(1, 0).shared, policy(1, 1).shared)).toBeGreaterThan(1e-3);
    expect(policy(1, 0).shared.map(({ weight }) => weight.shape)).toEqual([[2, 16]]);
  });

  it("hiddenSizes, activation, initialization reach the networks", () => {
    const shapes = (hiddenSizes: readonly number[]) =>
      parametersOf(createPpo({ env: twoStates, ...plain, hiddenSizes })).policy.layers.map(({ weight }) => weight.shape);
    expect(shapes([5, 7])).toEqual([
      [2, 5],
      [5, 7],
      [7, 2],
    ]);
    expect(shapes([])).toEqual([[2, 2]]);
    // Orthogonal with gain √2: columns of length √2 where there are as many inputs as outputs.
    const { data } = parametersOf(createPpo({ env: twoStates, ...plain, hiddenSizes: [2] })).policy.layers[0]!.weight;
    expect(data[0]! ** 2 + data[2]! ** 2).toBeCloseTo(2, 5);
    const uniform = parametersOf(createPpo({ env: twoStates, ...plain, hiddenSizes: [64], initialization: "uniform" })).policy.layers[0]!
      .weight;
    expect(Math.max(...uniform.data.map(Math.abs))).toBeLessThan(1 / Math.SQRT2);
    // With biases of 0, a network of ReLUs is linear along a ray from 0; one of tanh is not.
    const values = (activation: "relu" | "tanh") => createPpo({ env: forever, ...plain, activation }).values(Float32Array.of(0.5, 1));
    const [half, whole] = values("relu");
    expect(whole! / half!).toBeCloseTo(2, 5);
    const [tanhHalf, tanhWhole] = values("tanh");
    expect(Math.abs(tanhWhole! / tanhHalf! - 2)).toBeGreaterThan(0.05);
  });
});

describe("continuous actions", () => {
  /** Reward −20a² where the observation is negative; anything goes where it is positive. */
  const careful = (): Env<Float32Array, Float32Array> => {
    let t = 0;
    const observe = (): Float32Array => Float32Array.of(t % 2 === 0 ? -1 : 1);
    return {
      observationSpace: new Box<"float32">({ low: -1, high: 1, shape: [1] }),
      actionSpace: new Box<"float32">({ low: -9, high: 9, shape: [1] }),
      spec: undefined,
      reset: () => ((t = 0), { observation: observe(), info: {} }),
      step(action) {
        const reward = t % 2 === 0 ? -20 * action[0]! ** 2 : 0;
        t += 1;
        return { observation: observe(), reward, terminated: t === 16, truncated: false, info: {} };
      },
      scene: () => undefined,
      state: () => ({ t }),
      restore: (state) => void (t = state["t"] as number),
    };
  };
  /** Standard deviation of 2000 drawn actions in one state. */
  const spread = (trainer: PpoTrainer, observation: number): number => {
    const actions = trainer.act(new Float32Array(2000).fill(observation)) as Float32Array;
    const mean = actions.reduce((a, b) => a + b, 0) / 2000;
    return Math.sqrt(actions.reduce((sum, a) => sum + (a - mean) ** 2, 0) / 2000);
  };

  it("stateDependentStd: careful where it matters, random where it does not; a parameter is the same everywhere", () => {
    const run = (stateDependentStd: boolean): PpoTrainer =>
      trained({
        env: careful,
        ...plain,
        stepsPerEnv: 32,
        minibatchSize: 32,
        epochs: 4,
        iterations: 60,
        discount: 0,
        gaeLambda: 0,
        entropyCoefficient: 0.02,
        stateDependentStd,
      }).trainer;
    const dependent = run(true);
    const parameter = run(false);
    expect(spread(dependent, 1) / spread(dependent, -1)).toBeGreaterThan(2);
    expect(spread(parameter, 1) / spread(parameter, -1)).toBeCloseTo(1, 1);
    expect(parametersOf(dependent).policy.head).toEqual({});
    expect(parametersOf(parameter).policy.head.logStd!.shape).toEqual([1]);
  });

  it("logStdInit is where the deviation starts", () => {
    const std = (logStdInit: number | null, more: Partial<PpoOptions> = {}): number =>
      trained({ env: recordingBox().make, ...plain, learningRate: 0, logStdInit, ...more } as PpoOptions).last["train/std"];
    expect(std(-1)).toBeCloseTo(Math.exp(-1), 5);
    expect(std(null)).toBeCloseTo(1, 5);
    const wide = std(-1, { stateDependentExploration: 1 });
    expect(std(-2, { stateDependentExploration: 1 }) / wide).toBeCloseTo(Math.exp(-1), 4);
    expect(std(null, { stateDependentExploration: 1 })).toBe(wide);
  });

  it("squashActions: bounds are approached, never hit; without it actions are cut at them", () => {
    const atBounds = (squashActions: boolean): number => {
      const { make, actions } = recordingBox(2);
      trained({ env: make, ...plain, logStdInit: 0.5, squashActions });
      const all = actions.flatMap((own) => own.flatMap((action) => Array.from(action)));
      expect(all).toHaveLength(4 * 16 * 2);
      expect(all.every((a) => Math.abs(a) <= 2)).toBe(true);
      return all.filter((a) => Math.abs(a) === 2).length;
    };
    expect(atBounds(true)).toBe(0);
    expect(atBounds(false)).toBeGreaterThan(10);
  });

  it.each([
    [1, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
    [4, [4, 4, 4, 4]],
    [7, [7, 7, 2]],
    [Infinity, [16]],
    ["auto", [16]],
  ] as const)("stateDependentExploration %s: in one state the noise is the same for as many steps, then another", (hold, runs) => {
    const { make, actions } = recordingBox();
    trained({ env: make, ...plain, iterations: 2, learningRate: 0, stateDependentExploration: hold });
    const firsts = new Set<number>();
    for (const own of actions) {
      // Lengths of equal actions, over two rollouts: the second draws its own noise.
      const lengths: number[] = [];
      own.forEach(([action], t) => {
        if (t === 0 || action !== own[t - 1]![0]) lengths.push(1);
        else lengths[lengths.length - 1]! += 1;
      });
      expect(lengths).toEqual([...runs, ...runs]);
      firsts.add(own[0]![0]!);
    }
    // Each environment has noise of its own.
    expect(firsts.size).toBe(4);
  });

  it('"auto" means no gSDE for discrete actions, nor beside squashActions or stateDependentStd', () => {
    const head = (more: Partial<PpoOptions>): readonly number[] | undefined =>
      parametersOf(createPpo({ env: recordingBox().make, ...plain, stateDependentExploration: "auto", ...more } as PpoOptions)).policy.head
        .logStd?.shape;
    expect(head({})).toEqual([16, 1]);
    expect(head({ squashActions: true })).toEqual([1]);
    expect(head({ stateDependentStd: true })).toBeUndefined();
    expect(head({ env: twoStates })).toBeUndefined();
  });
});
