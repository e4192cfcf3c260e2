import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readEvents } from "@rl/data";
import { makeVec, type VecEnv } from "@rl/envs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRunFolder, csvLogger, jsonlLogger, openRunFolder, resume, run, RunError, tensorboardLogger } from "../src/node/index.ts";
import { bits, ToyTrainer, type ToyOptions } from "./fixtures/toy-trainer.ts";

let root = "";
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "rl-train-"));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const inRoot = (...parts: string[]): string => path.join(root, ...parts);
const lines = (file: string): string[] => fs.readFileSync(file, "utf8").split("\n").slice(0, -1);
const create = (config: Readonly<Record<string, unknown>>): { trainer: ToyTrainer } => ({
  trainer: new ToyTrainer(config["options"] as ToyOptions),
});

/** A finished run of 12 iterations, saved every 300 of 1200 steps. */
async function finished(name = "seed-0", options: ToyOptions = { iterations: 12 }): Promise<string> {
  const { dir } = await run(new ToyTrainer(options), {
    dir: inRoot("toy", "env", name),
    config: { algorithm: "toy", options },
    checkpoint: { every: 300, keepEvery: 600 },
  });
  return dir;
}

describe("run folder", () => {
  test("holds config, metrics in three forms and checkpoints", async () => {
    const dir = await finished();
    expect(
      fs
        .readdirSync(dir)
        .map((name) => name.replace(/\d{9,}/, "N"))
        .sort(),
    ).toEqual(["checkpoints", "config.json", "events.out.tfevents.N.rl", "metrics.jsonl", "progress.csv"]);
    expect(fs.readdirSync(path.join(dir, "checkpoints")).sort()).toEqual(["best", "last", "step-1200", "step-600"]);
    expect(fs.readdirSync(path.join(dir, "checkpoints", "last")).sort()).toEqual(["state.json", "tensors.safetensors"]);
    expect(JSON.parse(fs.readFileSync(path.join(dir, "config.json"), "utf8"))).toMatchObject({
      format: "rl-run",
      version: 1,
      algorithm: "toy",
      options: { iterations: 12 },
      checkpoint: { every: 300, keepEvery: 600 },
    });

    const records = lines(path.join(dir, "metrics.jsonl")).map((line) => JSON.parse(line) as Record<string, number | null>);
    expect(records).toHaveLength(12);
    expect(records[0]!["rollout/ep_rew_mean"]).toBeNull();
    const [header, ...rows] = lines(path.join(dir, "progress.csv")).map((line) => line.split(","));
    expect(rows).toHaveLength(12);
    expect(rows[0]![header!.indexOf("rollout/ep_rew_mean")]).toBe("NaN");
    rows.forEach((row, i) => expect(Number(row[header!.indexOf("train/loss")])).toBe(records[i]!["train/loss"]));

    const events: { tag: string; step: number; value?: number }[] = [];
    const eventFile = fs.readdirSync(dir).find((name) => name.includes("tfevents"))!;
    for await (const event of readEvents(fs.createReadStream(path.join(dir, eventFile)))) events.push(event);
    const losses = events.filter(({ tag }) => tag === "train/loss");
    expect(losses.map(({ step, value }) => [step, value])).toEqual(
      records.map((record) => [record["time/total_timesteps"], Math.fround(record["train/loss"]!)]),
    );
    expect(events[0]).toMatchObject({ tag: "config", step: 0 });
  });

  test("a run is never overwritten: the next gets a counter", async () => {
    const first = await finished();
    const before = fs.readFileSync(path.join(first, "metrics.jsonl"), "utf8");
    expect([await finished(), await finished(), await finished("other")].map((dir) => path.basename(dir))).toEqual([
      "seed-0-2",
      "seed-0-3",
      "other",
    ]);
    expect(fs.readFileSync(path.join(first, "metrics.jsonl"), "utf8")).toBe(before);
    expect(fs.readdirSync(path.dirname(first)).sort()).toEqual(["other", "seed-0", "seed-0-2", "seed-0-3"]);
  });

  test("bad options and configs are refused before anything is written", async () => {
    const dir = inRoot("runs", "x");
    await expect(run(new ToyTrainer(), { dir, config: { options: { f: () => 1 } } })).rejects.toThrow(
      "run: config.options.f is a function, expected plain JSON",
    );
    await expect(run(new ToyTrainer(), { dir, config: { a: [1, NaN] } })).rejects.toThrow("config.a[1] is NaN");
    await expect(run(new ToyTrainer(), { dir, loggers: ["tensorbord" as "csv"] })).rejects.toThrow(
      'unknown logger "tensorbord"; did you mean "tensorboard"?',
    );
    await expect(run(new ToyTrainer(), { dir, evaluate: { env: undefined as never, episodes: 0 } })).rejects.toThrow("episodes is 0");
    expect(fs.readdirSync(root)).toEqual([]);
  });
});

