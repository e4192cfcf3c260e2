/**
 * One process per run: two that train into one folder would mix their lines and checkpoints.
 *
 * The lock is the file .lock, written aside and linked into place whole, which fails where there is one already. One that a killed process left is
 * succeeded, not deleted, or of two that find it both could win: whoever links .lock.after-ID first (ID: that of the lock left behind), while .lock is
 * still that lock, is its one successor, and moves its own file over it. A successor that was killed before the move is succeeded in the same way.
 */
import { createHash, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { threadId } from "node:worker_threads";
import { RunError } from "./errors.ts";
import { kindOf } from "./paths.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, as the system counts; undefined where it does not say. */
  readonly started?: string | undefined;
  /** Undefined in locks of earlier versions. */
  readonly thread?: number;
  readonly id?: string;
  /** The holder's handle of its lock file: while it is open, the holder's thread is there. Undefined where the file is a copy. */
  readonly handle?: number;
}

/** A lock as it was found. */
interface Found {
  readonly holder: Holder;
  /** No other lock ever has it. */
  readonly id: string;
  /** Which file it is. */
  readonly place: string;
}

const LOCK = ".lock";
/** A lock is some 150 bytes long. */
const MOST_BYTES = 4096;
/** Each further round means that another process came or went in between. */
const ROUNDS = 1000;

