/** One process per run: two that train into one folder would mix their lines and checkpoints. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { replaceFile } from "./atomic.ts";
import { RunError } from "./errors.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, as the system counts; undefined where it does not say. */
  readonly started: string | undefined;
}

/** Field 22 of Linux's /proc/PID/stat; undefined elsewhere, or when there is no such process. */
function startOf(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; the fields after it may not.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function alive({ pid, host, started }: Holder): boolean {
  if (host !== os.hostname()) return true;
  if (pid === process.pid && started === startOf(pid)) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  // Numbers are used again, after a restart of the machine or container above all.
  return started === undefined || startOf(pid) === started;
}

export interface RunLock {
  /** Throws where the folder is no longer the one that was locked, or another process has it: what is written now would be lost or spoil another run. */
  check(): void;
  release(): void;
}

/** Takes the folder for this process. A lock whose process was killed counts for nothing. Of two that start within the same millisecond
 *  both may get it; the one whose lock was replaced finds that by `check`. */
export function lockRun(folder: string): RunLock {
  const file = path.join(folder, ".lock");
  const mine: Holder = { pid: process.pid, host: os.hostname(), started: startOf(process.pid) };
  const holder = readHolder(file);
  if (holder !== undefined && alive(holder)) {
    throw new RunError(
      `${folder} is being trained by process ${holder.pid} on ${holder.host}; wait for it or stop it. If no such training runs, delete ${file}.`,
    );
  }
  replaceFile(file, JSON.stringify(mine));
  // While it is open, the system gives its number to no other folder. Windows cannot open folders, and needs no such call.
  const held = process.platform === "win32" ? undefined : fs.openSync(folder, "r");
  const place = identityOf(folder);
  const other = (): Holder | undefined => {
    const now = readHolder(file);
    return now === undefined || (now.pid === mine.pid && now.host === mine.host && now.started === mine.started) ? undefined : now;
  };
  return {
    check() {
      if (identityOf(folder) !== place)
        throw new RunError(
          `${folder} was moved, deleted or replaced while it was trained, so nothing more is written there; if it was moved, resume it at its new place.`,
        );
      const taken = other();
      if (taken !== undefined)
        throw new RunError(
          `${folder} is now trained by process ${taken.pid} on ${taken.host}, so this one stops; let that one go on, or stop it and resume the run.`,
        );
    },
    release() {
      if (identityOf(folder) === place && other() === undefined) fs.rmSync(file, { force: true });
      if (held !== undefined) fs.closeSync(held);
    },
  };
}

/** What tells a folder from another one of its name; undefined where there is none. */
function identityOf(folder: string): string | undefined {
  const stat = fs.statSync(folder, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev} ${stat.ino}`;
}

/** Undefined where there is no lock. */
function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}
