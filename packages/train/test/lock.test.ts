/** The lock of a run folder: exactly one process has it, whatever was left there and whoever comes at the same moment. */
import { fork, spawnSync, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { performance } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lockRun } from "../src/node/lock.ts";
import { openRunFolder, resume, run } from "../src/node/index.ts";
import { create, expectSameRun, finished, inRoot, useDirectory } from "./fixtures/run-folders.ts";
import { ToyTrainer, type ToyOptions } from "./fixtures/toy-trainer.ts";

useDirectory();

/** How often processes contend: RL_ROUNDS=1000 for the long form. */
const ROUNDS = Number(process.env["RL_ROUNDS"] ?? 60);
const DEAD = { pid: 2 ** 30, host: os.hostname() };
const ID = "00000000-0000-4000-8000-00000000000";

interface Outcome {
  readonly pid: number;
  readonly won: boolean;
  readonly message?: string;
}

describe("processes that come at the same moment", () => {
  let contenders: ChildProcess[] = [];
  const said = <T>(child: ChildProcess): Promise<T> => new Promise((resolve) => child.once("message", (message) => resolve(message as T)));
  beforeAll(async () => {
    contenders = Array.from({ length: 4 }, () =>
      fork(path.join(import.meta.dirname, "fixtures/contender.ts"), {
        execArgv: ["--conditions=@rl/source", "--disable-warning=ExperimentalWarning"],
      }),
    );
    await Promise.all(contenders.map(said));
  });
  afterAll(() => contenders.forEach((child) => child.kill()));

  test(
    `in ${ROUNDS} rounds exactly one has it, also where killed ones left their locks; the others say who`,
    async () => {
      const dir = inRoot();
      for (let round = 0; round < ROUNDS; round++) {
        const count = 2 + (round % 3);
        // Nothing there; a lock left behind; one whose successor was killed as well; one of an earlier version.
        const left = Math.floor(round / 3) % 4;
        if (left > 0) fs.writeFileSync(path.join(dir, ".lock"), JSON.stringify(left === 3 ? DEAD : { ...DEAD, id: `${ID}1` }));
        if (left === 2) fs.writeFileSync(path.join(dir, `.lock.after-${ID}1`), JSON.stringify({ ...DEAD, id: `${ID}2` }));
        const at = performance.timeOrigin + performance.now() + 3;
        const outcomes = await Promise.all(
          contenders.slice(0, count).map((child) => {
            child.send({ dir, at });
            return said<Outcome>(child);
          }),
        );
        const winners = outcomes.filter(({ won }) => won);
        expect(winners, `round ${round}: ${JSON.stringify(outcomes)}`).toHaveLength(1);
        for (const { won, message } of outcomes)
          if (!won) expect(message).toContain(`${dir} is being trained by process ${winners[0]!.pid} on ${os.hostname()};`);
        expect(fs.readdirSync(dir)).toEqual([".lock"]);
        const released = contenders.slice(0, count).map((child) => said(child));
        contenders.slice(0, count).forEach((child) => child.send("release"));
        await Promise.all(released);
        expect(fs.readdirSync(dir)).toEqual([]);
      }
    },
    60_000 + 100 * ROUNDS,
  );
});

test("runs into one folder at the same moment get one each, and resumed ones of one folder one in all", async () => {
  const options: ToyOptions = { iterations: 12 };
  const start = (): Promise<{ dir: string }> =>
    run(new ToyTrainer(options), { dir: inRoot("a"), config: { algorithm: "toy", options }, checkpoint: { every: 300, keepEvery: 600 } });
  const made = await Promise.all([start(), start(), start(), start()]);
  expect(made.map(({ dir }) => path.basename(dir)).sort()).toEqual(["a", "a-2", "a-3", "a-4"]);
  const whole = await finished();
  for (const { dir } of made) expectSameRun(dir, whole);

  const { dir } = made[0]!;
  openRunFolder(dir).save("last", openRunFolder(dir).load("step-600"));
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => resume(dir, { create })));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected", "rejected"]);
  for (const outcome of outcomes)
    if (outcome.status === "rejected") expect(String(outcome.reason)).toContain(`is being trained by process ${process.pid} on `);
  expectSameRun(dir, whole);
});