describe("resume", () => {
  test("stopped anywhere and resumed: the same bits and the same lines as never stopped", async () => {
    const whole = await finished("whole");
    const controller = new AbortController();
    const options = { iterations: 12 };
    const { dir, stopped } = await run(new ToyTrainer(options), {
      dir: inRoot("toy", "env", "stopped"),
      config: { algorithm: "toy", options },
      checkpoint: { every: 300, keepEvery: 600 },
      signal: controller.signal,
      onMetrics: (_, { iteration }) => iteration === 5 && controller.abort(),
    });
    expect(stopped).toBe(true);
    expect(lines(path.join(dir, "metrics.jsonl"))).toHaveLength(5);
    const seen: number[] = [];
    const result = await resume(dir, { create, onMetrics: (_, { iteration }) => void seen.push(iteration) });
    expect(seen).toEqual([6, 7, 8, 9, 10, 11, 12]);
    expect(result).toMatchObject({ stopped: false, progress: { iteration: 12, step: 1200 } });
    expectSameRun(dir, whole);
  });

  test("lines after the last checkpoint are cut, in all three files", async () => {
    const whole = await finished("whole");
    const dir = await finished("ahead");
    // As if it had been killed at iteration 8, after the save at 6, in the middle of a line.
    const six = openRunFolder(dir).load("step-600");
    openRunFolder(dir).save("last", six);
    fs.rmSync(path.join(dir, "checkpoints", "step-1200"), { recursive: true });
    fs.appendFileSync(path.join(dir, "metrics.jsonl"), '{"time/total_timest');
    fs.appendFileSync(path.join(dir, "progress.csv"), "1300,0.");
    const eventFile = fs.readdirSync(dir).find((name) => name.includes("tfevents"))!;
    fs.appendFileSync(path.join(dir, eventFile), Buffer.from([1, 2, 3]));
    await resume(dir, { create });
    expectSameRun(dir, whole);
  });

  test("killed before the first save, it starts over in its folder", async () => {
    const whole = await finished("whole");
    const dir = await finished("early");
    fs.rmSync(path.join(dir, "checkpoints"), { recursive: true });
    let from: unknown = "not called";
    await resume(dir, { create, onStart: (_, progress) => (from = progress) });
    expect(from).toBeUndefined();
    expectSameRun(dir, whole);
  });

  test("a finished run stays as it is", async () => {
    const dir = await finished();
    const before = lines(path.join(dir, "metrics.jsonl"));
    await resume(dir, { create });
    expect(lines(path.join(dir, "metrics.jsonl"))).toEqual(before);
  });

  test("evaluations go on where they would have been", async () => {
    const options = { iterations: 9 };
    const evaluationEnv = (): VecEnv => makeVec("CartPole-v1", 2) as VecEnv;
    const start = async (name: string, stopAt: number): Promise<string> => {
      const controller = new AbortController();
      const { dir } = await run(new ToyTrainer(options), {
        dir: inRoot(name),
        config: { options },
        evaluate: { env: evaluationEnv(), every: 200, episodes: 2 },
        checkpoint: { every: 300, keepEvery: 600 },
        signal: controller.signal,
        onMetrics: (_, { iteration }) => iteration === stopAt && controller.abort(),
      });
      return dir;
    };
    const whole = await start("whole", -1);
    const broken = await start("broken", 3);
    await expect(resume(broken, { create })).rejects.toThrow("`create` gave no evaluationEnv");
    await resume(broken, { create: (config) => ({ ...create(config), evaluationEnv: evaluationEnv() }) });
    expectSameRun(broken, whole);
    // 200, 400, 600, 800 and the end.
    expect(lines(path.join(whole, "metrics.jsonl")).filter((line) => line.includes("eval/mean_reward"))).toHaveLength(5);
  });

  test("elapsed time counts on", async () => {
    const dir = await finished();
    const last = JSON.parse(lines(path.join(dir, "metrics.jsonl")).at(-1)!) as Record<string, number>;
    openRunFolder(dir).save("last", openRunFolder(dir).load("step-600"));
    await resume(dir, { create });
    const elapsed = lines(path.join(dir, "metrics.jsonl")).map(
      (line) => (JSON.parse(line) as Record<string, number>)["time/time_elapsed"]!,
    );
    elapsed.forEach((seconds, i) => expect(seconds).toBeGreaterThanOrEqual(i === 0 ? 0 : elapsed[i - 1]!));
    expect(last["time/time_elapsed"]).toBeGreaterThan(0);
  });
});

