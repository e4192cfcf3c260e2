/** Training with everything around it: the live line, Ctrl-C, what is printed at the end. Shared by start, train and resume. */
import * as path from "node:path";
import { spec } from "@rl/envs";
import { evaluate, type LogRecord, type RunProgress } from "@rl/train";
import { resume, run, RunError, type RunFolder, type FolderRunResult } from "@rl/train/node";
import { ExitError, UsageError } from "./errors.ts";
import { configOf, evaluationEnv, jobOf, prepare, type Job, type Prepared } from "./job.ts";
import { programName } from "./program-name.ts";
import { onInterrupt } from "./stop.ts";
import { Progress, type Goal } from "./terminal/progress.ts";
import type { Screen } from "./terminal/screen.ts";
import { short } from "./values.ts";

export interface Plans {
  /** Folder of all runs. */
  readonly root: string;
  /** Name of the run; default "seed-N". */
  readonly name?: string | undefined;
  readonly evaluateEvery?: number | undefined;
  readonly evaluateEpisodes: number;
  readonly saveEvery?: number | undefined;
  readonly keepEvery?: number | undefined;
}

/** Trains a new run. Throws an `ExitError` when it was interrupted. */
export async function trainNew(screen: Screen, job: Job, plans: Plans): Promise<FolderRunResult & Prepared> {
  const prepared = prepare(job);
  const { goal, trainer } = prepared;
  const span = Number.isFinite(goal.steps) ? goal.steps : 100_000;
  const dir = path.join(plans.root, job.algorithm, fileName(job.env), plans.name ?? `seed-${job.seed}`);
  const result = await drive(screen, goal, (shared) =>
    run(trainer, {
      dir,
      config: configOf(job),
      evaluate: { env: evaluationEnv(job.env, plans.evaluateEpisodes), every: plans.evaluateEvery ?? Math.max(1, Math.ceil(span / 10)), episodes: plans.evaluateEpisodes },
      checkpoint: { every: plans.saveEvery ?? Math.max(1, Math.ceil(span / 20)), ...(plans.keepEvery === undefined ? {} : { keepEvery: plans.keepEvery }) },
      ...shared,
    }),
  );
  return { ...result, ...prepared };
}

/** Goes on with a run. */
export async function trainOn(screen: Screen, dir: string): Promise<FolderRunResult & Prepared & { readonly job: Job }> {
  let found: { readonly prepared: Prepared; readonly job: Job } | undefined;
  const goal = { steps: Infinity, iterations: Infinity };
  const result = await drive(screen, goal, (shared) =>
    resume(dir, {
      create: (config) => {
        const job = jobOf(config, dir);
        const prepared = prepare(job);
        found = { prepared, job };
        Object.assign(goal, prepared.goal);
        const episodes = (config["evaluate"] as { episodes?: number } | undefined)?.episodes ?? 10;
        return { trainer: prepared.trainer, evaluationEnv: evaluationEnv(job.env, episodes) };
      },
      ...shared,
    }),
  );
  return { ...result, ...found!.prepared, job: found!.job };
}

interface Shared {
  readonly signal: AbortSignal;
  readonly onStart: (folder: RunFolder, from?: RunProgress) => void;
  readonly onMetrics: (metrics: unknown, record: LogRecord) => void;
}

async function drive(screen: Screen, goal: Goal, body: (shared: Shared) => Promise<FolderRunResult>): Promise<FolderRunResult> {
  const stop = onInterrupt(screen, "Stopping after this iteration.");
  let progress: Progress | undefined;
  try {
    const result = await body({
      signal: stop.signal,
      onStart: (folder, from) => {
        screen.line(`Run folder: ${folder.path}${from === undefined ? "" : `, from step ${short(from.step)}`}`);
        progress = new Progress(screen, goal, from ?? { step: 0, iteration: 0 });
      },
      onMetrics: (_, { step, iteration, metrics }) => progress?.update({ step, iteration, meanReturn: metrics["rollout/ep_rew_mean"] ?? NaN }),
    });
    progress?.stop();
    if (result.stopped) {
      screen.line(`Saved at step ${short(result.progress.step)}. Go on with: ${programName()} resume ${result.dir}`);
      throw new ExitError(stop.exitCode);
    }
    return result;
  } catch (error) {
    progress?.stop();
    // Before training starts, what is wrong is a run folder or an option; later it is the training itself.
    throw error instanceof RunError ? new UsageError(error.message, { cause: error }) : error;
  } finally {
    stop.release();
  }
}

/** "mine/Maze-v0" is one folder, not two. */
const fileName = (env: string): string => env.replaceAll("/", "-");

/** Evaluates a trainer on its environment and says it in a line. */
export function evaluationLine(trainer: Prepared["trainer"], env: string, options: { readonly episodes: number; readonly seed: number; readonly deterministic?: boolean }): { readonly line: string; readonly mean: number; readonly std: number; readonly meanLength: number; readonly returns: Float64Array } {
  const result = evaluate(trainer, evaluationEnv(env, options.episodes), options);
  const threshold = spec(env).rewardThreshold;
  const verdict = threshold === undefined ? "" : result.meanReturn >= threshold ? `, solved (${threshold})` : `, not solved yet (${threshold})`;
  const line = `${result.meanReturn.toFixed(1)} ± ${result.stdReturn.toFixed(1)} over ${options.episodes} episodes, mean length ${result.meanLength.toFixed(1)}${verdict}`;
  return { line, mean: result.meanReturn, std: result.stdReturn, meanLength: result.meanLength, returns: result.returns };
}
