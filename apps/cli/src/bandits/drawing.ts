/** Computes figures in threads of their own: several at once, and the program's own thread stays free for the bar and for Ctrl-C. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { figures, type Panel } from "./figures.ts";

/** What every thread is told once. */
export interface FigureOrder {
  readonly tasks: number;
  readonly seed: number;
}

export interface Drawn {
  readonly name: string;
  readonly panels: readonly Panel[];
  readonly svg: string;
}

export type DrawingReport =
  | { readonly kind: "progress"; readonly name: string; readonly fraction: number }
  | ({ readonly kind: "drawn" } & Drawn);

const SOURCE = import.meta.url.endsWith(".ts");
const SCRIPT = new URL(SOURCE ? "./worker.ts" : "./worker.js", import.meta.url);
const MOST_THREADS = 4;

export interface Drawing {
  /** Resolves when all are drawn; rejects when a thread fails. */
  readonly done: Promise<void>;
  /** Ends the threads; `done` then never resolves. */
  stop(): void;
}

/** Draws the named figures, the costly ones first; each picture is the same whatever the number of threads. `onProgress` is told the share of all the work. */
export function drawFigures(
  names: readonly string[],
  order: FigureOrder,
  onProgress: (fraction: number, running: readonly string[]) => void,
  onDrawn: (drawn: Drawn) => void,
): Drawing {
  const waiting = names.toSorted((a, b) => figures[b]!.cost - figures[a]!.cost);
  const all = names.reduce((sum, name) => sum + figures[name]!.cost, 0);
  const shares = new Map<string, number>();
  const tell = (): void => {
    let done = 0;
    for (const [name, fraction] of shares) done += (fraction * figures[name]!.cost) / all;
    onProgress(
      done,
      names.filter((name) => (shares.get(name) ?? 1) < 1),
    );
  };
  const workers: Worker[] = [];
  const stop = (): void => workers.forEach((worker) => void worker.terminate());
  const done = new Promise<void>((resolve, reject) => {
    let left = names.length;
    const give = (worker: Worker): void => {
      const name = waiting.shift();
      if (name === undefined) return;
      shares.set(name, 0);
      tell();
      worker.postMessage(name);
    };
    for (let i = 0; i < Math.min(availableParallelism(), MOST_THREADS, names.length); i++) {
      const worker = new Worker(SCRIPT, {
        workerData: order,
        ...(SOURCE ? { execArgv: ["--conditions=@rl/source", "--disable-warning=ExperimentalWarning"] } : {}),
      });
      workers.push(worker);
      worker.on("error", reject);
      worker.on("message", (report: DrawingReport) => {
        shares.set(report.name, report.kind === "drawn" ? 1 : Math.min(report.fraction, 0.99));
        tell();
        if (report.kind === "progress") return;
        try {
          onDrawn(report);
        } catch (error) {
          reject(error as Error);
          return;
        }
        if (--left === 0) resolve();
        else give(worker);
      });
      give(worker);
    }
  });
  return { done, stop };
}