/** Equal bytes of checkpoints, equal lines but for the clock's, events of equal steps. */
function expectSameRun(dir: string, whole: string): void {
  const timeless = (at: string): string[] =>
    lines(path.join(at, "metrics.jsonl")).map((line) => line.replaceAll(/,"time\/(time_elapsed|fps)":[\d.e+-]+/g, ""));
  expect(timeless(dir)).toEqual(timeless(whole));
  const columns = (at: string): string[][] =>
    lines(path.join(at, "progress.csv")).map((line) => line.split(",").filter((_, i) => i !== 4 && i !== 5));
  expect(lines(path.join(dir, "progress.csv"))[0]!.split(",").slice(4, 6)).toEqual(expect.arrayContaining(["time/time_elapsed"]));
  expect(columns(dir)).toEqual(columns(whole));
  const eventBytes = (at: string): number =>
    fs.statSync(
      path.join(
        at,
        fs.readdirSync(at).find((name) => name.includes("tfevents"))!,
      ),
    ).size;
  expect(eventBytes(dir)).toBe(eventBytes(whole));
  const names = openRunFolder(whole).checkpointNames();
  expect(openRunFolder(dir).checkpointNames()).toEqual(names);
  for (const name of names) {
    for (const file of ["state.json", "tensors.safetensors"]) {
      const [ours, theirs] = [dir, whole].map((at) => fs.readFileSync(path.join(at, "checkpoints", name, file)));
      expect(ours!.equals(theirs!), `${name}/${file}`).toBe(true);
    }
  }
}

describe("one process per run", () => {
  test("a second one is refused while the first trains, and no trace is left after", async () => {
    const dir = await finished();
    openRunFolder(dir).save("last", openRunFolder(dir).load("step-600"));
    let second: unknown;
    await resume(dir, {
      create: async (config) => {
        second = await resume(dir, { create }).catch((error: unknown) => error);
        return create(config);
      },
    });
    expect(second).toBeInstanceOf(RunError);
    expect((second as Error).message).toContain(
      `${dir} is being trained by process ${process.pid} on ${os.hostname()}; wait for it or stop it.`,
    );
    expect(fs.existsSync(path.join(dir, ".lock"))).toBe(false);
    await expect(resume(dir, { create: () => Promise.reject(new Error("no")) })).rejects.toThrow("no");
    expect(fs.existsSync(path.join(dir, ".lock"))).toBe(false);
  });

  test("the lock of a killed process counts for nothing, nor that of one whose number is used again", async () => {
    const dir = await finished();
    const lock = (holder: object): void => fs.writeFileSync(path.join(dir, ".lock"), JSON.stringify({ host: os.hostname(), ...holder }));
    lock({ pid: 2 ** 30 });
    await resume(dir, { create });
    if (process.platform === "linux") {
      lock({ pid: process.ppid, started: "1" });
      await resume(dir, { create });
    }
    lock({ pid: process.ppid });
    await expect(resume(dir, { create })).rejects.toThrow("is being trained by process");
    lock({ pid: 2 ** 30, host: "elsewhere" });
    await expect(resume(dir, { create })).rejects.toThrow(
      `on elsewhere; wait for it or stop it. If no such training runs, delete ${path.join(dir, ".lock")}.`,
    );
  });
});

