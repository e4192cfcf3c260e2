/** The ten-armed testbed beside NumPy's vectorised run, single pulls, many arms, and the figures of the chapter beside measured references. */
import { epsilonGreedy, gaussianArms, gradientBandit, testbed, ucb, type PolicyFactory, type TestbedResult } from "@rl/bandits";
import { Generator } from "@rl/random";
import { defineBench, type Row } from "../bench.ts";
import { heapGrowth, time } from "../time.ts";

const testbedWork = "ten-armed testbed, ε-greedy 0.1, 2000 tasks × 1000 steps";

// Reward and % optimal (mean of steps 951–1000), % optimal at step 100; 20 000 tasks × 1000 steps in NumPy, random ties.
const references: Record<string, readonly [number, number, number]> = {
  greedy: [1.03, 36.3, 35.8],
  "ε = .01": [1.32, 60, 38.6],
  "ε = .1": [1.37, 80, 54.3],
  "optimistic 5, α = .1": [1.51, 86, 29.7],
  "start 0, ε = .1, α = .1": [1.35, 76, 44.5],
  "UCB c = 2": [1.5, 85.7, 60.2],
  "UCB c = 1": [1.52, 92.5, 77.1],
  "gradient .1, baseline": [5.5, 84.9, 48.8],
  "gradient .1": [5.21, 49.2, 33.4],
  "gradient .4, baseline": [5.43, 71.5, 61.8],
  "gradient .4": [4.8, 27.7, 23.6],
};
const walkReferences: Record<string, readonly [number, number]> = { "walk, sample average": [1.06, 44.7], "walk, α = .1": [1.33, 75.8] };

const policies: Record<string, PolicyFactory> = {
  greedy: (shared) => epsilonGreedy({ ...shared, epsilon: 0 }),
  "ε = .01": (shared) => epsilonGreedy({ ...shared, epsilon: 0.01 }),
  "ε = .1": (shared) => epsilonGreedy({ ...shared, epsilon: 0.1 }),
  "optimistic 5, α = .1": (shared) => epsilonGreedy({ ...shared, epsilon: 0, initial: 5, stepSize: 0.1 }),
  "start 0, ε = .1, α = .1": (shared) => epsilonGreedy({ ...shared, epsilon: 0.1, stepSize: 0.1 }),
  "UCB c = 2": (shared) => ucb({ ...shared, c: 2 }),
  "UCB c = 1": (shared) => ucb({ ...shared, c: 1 }),
};
const gradients: Record<string, PolicyFactory> = {
  "gradient .1, baseline": (shared) => gradientBandit({ ...shared, stepSize: 0.1, baseline: "after-first" }),
  "gradient .1": (shared) => gradientBandit({ ...shared, stepSize: 0.1, baseline: false }),
  "gradient .4, baseline": (shared) => gradientBandit({ ...shared, stepSize: 0.4, baseline: "after-first" }),
  "gradient .4": (shared) => gradientBandit({ ...shared, stepSize: 0.4, baseline: false }),
};

const meanOf = (values: Float64Array, from: number): number => values.subarray(from).reduce((a, b) => a + b) / (values.length - from);

/** Distances from the references, in standard errors of the difference (theirs: 0.01 reward, 0.35 % optimal). */
const distances: number[] = [];

/** Ours ± standard error beside the reference, as a Markdown table cell. */
function cell(ours: number, error: number, reference: number, digits: number): string {
  distances.push(Math.abs(ours - reference) / Math.hypot(error, digits === 2 ? 0.01 : 0.35));
  return `${ours.toFixed(digits)} ± ${error.toFixed(digits)} (${reference})`;
}

function figureLines(results: Record<string, TestbedResult>): string[] {
  return Object.entries(results).map(([name, { reward, optimal }]) => {
    const [expectedReward, late, early] = references[name]!;
    const cells = [
      cell(meanOf(reward.mean, 950), 0.66 / Math.sqrt(2000), expectedReward, 2),
      cell(100 * meanOf(optimal.mean, 950), 100 * optimal.standardError[999]!, late, 1),
      cell(100 * optimal.mean[99]!, 100 * optimal.standardError[99]!, early, 1),
    ];
    return `| ${name} | ${cells.join(" | ")} |`;
  });
}

