/** runs/<algorithm>/<env>/<name>/: config.json, metrics.jsonl, progress.csv, TensorBoard events, checkpoints/. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseJson } from "@rl/math/json";
import type { Checkpoint, CheckpointName, CheckpointStore } from "../run.ts";
import { syncFolder, writeDurably } from "./atomic.ts";
import {
  checkpointNames,
  loadCheckpoint,
  newestCheckpoint,
  saveCheckpoint,
  settleCheckpoints,
  type FoundCheckpoint,
} from "./checkpoints.ts";
import { show } from "../options.ts";
import { NewerError, RunError } from "./errors.ts";
import { hasOldLock, isLeft, lockRun, type RunLock } from "./lock.ts";
import { checkRegular, toPath, type PathLike } from "./paths.ts";

export const RUN_VERSION = 1;
const FORMAT = "rl-run";
const CONFIG = "config.json";
/** What people write by hand and programs need to make a trainer is far less. */
const MOST_CONFIG = 2 ** 24;

/** What config.json holds beside format and version: plain JSON. */
export type RunConfig = Readonly<Record<string, unknown>>;

/** A run on disk. */
export class RunFolder implements CheckpointStore {
  readonly path: string;
  readonly config: RunConfig;

  /** Use `createRunFolder` or `openRunFolder`. */
  constructor(folder: string, config: RunConfig) {
    this.path = folder;
    this.config = config;
  }

  private get checkpoints(): string {
    return path.join(this.path, "checkpoints");
  }

  checkpointNames(): CheckpointName[] {
    return checkpointNames(this.checkpoints);
  }

  load(name: CheckpointName): Checkpoint {
    return loadCheckpoint(this.checkpoints, name);
  }

  /** "last", or the newest that is whole where that is damaged or missing; undefined where nothing was saved. */
  newest(): FoundCheckpoint | undefined {
    return newestCheckpoint(this.checkpoints);
  }

  save(name: CheckpointName, checkpoint: Checkpoint): void {
    saveCheckpoint(this.checkpoints, name, checkpoint);
  }

  locate(name: CheckpointName): string {
    return path.join(this.checkpoints, name);
  }

  /** Finishes what a killed process left; call before writing. */
  settle(): void {
    settleCheckpoints(this.checkpoints);
    // Lines that were to replace others, and a lock of an earlier version.
    for (const name of ["progress.csv.new", ".lock.new"]) fs.rmSync(path.join(this.path, name), { force: true });
  }

  /** Sweeps up what a killed process left where nobody is going to train: half a checkpoint, its lock. Where a process is at work it does nothing. */
  tidy(): void {
    if (!hasOldLock(this.path)) return;
    const lock = lockRun(this.path);
    try {
      this.settle();
    } finally {
      lock.release();
    }
  }
}

/**
 * Makes the folder `wanted`, or `wanted-2`, `wanted-3`, … where a run is there already: nothing is ever overwritten. It appears at one stroke, with
 * its config.json inside.
 */
export function createRunFolder(wanted: PathLike, config: RunConfig): RunFolder {
  return makeRunFolder(toPath(wanted, "createRunFolder: the folder"), config, { made() {}, moved() {} });
}

/** Called on the way: when there is a folder under another name, and when it has its own. */
interface Making {
  made(aside: string): void;
  moved(folder: string): void;
}

