/** Drives a trainer: logs every iteration, evaluates and saves on the way, stops when asked. Files are the business of `@rl/train/node`. */
import { checkFunctions, checkLoggers, checkPlans, checkSignal, checkTrainer } from "./check.ts";
import { evaluate, openEvaluation, type Actor, type Evaluation, type EvaluationEnv } from "./evaluate.ts";
import { closeAll, closeQuietly, type Logger, type LogRecord } from "./logger.ts";
import { checkCount, checkKeys, show } from "./options.ts";
import type { Metrics, Trainer, TrainerState } from "./trainer.ts";

/** How far a run has come; stored with every checkpoint. */
export interface RunProgress {
  readonly iteration: number;
  /** Environment steps. */
  readonly step: number;
  /** Best mean return so far: of evaluations where there are any, else the trainer's score, by default of training episodes. −∞ before the first. */
  readonly best: number;
}

export interface Checkpoint {
  readonly progress: RunProgress;
  readonly state: TrainerState;
}

/** "last" is what a run resumes from, "best" the best so far, "step-N" are kept on the way. */
export type CheckpointName = "last" | "best" | `step-${number}`;

export interface CheckpointStore {
  save(name: CheckpointName, checkpoint: Checkpoint): void | Promise<void>;
  /** Where a checkpoint is, for messages; left out: its name. */
  locate?(name: CheckpointName): string;
}

export interface EvaluationPlan {
  /** An environment of its own: the training one must not be disturbed. */
  readonly env: EvaluationEnv;
  /** Environment steps between evaluations; it is always evaluated at the end; default: only there. */
  readonly every?: number;
  /** Default 10. */
  readonly episodes?: number;
  /** Default 1 000 003, away from the usual training seeds. */
  readonly seed?: number;
}

export interface CheckpointPlan {
  /** Environment steps between saves of "last"; default 10 000. It is saved at the end and when stopped as well. */
  readonly every?: number;
  /** Environment steps between "step-N" checkpoints that are kept; default: none. */
  readonly keepEvery?: number;
  /** Default true: save "best" whenever the score rises. */
  readonly best?: boolean;
}

/** What is used of an AbortSignal; programs without the types of a browser or of Node have no name for it. */
export interface StopSignal {
  readonly aborted: boolean;
}

export interface RunOptions<M extends Metrics = Metrics> {
  readonly loggers?: readonly Logger[];
  readonly evaluate?: EvaluationPlan;
  readonly checkpoint?: CheckpointPlan;
  readonly store?: CheckpointStore;
  /** Sees the trainer's own metrics after each iteration, and the record that is logged. */
  readonly onMetrics?: (metrics: M, record: LogRecord) => void;
  /** Stops after the iteration in which it is aborted; "last" is saved. */
  readonly signal?: StopSignal;
  /** Where a resumed run stands; the trainer must have been restored already. */
  readonly from?: RunProgress;
  /** Milliseconds, for `time/fps` and `time/time_elapsed`; without it those tags are missing. `elapsed`: milliseconds of earlier sittings. */
  readonly clock?: { readonly now: () => number; readonly elapsed?: number };
  /** Gives the event loop a turn after each iteration, so that signals and timers come through. Default: a message to oneself. */
  readonly pause?: () => Promise<void>;
}

export interface RunResult {
  readonly progress: RunProgress;
  /** True when the signal ended it. */
  readonly stopped: boolean;
  /** The last evaluation. */
  readonly evaluation: Evaluation | undefined;
}

/** What says how good an agent is, unless its trainer names another metric. */
export const SCORE_METRIC = "rollout/ep_rew_mean";
export const EVALUATION_SEED = 1_000_003;
export const EVALUATION_EPISODES = 10;
export const CHECKPOINT_EVERY = 10_000;

const RUN_OPTIONS = ["loggers", "evaluate", "checkpoint", "store", "onMetrics", "signal", "from", "clock", "pause"] as const;

