/** The figures of Sutton & Barto 2018, chapter 2, and a regret plot: which policies are run, and how each is drawn. */
import {
  bernoulliArms,
  bernoulliKl,
  epsilonGreedy,
  gaussianArms,
  gradientBandit,
  klUcb,
  testbed,
  thompson,
  ucb,
  ucb1,
  ucbTuned,
  type Curve,
  type PolicyFactory,
  type TestbedResult,
} from "@rl/bandits";
import { log } from "@rl/math";
import { Generator } from "@rl/random";
import { lineCharts, violinChart, type ChartOptions, type Series } from "@rl/charts";

/** What a figure run needs, and how it reports how far it is (0 to 1). */
export interface FigureSizes {
  readonly tasks: number;
  readonly seed: number;
  readonly onProgress: (fraction: number) => void;
}

export interface Panel {
  readonly series: readonly Series[];
  readonly options: ChartOptions;
}

export interface Figure {
  readonly title: string;
  /** Seconds of one core at 2000 tasks, about: what takes longest is begun first. */
  readonly cost: number;
  /** Computes what is drawn: lines for `svg` and for the terminal. */
  readonly panels: (sizes: FigureSizes) => Panel[];
  readonly svg?: (sizes: FigureSizes) => Promise<string>;
}

const greedy =
  (epsilon: number): PolicyFactory =>
  (shared) =>
    epsilonGreedy({ ...shared, epsilon });
const steps = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => i + 1);

function line(name: string, curve: Curve, dashed = false): Series {
  const low = curve.mean.map((value, i) => value - curve.standardError[i]!);
  const high = curve.mean.map((value, i) => value + curve.standardError[i]!);
  return { name, x: steps(curve.mean.length), y: curve.mean, low, high, dashed };
}

const reward = (results: Record<string, TestbedResult>, title: string): Panel => ({
  series: Object.entries(results).map(([name, result]) => line(name, result.reward)),
  options: { title, xLabel: "steps", yLabel: "average reward" },
});

const optimal = (results: Record<string, TestbedResult>, title: string): Panel => ({
  series: Object.entries(results).map(([name, result]) => line(name, result.optimal)),
  options: { title, xLabel: "steps", yLabel: "% optimal action", yDomain: [0, 1], yFormat: ".0%" },
});

interface Run {
  readonly policies: Readonly<Record<string, PolicyFactory>>;
  readonly mean?: number;
  readonly walk?: number;
  readonly steps?: number;
}

function run(
  { tasks, seed, onProgress }: FigureSizes,
  { policies, mean = 0, walk = 0, steps: count = 1000 }: Run,
): Record<string, TestbedResult> {
  return testbed({ tasks, seed, steps: count, policies, problem: gaussianArms({ mean, walk }), onProgress });
}

/** Parameter values 2^low … 2^high. */
const powers = (low: number, high: number): number[] => Array.from({ length: high - low + 1 }, (_, i) => 2 ** (low + i));

const study: readonly { readonly name: string; readonly values: readonly number[]; readonly make: (value: number) => PolicyFactory }[] = [
  { name: "ε-greedy (ε)", values: powers(-7, -2), make: greedy },
  {
    name: "gradient bandit (α)",
    values: powers(-5, 2),
    make: (stepSize) => (shared) => gradientBandit({ ...shared, stepSize, baseline: "after-first" }),
  },
  { name: "UCB (c)", values: powers(-4, 2), make: (c) => (shared) => ucb({ ...shared, c }) },
  {
    name: "optimistic greedy, α = 0.1 (Q₁)",
    values: powers(-2, 2),
    make: (initial) => (shared) => epsilonGreedy({ ...shared, epsilon: 0, initial, stepSize: 0.1 }),
  },
];

function parameterStudy(sizes: FigureSizes): Panel {
  const policies = Object.fromEntries(
    study.flatMap(({ name, values, make }) => values.map((value) => [`${name} ${value}`, make(value)] as const)),
  );
  const results = run(sizes, { policies });
  const mean = (name: string): number => results[name]!.reward.mean.reduce((a, b) => a + b) / 1000;
  return {
    series: study.map(({ name, values }) => ({ name, x: values, y: values.map((value) => mean(`${name} ${value}`)) })),
    options: {
      title: "Figure 2.6: parameter study, first 1000 steps",
      xLabel: "parameter",
      yLabel: "average reward",
      xScale: "log2",
    },
  };
}

const regretMeans = [0.9, 0.8, 0.8, 0.8, 0.7, 0.7, 0.7, 0.6, 0.6, 0.6];

function regret(sizes: FigureSizes): Panel {
  const count = 5000;
  const policies: Record<string, PolicyFactory> = {
    "ε = 0.1": greedy(0.1),
    UCB1: (shared) => ucb1(shared),
    "UCB-tuned": (shared) => ucbTuned(shared),
    "KL-UCB": (shared) => klUcb(shared),
    Thompson: (shared) => thompson(shared),
  };
  // Fewer tasks: regret curves are smooth, and KL-UCB solves equations at every pull.
  const tasks = Math.max(1, Math.round(sizes.tasks / 20));
  const results = testbed({
    tasks,
    steps: count,
    seed: sizes.seed,
    policies,
    problem: bernoulliArms({ means: regretMeans }),
    onProgress: sizes.onProgress,
  });
  // Lai & Robbins 1985: lim inf regret / ln t ≥ Σ (μ* − μ) / d(μ, μ*).
  const rate = regretMeans.slice(1).reduce((sum, mean) => sum + (0.9 - mean) / bernoulliKl(mean, 0.9), 0);
  const bound: Series = {
    name: "Lai–Robbins lower bound (asymptotic)",
    x: steps(count),
    y: steps(count).map((t) => rate * log(t)),
    dashed: true,
  };
  return {
    series: [...Object.entries(results).map(([name, result]) => line(name, result.regret)), bound],
    options: {
      title: `Regret on logarithmic time: ten Bernoulli arms, best 0.9, ${tasks} tasks`,
      xLabel: "steps",
      yLabel: "cumulative regret",
      xScale: "log",
      xDomain: [1, count],
    },
  };
}

