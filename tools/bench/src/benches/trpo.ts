import { lineCharts, type Series } from "@rl/charts";
import { enableWideVectors } from "@rl/tensor/node";
import { make } from "@rl/envs";
import { evaluate } from "@rl/train";
import { createTrpo, type TrpoMetrics, type TrpoOptions } from "@rl/trpo";
import { defineBench, type Row } from "../bench.ts";
import { mean } from "../learn/statistics.ts";
import { slipperyGrid } from "../trpo/grid.ts";

const SEEDS = [0, 1, 2];
/** One environment, equal numbers of environment steps; the vine's are counted with all branches. */
const tasks = [
  {
    name: "CartPole-v1",
    env: () => make("CartPole-v1"),
    steps: 100_000,
    shared: {},
    single: { stepsPerEnv: 1000 },
    vine: { stepsPerEnv: 500, vineStates: 32, vineLength: 30 },
  },
  {
    name: "slippery grid",
    env: slipperyGrid,
    steps: 100_000,
    shared: { discount: 0.97, targetKl: 0.03, hiddenSizes: [32] },
    single: { stepsPerEnv: 1000 },
    vine: { stepsPerEnv: 200, vineStates: 24, vineLength: 40 },
  },
] as const;

interface Run {
  readonly metrics: readonly TrpoMetrics[];
  readonly score: number;
}

function run(options: TrpoOptions, env: () => unknown): Run {
  const trainer = createTrpo({ preset: "paper", ...options, numEnvs: 1 });
  const metrics = [...trainer.train()];
  return { metrics, score: evaluate(trainer, env() as never, { episodes: 100, seed: 2 ** 31 + 1_000_000 }).meanReturn };
}

const column = (metrics: readonly TrpoMetrics[], key: keyof TrpoMetrics): number[] => metrics.map((each) => each[key]);
const seriesOf = (name: string, { metrics }: Run, key: keyof TrpoMetrics): Series => ({
  name,
  x: column(metrics, "time/total_timesteps"),
  y: column(metrics, key),
});

export default defineBench({
  name: "trpo",
  description:
    "TRPO, the preset paper, single path beside vine at equal numbers of environment steps (three seeds, one environment each, final deterministic policy over 100 episodes), and what each iteration does.",
  async run(ctx) {
    enableWideVectors();
    const rows: Row[] = [];
    const curves = [];
    let shown: readonly [Run, Run] | undefined;
    for (const { name, env, steps, shared, single, vine } of tasks) {
      const of = (settings: Partial<TrpoOptions>): Run[] =>
        SEEDS.map((seed) => {
          const result = run({ env: env as never, seed, totalSteps: steps, ...shared, ...settings } as TrpoOptions, env);
          ctx.log(`${name}, ${settings.sampling ?? "single-path"}, seed ${seed}: ${result.score.toFixed(1)}`);
          return result;
        });
      const paths = of(single);
      const vines = of({ ...vine, sampling: "vine" });
      shown ??= [paths[0]!, vines[0]!];
      for (const [scheme, runs] of [
        ["single path", paths],
        ["vine", vines],
      ] as const) {
        rows.push({
          work: `${name}, ${scheme}, ${steps / 1000}k steps`,
          ours: mean(runs.map(({ score }) => score)),
          unit: "return",
          better: "higher",
          note: `worst seed ${Math.min(...runs.map(({ score }) => score)).toFixed(1)}; ${runs[0]!.metrics.length} iterations`,
        });
      }
      curves.push({
        series: [
          ...paths.map((each, i) => seriesOf(`single path, seed ${i}`, each, "rollout/ep_rew_mean")),
          ...vines.map((each, i) => ({ ...seriesOf(`vine, seed ${i}`, each, "rollout/ep_rew_mean"), dashed: true })),
        ],
        options: {
          title: name,
          xLabel: "environment steps, branches counted in",
          yLabel: "return of training episodes",
          width: 560,
          height: 200,
        },
      });
    }
    const [path, vine] = shown!;
    const panel = (key: keyof TrpoMetrics, yLabel: string, more = {}) => ({
      series: [seriesOf("single path", path, key), seriesOf("vine", vine, key)],
      options: { title: "", xLabel: "environment steps", yLabel, width: 560, height: 120, ...more },
    });
    ctx.attach("trpo-vine.svg", await lineCharts(curves));
    ctx.attach(
      "trpo-iterations.svg",
      await lineCharts([
        panel("train/lower_bound", "surrogate − C·KL"),
        panel("train/kl_divergence_loss", "mean KL", { rule: { y: 0.01, label: "δ = 0.01" } }),
        panel("train/cg_residual", "CG residual", { yScale: "log" }),
        panel("train/step_fraction", "accepted fraction", { yDomain: [0, 1.05] }),
      ]),
    );
    ctx.remark(
      "![returns of single path and vine](trpo-vine.svg)\n\nCartPole-v1, seed 0, each iteration: lower bound, KL, residual of conjugate gradients, accepted fraction of the longest step.\n\n![four measures of each iteration](trpo-iterations.svg)",
    );
    return rows;
  },
});
