/** One file operation fails, any of them: the run says so, holds nothing afterwards, and goes on in the same process. */
import * as fs from "node:fs";
import mutableFs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRunFolder, resume, run, type FolderRunResult } from "../src/node/index.ts";
import { expectSameRun, inRoot, useDirectory } from "./fixtures/run-folders.ts";
import { ToyTrainer, type ToyOptions } from "./fixtures/toy-trainer.ts";

useDirectory();

const CALLS = [
  ...["openSync", "closeSync", "readSync", "readFileSync", "writeFileSync", "fsyncSync", "renameSync", "linkSync", "unlinkSync", "rmSync"],
  ...["mkdirSync", "mkdtempSync", "readdirSync", "statSync", "lstatSync", "fstatSync", "truncateSync", "chmodSync"],
] as const;
type Call = (...args: unknown[]) => unknown;
const functions = mutableFs as unknown as Record<string, Call>;
const real = Object.fromEntries(CALLS.map((name) => [name, functions[name]!]));
// Waiting for the disk would take most of the time, and changes nothing that can be seen here.
const quick: Record<string, Call> = { ...real, fsyncSync: () => undefined };
beforeEach(() => restore(quick));
afterEach(() => restore(real));

function restore(calls: Record<string, Call>): void {
  Object.assign(functions, calls);
  syncBuiltinESMExports();
}

/** The n-th call of the file system fails, and only that. Gives the number of calls so far, and the name of the one that failed. */
function failAt(n: number, code: string): { count: number; name: string } {
  const seen = { count: 0, name: "" };
  const failing = (name: string): Call => {
    const original = quick[name]!;
    return (...args) => {
      // How the process started is asked of the system, not of the disk.
      if (String(args[0]).startsWith("/proc/")) return original(...args);
      if (++seen.count !== n) return original(...args);
      seen.name = name;
      // What fails to be closed is closed.
      if (name === "closeSync") original(...args);
      throw Object.assign(new Error(`${code}: it failed, ${name}`), { code, syscall: name, errno: -5 });
    };
  };
  restore(Object.fromEntries(CALLS.map((name) => [name, failing(name)])));
  return seen;
}

const options: ToyOptions = { seed: 3, iterations: 4, size: 4 };
const begin = (dir: string): Promise<FolderRunResult> =>
  run(new ToyTrainer(options), { dir, config: { options }, checkpoint: { every: 200, keepEvery: 200 } });
const goOn = (dir: string): Promise<FolderRunResult> =>
  resume(dir, { create: (config) => ({ trainer: new ToyTrainer(config["options"] as ToyOptions) }) });
const openHandles = (): number => fs.readdirSync("/proc/self/fd").length;

/** Lets every call of `body` fail once and checks what is left. */
async function attack(body: (dir: string) => Promise<FolderRunResult>, prepare: (dir: string) => Promise<void>): Promise<number> {
  const whole = inRoot("whole");
  await begin(whole);
  const codes = ["EIO", "EMFILE", "ENOSPC"];
  for (let n = 1; ; n++) {
    const dir = inRoot(`run-${n}`);
    await prepare(dir);
    const handles = openHandles();
    const seen = failAt(n, codes[n % 3]!);
    const outcome = await body(dir).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    restore(quick);
    if (seen.count < n) return n - 1;
    const what = `call ${n}, ${seen.name}: ${outcome?.message}`;
    if (outcome !== undefined) expect(outcome.message, what).toMatch(new RegExp(`${codes[n % 3]}|cannot be read`));
    expect(openHandles(), what).toBe(handles);
    if (!fs.existsSync(path.join(dir, "config.json"))) {
      expect(outcome, what).toBeDefined();
      await begin(dir);
    } else {
      // At most what the killed process left.
      const lock = path.join(dir, ".lock");
      if (fs.existsSync(lock)) expect(fs.readFileSync(lock, "utf8"), what).toContain(String(2 ** 30));
      await goOn(dir);
    }
    expectSameRun(dir, whole);
    expect(
      fs.readdirSync(dir).filter((name) => /lock|\.new|\.old/.test(name)),
      what,
    ).toEqual([]);
    fs.rmSync(dir, { recursive: true });
  }
}

test.runIf(process.platform === "linux")(
  "in a run",
  async () => {
    expect(await attack(begin, () => Promise.resolve())).toBeGreaterThan(150);
  },
  300_000,
);

test.runIf(process.platform === "linux")(
  "in a resumed run whose process was killed, with its lock and half a checkpoint left there",
  async () => {
    const prepare = async (dir: string): Promise<void> => {
      await begin(dir);
      const folder = openRunFolder(dir);
      folder.save("last", folder.load("step-200"));
      fs.writeFileSync(path.join(dir, ".lock"), JSON.stringify({ pid: 2 ** 30, host: os.hostname(), id: "0".repeat(36) }));
      fs.cpSync(path.join(dir, "checkpoints/last"), path.join(dir, "checkpoints/last.new"), { recursive: true });
    };
    expect(await attack(goOn, prepare)).toBeGreaterThan(150);
  },
  300_000,
);
