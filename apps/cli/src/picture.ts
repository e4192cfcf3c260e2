/** Pictures as files: there whole or not at all. */
import * as fs from "node:fs";
import * as path from "node:path";
import { UsageError } from "./errors.ts";

/** Throws, before anything is computed, where the file's folder cannot be written. */
export function makePictureFolder(file: string): void {
  const folder = path.dirname(path.resolve(file));
  told(`into ${folder}`, () => {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
  });
}

export function writePicture(file: string, svg: string): void {
  const aside = `${file}.part`;
  makePictureFolder(file);
  told(path.resolve(file), () => {
    try {
      fs.writeFileSync(aside, svg);
      fs.renameSync(aside, file);
    } finally {
      fs.rmSync(aside, { force: true });
    }
  });
}

function told(place: string, body: () => void): void {
  try {
    body();
  } catch (cause) {
    throw new UsageError(`Cannot write ${place} (${(cause as NodeJS.ErrnoException).code}); choose another place with --out.`, { cause });
  }
}
