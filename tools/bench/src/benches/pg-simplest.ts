import { evaluate } from "@rl/train";
import { makeVec } from "@rl/envs";
import { createPg } from "@rl/pg";
import { defineBench } from "../bench.ts";

const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** One run of 50 epochs; seconds are those of training alone. */
function run(
  seed: number,
  log: (line: string) => void,
): { readonly lastFive: number; readonly first: number; readonly seconds: number; readonly evaluation: number; readonly steps: number } {
  const trainer = createPg({ env: "CartPole-v0", preset: "simplest", seed });
  const returns: number[] = [];
  let steps = 0;
  const start = performance.now();
  for (const metrics of trainer.train()) {
    const epoch = metrics["time/iterations"];
    returns.push(metrics["rollout/ep_rew_mean"]);
    steps = metrics["time/total_timesteps"];
    const numbers = [metrics["train/loss"], metrics["rollout/ep_rew_mean"], metrics["rollout/ep_len_mean"]].map((value) =>
      value.toFixed(3).padStart(8),
    );
    log(`seed ${seed} epoch ${String(epoch).padStart(2)}  loss ${numbers[0]}  return ${numbers[1]}  episode length ${numbers[2]}`);
  }
  const seconds = (performance.now() - start) / 1000;
  const evaluation = evaluate(trainer, makeVec("CartPole-v0", 100), { episodes: 100, seed: 1_000_000 }).meanReturn;
  return { lastFive: mean(returns.slice(-5)), first: returns[0] ?? NaN, seconds, evaluation, steps };
}

export default defineBench({
  name: "pg-simplest",
  description:
    "The simplest policy gradient on CartPole-v0 (50 epochs of at least 5000 steps, hidden [32], Adam 1e-2), seeds 0–9: what it learns and how long it takes.",
  async run(ctx) {
    run(100, () => {});
    const runs = SEEDS.map((seed) => run(seed, seed === 0 ? ctx.log : () => {}));
    ctx.log("The loss is not a measure of progress: its weights change with the policy. Watch the return.");
    const peers = await ctx.python("pg_simplest.py", { timeoutSeconds: 600 });
    ctx.remark(
      [
        "| seed | first epoch | last five epochs | deterministic, 100 episodes | steps | s |",
        "|---|---|---|---|---|---|",
        ...runs.map(
          (r, i) =>
            `| ${SEEDS[i]} | ${r.first.toFixed(1)} | ${r.lastFive.toFixed(1)} | ${r.evaluation.toFixed(1)} | ${r.steps} | ${r.seconds.toFixed(2)} |`,
        ),
      ].join("\n"),
    );
    ctx.remark(
      "The loss is not a measure of progress: its weights change with the policy, and a better policy may have a larger loss. Watch the mean return.",
    );
    const level = "mean return of the last five epochs";
    const time = "seconds per run";
    return [
      {
        work: level,
        ours: mean(runs.map((r) => r.lastFive)),
        unit: "return",
        better: "higher",
        target: "≥ 170 return",
        peers: peers.row(level, "return", ["PyTorch"]),
        note: "average over ten seeds; PyTorch: two seeds",
      },
      {
        work: "seeds whose last five epochs reach 150",
        ours: runs.filter((r) => r.lastFive >= 150).length,
        unit: "seeds",
        better: "higher",
        target: "≥ 9 seeds",
      },
      {
        work: time,
        ours: mean(runs.map((r) => r.seconds)),
        unit: "s",
        better: "lower",
        target: ctx.hasPython ? "≤ 1/10 × PyTorch" : "≤ 1.65 s",
        peers: peers.row(time, "s", ["PyTorch"]),
        note: "one core each",
      },
    ];
  },
});