/** Identities of the locks that this thread holds, also where this module is loaded twice. */
function held(): Set<string> {
  const place = globalThis as { [key: symbol]: unknown };
  return (place[Symbol.for("@rl/train: locks held")] ??= new Set()) as Set<string>;
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

function alive({ holder, id, place }: Found): boolean {
  const { pid, host, started, thread, handle } = holder;
  if (host !== os.hostname()) return true;
  if (pid === process.pid && thread !== undefined && (started === undefined || started === startOf(pid))) {
    // A release that failed, or a thread that was ended, leaves its file; what is open tells.
    return thread === threadId ? held().has(id) : handle === undefined || placeOfHandle(handle) === place;
  }
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
  /** Never throws: a lock that cannot be removed is known as left behind. */
  release(): void;
  /** Tells the lock that its folder was renamed by who holds it. */
  moved(folder: string): void;
}

/** Takes the folder for this process, or says who has it. A lock whose process was killed counts for nothing. */
export function lockRun(folder: string): RunLock {
  const claim = new Claim(folder);
  try {
    claim.take();
    return claim;
  } catch (error) {
    claim.release();
    throw error;
  }
}

/** Whether the folder's lock is of a process that is gone. */
export function isLeft(folder: string): boolean {
  const found = readLock(path.join(folder, LOCK));
  return found !== undefined && !alive(found);
}

/** Whether a process that is gone left its lock, or a part of one. */
export function hasOldLock(folder: string): boolean {
  return isLeft(folder) || (!fs.existsSync(path.join(folder, LOCK)) && fs.readdirSync(folder).some(isAside));
}

const isAside = (name: string): boolean => /^\.lock\.(new|after)-[\w-]{36,64}$/.test(name);

/** One try to hold a folder's lock, from the file written aside to its removal. */
class Claim implements RunLock {
  private folder: string;
  private readonly id = randomUUID();
  /** While they are open, the system gives the numbers of the folder and of the lock to no others. */
  private readonly handles: number[] = [];
  /** The lock's own. */
  private written: number | undefined;
  private place: string | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  private get file(): string {
    return path.join(this.folder, LOCK);
  }

  /** The lock's file until it has its name. */
  private get aside(): string {
    return path.join(this.folder, `${LOCK}.new-${this.id}`);
  }

  moved(folder: string): void {
    this.folder = folder;
  }

  take(): void {
    held().add(this.id);
    // Windows cannot open folders.
    if (process.platform !== "win32") this.handles.push(fs.openSync(this.folder, "r"));
    this.place = placeOf(this.folder);
    for (let round = 1; round <= ROUNDS; round++) {
      if (!this.tryOnce()) continue;
      sweep(this.folder);
      return;
    }
    throw new RunError(
      `${this.folder} cannot be locked: other processes took and left ${this.file} all the time; stop them and try again.`,
    );
  }

  /** False where another process came or went in between; throws where the folder has its holder. */
  private tryOnce(): boolean {
    const found = readLock(this.file);
    if (found !== undefined && alive(found)) throw this.refusal(found.holder);
    if (!fs.existsSync(this.aside)) this.write();
    if (found === undefined) return this.link(this.file);
    // Along the successors that were killed before they had moved their file into place.
    let last = found;
    for (;;) {
      const next = readLock(this.after(last));
      if (next === undefined) break;
      if (alive(next)) {
        // A claim on a lock that is gone means nothing, and its maker is about to find that.
        if (readLock(this.file)?.id !== found.id) return false;
        throw this.refusal(next.holder);
      }
      last = next;
    }
    const claim = this.after(last);
    if (!this.link(claim)) return false;
    let moved = false;
    try {
      // Where .lock has changed, its new holder may have swept up the name that was just taken: then it means nothing.
      if (readLock(this.file)?.id !== found.id) return false;
      fs.renameSync(this.aside, this.file);
      moved = true;
      return true;
    } finally {
      if (!moved) remove(claim);
    }
  }

  private after({ id }: Found): string {
    return path.join(this.folder, `${LOCK}.after-${id}`);
  }

  private write(): void {
    const handle = fs.openSync(this.aside, "wx+");
    this.handles.push(handle);
    this.written = handle;
    fs.writeFileSync(handle, this.text(handle));
    fs.fsyncSync(handle);
  }

  private text(handle: number | undefined): string {
    const me = { pid: process.pid, host: os.hostname(), started: startOf(process.pid), thread: threadId, id: this.id };
    return JSON.stringify({ ...me, handle } satisfies Holder);
  }

  /** Gives the file that was written aside a second name; false where that name is taken, or where the file was swept up in the meantime. */
  private link(to: string): boolean {
    try {
      fs.linkSync(this.aside, to);
      return true;
    } catch (error) {
      if (["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(error))) return this.copy(to);
      if (codeOf(error) === "EEXIST" || codeOf(error) === "ENOENT") return false;
      throw error;
    }
  }

  /** Where a file system has no links (FAT): of two, only one makes it. A reader that finds it half written tries again. */
  private copy(to: string): boolean {
    try {
      fs.writeFileSync(to, this.text(undefined), { flag: "wx", flush: true });
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  }

  private refusal({ pid, host }: Holder): RunError {
    return new RunError(
      `${this.folder} is being trained by process ${pid} on ${host}; wait for it or stop it. If no such training runs, delete ${this.file}.`,
    );
  }

  check(): void {
    if (placeOf(this.folder) !== this.place)
      throw new RunError(
        `${this.folder} was moved, deleted or replaced while it was trained, so nothing more is written there; if it was moved, resume it at its new place.`,
      );
    const taken = this.holder();
    if (taken !== undefined && taken.id !== this.id)
      throw new RunError(
        `${this.folder} is now trained by process ${taken.holder.pid} on ${taken.holder.host}, so this one stops; let that one go on, or stop it and resume the run.`,
      );
  }

  /** Undefined also where what stands there is no lock: then no other process has the folder. */
  private holder(): Found | undefined {
    try {
      // Through the handle that is there, as long as the name leads to its file: nothing is opened at every iteration.
      const { written } = this;
      if (written === undefined || placeOfHandle(written) !== placeOf(this.file)) return readLock(this.file);
      const found = readHandle(written);
      return typeof found === "string" ? undefined : found;
    } catch (error) {
      if (error instanceof RunError) return undefined;
      throw error;
    }
  }

  release(): void {
    held().delete(this.id);
    // Twice, because the system may refuse once: it is short of handles, or interrupted.
    for (let attempt = 1; attempt <= 2; attempt++) {
      try {
        remove(this.aside);
        if (this.place !== undefined && placeOf(this.folder) === this.place && this.holder()?.id === this.id) remove(this.file);
        break;
      } catch {
        // Then the next process finds that it was left behind.
      }
    }
    for (const handle of this.handles.splice(0)) {
      try {
        fs.closeSync(handle);
      } catch {
        // Closed it is all the same.
      }
    }
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

function remove(file: string): void {
  try {
    fs.unlinkSync(file);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** What other processes left: their files written aside, and their claims to succeed locks that are gone. */
function sweep(folder: string): void {
  for (const name of fs.readdirSync(folder)) if (isAside(name)) remove(path.join(folder, name));
}

/** What tells a file or folder from another one of its name; undefined where there is none. */
function placeOf(file: string): string | undefined {
  const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev} ${stat.ino}`;
}

function placeOfHandle(handle: number): string | undefined {
  try {
    const { dev, ino } = fs.fstatSync(handle, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}

/** Undefined where there is no lock; refuses what is none. */
function readLock(file: string): Found | undefined {
  for (let attempt = 1; ; attempt++) {
    const found = lookAt(file);
    if (typeof found !== "string") return found;
    // Without links, a lock appears before its content; what is still none after a while is something else.
    if (attempt === 20) {
      throw new RunError(`${file} ${found}, so it does not say who trains this run; if no other process does, delete it and try again.`);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
  }
}

/** The lock, undefined where there is none, or what is wrong with it. */
function lookAt(file: string): Found | string | undefined {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isFile()) return `is ${kindOf(stat)}`;
  let handle: number;
  try {
    // Not to wait, where it has become a pipe since.
    handle = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    return readHandle(handle);
  } finally {
    fs.closeSync(handle);
  }
}

function readHandle(handle: number): Found | string {
  const { dev, ino, mtimeNs } = fs.fstatSync(handle, { bigint: true });
  const bytes = new Uint8Array(MOST_BYTES + 1);
  const length = fs.readSync(handle, bytes, 0, bytes.length, 0);
  if (length > MOST_BYTES) return `has more than ${MOST_BYTES} bytes`;
  const text = Buffer.from(bytes.subarray(0, length)).toString("utf8");
  const holder = parseHolder(text);
  if (holder === undefined) return text === "" ? "is empty" : `holds ${JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)}`;
  const place = `${dev} ${ino}`;
  return { holder, place, id: holder.id ?? createHash("sha256").update(`${place} ${mtimeNs} ${text}`).digest("hex") };
}

function parseHolder(text: string): Holder | undefined {
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    return undefined;
  }
  const { pid, host, started, thread, id, handle } = value ?? {};
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && (count as number) >= 0;
  const right =
    isCount(pid) &&
    pid !== 0 &&
    (pid as number) < 2 ** 31 &&
    typeof host === "string" &&
    (started === undefined || typeof started === "string") &&
    (thread === undefined || isCount(thread)) &&
    (id === undefined || (typeof id === "string" && /^[\w-]{36,64}$/.test(id))) &&
    (handle === undefined || isCount(handle));
  return right ? (value as unknown as Holder) : undefined;
}
