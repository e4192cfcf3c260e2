/** What happens to run folders while and after they are trained: moved, taken over, damaged, edited, disks that fill up. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import mutableFs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { expect, test } from "vitest";
import { make } from "@rl/envs";
import { lockRun } from "../src/node/lock.ts";
import { createRunFolder, openRunFolder, resume, run, RunError } from "../src/node/index.ts";
import { create, expectSameRun, finished, inRoot, lines, useDirectory } from "./fixtures/run-folders.ts";
import { ToyTrainer, type ToyOptions } from "./fixtures/toy-trainer.ts";

useDirectory();

const options: ToyOptions = { iterations: 12 };
/** Trains like `finished`, and does something after iteration `at`. */
const disturbed = (name: string, at: number, what: (dir: string) => void): Promise<unknown> => {
  const dir = inRoot("toy", "env", name);
  return run(new ToyTrainer(options), {
    dir,
    config: { algorithm: "toy", options },
    checkpoint: { every: 300, keepEvery: 600 },
    onMetrics: (_, { iteration }) => iteration === at && what(dir),
  });
};

test("moved while it is trained: nothing is made at the old place, and it goes on at the new one", async () => {
  const moved = inRoot("toy", "env", "moved");
  const training = disturbed("seed-1", 8, (dir) => fs.renameSync(dir, moved));
  await expect(training).rejects.toThrow("seed-1 was moved, deleted or replaced while it was trained");
  await expect(training).rejects.toBeInstanceOf(RunError);
  expect(fs.existsSync(inRoot("toy", "env", "seed-1"))).toBe(false);
  // The process that held it is alive only because it is the test's own.
  fs.rmSync(path.join(moved, ".lock"));
  await resume(moved, { create });
  expectSameRun(moved, await finished());
});

test("replaced by another run while it is trained: the other one is left alone", async () => {
  const whole = await finished();
  const training = disturbed("seed-1", 8, (dir) => {
    fs.rmSync(dir, { recursive: true });
    fs.cpSync(whole, dir, { recursive: true });
  });
  await expect(training).rejects.toThrow("was moved, deleted or replaced");
  expectSameRun(inRoot("toy", "env", "seed-1"), whole);
});

test("made anew under its name, and its number, a folder is another one", () => {
  const dir = inRoot("run");
  fs.mkdirSync(dir);
  const lock = lockRun(dir);
  fs.rmSync(dir, { recursive: true });
  // File systems give a number that was freed to the next folder.
  fs.mkdirSync(dir);
  expect(() => lock.check()).toThrow("was moved, deleted or replaced");
  lock.release();
});

test("replaced, it adds no column to the other's progress.csv", async () => {
  const dir = inRoot("toy", "env", "seed-1");
  const training = run(new ToyTrainer({ iterations: 4 }), {
    dir,
    // The evaluation at the end brings new columns.
    evaluate: { env: make("CartPole-v1"), episodes: 1 },
    onMetrics: (_, { iteration }) => {
      if (iteration !== 4) return;
      fs.renameSync(dir, inRoot("moved"));
      fs.mkdirSync(dir);
      fs.writeFileSync(path.join(dir, "progress.csv"), "theirs\n1\n");
    },
  });
  await expect(training).rejects.toThrow("was moved, deleted or replaced");
  expect(fs.readdirSync(dir)).toEqual(["progress.csv"]);
  expect(fs.readFileSync(path.join(dir, "progress.csv"), "utf8")).toBe("theirs\n1\n");
});

test("taken over by another process: it stops and leaves the other's lock", async () => {
  const other = { pid: process.ppid, host: os.hostname() };
  const training = disturbed("seed-1", 8, (dir) => fs.writeFileSync(path.join(dir, ".lock"), JSON.stringify(other)));
  await expect(training).rejects.toThrow(`is now trained by process ${process.ppid} on ${os.hostname()}, so this one stops`);
  expect(JSON.parse(fs.readFileSync(inRoot("toy", "env", "seed-1", ".lock"), "utf8"))).toEqual(other);
});