export default defineBench({
  name: "bandits",
  description: "k-armed bandits: speed beside NumPy, and the figures of Sutton & Barto's chapter 2.",
  async run(ctx) {
    const peers = await ctx.python("bandits.py");
    const run = time(() => testbed({ seed: 1, policies: { p: policies["ε = .1"]! } }), { repetitions: 20, calls: 1, warmupSeconds: 0.5 });
    const rows: Row[] = [
      {
        work: testbedWork,
        ours: 1e3 * run.min,
        unit: "ms",
        better: "lower",
        peers: peers.row(testbedWork, "ms", ["NumPy"]),
        target: "≤ 1/6 × NumPy",
        note: `median ${(1e3 * run.median).toFixed(1)} ms`,
      },
    ];

    const rewards = new Float64Array(1 << 12);
    new Generator(1).fillStandardNormal(rewards);
    let at = 0;
    for (const [name, policy, target] of [
      ["ε-greedy, select + update, ten arms", epsilonGreedy({ arms: 10, epsilon: 0.1 }), "≤ 100 ns"],
      ["UCB, select + update, ten arms", ucb({ arms: 10, c: 2 }), undefined],
      ["ε-greedy, select + update, 100 000 arms", epsilonGreedy({ arms: 100_000, epsilon: 0.1 }), undefined],
    ] as const) {
      const pull = (): void => policy.update(policy.select(), rewards[at++ & 4095]!);
      const timing = time(pull, { calls: 20_000 });
      rows.push({
        work: name,
        ours: 1e9 * timing.min,
        unit: "ns",
        better: "lower",
        ...(target ? { target } : {}),
        note: `heap growth over 100 000 pulls: ${Math.max(0, heapGrowth(pull, 100_000))} bytes`,
      });
    }
    const many = epsilonGreedy({ arms: 100_000, epsilon: 0.1 });
    for (let arm = 0; arm < 100_000; arm++) many.update(arm, rewards[arm & 4095]! + arm * 1e-9);
    rows.push({
      work: "ε-greedy, select alone, 100 000 arms",
      ours: 1e6 * time(() => many.select(), { calls: 20_000 }).min,
      unit: "µs",
      better: "lower",
      target: "≤ 50 µs",
      note: "the best arm is kept in a knock-out tree: select reads its root, update replays log₂ K matches",
    });

    ctx.log("the chapter's figures, 2000 tasks");
    const lines = [
      ...figureLines(testbed({ seed: 1, policies })),
      ...figureLines(testbed({ seed: 2, policies: gradients, problem: gaussianArms({ mean: 4 }) })),
    ];
    ctx.log("exercise 2.5, 2000 tasks × 10 000 steps");
    const walk = testbed({
      seed: 3,
      steps: 10_000,
      walk: 0.01,
      policies: { "walk, sample average": policies["ε = .1"]!, "walk, α = .1": policies["start 0, ε = .1, α = .1"]! },
    });
    for (const [name, { reward, optimal }] of Object.entries(walk)) {
      const [expectedReward, late] = walkReferences[name]!;
      const cells = [
        cell(meanOf(reward.mean, 9000), 0.66 / Math.sqrt(2000), expectedReward, 2),
        cell(100 * meanOf(optimal.mean, 9000), 100 * optimal.standardError[9999]!, late, 1),
      ];
      lines.push(`| ${name} (10 000 steps, last 1000) | ${cells.join(" | ")} | |`);
    }
    ctx.remark(
      `The ten-armed testbed, 2000 tasks × 1000 steps, mean of steps 951–1000: ours ± standard error (in brackets: NumPy, 20 000 tasks, standard errors about 0.01 and 0.35).\n\n| policy | reward | % optimal | % optimal at step 100 |\n|---|---|---|---|\n${lines.join("\n")}\n\nLargest distance of the ${distances.length} figures from NumPy's: ${Math.max(...distances).toFixed(2)} standard errors of the difference.`,
    );
    return rows;
  },
});
