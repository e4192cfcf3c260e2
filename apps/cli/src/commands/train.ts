import type { RunFolder } from "@rl/train/node";
import { evaluate, SCORE_METRIC, type RunProgress } from "@rl/train";
import { evaluationEnv, prepare, type Job } from "../job.ts";
import { commandText, shellPath } from "../program-name.ts";
import { importsOf, openJob, revive, runErrorsAsUsage, scoreMetricOf, type Revived } from "../revive.ts";
import { drawCurve, hasMetrics, readMetrics } from "../terminal/curve.ts";
import type { Screen } from "../terminal/screen.ts";
import { verdict } from "../terminal/verdict.ts";
import type { Order, Plans } from "../training/protocol.ts";
import { trainInThread } from "../training/train.ts";
import { short } from "../values.ts";

export async function train(
  screen: Screen,
  job: Job,
  plans: Plans,
  { verbose, command, advice }: { readonly verbose: boolean; readonly command: string; readonly advice?: string },
): Promise<void> {
  // Checked here first: a mistake is said before a thread is started.
  const { goal } = prepare(job);
  if (advice !== undefined) screen.line(advice);
  finish(screen, await trainInThread(screen, { kind: "new", job, plans, verbose, command }, goal));
}

export async function resumeRun(
  screen: Screen,
  dir: string,
  {
    checkpoint: wanted,
    verbose,
    import: given,
  }: { readonly checkpoint?: string; readonly verbose: boolean; readonly import?: readonly string[] },
): Promise<void> {
  const imports = await importsOf(dir, given);
  const { folder, job } = openJob(dir);
  const { goal } = prepare(job);
  // Killed before the first save, there is no checkpoint, and the run starts over in its folder.
  let order: Order = { kind: "resume", dir, verbose, imports };
  const found = runErrorsAsUsage(() => (wanted === undefined ? folder.newest() : { name: wanted, damage: undefined }));
  if (found !== undefined) {
    const { progress, checkpoint } = revive(dir, found.name);
    const { step, iteration } = progress;
    order = { kind: "resume", dir, checkpoint, verbose, imports };
    if (found.damage !== undefined)
      screen.line(`${found.damage} Going on from "${checkpoint}" (step ${short(step)}), the newest that is whole.`);
    if ((step >= goal.steps || iteration >= goal.iterations) && found.damage === undefined && evaluated(folder, progress)) {
      // A kill between the end and here has left its lock, and perhaps half a checkpoint.
      runErrorsAsUsage(() => folder.tidy());
      screen.line(`${dir} is finished (step ${short(step)}). See it with: ${commandText("watch", shellPath(dir))}`);
      return;
    }
  }
  finish(screen, await trainInThread(screen, order, goal));
}

/** False where a run was killed between its last iteration and the end of evaluating its final agent, which is when a better one has been saved. */
function evaluated({ path: dir, config }: RunFolder, { best }: RunProgress): boolean {
  if (config["evaluate"] === undefined || !hasMetrics(dir)) return true;
  const score = readMetrics(dir).at(-1)?.["eval/mean_reward"];
  return score !== undefined && !((score ?? NaN) > best);
}

/** The learning curve, what the final agent does, and the best one where that was another. */
function finish(screen: Screen, dir: string): void {
  const last = revive(dir, "last");
  const best = revive(dir);
  const { job, folder } = last;
  const metric = scoreMetricOf(folder);
  const lines = drawCurve(screen, dir, job.env, metric);
  if (lines.length > 0) {
    screen.line();
    screen.line(metric === SCORE_METRIC ? "Mean return of training episodes:" : `${metric}, which the run is scored by:`);
  }
  for (const line of lines) screen.line(line);
  screen.line();
  const judged = ({ trainer }: Revived): string =>
    screen.colors.bold(verdict(evaluate(trainer, evaluationEnv(job.env, 100), { episodes: 100, seed: 10_000 }), job.env));
  screen.line(`Evaluation of the final agent: ${judged(last)}`);
  if (best.progress.step !== last.progress.step)
    screen.line(`Evaluation of the best one, of step ${short(best.progress.step)}: ${judged(best)}`);
  screen.line(`Watch it with: ${commandText("watch", shellPath(dir))}`);
}
