/** `run` and `resume` with a run folder on disk. */
import * as fs from "node:fs";
import * as path from "node:path";
import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { treeProblem } from "@rl/math/json";
import { checkFunctions, checkLoggers as checkLoggerList, checkPlans, checkSignal, checkTrainer } from "../check.ts";
import type { EvaluationEnv } from "../evaluate.ts";
import { closeAll, closeQuietly, consoleLogger, type Logger } from "../logger.ts";
import { checkKeys, hint, show } from "../options.ts";
import {
  CHECKPOINT_EVERY,
  EVALUATION_EPISODES,
  EVALUATION_SEED,
  openPlan,
  run as drive,
  SCORE_METRIC,
  type CheckpointName,
  type CheckpointPlan,
  type EvaluationPlan,
  type RunOptions,
  type RunProgress,
  type RunResult,
} from "../run.ts";
import type { Metrics, Trainer } from "../trainer.ts";
import { RunError } from "./errors.ts";
import { createLockedFolder, openRunFolder, type RunConfig, type RunFolder } from "./folder.ts";
import { lockRun, type RunLock } from "./lock.ts";
import { csvLogger, jsonlLogger, tensorboardLogger } from "./loggers.ts";
import { checkRegular, toPath, type PathLike } from "./paths.ts";

/** Built-in loggers by name, or one of your own. */
export type LoggerChoice = "jsonl" | "csv" | "tensorboard" | "console" | Logger;
const LOGGERS = ["jsonl", "csv", "tensorboard", "console"];
const DEFAULT_LOGGERS: readonly LoggerChoice[] = ["jsonl", "csv", "tensorboard"];

export interface FolderRunOptions<M extends Metrics = Metrics> {
  /** The run's folder, a path or a file: URL. Where it exists already, "-2", "-3", … is appended; the result says which it was. */
  readonly dir: PathLike;
  /** Written to config.json: whatever it takes to create the trainer again. Plain JSON. */
  readonly config?: RunConfig;
  /** Default ["jsonl", "csv", "tensorboard"]. */
  readonly loggers?: readonly LoggerChoice[];
  readonly evaluate?: EvaluationPlan;
  readonly checkpoint?: CheckpointPlan;
  readonly onMetrics?: RunOptions<M>["onMetrics"];
  readonly signal?: RunOptions["signal"];
  /** Called once the folder is there, before training. */
  readonly onStart?: (folder: RunFolder) => void;
}

export interface FolderRunResult extends RunResult {
  readonly dir: string;
}

/** Trains into a new run folder: config, metrics, checkpoints. Nothing is written unless the options are right. */
export async function run<M extends Metrics>(trainer: Trainer<M>, options: FolderRunOptions<M>): Promise<FolderRunResult> {
  checkKeys("run", options, ["dir", "config", "loggers", "evaluate", "checkpoint", "onMetrics", "signal", "onStart"]);
  const { dir, config = {}, loggers = DEFAULT_LOGGERS } = options;
  checkPlans("run", options);
  checkTrainer("run", trainer);
  checkLoggers(loggers);
  checkFunctions("run", options, ["onMetrics", "onStart"]);
  checkSignal("run", options.signal);
  const wanted = toPath(dir, "run: dir");
  const evaluate = openPlan("run", trainer, options.evaluate);
  const settings = "settings" in checkJson(config) ? {} : settingsOf(trainer);
  const written = { ...config, ...settings, ...plansOf(options), scoreMetric: trainer.scoreMetric ?? SCORE_METRIC };
  const { folder, lock } = createLockedFolder(wanted, written);
  return holding(folder, lock, () => {
    options.onStart?.(folder);
    return driveFolder(trainer, folder, lock, undefined, { ...options, evaluate });
  });
}

/** What `resume` needs to go on: the trainer as it was created first, and the evaluation's environment if the run had one. */
export interface Revived<M extends Metrics> {
  readonly trainer: Trainer<M>;
  readonly evaluationEnv?: EvaluationEnv;
}

export interface ResumeOptions<M extends Metrics = Metrics> {
  /** Creates the trainer from the config of the first run. */
  readonly create: (config: RunConfig) => Revived<M> | Promise<Revived<M>>;
  /** Default "last", or the newest that is whole where "last" is damaged or missing. */
  readonly checkpoint?: CheckpointName;
  /** Loggers of your own beside those that the run began with. */
  readonly loggers?: readonly Logger[];
  readonly onMetrics?: RunOptions<M>["onMetrics"];
  readonly signal?: RunOptions["signal"];
  /** Called before training goes on; `from` is undefined where nothing had been saved and the run starts over. */
  readonly onStart?: (folder: RunFolder, from: RunProgress | undefined) => void;
}

