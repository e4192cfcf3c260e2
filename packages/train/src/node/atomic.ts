/** Files and folders that are there whole or not at all, also after `kill -9` or a power cut. */
import * as fs from "node:fs";
import * as path from "node:path";

/** Writes and fsyncs one file; not yet safe to see until its name is. */
export function writeDurably(file: string, data: string | Uint8Array): void {
  const handle = fs.openSync(file, "w");
  try {
    fs.writeFileSync(handle, data);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Makes the names inside a folder durable. Windows cannot open folders, and needs no such call. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = fs.openSync(folder, "r");
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Replaces a file at one stroke. */
export function replaceFile(file: string, data: string | Uint8Array): void {
  const aside = `${file}.new`;
  try {
    writeDurably(aside, data);
    fs.renameSync(aside, file);
  } catch (error) {
    discard(aside);
    throw error;
  }
  syncFolder(path.dirname(file));
}

/**
 * Replaces a folder of files at one stroke, as far as file systems allow: X.new is written whole, X becomes X.old, X.new becomes X, X.old goes.
 * Between the two renames there is no X; then X.new is whole, and `settleFolder` finishes the work.
 */
export function replaceFolder(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  settleFolder(folder);
  const aside = `${folder}.new`;
  try {
    fs.mkdirSync(aside, { recursive: true });
    for (const [name, data] of Object.entries(files)) writeDurably(path.join(aside, name), data);
    syncFolder(aside);
  } catch (error) {
    discard(aside);
    throw error;
  }
  swapIn(folder);
}

/** On a full disk half a copy takes the room that the user is about to look for. What failed first is what is said, so this may fail too. */
function discard(aside: string): void {
  try {
    fs.rmSync(aside, { recursive: true, force: true });
  } catch {
    // The next exchange overwrites it.
  }
}

function swapIn(folder: string): void {
  const old = `${folder}.old`;
  if (fs.existsSync(folder)) fs.renameSync(folder, old);
  fs.renameSync(`${folder}.new`, folder);
  syncFolder(path.dirname(folder));
  fs.rmSync(old, { recursive: true, force: true });
}

/** Puts right what a killed `replaceFolder` left: finishes the exchange where the old folder was moved away already, else drops the unfinished copy.
 *  For the one process that writes; a reader must not. */
export function settleFolder(folder: string): void {
  if (!fs.existsSync(folder) && fs.existsSync(`${folder}.old`)) {
    if (fs.existsSync(`${folder}.new`)) swapIn(folder);
    else fs.renameSync(`${folder}.old`, folder);
    return;
  }
  fs.rmSync(`${folder}.new`, { recursive: true, force: true });
  fs.rmSync(`${folder}.old`, { recursive: true, force: true });
}

/** Where the files of `replaceFolder` stand at this moment, for a reader: the folder, or while it is being exchanged its whole copy. */
export function currentFolder(folder: string): string {
  return !fs.existsSync(folder) && fs.existsSync(`${folder}.old`)
    ? fs.existsSync(`${folder}.new`)
      ? `${folder}.new`
      : `${folder}.old`
    : folder;
}