/** Refuses options that cannot work, before anything happens. */
function checkRun(trainer: Trainer, options: RunOptions<never>): void {
  checkKeys("run", options, RUN_OPTIONS);
  checkPlans("run", options);
  checkTrainer("run", trainer);
  if (options.loggers !== undefined) checkLoggers("run", options.loggers);
  checkFunctions("run", options, ["onMetrics", "pause"]);
  checkSignal("run", options.signal);
  const { store, clock, from } = options;
  if (store !== undefined && typeof (store as Partial<CheckpointStore> | null)?.save !== "function")
    throw new TypeError(`run: store is ${show(store)}, expected an object with a method save.`);
  if (clock !== undefined && typeof (clock as Partial<typeof clock> | null)?.now !== "function")
    throw new TypeError(`run: clock is ${show(clock)}, expected an object with a function now that gives milliseconds.`);
  if (from !== undefined) {
    checkKeys("run, from", from, ["iteration", "step", "best"]);
    checkCount("run, from", "iteration", from.iteration ?? NaN, 0);
    checkCount("run, from", "step", from.step ?? NaN, 0);
    if (typeof from.best !== "number") throw new TypeError(`run, from: best is ${show(from.best)}, expected a number.`);
  }
}

/** The plan with its environment made and checked. */
export function openPlan(call: string, trainer: Trainer, plan: EvaluationPlan | undefined): EvaluationPlan | undefined {
  if (plan === undefined) return undefined;
  return { ...plan, env: openEvaluation(`${call}, evaluate`, trainer, plan.env, plan.episodes ?? EVALUATION_EPISODES) };
}

/** Trains to the end of `trainer.train()`. What it does depends on nothing but the trainer and the options, so a resumed run gives the same bits. */
export async function run<M extends Metrics>(trainer: Trainer<M>, options: RunOptions<M> = {}): Promise<RunResult> {
  checkRun(trainer, options as RunOptions<never>);
  const plan = openPlan("run", trainer, options.evaluate);
  const { loggers = [], checkpoint = {}, store, onMetrics, signal, clock, pause = messageToOneself } = options;
  const { every = CHECKPOINT_EVERY, keepEvery, best: keepBest = true } = checkpoint;
  let progress: RunProgress = options.from ?? { iteration: 0, step: 0, best: -Infinity };
  let savedAt = options.from?.iteration ?? -1;
  let good: Good | undefined;
  let evaluation: Evaluation | undefined;
  let evaluatedAt = -1;
  let stopped = false;
  const startStep = progress.step;
  const startTime = clock?.now() ?? 0;

  const save = async (name: CheckpointName, state: TrainerState): Promise<void> => {
    if (store === undefined) return;
    for (const logger of loggers) logger.flush?.();
    await store.save(name, { progress, state });
    good = { name, step: progress.step };
    if (name === "last") savedAt = progress.iteration;
  };

  try {
    const iterations = trainer.train();
    let next = iterations.next();
    while (next.done !== true) {
      const metrics = next.value;
      const before = progress;
      const step = metrics["time/total_timesteps"];
      if (!Number.isSafeInteger(step) || step < before.step) {
        throw new Error(
          `run: "time/total_timesteps" is ${String(step)} after iteration ${before.iteration + 1}, expected a whole number of at least ${before.step}. The trainer must count its environment steps there.`,
        );
      }
      const crossed = (interval: number | undefined): boolean =>
        interval !== undefined && Math.floor(step / interval) > Math.floor(before.step / interval);

      let score = scoreOf(trainer, metrics);
      const extra: Record<string, number> = { "time/iterations": before.iteration + 1 };
      if (plan !== undefined) {
        score = NaN;
        if (crossed(plan.every)) {
          evaluation = play(trainer, plan, extra);
          evaluatedAt = before.iteration + 1;
          score = evaluation.meanReturn;
        }
      }
      if (clock !== undefined) {
        const spent = clock.now() - startTime;
        extra["time/time_elapsed"] = (spent + (clock.elapsed ?? 0)) / 1000;
        extra["time/fps"] = Math.round(((step - startStep) * 1000) / Math.max(spent, 1));
      }
      const improved = score > before.best;
      progress = { iteration: before.iteration + 1, step, best: improved ? score : before.best };
      const record = toRecord(progress, metrics, extra);
      for (const logger of loggers) logger.log(record);
      onMetrics?.(metrics, record);

      // The state is taken once, and only where something is saved.
      const names: CheckpointName[] = [];
      if (store !== undefined && improved && keepBest) names.push("best");
      if (store !== undefined && crossed(keepEvery)) names.push(`step-${step}`);
      if (store !== undefined && crossed(every)) names.push("last");
      if (names.length > 0) {
        const state = trainer.state();
        for (const name of names) await save(name, state);
      }

      await pause();
      if (signal?.aborted === true) {
        stopped = true;
        break;
      }
      next = iterations.next();
    }
    if (plan !== undefined && !stopped && evaluatedAt !== progress.iteration) {
      const extra: Record<string, number> = { "time/total_timesteps": progress.step, "time/iterations": progress.iteration };
      evaluation = play(trainer, plan, extra);
      const improved = evaluation.meanReturn > progress.best;
      progress = { ...progress, best: improved ? evaluation.meanReturn : progress.best };
      for (const logger of loggers) logger.log({ iteration: progress.iteration, step: progress.step, metrics: extra });
      if (improved && keepBest) await save("best", trainer.state());
      savedAt = -1;
    }
    if (savedAt !== progress.iteration) await save("last", trainer.state());
  } catch (error) {
    nameGoodCheckpoint(error, good, options);
    closeQuietly(loggers);
    throw error;
  }
  closeAll(loggers);
  return { progress, stopped, evaluation };
}