/** Ten arms of one bandit and 1000 rewards of each. */
function arms(seed: number): { readonly name: string; readonly mean: number; readonly samples: Float64Array }[] {
  const rng = new Generator(seed).fork("figure 2.1");
  const means = Float64Array.from({ length: 10 }, () => rng.standardNormal());
  return Array.from(means, (mean, arm) => ({
    name: String(arm + 1),
    mean,
    samples: Float64Array.from({ length: 1000 }, () => rng.normal(mean, 1)),
  }));
}

export const figures: Readonly<Record<string, Figure>> = {
  "2.1": {
    title: "a ten-armed bandit: true values and rewards",
    cost: 0.3,
    panels: ({ seed }) => {
      const all = arms(seed);
      const at = (quantile: number) => all.map(({ samples }) => samples.toSorted()[Math.round(quantile * 999)]!);
      const x = all.map((_, i) => i + 1);
      const series = [
        { name: "true value", x, y: all.map(({ mean }) => mean) },
        { name: "5 % of rewards below", x, y: at(0.05), dashed: true },
        { name: "95 % of rewards below", x, y: at(0.95), dashed: true },
      ];
      return [{ series, options: { title: "Figure 2.1: a ten-armed bandit", xLabel: "arm", yLabel: "reward" } }];
    },
    svg: ({ seed }) =>
      violinChart(arms(seed), {
        title: "Figure 2.1: a ten-armed bandit, the distribution of each arm's reward",
        xLabel: "arm",
        yLabel: "reward",
      }),
  },
  "2.2": {
    title: "ε-greedy methods: reward and % optimal",
    cost: 0.3,
    panels: (sizes) => {
      const results = run(sizes, { policies: { "ε = 0 (greedy)": greedy(0), "ε = 0.01": greedy(0.01), "ε = 0.1": greedy(0.1) } });
      return [reward(results, "Figure 2.2: ε-greedy with sample averages"), optimal(results, "")];
    },
  },
  "2.3": {
    title: "optimistic initial values",
    cost: 0.3,
    panels: (sizes) => {
      const policies: Record<string, PolicyFactory> = {
        "optimistic, greedy: Q₁ = 5, ε = 0": (shared) => epsilonGreedy({ ...shared, epsilon: 0, initial: 5, stepSize: 0.1 }),
        "realistic, ε-greedy: Q₁ = 0, ε = 0.1": (shared) => epsilonGreedy({ ...shared, epsilon: 0.1, stepSize: 0.1 }),
      };
      return [optimal(run(sizes, { policies }), "Figure 2.3: optimistic initial values, α = 0.1")];
    },
  },
  "2.4": {
    title: "upper confidence bounds",
    cost: 0.4,
    panels: (sizes) => [
      reward(
        run(sizes, { policies: { "UCB c = 2": (shared) => ucb({ ...shared, c: 2 }), "ε-greedy ε = 0.1": greedy(0.1) } }),
        "Figure 2.4: UCB",
      ),
    ],
  },
  "2.5": {
    title: "gradient bandits with and without baseline",
    cost: 1.5,
    panels: (sizes) => {
      const make =
        (stepSize: number, baseline: boolean): PolicyFactory =>
        (shared) =>
          gradientBandit({ ...shared, stepSize, baseline: baseline && "after-first" });
      const policies = {
        "α = 0.1, with baseline": make(0.1, true),
        "α = 0.4, with baseline": make(0.4, true),
        "α = 0.1, without": make(0.1, false),
        "α = 0.4, without": make(0.4, false),
      };
      return [optimal(run(sizes, { policies, mean: 4 }), "Figure 2.5: gradient bandits, true values about 4")];
    },
  },
  "2.6": { title: "parameter study", cost: 5, panels: (sizes) => [parameterStudy(sizes)] },
  "exercise-2.5": {
    title: "non-stationary arms: sample averages against a constant step",
    cost: 2.5,
    panels: (sizes) => {
      const policies: Record<string, PolicyFactory> = {
        "sample average": greedy(0.1),
        "constant step α = 0.1": (shared) => epsilonGreedy({ ...shared, epsilon: 0.1, stepSize: 0.1 }),
      };
      const results = run(sizes, { policies, walk: 0.01, steps: 10_000 });
      return [reward(results, "Exercise 2.5: values walk by N(0, 0.01²) a step, ε = 0.1"), optimal(results, "")];
    },
  },
  regret: {
    title: "regret of five policies on logarithmic time with the Lai–Robbins lower bound",
    cost: 0.8,
    panels: (sizes) => [regret(sizes)],
  },
};

/** One figure as SVG text. */
export async function figureSvg(figure: Figure, panels: readonly Panel[], sizes: FigureSizes): Promise<string> {
  return figure.svg ? figure.svg(sizes) : lineCharts(panels);
}
