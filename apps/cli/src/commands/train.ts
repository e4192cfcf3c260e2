import type { Job } from "../job.ts";
import { programName } from "../program-name.ts";
import { evaluationLine, trainNew, trainOn, type Plans } from "../session.ts";
import { drawCurve } from "../terminal/curve.ts";
import type { Screen } from "../terminal/screen.ts";
import { short } from "../values.ts";
import { jobOf, prepare, type Prepared } from "../job.ts";
import { openRunFolder, RunError } from "@rl/train/node";
import { UsageError } from "../errors.ts";

export async function train(screen: Screen, job: Job, plans: Plans): Promise<void> {
  const { trainer, dir } = await trainNew(screen, job, plans);
  finish(screen, trainer, dir, job.env);
}

export async function resumeRun(screen: Screen, dir: string): Promise<void> {
  const done = finished(dir);
  if (done !== undefined) {
    screen.line(`${dir} is finished (step ${short(done)}). See it with: ${programName()} watch ${dir}`);
    return;
  }
  const { trainer, job } = await trainOn(screen, dir);
  finish(screen, trainer, dir, job.env);
}

/** The last step of a run that has nothing left to do. */
function finished(dir: string): number | undefined {
  try {
    const folder = openRunFolder(dir);
    if (!folder.checkpointNames().includes("last")) return undefined;
    const { goal } = prepare(jobOf(folder.config, dir));
    const { step, iteration } = folder.load("last").progress;
    return step >= goal.steps || iteration >= goal.iterations ? step : undefined;
  } catch (error) {
    throw error instanceof RunError ? new UsageError(error.message, { cause: error }) : error;
  }
}

function finish(screen: Screen, trainer: Prepared["trainer"], dir: string, env: string): void {
  const lines = drawCurve(screen, dir, env);
  if (lines.length > 0) screen.line();
  for (const line of lines) screen.line(line);
  screen.line();
  screen.line(`Evaluation of the final agent: ${screen.colors.bold(evaluationLine(trainer, env, { episodes: 100, seed: 10_000 }).line)}`);
  screen.line(`Watch it with: ${programName()} watch ${dir}`);
}