/** Goes on where the run stood at its last checkpoint, with the bits it would have had without the break. Lines logged after that checkpoint are cut. */
export async function resume<M extends Metrics>(dir: PathLike, options: ResumeOptions<M>): Promise<FolderRunResult> {
  checkKeys("resume", options, ["create", "checkpoint", "loggers", "onMetrics", "signal", "onStart"]);
  if (typeof options.create !== "function")
    throw new TypeError(
      `resume: create is ${show(options.create)}, expected a function from the run's config to { trainer }, made as it was at first.`,
    );
  if (options.loggers !== undefined) checkLoggerList("resume", options.loggers);
  checkFunctions("resume", options, ["onMetrics", "onStart"]);
  checkSignal("resume", options.signal);
  const folder = openRunFolder(toPath(dir, "resume: the folder"));
  let lock: RunLock;
  try {
    lock = lockRun(folder.path);
  } catch (error) {
    throw explain(error, folder);
  }
  return holding(folder, lock, () => resumeLocked(folder, lock, options));
}

async function resumeLocked<M extends Metrics>(folder: RunFolder, lock: RunLock, options: ResumeOptions<M>): Promise<FolderRunResult> {
  // Killed before the first save: there is nothing to load, and the run starts over in its folder.
  const found =
    options.checkpoint === undefined ? folder.newest() : { name: options.checkpoint, checkpoint: folder.load(options.checkpoint) };
  const checkpoint = found?.checkpoint;
  checkStored(folder);
  const { trainer, evaluationEnv } = checkRevived(await options.create(folder.config));
  if (checkpoint !== undefined) trainer.restore(checkpoint.state);
  const { evaluate, checkpoint: saving } = plansFrom(folder.config, evaluationEnv);
  const plans = { evaluate: openPlan("resume", trainer, evaluate), checkpoint: saving };
  folder.settle();
  // From here on this is the last: the logs are cut to it next, and a kill before the next save must not leave a later checkpoint beside shorter logs.
  if (found !== undefined && found.name !== "last") folder.save("last", found.checkpoint);
  options.onStart?.(folder, checkpoint?.progress);
  const stored = folder.config["loggers"];
  const loggers = [...(Array.isArray(stored) ? (stored as LoggerChoice[]) : DEFAULT_LOGGERS), ...(options.loggers ?? [])];
  return driveFolder(trainer, folder, lock, checkpoint?.progress, {
    ...plans,
    loggers,
    onMetrics: options.onMetrics,
    signal: options.signal,
  });
}

function checkRevived<M extends Metrics>(revived: Revived<M>): Revived<M> {
  checkTrainer("resume, create", (revived as Revived<M> | null | undefined)?.trainer);
  return revived;
}

/** config.json may have been edited since the run was made. */
function checkStored({ path: folder, config }: RunFolder): void {
  const file = path.join(folder, "config.json");
  const { loggers = [] } = config;
  try {
    checkPlans(file, config as Pick<FolderRunOptions, "evaluate" | "checkpoint">);
    if (!Array.isArray(loggers) || !loggers.every((name) => typeof name === "string"))
      throw new TypeError(`${file}: loggers is ${show(loggers)}, expected a list of ${LOGGERS.join(", ")}.`);
    checkLoggers(loggers as LoggerChoice[], file);
  } catch (cause) {
    throw new RunError((cause as Error).message, { cause });
  }
}

async function holding(folder: RunFolder, lock: RunLock, body: () => Promise<FolderRunResult>): Promise<FolderRunResult> {
  try {
    return await body();
  } catch (error) {
    throw explain(error, folder);
  } finally {
    lock.release();
  }
}

/** Node's "ENOSPC: no space left on device, write" says neither which run stopped nor that most of it is safe. */
function explain(error: unknown, folder: RunFolder): unknown {
  const { code, syscall, message, path: file } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const where = file === undefined || message.includes(file) ? "" : ` (${file})`;
  return new Error(`The run ${folder.path} stopped: ${message}${where}; put that right and resume it where it was saved last.`, {
    cause: error,
  });
}

type DriveOptions<M extends Metrics> = Pick<FolderRunOptions<M>, "loggers" | "evaluate" | "checkpoint" | "onMetrics" | "signal">;

async function driveFolder<M extends Metrics>(
  trainer: Trainer<M>,
  folder: RunFolder,
  lock: RunLock,
  from: RunProgress | undefined,
  options: DriveOptions<M>,
): Promise<FolderRunResult> {
  const keep = from?.iteration ?? 0;
  const { opened, last } = openLoggers(options.loggers ?? DEFAULT_LOGGERS, folder, keep);
  const evaluated = last.includes('"eval/mean_reward":');
  const logger: Logger = {
    log(record) {
      // First of all: a logger that replaces its file would write into whatever run is there now.
      lock.check();
      // A finished run evaluates its agent once more; where the last iteration's line says it already, no line is added.
      if (record.iteration === keep && evaluated) return;
      for (const each of opened) each.log(record);
    },
    flush: () => opened.forEach((each) => each.flush?.()),
    close: () => closeAll(opened),
  };
  const clock = { now: () => performance.now(), elapsed: elapsedIn(last) };
  const { evaluate, checkpoint, onMetrics, signal } = options;
  const result = await drive(trainer, {
    loggers: [logger],
    evaluate,
    checkpoint,
    onMetrics,
    signal,
    from,
    clock,
    store: {
      save(name, saved) {
        lock.check();
        folder.save(name, saved);
      },
      locate: (name) => folder.locate(name),
    },
    pause: setImmediate,
  });
  return { ...result, dir: folder.path };
}

