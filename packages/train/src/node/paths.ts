/** Where files are: paths and file URLs as callers give them, and what stands there. */
import * as fs from "node:fs";
import { fileURLToPath } from "node:url";
import { show } from "../options.ts";
import { RunError } from "./errors.ts";

/** A URL, by its shape: programs without the types of a browser or of Node have no name for it. */
export interface FileUrl {
  readonly href: string;
  readonly protocol: string;
}
/** A path, a file: URL, or the text of one. */
export type PathLike = string | FileUrl;

/** The path that an option names; refuses what names none. `option` is what errors call it: `run: dir`. */
export function toPath(value: PathLike, option: string): string {
  const expected = "expected a path or a file: URL";
  if (typeof value !== "string" && !isUrl(value)) throw new TypeError(`${option} is ${show(value)}, ${expected}.`);
  const text = typeof value === "string" ? value : value.href;
  if (text === "") throw new TypeError(`${option} is empty, ${expected}; for the folder that you are in, write ".".`);
  if (text.includes("\0")) throw new TypeError(`${option} holds a zero byte, which no file name can; ${expected}.`);
  // "file:x" would be "/x" as a URL and "file:x" as a path: neither is what was meant.
  if (typeof value === "string" && !/^[a-z][a-z\d+.-]+:\/\//i.test(text) && !/^file:/i.test(text)) return text;
  try {
    if (!/^file:\/\//i.test(text)) throw new TypeError("it is no file: URL");
    return fileURLToPath(text);
  } catch (cause) {
    throw new TypeError(`${option} is ${show(text)}, ${expected} such as file:///data/runs/a.`, { cause });
  }
}

/** By form: a URL of another realm is one as well. */
const isUrl = (value: unknown): value is FileUrl =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as FileUrl).href === "string" &&
  typeof (value as FileUrl).protocol === "string";

/** Refuses a file that cannot be read to its end or written behind it: a pipe waits for ever, a folder has no bytes. */
export function checkRegular(file: string): void {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isFile())
    throw new RunError(`${file} is ${kindOf(stat)}, expected a file; move it away, or restore the file that was there.`);
}

export function kindOf(stat: Record<"isDirectory" | "isFIFO" | "isSymbolicLink" | "isSocket", () => boolean>): string {
  if (stat.isDirectory()) return "a folder";
  if (stat.isFIFO()) return "a pipe";
  if (stat.isSymbolicLink()) return "a link";
  return stat.isSocket() ? "a socket" : "a device";
}
