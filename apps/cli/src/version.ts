import * as fs from "node:fs";

/** The version in package.json, one folder up both from source and from what is published. */
export const version = (): string =>
  (JSON.parse(fs.readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }).version;