test("resumed from an early checkpoint and killed before the next save, it leaves no gap", async () => {
  const dir = await finished();
  const stop = new Error("killed");
  const killed = resume(dir, {
    create,
    checkpoint: "step-600",
    onMetrics: (_, { iteration }) => {
      if (iteration === 8) throw stop;
    },
  });
  await expect(killed).rejects.toBe(stop);
  await resume(dir, { create });
  expect(lines(path.join(dir, "metrics.jsonl"))).toHaveLength(12);
  expectSameRun(dir, await finished("seed-1"));
});

test.each(["damaged", "missing"])("%s last: it goes on from the newest that is whole", async (how) => {
  const dir = await finished("newer");
  const whole = await finished("seed-1");
  const last = path.join(dir, "checkpoints/last");
  if (how === "missing") fs.rmSync(last, { recursive: true });
  else fs.truncateSync(path.join(last, "state.json"), 9);
  for (const name of ["best", "step-1200"]) fs.writeFileSync(path.join(dir, "checkpoints", name, "tensors.safetensors"), "x");
  expect(openRunFolder(dir).newest()).toMatchObject({
    name: "step-600",
    checkpoint: { progress: { step: 600 } },
    damage:
      how === "missing" ? `${path.dirname(last)} has no "last".` : `${last}/state.json is damaged: its bytes do not give its checksum.`,
  });
  let from: number | undefined;
  await resume(dir, { create, onStart: (_, progress) => (from = progress?.step) });
  expect(from).toBe(600);
  fs.cpSync(path.join(whole, "checkpoints/best"), path.join(dir, "checkpoints/best"), { recursive: true });
  expectSameRun(dir, whole);

  for (const name of openRunFolder(dir).checkpointNames()) fs.writeFileSync(path.join(dir, "checkpoints", name, "state.json"), "");
  await expect(resume(dir, { create })).rejects.toThrow("Start the run again; there is no other checkpoint that is whole.");
});

/** The disk is full once `body` says so: files take a part of what is written to them. */
async function onDisk(body: (fill: () => void) => Promise<void>): Promise<void> {
  const real = mutableFs.writeFileSync;
  let full = false;
  mutableFs.writeFileSync = (file, data, more) => {
    if (!full || typeof file !== "number") return real(file, data, more);
    real(file, typeof data === "string" ? data.slice(0, 10) : "half");
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write", errno: -28 });
  };
  syncBuiltinESMExports();
  try {
    await body(() => (full = true));
  } finally {
    mutableFs.writeFileSync = real;
    syncBuiltinESMExports();
  }
}

test("a disk that is full where progress.csv gets new columns: the error says so, and no half copy takes room", async () => {
  const dir = inRoot("toy", "env", "seed-1");
  await onDisk(async (fill) => {
    const training = run(new ToyTrainer({ iterations: 4 }), {
      dir,
      loggers: ["csv"],
      // The evaluation at the end brings new columns.
      evaluate: { env: make("CartPole-v1"), episodes: 1 },
      onMetrics: (_, { iteration }) => iteration === 4 && fill(),
    });
    await expect(training).rejects.toThrow(`The run ${dir} stopped: ENOSPC: no space left on device, write;`);
  });
  expect(fs.readdirSync(dir).sort()).toEqual(["config.json", "progress.csv"]);
  expect(lines(path.join(dir, "progress.csv"))).toHaveLength(5);
});

test("a disk that fills up: the error names the run, no half copy takes room, and it goes on later", async () => {
  const whole = await finished();
  await onDisk(async (fill) => {
    const training = disturbed("seed-1", 9, fill);
    await expect(training).rejects.toThrow(
      `The run ${inRoot("toy", "env", "seed-1")} stopped: ENOSPC: no space left on device, write; put that right and resume it`,
    );
  });
  const dir = inRoot("toy", "env", "seed-1");
  expect(fs.readdirSync(path.join(dir, "checkpoints")).filter((name) => /new|old/.test(name))).toEqual([]);
  await resume(dir, { create });
  expectSameRun(dir, whole);
});