/** The trainer's own measure of how good its agent is; NaN where there is nothing to report. */
function scoreOf({ scoreMetric }: Trainer, metrics: Metrics): number {
  const value = (metrics as { readonly [tag: string]: unknown } & Metrics)[scoreMetric ?? SCORE_METRIC];
  if (typeof value === "number") return value;
  if (scoreMetric === undefined) return NaN;
  throw new Error(
    `run: the trainer's scoreMetric is ${JSON.stringify(scoreMetric)}, and its metrics have no such number. It must be the tag of one of them.`,
  );
}

/** The checkpoint that was saved last. Trainers stop before a number that is not finite reaches their state, so it is good. */
interface Good {
  readonly name: CheckpointName;
  readonly step: number;
}

/** Adds the last good checkpoint to an error that says that a number is not finite (known by its name, so that any trainer's will do). */
function nameGoodCheckpoint(error: unknown, good: Good | undefined, { store, from }: Pick<RunOptions, "store" | "from">): void {
  if (!(error instanceof Error) || error.name !== "NotFiniteError") return;
  if (good !== undefined)
    error.message += ` The last good checkpoint is ${store?.locate?.(good.name) ?? `"${good.name}"`} (step ${good.step}).`;
  else if (from === undefined) error.message += " No checkpoint had been saved yet.";
  else error.message += ` No checkpoint has been saved since the one it went on from (step ${from.step}).`;
}

function play(trainer: Actor, plan: EvaluationPlan, metrics: Record<string, number>): Evaluation {
  const evaluation = evaluate(trainer, plan.env, { episodes: plan.episodes ?? EVALUATION_EPISODES, seed: plan.seed ?? EVALUATION_SEED });
  metrics["eval/mean_reward"] = evaluation.meanReturn;
  metrics["eval/std_reward"] = evaluation.stdReturn;
  metrics["eval/mean_ep_length"] = evaluation.meanLength;
  return evaluation;
}

function toRecord(progress: RunProgress, metrics: Metrics, extra: Readonly<Record<string, number>>): LogRecord {
  const all: Record<string, number> = {};
  for (const [tag, value] of Object.entries(metrics)) if (typeof value === "number") all[tag] = value;
  return { iteration: progress.iteration, step: progress.step, metrics: { ...all, ...extra } };
}

/** A turn of the event loop that works alike in browsers and Node. */
function messageToOneself(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
