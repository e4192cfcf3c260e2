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

/** A run under way. */
interface Course<M extends Metrics> {
  readonly trainer: Trainer<M>;
  readonly options: RunOptions<M>;
  readonly loggers: readonly Logger[];
  readonly plan: EvaluationPlan | undefined;
  /** Where this part of the run began. */
  readonly start: { readonly step: number; readonly time: number };
  progress: RunProgress;
  /** Iterations of the progress that the checkpoint "last" has; −1 for none. */
  savedAt: number;
  good: Good | undefined;
  evaluation: Evaluation | undefined;
  /** Iterations of the progress that was last evaluated. */
  evaluatedAt: number;
  stopped: boolean;
}

/** Trains to the end of `trainer.train()`. What it does depends on nothing but the trainer and the options, so a resumed run gives the same bits. */
export async function run<M extends Metrics>(trainer: Trainer<M>, options: RunOptions<M> = {}): Promise<RunResult> {
  checkRun(trainer, options as RunOptions<never>);
  const plan = openPlan("run", trainer, options.evaluate);
  const { loggers = [], clock, from = { iteration: 0, step: 0, best: -Infinity } } = options;
  const course: Course<M> = {
    trainer,
    options,
    loggers,
    plan,
    start: { step: from.step, time: clock?.now() ?? 0 },
    progress: from,
    savedAt: options.from?.iteration ?? -1,
    good: undefined,
    evaluation: undefined,
    evaluatedAt: -1,
    stopped: false,
  };
  try {
    await walk(course);
    if (plan !== undefined && !course.stopped && course.evaluatedAt !== course.progress.iteration) await evaluateAtEnd(course, plan);
    if (course.savedAt !== course.progress.iteration) await save(course, "last", trainer.state());
  } catch (error) {
    nameGoodCheckpoint(error, course.good, options);
    closeQuietly(loggers);
    throw error;
  }
  closeAll(loggers);
  return { progress: course.progress, stopped: course.stopped, evaluation: course.evaluation };
}

/** Iteration after iteration, until the trainer ends or the signal stops it. */
async function walk<M extends Metrics>(course: Course<M>): Promise<void> {
  const { trainer, options, loggers } = course;
  const { onMetrics, signal, pause = messageToOneself } = options;
  const iterations = trainer.train();
  for (let next = iterations.next(); next.done !== true; next = iterations.next()) {
    const metrics = next.value;
    const before = course.progress;
    const step = stepOf(metrics, before);
    const extra: Record<string, number> = { "time/iterations": before.iteration + 1 };
    const score = scoreAt(course, metrics, step, extra);
    measureTime(course, step, extra);
    const improved = score > before.best;
    course.progress = { iteration: before.iteration + 1, step, best: improved ? score : before.best };
    const record = toRecord(course.progress, metrics, extra);
    for (const logger of loggers) logger.log(record);
    onMetrics?.(metrics, record);
    await saveWhatIsDue(course, before.step, improved);
    await pause();
    if (signal?.aborted === true) {
      course.stopped = true;
      return;
    }
  }
}

function stepOf(metrics: Metrics, before: RunProgress): number {
  const step = metrics["time/total_timesteps"];
  if (!Number.isSafeInteger(step) || step < before.step) {
    throw new Error(
      `run: "time/total_timesteps" is ${String(step)} after iteration ${before.iteration + 1}, expected a whole number of at least ${before.step}. The trainer must count its environment steps there.`,
    );
  }
  return step;
}

/** Whether the steps from `before` to `step` pass a multiple of `interval`. */
const crossed = (interval: number | undefined, before: number, step: number): boolean =>
  interval !== undefined && Math.floor(step / interval) > Math.floor(before / interval);

/** What "best" is judged by: evaluations where there are any, NaN between them; else the trainer's own score. */
function scoreAt<M extends Metrics>(course: Course<M>, metrics: M, step: number, extra: Record<string, number>): number {
  const { trainer, plan, progress } = course;
  const own = scoreOf(trainer, metrics);
  if (plan === undefined) return own;
  if (!crossed(plan.every, progress.step, step)) return NaN;
  course.evaluation = play(trainer, plan, extra);
  course.evaluatedAt = progress.iteration + 1;
  return course.evaluation.meanReturn;
}

function measureTime<M extends Metrics>({ options: { clock }, start }: Course<M>, step: number, extra: Record<string, number>): void {
  if (clock === undefined) return;
  const spent = clock.now() - start.time;
  extra["time/time_elapsed"] = (spent + (clock.elapsed ?? 0)) / 1000;
  extra["time/fps"] = Math.round(((step - start.step) * 1000) / Math.max(spent, 1));
}

async function save<M extends Metrics>(course: Course<M>, name: CheckpointName, state: TrainerState): Promise<void> {
  const { options, loggers, progress } = course;
  if (options.store === undefined) return;
  for (const logger of loggers) logger.flush?.();
  await options.store.save(name, { progress, state });
  course.good = { name, step: progress.step };
  if (name === "last") course.savedAt = progress.iteration;
}

/** The checkpoints of an iteration. The state is taken once, and only where something is saved. */
async function saveWhatIsDue<M extends Metrics>(course: Course<M>, before: number, improved: boolean): Promise<void> {
  const { store, checkpoint = {} } = course.options;
  if (store === undefined) return;
  const { every = CHECKPOINT_EVERY, keepEvery, best = true } = checkpoint;
  const { step } = course.progress;
  const names: CheckpointName[] = [];
  if (improved && best) names.push("best");
  if (crossed(keepEvery, before, step)) names.push(`step-${step}`);
  if (crossed(every, before, step)) names.push("last");
  if (names.length === 0) return;
  const state = course.trainer.state();
  for (const name of names) await save(course, name, state);
}

async function evaluateAtEnd<M extends Metrics>(course: Course<M>, plan: EvaluationPlan): Promise<void> {
  const { trainer, loggers, options } = course;
  const { iteration, step, best } = course.progress;
  const metrics: Record<string, number> = { "time/total_timesteps": step, "time/iterations": iteration };
  const { meanReturn } = (course.evaluation = play(trainer, plan, metrics));
  const improved = meanReturn > best;
  course.progress = { iteration, step, best: improved ? meanReturn : best };
  for (const logger of loggers) logger.log({ iteration, step, metrics });
  if (improved && options.checkpoint?.best !== false) await save(course, "best", trainer.state());
  course.savedAt = -1;
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
