/** Environment stepping on one core: vectors of 64 and single environments in the default stack, beside Gymnasium, EnvPool and gymnax. */
import { make, makeVec, type Env, type VecEnv } from "@rl/envs";
import { defineBench, type Row, type Target } from "../bench.ts";
import { heapGrowth, rate, time } from "../time.ts";

const ROWS = 64;
interface Goal {
  readonly vector?: Target;
  readonly stretch: Target | readonly Target[];
  readonly single?: Target;
}
const ahead: Target = "≥ 1 × gymnax";
const goals: Readonly<Record<string, Goal>> = {
  "CartPole-v1": { vector: "≥ 15 M/s", stretch: ["≥ 20 M/s", ahead], single: "≥ 3 M/s" },
  "MountainCar-v0": { vector: "≥ 12 M/s", stretch: ahead },
  "MountainCarContinuous-v0": { stretch: ahead },
  "Pendulum-v1": { vector: "≥ 8 M/s", stretch: ahead },
  "Acrobot-v1": { vector: "≥ 2 M/s", stretch: ahead },
};
const vectorPeers = ["Gymnasium sync", "Gymnasium vectorised", "EnvPool, 1 thread", "gymnax", "gymnax, given actions"];

/** Random actions drawn once, so that the environments alone are timed: 100 batches of 64. */
function batches(vec: VecEnv): (Int32Array | Float32Array)[] {
  const space = vec.singleActionSpace;
  space.seed(0);
  return Array.from({ length: 100 }, () => {
    const batch = space.createBatch(ROWS);
    for (let row = 0; row < ROWS; row++) space.write(space.sample(), batch, row);
    return batch;
  });
}

function vectorStep(id: string): () => unknown {
  const vec = makeVec(id, ROWS, { autoreset: "same-step" }) as VecEnv;
  const actions = batches(vec);
  vec.reset({ seed: 0 });
  let t = 0;
  return () => vec.step(actions[t++ % 100]!);
}

function singleStep(id: string): () => unknown {
  const env = make(id) as Env<Float32Array, never>;
  env.actionSpace.seed(0);
  const actions = Array.from({ length: 1000 }, () => env.actionSpace.sample());
  env.reset({ seed: 0 });
  let t = 0;
  return () => {
    const result = env.step(actions[t++ % 1000]!);
    if (result.terminated || result.truncated) env.reset();
    return result;
  };
}

export default defineBench({
  name: "envs",
  description: "Environment steps per second on one core, random actions, same-step autoreset.",
  async run(ctx) {
    const vector: Row[] = [];
    const single: Row[] = [];
    const heap: Row[] = [];
    for (const id of Object.keys(goals)) {
      ctx.log(id);
      const goal = goals[id]!;
      const work = `${id}, vector of ${ROWS}`;
      const many = time(vectorStep(id), { repetitions: 60 });
      vector.push({
        work,
        ours: 1e-6 * rate(many, ROWS),
        unit: "M/s",
        better: "higher",
        ...(goal.vector ? { target: goal.vector } : {}),
        stretch: ctx.hasPython ? goal.stretch : [goal.stretch].flat().filter((s) => !s.includes("×")),
        note: `median ${((1e-6 * ROWS) / many.median).toFixed(1)} M/s`,
      });
      const one = time(singleStep(id), { repetitions: 60 });
      single.push({
        work: `${id}, single, default stack`,
        ours: 1e-6 * rate(one),
        unit: "M/s",
        better: "higher",
        ...(goal.single ? { target: goal.single } : {}),
        note: `median ${(1e-6 / one.median).toFixed(2)} M/s`,
      });
      const step = vectorStep(id);
      // A leak shows in every run; machine code that the engine makes meanwhile only in the first ones.
      const growth: number[] = [];
      while (growth.length < 8 && !growth.some((bytes) => bytes <= 64)) growth.push(heapGrowth(step, 1e6));
      heap.push({
        work: `${id}, heap growth over a million vector steps of ${ROWS}`,
        ours: Math.max(0, Math.min(...growth)) / 1024,
        note: `runs: ${growth.join(", ")} bytes`,
        unit: "KiB",
        better: "lower",
        target: "≤ 2 KiB",
      });
    }
    ctx.remark(
      "Heap growth is the smallest of at most eight runs of a million vector steps each, which end with the first below 64 bytes: a leak shows in every run, machine code that the engine makes meanwhile only in the first ones. Readings follow a full garbage collection.",
    );
    const peers = await ctx.python("envs.py");
    ctx.remark(
      "Actions are drawn beforehand, for ours and for the peers; the column gymnax draws them in its compiled loop, as its users do. Gymnasium's single step and ours go through the default stack: time limit, order check, space check.",
    );
    const withPeers = (rows: Row[], names: readonly string[]): Row[] =>
      ctx.hasPython ? rows.map((row) => ({ ...row, peers: peers.row(row.work, row.unit, names) })) : rows;
    return [...withPeers(vector, vectorPeers), ...withPeers(single, ["Gymnasium"]), ...heap];
  },
});
