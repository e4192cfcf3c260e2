import { makeVec } from "@rl/envs";
import { createPg } from "@rl/pg";
import { evaluate } from "@rl/train";
import { defineBench } from "../bench.ts";

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Mean return over 100 episodes of actions drawn from the action space. */
function randomReturn(id: string): number {
  const env = makeVec(id, 100);
  const space = env.singleActionSpace;
  space.seed(7);
  const act = (): Int32Array | Float32Array => {
    const batch = space.createBatch(100);
    for (let row = 0; row < 100; row++) space.write(space.sample() as never, batch as never, row);
    return batch as Int32Array | Float32Array;
  };
  return evaluate({ act }, env, { episodes: 100, seed: 1_000_000 }).meanReturn;
}

export default defineBench({
  name: "pg-gae",
  description:
    "Policy gradient with value baseline and GAE(λ), the defaults: deterministic policy after training, 100 episodes on unseen seeds, five seeds.",
  run(ctx) {
    const tasks = [
      { env: "CartPole-v1", settings: {}, steps: 150_000 },
      { env: "Pendulum-v1", settings: { discount: 0.9 }, steps: 300_000 },
    ];
    const lines = ["| environment | steps | random | seed 0 | 1 | 2 | 3 | 4 | s per run |", "|---|---|---|---|---|---|---|---|---|"];
    const scores = tasks.map(({ env, settings, steps }) => {
      let seconds = 0;
      const results = [0, 1, 2, 3, 4].map((seed) => {
        const trainer = createPg({ env, preset: "gae", seed, totalSteps: steps, ...settings });
        const start = performance.now();
        for (const _ of trainer.train());
        seconds += (performance.now() - start) / 5000;
        return evaluate(trainer, makeVec(env, 100), { episodes: 100, seed: 1_000_000 });
      });
      const random = randomReturn(env);
      lines.push(
        `| ${env} | ${steps} | ${random.toFixed(1)} | ${results.map((r) => `${r.meanReturn.toFixed(1)} ± ${r.stdReturn.toFixed(1)}`).join(" | ")} | ${seconds.toFixed(2)} |`,
      );
      return { returns: results.map((r) => r.meanReturn), random };
    });
    ctx.remark(lines.join("\n"));
    const [cartPole, pendulum] = scores as [(typeof scores)[0], (typeof scores)[0]];
    return [
      {
        work: "CartPole-v1, worst of five seeds, 150k steps",
        ours: Math.min(...cartPole.returns),
        unit: "return",
        better: "higher",
        target: "≥ 475 return",
      },
      {
        work: "Pendulum-v1 (discount 0.9), mean of five seeds, 300k steps",
        ours: mean(pendulum.returns),
        unit: "return",
        better: "higher",
        target: "≥ −700 return",
        note: `random actions: ${pendulum.random.toFixed(0)}`,
      },
    ];
  },
});
