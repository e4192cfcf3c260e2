/** Training with everything around it: its thread, the live line, Ctrl-C. Shared by start, train and resume. */
import { Worker } from "node:worker_threads";
import { ExitError, UsageError } from "../errors.ts";
import { commandText, shellPath } from "../program-name.ts";
import { onInterrupt } from "../stop.ts";
import { Progress, type Goal } from "../terminal/progress.ts";
import type { Screen } from "../terminal/screen.ts";
import { grouped, short } from "../values.ts";
import { STOP, type Order, type Report } from "./protocol.ts";

const SOURCE = import.meta.url.endsWith(".ts");
const SCRIPT = new URL(SOURCE ? "./worker.ts" : "./worker.js", import.meta.url);

/** Trains to the end and gives the run's folder; throws an `ExitError` when it was interrupted. */
export async function trainInThread(screen: Screen, order: Order, goal: Goal): Promise<string> {
  const worker = new Worker(SCRIPT, {
    workerData: order,
    ...(SOURCE ? { execArgv: ["--conditions=@rl/source", "--disable-warning=ExperimentalWarning"] } : {}),
  });
  let progress: Progress | undefined;
  let scoreName = "";
  let dir: string | undefined;
  const stop = onInterrupt(screen, () => {
    progress?.note("Stopping after this iteration. Ctrl-C again quits at once.");
    worker.postMessage(STOP);
  });
  try {
    const end = await new Promise<Extract<Report, { kind: "done" | "failed" }>>((resolve, reject) => {
      worker.on("message", (report: Report) => {
        switch (report.kind) {
          case "started":
            ({ dir, scoreName } = report);
            screen.line(`Run folder: ${report.dir}${report.from === undefined ? "" : `, from step ${short(report.from.step)}`}`);
            if (order.verbose === true)
              screen.line(
                `The loss is not a measure of progress: the batch it is computed from changes with the agent. The ${scoreName} is.`,
              );
            progress = new Progress(screen, { goal, from: report.from ?? { step: 0, iteration: 0 }, scoreName });
            break;
          case "progress":
            if (report.metrics === undefined) progress?.update(report);
            else screen.line(iterationLine(report, scoreName));
            break;
          case "warnings":
            progress?.breakLine();
            for (const sentence of report.sentences) screen.warn(sentence);
            break;
          default:
            resolve(report);
        }
      });
      const died = (how: string, cause?: unknown): void => {
        const resume =
          dir === undefined ? "" : ` Put that right, and go on where it was saved last: ${commandText("resume", shellPath(dir))}`;
        reject(new Error(`The training thread died: ${how.replace(/\.?$/, ".")}${resume}`, { cause }));
      };
      worker.on("error", (error: Error) => died(error.message, error));
      worker.on("exit", (code) => died(`it ended with code ${code}`));
    });
    progress?.stop();
    if (end.kind === "failed") throw revive(end);
    if (end.stopped) {
      screen.line(`Saved at step ${short(end.progress.step)}. Go on with: ${commandText("resume", shellPath(end.dir))}`);
      throw new ExitError(stop.exitCode);
    }
    return end.dir;
  } finally {
    progress?.stop();
    stop.release();
  }
}

function iterationLine({ iteration, step, score, metrics = {} }: Extract<Report, { kind: "progress" }>, scoreName: string): string {
  const parts = [
    ["loss", metrics["train/loss"]],
    [scoreName, score],
    ["mean length", metrics["rollout/ep_len_mean"]],
    ["evaluation", metrics["eval/mean_reward"]],
  ] as const;
  const told = parts.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${short(value).padStart(8)}`]));
  return `${String(iteration).padStart(5)}  step ${grouped(step).padStart(9)}  ${told.join("  ")}`;
}

function revive({ usage, message, stack }: Extract<Report, { kind: "failed" }>): Error {
  const error = usage ? new UsageError(message) : new Error(message);
  error.stack = stack;
  return error;
}
