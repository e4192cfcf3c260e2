import * as fs from "node:fs";
import mutableFs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRunFolder, resume, run } from "../src/node/index.ts";
import { ToyTrainer, type ToyOptions } from "./fixtures/toy-trainer.ts";

const CHANGING = [
  "openSync",
  "writeSync",
  "writeFileSync",
  "fsyncSync",
  "renameSync",
  "mkdirSync",
  "mkdtempSync",
  "rmSync",
  "truncateSync",
  "chmodSync",
] as const;
const real = Object.fromEntries(CHANGING.map((name) => [name, mutableFs[name]]));
// Waiting for the disk would take most of the time, and changes nothing that can be seen here.
const originals: Record<string, unknown> = { ...real, fsyncSync: () => undefined };

let root = "";
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "rl-crash-"));
});
afterEach(() => {
  Object.assign(mutableFs, real);
  syncBuiltinESMExports();
  fs.rmSync(root, { recursive: true, force: true });
});

/** From the n-th change of the file system on, nothing is changed any more: what a process leaves that is killed there. Returns the count of changes. */
function arm(n: number): () => number {
  let count = 0;
  for (const name of CHANGING) {
    const original = originals[name] as (...args: unknown[]) => unknown;
    Object.assign(mutableFs, {
      [name]: (...args: unknown[]): unknown => {
        if (++count >= n) throw new Error(`${name} number ${count}`);
        return original(...args);
      },
    });
  }
  syncBuiltinESMExports();
  return () => count;
}

function disarm(): void {
  Object.assign(mutableFs, originals);
  syncBuiltinESMExports();
}

const options: ToyOptions = { seed: 3, iterations: 6, size: 4 };
const begin = (dir: string): Promise<unknown> =>
  run(new ToyTrainer(options), { dir, config: { options }, checkpoint: { every: 200, keepEvery: 400 } });
const goOn = (dir: string): Promise<unknown> =>
  resume(dir, { create: (config) => ({ trainer: new ToyTrainer(config["options"] as ToyOptions) }) });

/** Bytes of all files but for what the clock wrote; the event file by its length. */
function contents(dir: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of fs.readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(dir, file).replace(/\d{9,}/, "N");
    if (name.includes("tfevents")) files[name] = String(fs.statSync(file).size);
    else if (name.endsWith(".jsonl")) files[name] = fs.readFileSync(file, "utf8").replaceAll(/,"time\/(time_elapsed|fps)":[\d.e+-]+/g, "");
    else if (name.endsWith(".csv")) files[name] = fs.readFileSync(file, "utf8").replaceAll(/,[\d.e+-]+,[\d.e+-]+$/gm, "");
    else files[name] = fs.readFileSync(file, "base64");
  }
  return files;
}

test("killed at any single change of the file system, in the run or in the resumed run, nothing is unreadable and the end is the same", async () => {
  const whole = path.join(root, "whole");
  const count = arm(Infinity);
  await begin(whole);
  const changes = count();
  disarm();
  const expected = contents(whole);
  expect(changes).toBeGreaterThan(50);
  expect(Object.keys(expected)).toContain("checkpoints/step-400/state.json");

  const check = async (dir: string, n: number): Promise<void> => {
    // The process that held the lock is dead now.
    fs.rmSync(path.join(dir, ".lock"), { force: true });
    const folder = openRunFolder(dir);
    for (const name of folder.checkpointNames()) expect(folder.load(name).progress.step, `${name} after ${n}`).toBeGreaterThan(0);
    await goOn(dir);
    expect(contents(dir), `after change ${n}`).toEqual(expected);
  };
  for (let n = 1; n <= changes; n++) {
    const dir = path.join(root, `run-${n}`);
    arm(n);
    await expect(begin(dir)).rejects.toThrow(/Sync number \d+/);
    disarm();
    if (!fs.existsSync(dir)) continue;
    if (n % 3 === 0) {
      // Killed once more, while it was being resumed.
      fs.rmSync(path.join(dir, ".lock"), { force: true });
      arm(1 + ((7 * n) % 20));
      await goOn(dir).catch((error: unknown) => expect(String(error)).toMatch(/Sync number \d+/));
      disarm();
    }
    await check(dir, n);
    fs.rmSync(dir, { recursive: true });
  }
});