/** A new run folder that nobody else can have had in between: it appears with its lock inside. */
export function createLockedFolder(wanted: string, config: RunConfig): { readonly folder: RunFolder; readonly lock: RunLock } {
  let lock: RunLock | undefined;
  try {
    const folder = makeRunFolder(wanted, config, {
      made: (aside) => (lock = lockRun(aside)),
      moved: (dir) => lock!.moved(dir),
    });
    return { folder, lock: lock! };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

function makeRunFolder(wanted: string, config: RunConfig, making: Making): RunFolder {
  const text = `${JSON.stringify({ format: FORMAT, version: RUN_VERSION, ...config }, undefined, 2)}\n`;
  const parent = path.dirname(path.resolve(wanted));
  let aside = "";
  try {
    makeFolder(parent);
    sweepUnfinished(parent);
    aside = fs.mkdtempSync(path.join(parent, ".new-"));
    making.made(aside);
    writeDurably(path.join(aside, CONFIG), text);
    fs.chmodSync(aside, 0o755);
    for (let count = 1; ; count++) {
      const folder = count === 1 ? wanted : `${wanted}-${count}`;
      if (!moveInto(aside, folder)) continue;
      making.moved(folder);
      syncFolder(parent);
      return new RunFolder(folder, JSON.parse(text) as RunConfig);
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new RunError(
      `The folder ${path.resolve(wanted)} cannot be made (${code}: ${REASONS[code] ?? "see the cause"}); choose another place.`,
      { cause },
    );
  } finally {
    if (aside !== "") fs.rmSync(aside, { recursive: true, force: true });
  }
}

/** Removes new folders whose makers were killed before they had their name. */
function sweepUnfinished(parent: string): void {
  try {
    for (const name of fs.readdirSync(parent)) {
      const aside = path.join(parent, name);
      if (/^\.new-\w{6}$/.test(name) && isLeft(aside)) fs.rmSync(aside, { recursive: true, force: true });
    }
  } catch {
    // They are in nobody's way.
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EIO: "the disk failed",
  EMFILE: "too many files are open",
  EEXIST: "a file is in the way",
  ENAMETOOLONG: "its name is too long",
  ENOENT: "a folder above it is missing, or is a link to nowhere",
  ENOSPC: "the disk is full",
  ENOTDIR: "a file is in the way",
  EPERM: "no permission",
  EROFS: "the disk is read-only",
};

/** mkdir -p. Node's own never comes back where a file system refuses new folders with ENOENT, as /proc does. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    // Another process may have made it in the meantime.
    if (!fs.existsSync(folder)) throw error;
  }
}

/** False where something with that name is there. Renaming a folder onto a full one fails on every system, so two processes cannot both win. */
function moveInto(aside: string, folder: string): boolean {
  if (fs.existsSync(folder)) return false;
  try {
    fs.renameSync(aside, folder);
    return true;
  } catch (error) {
    if (fs.existsSync(folder)) return false;
    throw error;
  }
}

/** Opens and checks a run folder; throws a `RunError` that says what is wrong with it. */
export function openRunFolder(dir: PathLike): RunFolder {
  const folder = toPath(dir, "openRunFolder: the folder");
  const file = path.join(folder, CONFIG);
  if (!fs.existsSync(folder))
    throw new RunError(`There is no folder ${folder}; give a run folder such as runs/pg/CartPole-v1/seed-1.${near(folder)}`);
  if (!fs.statSync(folder).isDirectory()) throw new RunError(`${folder} is a file; give the run folder that holds ${CONFIG}.`);
  if (!fs.existsSync(file)) {
    const empty = fs.readdirSync(folder).length === 0;
    throw new RunError(
      `${folder} ${empty ? "is empty" : `holds no ${CONFIG}`}, so it is not a run folder; give one such as runs/pg/CartPole-v1/seed-1.${near(path.join(folder, "x"))}`,
    );
  }
  const text = readText(file);
  let config: unknown;
  try {
    config = parseJson(text);
  } catch (cause) {
    throw new RunError(`${file} ${(cause as Error).message}; restore it, or start a new run.`, { cause });
  }
  const { format, version } = (config ?? {}) as { format?: unknown; version?: unknown };
  const wrong = (key: string, value: unknown, expected: string): RunError =>
    new RunError(`${file} is not the config of a run: ${key} is ${show(value)}, expected ${expected}.`);
  if (format !== FORMAT) throw wrong("format", format, `"${FORMAT}"`);
  if (typeof version !== "number") throw wrong("version", version, "a number");
  if (version > RUN_VERSION) throw new NewerError(file, "run", version, RUN_VERSION);
  return new RunFolder(folder, config as RunConfig);
}

function readText(file: string): string {
  checkRegular(file);
  const { size } = fs.statSync(file);
  if (size > MOST_CONFIG) throw new RunError(`${file} has ${size} bytes, expected at most ${MOST_CONFIG}; restore it, or start a new run.`);
  try {
    return fs.readFileSync(file, "utf8");
  } catch (cause) {
    throw new RunError(
      `${file} cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}); make it a file that you may read.`,
      { cause },
    );
  }
}

/** " Runs beside it: a, b." where there are any. */
function near(folder: string): string {
  const parent = path.dirname(folder);
  if (!fs.existsSync(parent) || !fs.statSync(parent).isDirectory()) return "";
  const runs = fs.readdirSync(parent).filter((entry) => fs.existsSync(path.join(parent, entry, CONFIG)));
  return runs.length === 0 ? "" : ` Runs there: ${runs.slice(0, 5).join(", ")}${runs.length > 5 ? ", …" : ""}.`;
}
