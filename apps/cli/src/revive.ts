/** Trained agents from run folders. */
import { SCORE_METRIC, type CheckpointName, type RunProgress } from "@rl/train";
import { openRunFolder, RunError, type RunFolder } from "@rl/train/node";
import { UsageError } from "./errors.ts";
import { importModules } from "./imports.ts";
import { jobOf, prepare, type Job, type Prepared } from "./job.ts";

export interface Revived extends Prepared {
  readonly folder: RunFolder;
  readonly job: Job;
  readonly checkpoint: CheckpointName;
  readonly progress: RunProgress;
}

/** Opens a run folder and reads its job; what is wrong with either is the user's to put right. */
export function openJob(dir: string): { readonly folder: RunFolder; readonly job: Job } {
  return runErrorsAsUsage(() => {
    const folder = openRunFolder(dir);
    return { folder, job: jobOf(folder.config, dir) };
  });
}

/** Imports the modules that a run's environment comes from: those that are given now, else those that it was made with. */
export async function importsOf(dir: string, given: readonly string[] = []): Promise<readonly string[]> {
  const { job } = openJob(dir);
  const imports = given.length > 0 ? given : (job.imports ?? []);
  await importModules(imports, given.length > 0 ? "--import" : `${dir}/config.json`);
  return imports;
}

/** The metric that says how good the run's agent is. */
export function scoreMetricOf({ config }: RunFolder): string {
  const { scoreMetric } = config;
  return typeof scoreMetric === "string" ? scoreMetric : SCORE_METRIC;
}

/** A score as people read it: "mean return" for that of training episodes, else the metric's own name, for it is another quantity. */
export const scoreName = (metric: string): string => (metric === SCORE_METRIC ? "mean return" : metric);

/** Loads an agent: the named checkpoint, or the best where there is one, else the last. */
export function revive(dir: string, wanted?: string): Revived {
  const { folder, job } = openJob(dir);
  return runErrorsAsUsage(() => {
    const checkpoint = choose(folder, wanted);
    const { progress, state } = folder.load(checkpoint);
    const prepared = prepare(job);
    try {
      prepared.trainer.restore(state);
    } catch (cause) {
      throw new UsageError(
        `${folder.locate(checkpoint)} does not fit ${dir}/config.json, which may have been edited since: ${(cause as Error).message}`,
        { cause },
      );
    }
    return { ...prepared, folder, job, checkpoint, progress };
  });
}

function choose(folder: RunFolder, wanted: string | undefined): CheckpointName {
  if (wanted !== undefined) return (/^\d+$/.test(wanted) ? `step-${wanted}` : wanted) as CheckpointName;
  return folder.checkpointNames().includes("best") ? "best" : "last";
}

/** What is wrong with a run folder is the user's to put right. */
export function runErrorsAsUsage<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw error instanceof RunError ? new UsageError(error.message, { cause: error }) : error;
  }
}
