/** Loggers that append to the files of a run folder. Each can be cut back to its first records, so that a resumed run doubles no line. */
import * as fs from "node:fs";
import * as path from "node:path";
import { performance } from "node:perf_hooks";
import { EventFileWriter, framedLength } from "@rl/data";
import type { Logger, LogRecord } from "../logger.ts";
import { replaceFile } from "./atomic.ts";
import { checkRegular, toPath, type PathLike } from "./paths.ts";

export interface FileLoggerOptions {
  /** Records of an earlier sitting to keep; what follows them is cut off. Default 0. */
  readonly keep?: number;
}

/** A file that is open to be added to. */
class Appender {
  private readonly file: string;
  /** Undefined while it is closed: the number may be another file's by then. */
  private handle: number | undefined;

  constructor(file: string) {
    this.file = file;
    this.open();
  }

  open(): void {
    this.handle = fs.openSync(this.file, "a");
  }

  /** All of it: `writeSync` alone may write a part, as it does where a disk fills up, and says so only by its result. */
  append(data: string | Uint8Array): void {
    if (this.handle === undefined) throw new Error(`${this.file} is closed; make a new logger.`);
    fs.writeFileSync(this.handle, data);
  }

  flush(): void {
    if (this.handle !== undefined) fs.fsyncSync(this.handle);
  }

  close(): void {
    const { handle } = this;
    this.handle = undefined;
    if (handle !== undefined) fs.closeSync(handle);
  }
}

/** Cuts a file after its first `lines` lines; an unfinished last line goes as well. */
function keepLines(file: string, lines: number): void {
  checkRegular(file);
  if (!fs.existsSync(file)) return;
  const bytes = fs.readFileSync(file);
  let end = 0;
  for (let line = 0; line < lines; line++) {
    const at = bytes.indexOf(0x0a, end);
    if (at < 0) break;
    end = at + 1;
  }
  if (end < bytes.length) fs.truncateSync(file, end);
}

/** JSON Lines: one object per record. NaN is null; ±∞ is ±1e999, which JSON readers turn back into ±∞. */
export function jsonlLogger(file: PathLike, options: FileLoggerOptions = {}): Logger {
  const at = toPath(file, "jsonlLogger: file");
  keepLines(at, options.keep ?? 0);
  const lines = new Appender(at);
  return {
    log: ({ metrics }) =>
      lines.append(
        `{${Object.entries(metrics)
          .map(([tag, value]) => `${JSON.stringify(tag)}:${jsonNumber(value)}`)
          .join(",")}}\n`,
      ),
    flush: () => lines.flush(),
    close: () => lines.close(),
  };
}

const jsonNumber = (value: number): string =>
  Number.isNaN(value) ? "null" : value === Infinity ? "1e999" : value === -Infinity ? "-1e999" : String(value);

/** CSV with a header; a tag that comes later gets a new last column, earlier rows stay empty there. */
export function csvLogger(file: PathLike, options: FileLoggerOptions = {}): Logger {
  const at = toPath(file, "csvLogger: file");
  keepLines(at, 1 + (options.keep ?? 0));
  let columns: string[] = [];
  if (fs.existsSync(at)) columns = parseHeader(fs.readFileSync(at, "utf8").split("\n", 1)[0] ?? "");
  const lines = new Appender(at);

  const widen = (tags: readonly string[]): void => {
    const rows = fs.readFileSync(at, "utf8").split("\n").slice(1, -1);
    const commas = columns.length === 0 ? "" : ",".repeat(tags.length);
    columns = [...columns, ...tags];
    lines.close();
    replaceFile(at, `${columns.map(csvCell).join(",")}\n${rows.map((row) => `${row}${commas}\n`).join("")}`);
    lines.open();
  };
  return {
    log({ metrics }: LogRecord) {
      const fresh = Object.keys(metrics).filter((tag) => !columns.includes(tag));
      if (fresh.length > 0) widen(fresh);
      lines.append(`${columns.map((tag) => (metrics[tag] === undefined ? "" : String(metrics[tag]))).join(",")}\n`);
    },
    flush: () => lines.flush(),
    close: () => lines.close(),
  };
}

const csvCell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function parseHeader(line: string): string[] {
  if (line === "") return [];
  return Array.from(line.matchAll(/"((?:[^"]|"")*)"|([^,]+)/g), ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
}

export interface TensorboardOptions extends FileLoggerOptions {
  /** Milliseconds since 1970, for the wall time that TensorBoard shows. Default: the system's clock. */
  readonly now?: () => number;
  /** Markdown shown under Text as "config". */
  readonly text?: string;
}

/** TensorBoard scalars in `folder`: one event per record, in the folder's one event file. */
export function tensorboardLogger(folder: PathLike, options: TensorboardOptions = {}): Logger {
  const { keep = 0, now = systemClock } = options;
  const at = toPath(folder, "tensorboardLogger: folder");
  const existing = fs.readdirSync(at).find((name) => name.includes("tfevents"));
  const file = path.join(at, existing ?? `events.out.tfevents.${Math.floor(now() / 1000)}.rl`);
  const opening = options.text === undefined ? 1 : 2;
  const kept = existing === undefined ? 0 : keepEvents(file, opening + keep);
  const events = new Appender(file);
  try {
    const writer = new EventFileWriter({ write: (bytes) => events.append(bytes), now: () => now() / 1000, header: kept === 0 });
    if (kept < opening && options.text !== undefined) writer.text("config", options.text, 0);
    return {
      log: ({ step, metrics }) => writer.scalars(Object.entries(metrics), step),
      flush: () => events.flush(),
      close: () => events.close(),
    };
  } catch (error) {
    events.close();
    throw error;
  }
}

const systemClock = (): number => performance.timeOrigin + performance.now();

/** Cuts an event file after its first `events` records and says how many are left. */
function keepEvents(file: string, events: number): number {
  checkRegular(file);
  const bytes = fs.readFileSync(file);
  let end = 0;
  let kept = 0;
  while (kept < events && end + 8 <= bytes.length) {
    const length = bytes.readUInt32LE(end) + bytes.readUInt32LE(end + 4) * 2 ** 32;
    if (end + framedLength(length) > bytes.length) break;
    end += framedLength(length);
    kept++;
  }
  if (end < bytes.length) fs.truncateSync(file, end);
  return kept;
}
