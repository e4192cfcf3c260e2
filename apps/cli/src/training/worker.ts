/** The thread that trains. It writes the run folder; the program's own thread stays free for the live line and for Ctrl-C. */
import * as path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { resume, run, RunError, type FolderRunResult, type RunFolder } from "@rl/train/node";
import { SCORE_METRIC, type CheckpointName, type LogRecord, type RunProgress } from "@rl/train";
import { enableWideVectors } from "@rl/tensor/node";
import { UsageError } from "../errors.ts";
import { importModules } from "../imports.ts";
import { configOf, evaluationEnv, jobOf, prepare, type Job } from "../job.ts";
import { scoreMetricOf, scoreName } from "../revive.ts";
import { STOP, type Order, type Plans, type Report } from "./protocol.ts";

/** Between two reports of progress at least. */
const REPORT_MS = 5;

// Before anything is compiled: this thread's engine takes pairs of vectors where the runtime can.
enableWideVectors();

const order = workerData as Order;
const port = parentPort!;
const send = (report: Report): void => port.postMessage(report);

const stop = new AbortController();
port.on("message", (message) => message === STOP && stop.abort());

let reported = -Infinity;
let latest: Report | undefined;
let scoreMetric = SCORE_METRIC;

/** The environments that are trained in, once they are made; an algorithm need not show them. */
let env: { readonly warnings?: readonly string[] } | undefined;
let warned = 0;
function sendWarnings(): void {
  const { warnings = [] } = env ?? {};
  if (warnings.length === warned) return;
  send({ kind: "warnings", sentences: warnings.slice(warned) });
  warned = warnings.length;
}

const shared = {
  signal: stop.signal,
  onStart: (folder: RunFolder, from?: RunProgress): void => {
    scoreMetric = scoreMetricOf(folder);
    send({ kind: "started", dir: folder.path, from, scoreName: scoreName(scoreMetric) });
  },
  onMetrics: (_: unknown, { step, iteration, metrics }: LogRecord): void => {
    sendWarnings();
    latest = {
      kind: "progress",
      step,
      iteration,
      score: metrics[scoreMetric] ?? NaN,
      ...(order.verbose === true ? { metrics } : {}),
    };
    if (order.verbose !== true && performance.now() - reported < REPORT_MS) return;
    send(latest);
    latest = undefined;
    reported = performance.now();
  },
};

/** "mine/Maze-v0" is one folder, not two. */
const fileName = (env: string): string => env.replaceAll("/", "-");

async function trainNew(job: Job, plans: Plans, command: string): Promise<FolderRunResult> {
  await importModules(job.imports ?? []);
  const { goal, trainer } = prepare(job);
  env = trainer.env;
  const span = Number.isFinite(goal.steps) ? goal.steps : 100_000;
  return run(trainer, {
    dir: path.join(plans.root, job.algorithm, fileName(job.env), plans.name ?? `seed-${job.seed}`),
    config: configOf(job, command),
    evaluate: {
      env: evaluationEnv(job.env, plans.evaluateEpisodes),
      every: plans.evaluateEvery ?? Math.max(1, Math.ceil(span / 10)),
      episodes: plans.evaluateEpisodes,
    },
    checkpoint: {
      every: plans.saveEvery ?? Math.max(1, Math.ceil(span / 20)),
      ...(plans.keepEvery === undefined ? {} : { keepEvery: plans.keepEvery }),
    },
    ...shared,
  });
}

async function trainOn(dir: string, checkpoint: CheckpointName | undefined, imports: readonly string[]): Promise<FolderRunResult> {
  await importModules(imports);
  return resume(dir, {
    ...(checkpoint === undefined ? {} : { checkpoint }),
    create: (config) => {
      const job = jobOf(config, dir);
      const episodes = (config["evaluate"] as { episodes?: number } | undefined)?.episodes ?? 10;
      const { trainer } = prepare(job);
      env = trainer.env;
      return { trainer, evaluationEnv: evaluationEnv(job.env, episodes) };
    },
    ...shared,
  });
}

try {
  const { dir, progress, stopped } = await (order.kind === "new"
    ? trainNew(order.job, order.plans, order.command)
    : trainOn(order.dir, order.checkpoint, order.imports));
  if (latest !== undefined) send(latest);
  send({ kind: "done", dir, progress, stopped });
} catch (error) {
  const { message, stack = "" } = error as Error;
  sendWarnings();
  send({ kind: "failed", usage: error instanceof UsageError || error instanceof RunError, message, stack });
} finally {
  port.close();
}