describe("what stands where the lock should be", () => {
  const lock = (): string => inRoot(".lock");
  const advice = "so it does not say who trains this run; if no other process does, delete it and try again.";
  test.each([
    ["null", 'holds "null"'],
    ["{}", 'holds "{}"'],
    ["", "is empty"],
    ["[]", 'holds "[]"'],
    ["5", 'holds "5"'],
    ['{"pid":"7","host":"here"}', "holds"],
    ['{"pid":0,"host":"here"}', "holds"],
    ['{"pid":-1,"host":"here"}', "holds"],
    ['{"pid":7}', 'holds "{\\"pid\\":7}"'],
    ['{"pid":7,"host":"here","id":"../../x"}', "holds"],
    ["\x1b[2J", 'holds "\\u001b[2J"'],
    ["x".repeat(1e6), "has more than 4096 bytes"],
  ])("%.30s", (text, what) => {
    fs.writeFileSync(lock(), text);
    expect(() => lockRun(inRoot())).toThrow(new RegExp(`^.*/\\.lock ${what.replaceAll(/[\\[\]{}]/g, "\\$&")}.*, ${advice}$`));
    expect(fs.readFileSync(lock(), "utf8")).toBe(text);
    expect(fs.readdirSync(inRoot())).toEqual([".lock"]);
  });

  test("a folder, a link, a pipe", async () => {
    fs.mkdirSync(lock());
    expect(() => lockRun(inRoot())).toThrow(`${lock()} is a folder, ${advice}`);
    fs.rmdirSync(lock());
    fs.symlinkSync("/dev/zero", lock());
    expect(() => lockRun(inRoot())).toThrow(`${lock()} is a link, ${advice}`);
    fs.unlinkSync(lock());
    if (process.platform === "win32") return;
    spawnSync("mkfifo", [lock()]);
    expect(() => lockRun(inRoot())).toThrow(`${lock()} is a pipe, ${advice}`);
    const dir = await finished();
    spawnSync("mkfifo", [path.join(dir, ".lock")]);
    await expect(resume(dir, { create })).rejects.toThrow(`${dir}/.lock is a pipe, ${advice}`);
  });
});

test("a pipe or a folder in place of any file that is read or added to is refused, and nothing waits for it", async () => {
  const files = ["config.json", "metrics.jsonl", "progress.csv", "checkpoints/last/state.json", "checkpoints/last/tensors.safetensors"];
  for (const file of files) {
    for (const kind of ["a pipe", "a folder"]) {
      if (kind === "a pipe" && process.platform === "win32") continue;
      const dir = await finished("seed-0", { iterations: 2 });
      const at = path.join(dir, file);
      fs.rmSync(at);
      if (kind === "a pipe") spawnSync("mkfifo", [at]);
      else fs.mkdirSync(at);
      const resumed = resume(dir, { create, checkpoint: "last" });
      await expect(resumed, `${file}, ${kind}`).rejects.toThrow(`${at} is ${kind}, expected a file`);
      expect(fs.existsSync(path.join(dir, ".lock"))).toBe(false);
      fs.rmSync(dir, { recursive: true });
    }
  }
});

test("a lock that a thread of this process left when it was ended is known as left behind; that of one at work is not", async () => {
  const dir = inRoot("run");
  fs.mkdirSync(dir);
  const worker = new Worker(path.join(import.meta.dirname, "fixtures/locker.ts"), {
    workerData: dir,
    execArgv: ["--conditions=@rl/source", "--disable-warning=ExperimentalWarning"],
  });
  await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  expect(() => lockRun(dir)).toThrow(`is being trained by process ${process.pid} on ${os.hostname()};`);
  await worker.terminate();
  const lock = lockRun(dir);
  lock.check();
  expect(() => lockRun(dir)).toThrow("is being trained by");
  lock.release();
  expect(fs.readdirSync(dir)).toEqual([]);
});

test("what a process leaves that was killed after the end is swept up, and a run at work is left alone", async () => {
  const dir = await finished();
  const leave = (): void => {
    fs.writeFileSync(path.join(dir, ".lock"), JSON.stringify({ ...DEAD, id: `${ID}1` }));
    fs.writeFileSync(path.join(dir, `.lock.after-${ID}1`), JSON.stringify({ ...DEAD, id: `${ID}2` }));
    fs.writeFileSync(path.join(dir, `.lock.new-${ID}2`), "{");
    fs.cpSync(path.join(dir, "checkpoints/last"), path.join(dir, "checkpoints/last.new"), { recursive: true });
    fs.writeFileSync(path.join(dir, "progress.csv.new"), "x");
  };
  const names = (): string[] => [...fs.readdirSync(dir), ...fs.readdirSync(path.join(dir, "checkpoints"))].sort();
  const clean = names();
  leave();
  openRunFolder(dir).tidy();
  expect(names()).toEqual(clean);
  leave();
  await resume(dir, { create });
  expect(names()).toEqual(clean);

  const lock = lockRun(dir);
  const busy = names();
  openRunFolder(dir).tidy();
  expect(names()).toEqual(busy);
  lock.check();
  lock.release();

  // And what was to become a run, beside the next that is made.
  const unfinished = inRoot("toy/env/.new-aB3dE6");
  fs.mkdirSync(unfinished);
  fs.writeFileSync(path.join(unfinished, ".lock"), JSON.stringify(DEAD));
  fs.mkdirSync(inRoot("toy/env/.new-mine"));
  await finished("seed-1");
  expect(fs.readdirSync(inRoot("toy/env")).sort()).toEqual([".new-mine", "seed-0", "seed-1"]);
});
