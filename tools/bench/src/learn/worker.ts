// A thread that trains one job after the other.
import { parentPort } from "node:worker_threads";
import { makeVec } from "@rl/envs";
import { enableWideVectors } from "@rl/tensor/node";
import { evaluate } from "@rl/train";
import { findAlgorithm } from "./algorithms.ts";
import { EPISODES, EVALUATION_SEED, type RunJob, type RunRecord } from "./run.ts";

function train(job: RunJob): Omit<RunRecord, "settings"> {
  const { algorithm, env, preset, seed, steps, set } = job;
  const curve: [number, number][] = [];
  const start = performance.now();
  let done = 0;
  const seconds = (): number => (performance.now() - start) / 1000;
  try {
    const trainer = findAlgorithm(algorithm).create({ env, preset, seed, totalSteps: steps, ...set });
    for (const metrics of trainer.train() as Iterable<Record<string, number>>) {
      done = metrics["time/total_timesteps"]!;
      const level = metrics["rollout/ep_rew_mean"]!;
      if (Number.isFinite(level) && done - (curve.at(-1)?.[0] ?? -Infinity) >= steps / 400) curve.push([done, level]);
    }
    const took = seconds();
    const { returns, meanReturn } = evaluate(trainer, makeVec(env as never, EPISODES) as never, {
      episodes: EPISODES,
      seed: EVALUATION_SEED,
    });
    return { job, returns: [...returns], score: meanReturn, steps: done, seconds: took, curve };
  } catch (error) {
    return { job, error: (error as Error).message, returns: [], score: NaN, steps: done, seconds: seconds(), curve };
  }
}

enableWideVectors();
parentPort!.on("message", (job: RunJob) => parentPort!.postMessage(train(job)));
