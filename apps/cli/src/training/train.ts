/** Training with everything around it: its thread, the live line, Ctrl-C. Shared by start, train and resume. */
import { Worker } from "node:worker_threads";
import { ExitError, UsageError } from "../errors.ts";
import { programName } from "../program-name.ts";
import { onInterrupt } from "../stop.ts";
import { Progress, type Goal } from "../terminal/progress.ts";
import type { Screen } from "../terminal/screen.ts";
import { short } from "../values.ts";
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
  const stop = onInterrupt(screen, () => {
    progress?.note("Stopping after this iteration. Ctrl-C again quits at once.");
    worker.postMessage(STOP);
  });
  try {
    const end = await new Promise<Extract<Report, { kind: "done" | "failed" }>>((resolve, reject) => {
      worker.on("message", (report: Report) => {
        switch (report.kind) {
          case "started":
            screen.line(`Run folder: ${report.dir}${report.from === undefined ? "" : `, from step ${short(report.from.step)}`}`);
            progress = new Progress(screen, goal, report.from ?? { step: 0, iteration: 0 });
            break;
          case "progress":
            progress?.update(report);
            break;
          default:
            resolve(report);
        }
      });
      worker.on("error", reject);
      worker.on("exit", (code) => reject(new Error(`The training thread ended with code ${code}.`)));
    });
    progress?.stop();
    if (end.kind === "failed") throw revive(end);
    if (end.stopped) {
      screen.line(`Saved at step ${short(end.progress.step)}. Go on with: ${programName()} resume ${end.dir}`);
      throw new ExitError(stop.exitCode);
    }
    return end.dir;
  } finally {
    progress?.stop();
    stop.release();
  }
}

function revive({ usage, message, stack }: Extract<Report, { kind: "failed" }>): Error {
  const error = usage ? new UsageError(message) : new Error(message);
  error.stack = stack;
  return error;
}
