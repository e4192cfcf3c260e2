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

/** Takes the folder for this process, and gives the function that leaves it. A lock whose process was killed counts for nothing. It stops
 *  mistakes, not races: two that start within the same millisecond both get it. */
export function lockRun(folder: string): () => void {
  const file = path.join(folder, ".lock");
  const mine: Holder = { pid: process.pid, host: os.hostname(), started: startOf(process.pid) };
  const holder = readHolder(file);
  if (holder !== undefined && alive(holder)) {
    throw new RunError(
      `${folder} is being trained by process ${holder.pid} on ${holder.host}; wait for it or stop it. If no such training runs, delete ${file}.`,
    );
  }
  replaceFile(file, JSON.stringify(mine));
  return () => fs.rmSync(file, { force: true });
}

/** Undefined where there is no lock. */
function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}