describe("checkpoints", () => {
  test("come back as they were saved", async () => {
    const dir = await finished();
    const trainer = new ToyTrainer({ iterations: 12 });
    const { progress, state } = openRunFolder(dir).load("last");
    trainer.restore(state as ReturnType<ToyTrainer["state"]>);
    expect(progress).toMatchObject({ iteration: 12, step: 1200 });
    const fresh = new ToyTrainer({ iterations: 12 });
    for (const _ of fresh.train());
    expect(bits(trainer.state().weights.data)).toBe(bits(fresh.state().weights.data));
    expect(state).toStrictEqual(fresh.state());
  });

  test("every flipped bit and every cut is found, in both files", async () => {
    const dir = await finished("small", { iterations: 3, size: 4 });
    const folder = openRunFolder(dir);
    folder.save("last", folder.load("last"));
    for (const name of ["state.json", "tensors.safetensors"]) {
      const file = path.join(dir, "checkpoints", "last", name);
      const good = fs.readFileSync(file);
      for (let bit = 0; bit < 8 * good.length; bit += 29) {
        const bad = Buffer.from(good);
        bad[bit >> 3]! ^= 1 << (bit & 7);
        fs.writeFileSync(file, bad);
        expect(() => folder.load("last"), `${name}, bit ${bit}`).toThrow(RunError);
      }
      for (const length of [0, 1, good.length >> 1, good.length - 1]) {
        fs.writeFileSync(file, good.subarray(0, length));
        expect(() => folder.load("last")).toThrow(RunError);
      }
      fs.writeFileSync(file, Buffer.concat([good, Buffer.from(" ")]));
      expect(() => folder.load("last")).toThrow(RunError);
      fs.rmSync(file);
      expect(() => folder.load("last")).toThrow("cannot be read (ENOENT)");
      fs.writeFileSync(file, good);
    }
    expect(folder.load("last").progress.step).toBe(300);
  });

  test("the error names the file and a checkpoint that can be used instead", async () => {
    const dir = await finished();
    const file = path.join(dir, "checkpoints", "last", "tensors.safetensors");
    const bytes = fs.readFileSync(file);
    bytes[bytes.length - 1]! ^= 4;
    fs.writeFileSync(file, bytes);
    expect(() => openRunFolder(dir).load("last")).toThrow(
      `${file} is damaged: its bytes do not give its checksum. Use another checkpoint: "best".`,
    );
    expect(() => openRunFolder(dir).load("step-77")).toThrow('has no checkpoint "step-77"; choose one of last, best, step-600, step-1200.');
  });

  test("a checkpoint of a newer version is not damage", async () => {
    const dir = await finished();
    const { createHash } = await import("node:crypto");
    const file = path.join(dir, "checkpoints", "last", "state.json");
    const body = fs
      .readFileSync(file, "utf8")
      .replace('"version": 1', '"version": 2')
      .replace(/^\{\n "sha256": "[0-9a-f]+",/, "")
      .slice(0, -1);
    fs.writeFileSync(file, `{\n "sha256": "${createHash("sha256").update(body).digest("hex")}",${body}\n`);
    expect(() => openRunFolder(dir).load("last")).toThrow(`${file} is a checkpoint of version 2, newer than version 1`);
  });

  test("a save that was killed between its steps leaves the old or the new one, never none", async () => {
    const dir = await finished();
    const last = path.join(dir, "checkpoints", "last");
    const folder = openRunFolder(dir);
    const [old, fresh] = [folder.load("step-600"), folder.load("step-1200")];
    folder.save("last", old);
    const stage = (name: string, checkpoint: string): void =>
      fs.cpSync(path.join(dir, "checkpoints", checkpoint), `${last}.${name}`, { recursive: true });

    // Half written: the old one counts.
    fs.mkdirSync(`${last}.new`);
    fs.writeFileSync(path.join(`${last}.new`, "state.json"), "{");
    expect(folder.load("last").progress.step).toBe(600);
    expect(folder.checkpointNames()).toEqual(["last", "best", "step-600", "step-1200"]);
    folder.settle();
    expect(fs.existsSync(`${last}.new`)).toBe(false);

    // Between the two renames: the new one is whole.
    stage("new", "step-1200");
    fs.renameSync(last, `${last}.old`);
    expect(folder.load("last").progress.step).toBe(1200);
    expect(folder.checkpointNames()).toEqual(["last", "best", "step-600", "step-1200"]);
    folder.settle();
    expect(fs.readdirSync(path.dirname(last)).sort()).toEqual(["best", "last", "step-1200", "step-600"]);
    expect(folder.load("last").progress.step).toBe(1200);

    // After them: the old one is left over.
    stage("old", "step-600");
    expect(folder.load("last").progress.step).toBe(1200);
    folder.save("last", fresh);
    expect(fs.readdirSync(path.dirname(last)).sort()).toEqual(["best", "last", "step-1200", "step-600"]);
  });
});

describe("opening", () => {
  test("what is wrong with a folder is said in a sentence", async () => {
    const dir = await finished();
    expect(() => openRunFolder(inRoot("nowhere"))).toThrow(`There is no folder ${inRoot("nowhere")}; give a run folder`);
    expect(() => openRunFolder(path.join(path.dirname(dir), "seed-1"))).toThrow("Runs there: seed-0.");
    fs.mkdirSync(inRoot("empty"));
    expect(() => openRunFolder(inRoot("empty"))).toThrow("is empty, so it is not a run folder");
    expect(() => openRunFolder(path.dirname(dir))).toThrow(
      "holds no config.json, so it is not a run folder; give one such as runs/pg/CartPole-v1/seed-1. Runs there: seed-0.",
    );
    expect(() => openRunFolder(path.join(dir, "config.json"))).toThrow("is a file; give the run folder");
    const file = path.join(dir, "config.json");
    const good = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, good.slice(0, 40));
    expect(() => openRunFolder(dir)).toThrow(`${file} is not JSON`);
    fs.writeFileSync(file, good.replace('"version": 1', '"version": 7'));
    expect(() => openRunFolder(dir)).toThrow(`${file} is a run of version 7, newer than version 1`);
    fs.writeFileSync(file, "{}");
    expect(() => openRunFolder(dir)).toThrow('format is undefined, expected "rl-run"');
  });

  test("a name that is taken gets a counter, again and again", () => {
    const made = Array.from({ length: 5 }, () => path.basename(createRunFolder(inRoot("a", "b"), {}).path));
    expect(made).toEqual(["b", "b-2", "b-3", "b-4", "b-5"]);
  });
});

