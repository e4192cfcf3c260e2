import { openRunFolder, RunError, type RunFolder } from "@rl/train/node";
import type { CheckpointName, RunProgress } from "@rl/train";
import { UsageError } from "../errors.ts";
import { jobOf, prepare, singleEnv, type Job, type Prepared } from "../job.ts";
import { evaluationLine } from "../session.ts";
import type { Screen } from "../terminal/screen.ts";
import { show } from "../terminal/theatre.ts";
import { short } from "../values.ts";

/** A trained agent from a run folder. */
export interface Revived extends Prepared {
  readonly job: Job;
  readonly checkpoint: CheckpointName;
  readonly progress: RunProgress;
}

/** Loads an agent: the named checkpoint, or the best where there is one, else the last. */
export function revive(dir: string, wanted: string | undefined): Revived {
  try {
    const folder = openRunFolder(dir);
    const job = jobOf(folder.config, dir);
    const checkpoint = choose(folder, wanted);
    const { progress, state } = folder.load(checkpoint);
    const prepared = prepare(job);
    prepared.trainer.restore(state);
    return { ...prepared, job, checkpoint, progress };
  } catch (error) {
    throw error instanceof RunError ? new UsageError(error.message, { cause: error }) : error;
  }
}

function choose(folder: RunFolder, wanted: string | undefined): CheckpointName {
  const names = folder.checkpointNames();
  if (wanted !== undefined) return (/^\d+$/.test(wanted) ? `step-${wanted}` : wanted) as CheckpointName;
  return names.includes("best") ? "best" : "last";
}

export interface EvalOptions {
  readonly episodes: number;
  readonly seed: number;
  readonly checkpoint?: string;
  readonly stochastic: boolean;
  readonly json: boolean;
}

export function evaluateRun(screen: Screen, dir: string, options: EvalOptions): void {
  const { trainer, job, checkpoint, progress } = revive(dir, options.checkpoint);
  const result = evaluationLine(trainer, job.env, { episodes: options.episodes, seed: options.seed, deterministic: !options.stochastic });
  if (options.json) {
    const { mean, std, meanLength, returns } = result;
    screen.line(JSON.stringify({ dir, env: job.env, checkpoint, step: progress.step, episodes: options.episodes, seed: options.seed, deterministic: !options.stochastic, mean, std, meanLength, returns: [...returns] }));
    return;
  }
  screen.line(`${job.algorithm} on ${job.env}, checkpoint ${checkpoint} (step ${short(progress.step)}): ${screen.colors.bold(result.line)}`);
}

export interface WatchOptions {
  readonly episodes: number;
  readonly fps: number;
  readonly seed: number;
  readonly checkpoint?: string;
  readonly stochastic: boolean;
}

export async function watch(screen: Screen, dir: string, options: WatchOptions): Promise<void> {
  const { trainer, job, checkpoint, progress } = revive(dir, options.checkpoint);
  screen.line(`${job.algorithm} on ${job.env}, checkpoint ${checkpoint} (step ${short(progress.step)})${screen.live ? ". Ctrl-C ends." : ""}`);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once("SIGINT", end);
  try {
    const { episodes, seed, fps, stochastic } = options;
    await show(screen, trainer, singleEnv(job.env), { episodes, seed, fps, deterministic: !stochastic, signal: stop.signal }, (shown) => {
      if (!screen.live) screen.line(`episode ${shown.episode}: return ${short(shown.return)} in ${shown.steps} steps`);
    });
  } finally {
    process.off("SIGINT", end);
  }
}