/** All loggers, and the last line that was kept of earlier sittings. Where one cannot be opened, those before it are closed. */
function openLoggers(
  choices: readonly LoggerChoice[],
  folder: RunFolder,
  keep: number,
): { readonly opened: readonly Logger[]; readonly last: string } {
  const opened: Logger[] = [];
  try {
    for (const choice of choices) opened.push(openLogger(choice, folder, keep));
    return { opened, last: lastLine(folder.path) };
  } catch (error) {
    closeQuietly(opened);
    throw error;
  }
}

function openLogger(choice: LoggerChoice, folder: RunFolder, keep: number): Logger {
  switch (choice) {
    case "jsonl":
      return jsonlLogger(path.join(folder.path, "metrics.jsonl"), { keep });
    case "csv":
      return csvLogger(path.join(folder.path, "progress.csv"), { keep });
    case "tensorboard":
      return tensorboardLogger(folder.path, { keep, text: configText(folder.config) });
    case "console":
      return consoleLogger((line) => process.stdout.write(`${line}\n`));
    default:
      return choice;
  }
}

const configText = (config: RunConfig): string => `    ${JSON.stringify(config, undefined, 2).replaceAll("\n", "\n    ")}`;

/** The last line that was kept of earlier sittings; empty where there is none. */
function lastLine(dir: string): string {
  const file = path.join(dir, "metrics.jsonl");
  checkRegular(file);
  return fs.existsSync(file) ? (fs.readFileSync(file, "utf8").trimEnd().split("\n").at(-1) ?? "") : "";
}

/** Milliseconds that a line says. */
function elapsedIn(line: string): number {
  const seconds = /"time\/time_elapsed":([\d.e+-]+)/.exec(line)?.[1];
  return seconds === undefined ? 0 : 1000 * Number(seconds);
}

function checkLoggers(loggers: readonly LoggerChoice[], call = "run"): void {
  checkLoggerList(call, loggers, LOGGERS);
  for (const choice of loggers) {
    if (typeof choice === "string" && !LOGGERS.includes(choice))
      throw new RangeError(`${call}: unknown logger "${choice as string}"${hint(choice, LOGGERS)} Known are ${LOGGERS.join(", ")}.`);
  }
}

/** A config must come back from JSON as it went in, or the run could not be created again. */
function checkJson(config: RunConfig): RunConfig {
  if (typeof config !== "object" || config === null || Array.isArray(config))
    throw new TypeError(`run: config is ${show(config)}, expected an object of plain JSON.`);
  const problem = treeProblem(config);
  if (problem !== undefined) throw new TypeError(`run: config ${problem}, expected plain JSON.`);
  const check = (value: unknown, at: string): void => {
    if (value === null || typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)))
      return;
    // Undefined would come back as null from a list; from an object it is only left out.
    if (Array.isArray(value)) for (const [i, item] of value.entries()) check(item === undefined ? Symbol() : item, `${at}[${i}]`);
    else if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype)
      for (const [key, item] of Object.entries(value)) check(item, `${at}.${key}`);
    else if (value !== undefined)
      throw new TypeError(
        `run: ${at} is ${typeof value === "number" ? String(value) : `a ${typeof value}`}, expected plain JSON, because config.json must be able to hold it.`,
      );
  };
  check(config, "config");
  return config;
}

/** The trainer's settings in force, as plain JSON: other defaults or presets of a later release must not hide what this run was. */
function settingsOf({ config }: Trainer): RunConfig {
  if (typeof config !== "object" || config === null) return {};
  const plain = (_: string, value: unknown): unknown => {
    if (typeof value === "function") return "a function";
    return typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value;
  };
  return { settings: JSON.parse(JSON.stringify(config, plain)) as unknown };
}

function plansOf(options: FolderRunOptions<never>): RunConfig {
  const { evaluate, checkpoint = {}, loggers = DEFAULT_LOGGERS } = options;
  const { env: _, ...evaluation } = evaluate ?? { env: undefined };
  // The defaults are written down as well: a later version with others must go on with these.
  return {
    ...(evaluate === undefined ? {} : { evaluate: { episodes: EVALUATION_EPISODES, seed: EVALUATION_SEED, ...evaluation } }),
    checkpoint: { every: CHECKPOINT_EVERY, best: true, ...checkpoint },
    loggers: loggers.filter((choice) => typeof choice === "string"),
  };
}

function plansFrom(
  config: RunConfig,
  env: EvaluationEnv | undefined,
): { readonly evaluate?: EvaluationPlan; readonly checkpoint: CheckpointPlan } {
  const { evaluate, checkpoint } = config as { evaluate?: Omit<EvaluationPlan, "env">; checkpoint?: CheckpointPlan };
  if (evaluate !== undefined && env === undefined)
    throw new RunError("The run was evaluated as it went, but `create` gave no evaluationEnv; return { trainer, evaluationEnv }.");
  return { ...(evaluate === undefined || env === undefined ? {} : { evaluate: { ...evaluate, env } }), checkpoint: checkpoint ?? {} };
}