describe("loggers", () => {
  const record = (step: number, metrics: Record<string, number>) => ({ iteration: step, step, metrics });

  test("JSON Lines: NaN is null, infinities stay infinite", () => {
    const file = inRoot("m.jsonl");
    const logger = jsonlLogger(file);
    logger.log(record(1, { a: NaN, b: Infinity, c: -Infinity, 'q"': 0.1 }));
    logger.close!();
    expect(JSON.parse(fs.readFileSync(file, "utf8"))).toEqual({ a: null, b: Infinity, c: -Infinity, 'q"': 0.1 });
  });

  test("CSV: a tag that comes later gets a column, and names with commas are quoted", () => {
    const file = inRoot("p.csv");
    let logger = csvLogger(file);
    logger.log(record(1, { a: 1, "b,c": 2 }));
    logger.log(record(2, { a: 3, late: 4 }));
    logger.log(record(3, { "b,c": 5, late: Infinity }));
    logger.close!();
    expect(fs.readFileSync(file, "utf8")).toBe('a,"b,c",late\n1,2,\n3,,4\n,5,Infinity\n');
    logger = csvLogger(file, { keep: 2 });
    logger.log(record(3, { a: 6, "b,c": 7, late: 8 }));
    logger.close!();
    expect(fs.readFileSync(file, "utf8")).toBe('a,"b,c",late\n1,2,\n3,,4\n6,7,8\n');
  });

  test("events: one file, cut to the records that are kept", async () => {
    for (const keep of [undefined, 2]) {
      const logger = tensorboardLogger(root, { now: () => 1_700_000_000_500, text: "# config", ...(keep === undefined ? {} : { keep }) });
      for (const step of keep === undefined ? [1, 2, 3, 4] : [3]) logger.log(record(step, { a: 10 * step }));
      logger.close!();
    }
    expect(fs.readdirSync(root)).toEqual(["events.out.tfevents.1700000000.rl"]);
    const found: unknown[] = [];
    for await (const { step, tag, value, wallTime } of readEvents(fs.createReadStream(inRoot("events.out.tfevents.1700000000.rl"))))
      found.push([tag, step, value, wallTime]);
    expect(found).toEqual([
      ["config", 0, undefined, 1_700_000_000.5],
      ["a", 1, 10, 1_700_000_000.5],
      ["a", 2, 20, 1_700_000_000.5],
      ["a", 3, 30, 1_700_000_000.5],
    ]);
  });
});
