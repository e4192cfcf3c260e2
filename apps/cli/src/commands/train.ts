import { evaluate } from "@rl/train";
import { evaluationEnv, prepare, type Job } from "../job.ts";
import { programName } from "../program-name.ts";
import { openJob, revive } from "../revive.ts";
import { drawCurve } from "../terminal/curve.ts";
import type { Screen } from "../terminal/screen.ts";
import { verdict } from "../terminal/verdict.ts";
import type { Order, Plans } from "../training/protocol.ts";
import { trainInThread } from "../training/train.ts";
import { short } from "../values.ts";

export async function train(screen: Screen, job: Job, plans: Plans, verbose: boolean): Promise<void> {
  // Checked here first: a mistake is said before a thread is started.
  const { goal } = prepare(job);
  finish(screen, await trainInThread(screen, { kind: "new", job, plans, verbose }, goal));
}

export async function resumeRun(screen: Screen, dir: string, wanted: string, verbose: boolean): Promise<void> {
  const { folder, job } = openJob(dir);
  const { goal } = prepare(job);
  // Killed before the first save, there is no checkpoint, and the run starts over in its folder.
  let order: Order = { kind: "resume", dir, verbose };
  if (folder.checkpointNames().length > 0) {
    const { progress, checkpoint } = revive(dir, wanted);
    const { step, iteration } = progress;
    order = { kind: "resume", dir, checkpoint, verbose };
    if (step >= goal.steps || iteration >= goal.iterations) {
      screen.line(`${dir} is finished (step ${short(step)}). See it with: ${programName()} watch ${dir}`);
      return;
    }
  }
  finish(screen, await trainInThread(screen, order, goal));
}

function finish(screen: Screen, dir: string): void {
  const { trainer, job } = revive(dir, "last");
  const lines = drawCurve(screen, dir, job.env);
  if (lines.length > 0) screen.line();
  for (const line of lines) screen.line(line);
  screen.line();
  const evaluation = evaluate(trainer, evaluationEnv(job.env, 100), { episodes: 100, seed: 10_000 });
  screen.line(`Evaluation of the final agent: ${screen.colors.bold(verdict(evaluation, job.env))}`);
  screen.line(`Watch it with: ${programName()} watch ${dir}`);
}
