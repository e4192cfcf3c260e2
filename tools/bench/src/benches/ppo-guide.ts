import { lineCharts, type Series } from "@rl/charts";
import { makeVec } from "@rl/envs";
import { createPpo, type PpoPreset } from "@rl/ppo";
import { enableWideVectors } from "@rl/tensor/node";
import { evaluate } from "@rl/train";
import { defineBench } from "../bench.ts";
import { EVALUATION_SEED } from "../learn/run.ts";
import { mean } from "../learn/statistics.ts";

const ENV = "CartPole-v1";
const SEEDS = [0, 1, 2, 3, 4];
const STEPS = 102_400;
const EPISODES = 20;
/** What the guide's curve can reach: mean over t of Σₖ γᵏ, k < 128 − t, γ = 0.99. */
const MAXIMUM = mean(Array.from({ length: 128 }, (_, t) => (1 - 0.99 ** (128 - t)) / 0.01));

interface Curve {
  readonly steps: number[];
  /** The rollout's mean discounted return. */
  readonly returns: number[];
  /** Mean return of whole episodes of the policy as it then was, without noise. */
  readonly tests: number[];
}

function train(preset: PpoPreset, seed: number): Curve {
  const trainer = createPpo({ env: ENV, preset, seed, ...(preset === "guide" ? {} : { totalSteps: STEPS }) });
  const curve: Curve = { steps: [], returns: [], tests: [] };
  for (const metrics of trainer.train()) {
    curve.steps.push(metrics["time/total_timesteps"]);
    curve.returns.push(metrics["rollout/return_mean"]);
    const env = makeVec(ENV, EPISODES);
    curve.tests.push(evaluate(trainer, env as never, { episodes: EPISODES, seed: EVALUATION_SEED }).meanReturn);
  }
  return curve;
}

const seriesOf = (name: string, curves: readonly Curve[], key: "returns" | "tests"): Series[] => {
  const at = (i: number): number[] => curves.map((curve) => curve[key][i]!);
  const x = curves[0]!.steps;
  return [
    {
      name: `${name}: mean, all seeds`,
      x,
      y: x.map((_, i) => mean(at(i))),
      low: x.map((_, i) => Math.min(...at(i))),
      high: x.map((_, i) => Math.max(...at(i))),
    },
  ];
};

export default defineBench({
  name: "ppo-guide",
  description: `PPO's preset guide beside the preset of ${ENV}: five seeds each, 100 iterations of 1024 steps and as many steps of the other.`,
  async run(ctx) {
    enableWideVectors();
    const guide = SEEDS.map((seed) => train("guide", seed));
    const modern = SEEDS.map((seed) => train(ENV, seed));
    /** Mean over iterations from … to, counted from 1, as a share of the maximum. */
    const around = (from: number, to: number): number[] => guide.map(({ returns }) => mean(returns.slice(from - 1, to)) / MAXIMUM);
    const shares = (values: readonly number[]): string => values.map((value) => value.toFixed(2)).join(", ");
    const [around20, around25] = [around(18, 22), around(23, 27)];
    ctx.attach(
      "ppo-guide.svg",
      await lineCharts([
        {
          series: seriesOf("guide", guide, "returns"),
          options: {
            title: "preset guide: mean discounted return within a rollout of 128 steps",
            xLabel: "environment steps (1024 per iteration; iteration 20 ends at 20 480)",
            yLabel: "rollout/return_mean",
            width: 560,
            height: 200,
            rule: { y: MAXIMUM, label: `maximum ${MAXIMUM.toFixed(2)}` },
          },
        },
        {
          series: [...seriesOf("guide", guide, "tests"), ...seriesOf(`preset ${ENV}`, modern, "tests")],
          options: {
            title: "both: whole episodes of the policy without noise",
            xLabel: "environment steps",
            yLabel: `mean return of ${EPISODES} episodes`,
            width: 560,
            height: 200,
          },
        },
      ]),
    );
    ctx.remark(
      `Shares of the maximum ${MAXIMUM.toFixed(2)}, seed by seed: iterations 18–22 ${shares(around20)}; iterations 23–27 ${shares(around25)}.\n\n` +
        `![the guide's curve, and test episodes of both presets](ppo-guide.svg)\n\nLines: mean over ${SEEDS.length} seeds; bands: worst and best seed.`,
    );
    const last = (curves: readonly Curve[]): number => mean(curves.map(({ tests }) => tests.at(-1)!));
    return [
      {
        work: "guide, seeds whose mean return of iterations 18–22 is above 80 % of its maximum",
        ours: around20.filter((share) => share > 0.8).length,
        unit: "of 5",
        better: "higher",
        target: "≥ 4 of 5",
      },
      {
        work: "guide, the same of iterations 23–27 and 88 %",
        ours: around25.filter((share) => share > 0.88).length,
        unit: "of 5",
        better: "higher",
        target: "≥ 4 of 5",
      },
      { work: "guide, test episodes after 100 iterations", ours: last(guide), unit: "return", better: "higher" },
      { work: `preset ${ENV}, test episodes after as many steps`, ours: last(modern), unit: "return", better: "higher" },
    ];
  },
});
