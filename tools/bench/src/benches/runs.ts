import { makeVec } from "@rl/envs";
import { createPg } from "@rl/pg";
import { createPpo } from "@rl/ppo";
import { enableWideVectors } from "@rl/tensor/node";
import { createTrpo } from "@rl/trpo";
import { defineBench, type Row, type Target } from "../bench.ts";

interface Trained {
  train(): Iterable<unknown>;
}
interface Work {
  readonly name: string;
  /** The peer's own name for the work, where it differs. */
  readonly peerWork?: string;
  readonly peer: string;
  readonly env: string;
  readonly numEnvs: number;
  readonly target: Target;
  readonly stretch?: Target;
  /** `env`: an id, or a vector of environments that watches the clock. */
  readonly create: (env: never, seed: number) => Trained;
}

const falling = (from: number): { readonly linear: readonly [number, number] } => ({ linear: [from, 0] });

/** The settings of the peers (tools/bench/python/sb3_runs.py, pg_simplest.py), to the letter. */
const works: readonly Work[] = [
  {
    name: "PPO CartPole-v1, 100k steps",
    peer: "Stable-Baselines3",
    env: "CartPole-v1",
    numEnvs: 8,
    target: "≤ 1/10 × Stable-Baselines3",
    stretch: "≤ 1/15 × Stable-Baselines3",
    create: (env, seed) =>
      createPpo({
        env,
        seed,
        totalSteps: 100_000,
        stepsPerEnv: 32,
        minibatchSize: 256,
        epochs: 20,
        discount: 0.98,
        gaeLambda: 0.8,
        learningRate: falling(1e-3),
        clipRange: falling(0.2),
        entropyCoefficient: 0,
        normalizeObservations: false,
        normalizeRewards: false,
        hiddenSizes: [64, 64],
        activation: "tanh",
        ...(typeof env === "string" ? { numEnvs: 8 } : {}),
      }),
  },
  {
    name: "TRPO CartPole-v1, 100k steps",
    peer: "Stable-Baselines3",
    env: "CartPole-v1",
    numEnvs: 2,
    target: "≤ 1/6 × Stable-Baselines3",
    stretch: "≤ 1/10 × Stable-Baselines3",
    create: (env, seed) =>
      createTrpo({
        env,
        preset: "paper",
        seed,
        totalSteps: 100_000,
        stepsPerEnv: 512,
        valueEpochs: 20,
        valueMinibatchSize: 512,
        valueLearningRate: 1e-3,
        discount: 0.99,
        gaeLambda: 0.98,
        cgDamping: 1e-3,
        cgIterations: 15,
        lineSearchShrink: 0.8,
        targetKl: 0.01,
        hiddenSizes: [64, 64],
        activation: "tanh",
        ...(typeof env === "string" ? { numEnvs: 2 } : {}),
      }),
  },
  {
    name: "simplest policy gradient CartPole-v0, 50 epochs",
    peerWork: "processor seconds per run",
    peer: "PyTorch",
    env: "CartPole-v0",
    numEnvs: 1,
    target: "≤ 1/10 × PyTorch",
    create: (env, seed) => createPg({ env, preset: "simplest", seed }),
  },
];

const SEEDS = [0, 1, 2];

/** Processor seconds of a whole run, the trainer's creation and the engine's compiling counted in, and V8's own threads. */
function seconds(work: Work, seed: number): number {
  const start = process.cpuUsage();
  for (const _ of work.create(work.env as never, seed).train());
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** Where the time goes, by a clock around each step of the environment; ms. */
function shares({ env, numEnvs, create }: Work): { total: number; environment: number; policy: number; update: number } {
  const inner = makeVec(env as never, numEnvs) as unknown as { step(actions: unknown): unknown };
  let [environment, policy, update, steps, last] = [0, 0, 0, 0, 0];
  let updated = false;
  const watched = new Proxy(inner, {
    get(target, key): unknown {
      if (key === "step")
        return (actions: unknown): unknown => {
          const start = performance.now();
          // Between two steps stands the policy, except where an update stood between them. Before the first: creating and compiling.
          if (steps > 0 && !updated) policy += start - last;
          else if (steps > 0) update += start - last;
          updated = false;
          const result = target.step(actions);
          last = performance.now();
          environment += last - start;
          steps++;
          return result;
        };
      const value = Reflect.get(target, key, target) as unknown;
      return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
  const begin = performance.now();
  for (const _ of create(watched as never, 0).train()) updated = true;
  const end = performance.now();
  update += end - last;
  return { total: end - begin, environment, policy, update };
}

export default defineBench({
  name: "runs",
  description:
    "Whole training runs on one core, the same settings as the peers', which run in the same session; processor seconds, the best of three seeds (peers: of two).",
  async run(ctx) {
    enableWideVectors();
    const sb3 = await ctx.python("sb3_runs.py", { timeoutSeconds: 1200 });
    const pytorch = await ctx.python("pg_simplest.py", { timeoutSeconds: 600 });
    const lines = [
      "| run | total ms | environment | policy and collecting | update | rest (creating, compiling) |",
      "|---|--:|--:|--:|--:|--:|",
    ];
    const rows: Row[] = [];
    for (const work of works) {
      const times = SEEDS.map((seed) => seconds(work, seed));
      ctx.log(`${work.name}: ${times.map((time) => time.toFixed(2)).join(", ")} s`);
      const peers = (work.peer === "PyTorch" ? pytorch : sb3).row(work.peerWork ?? work.name, "s", [work.peer]);
      const { target, stretch } = work;
      rows.push({
        work: work.name,
        ours: Math.min(...times),
        unit: "s",
        better: "lower",
        ...(ctx.hasPython ? { target, peers, ...(stretch === undefined ? {} : { stretch }) } : {}),
      });
      const { total, environment, policy, update } = shares(work);
      const percent = (part: number): string => `${((100 * part) / total).toFixed(0)} %`;
      lines.push(
        `| ${work.name} | ${total.toFixed(0)} | ${percent(environment)} | ${percent(policy)} | ${percent(update)} | ${percent(total - environment - policy - update)} |`,
      );
    }
    ctx.remark(`Where the time goes, seed 0:\n\n${lines.join("\n")}`);
    return rows;
  },
});