test("what a user keeps beside the checkpoints is left alone", async () => {
  const dir = await finished();
  const notes = path.join(dir, "checkpoints/notes.old");
  fs.mkdirSync(notes);
  openRunFolder(dir).settle();
  expect(fs.existsSync(notes)).toBe(true);
});

test("plans edited in config.json are refused by its name, before the logs are touched", async () => {
  const dir = await finished();
  const file = path.join(dir, "config.json");
  const config = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>;
  const before = lines(path.join(dir, "metrics.jsonl"));
  for (const [edit, message] of [
    [{ checkpoint: { every: "often" } }, `${file}, checkpoint: every is often, expected a whole number of at least 1.`],
    [{ evaluate: { episodes: 0 } }, `${file}, evaluate: episodes is 0, expected a whole number of at least 1.`],
    [{ loggers: [7] }, `${file}: loggers is [7], expected a list of jsonl, csv, tensorboard, console.`],
    [{ version: "1" }, `version is "1", expected a number`],
    [{ loggers: ["json"] }, `${file}: unknown logger "json"; did you mean "jsonl"?`],
  ] as const) {
    fs.writeFileSync(file, JSON.stringify({ ...config, ...edit }));
    const resumed = resume(dir, { create, checkpoint: "step-600" });
    await expect(resumed).rejects.toThrow(message);
    await expect(resumed).rejects.toBeInstanceOf(RunError);
  }
  expect(lines(path.join(dir, "metrics.jsonl"))).toEqual(before);
});

test("a place where no folder can be made is refused", () => {
  const file = inRoot("file");
  fs.writeFileSync(file, "");
  expect(() => createRunFolder(path.join(file, "runs/a"), {})).toThrow(
    "cannot be made (ENOTDIR: a file is in the way); choose another place.",
  );
  expect(() => createRunFolder(inRoot("x".repeat(300)), {})).toThrow("cannot be made (ENAMETOOLONG: its name is too long)");
  expect(fs.readdirSync(inRoot())).toEqual(["file"]);
});

// In a process of its own: Node's recursive mkdir never comes back from /proc, and could not be timed out here.
test.runIf(process.platform === "linux")("also where Node's own mkdir -p hangs", () => {
  const code = `import { createRunFolder } from "@rl/train/node"; createRunFolder("/proc/rl/runs/a", {});`;
  const { stderr, error } = spawnSync(process.execPath, ["--conditions=@rl/source", "--input-type=module", "-e", code], {
    cwd: import.meta.dirname,
    timeout: 300_000,
    killSignal: "SIGKILL",
    encoding: "utf8",
  });
  expect(error).toBeUndefined();
  expect(stderr).toContain("The folder /proc/rl/runs/a cannot be made (ENOENT");
});

test("a config that is nested without end is refused, given or read", async () => {
  const deep = JSON.parse(`${"[".repeat(1e5)}${"]".repeat(1e5)}`) as object;
  await expect(run(new ToyTrainer(), { dir: inRoot("a"), config: { deep } })).rejects.toThrow(
    "run: config is nested more than 256 levels deep",
  );
  const loop: Record<string, unknown> = {};
  loop["self"] = loop;
  await expect(run(new ToyTrainer(), { dir: inRoot("a"), config: loop })).rejects.toThrow("run: config holds itself at self");
  expect(fs.readdirSync(inRoot())).toEqual([]);
  const dir = await finished();
  const file = path.join(dir, "config.json");
  const text = fs.readFileSync(file, "utf8");
  fs.writeFileSync(file, text.replace("{", `{"x":${"[".repeat(1e5)}${"]".repeat(1e5)},`));
  await expect(resume(dir, { create })).rejects.toThrow(`${file} is nested more than 256 levels deep`);
  fs.writeFileSync(file, " ".repeat(2 ** 24 + 1));
  await expect(resume(dir, { create })).rejects.toThrow(`${file} has 16777217 bytes, expected at most 16777216`);
});
