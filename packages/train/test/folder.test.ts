/** What a run leaves in its folder, and which folders are opened. */
import * as fs from "node:fs";
import * as path from "node:path";
import { readEvents } from "@rl/data";
import { createPg } from "@rl/pg";
import { describe, expect, test } from "vitest";
import { createRunFolder, openRunFolder, run } from "../src/node/index.ts";
import { finished, inRoot, lines, useDirectory } from "./fixtures/run-folders.ts";
import { ToyTrainer } from "./fixtures/toy-trainer.ts";

useDirectory();

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
    expect(fs.readdirSync(inRoot())).toEqual([]);
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

test("config.json has the trainer's settings in force, unless the config itself says them", async () => {
  const settings = async (trainer: object, config: Record<string, unknown> = {}): Promise<unknown> => {
    const { dir } = await run(Object.assign(new ToyTrainer({ iterations: 1 }), trainer), { dir: inRoot("a"), config });
    return openRunFolder(dir).config["settings"];
  };
  const config = { rate: 0.1, sizes: [64, 64], end: Infinity, none: null, falls: (t: number) => 1 - t, big: 2n ** 64n, left: undefined };
  expect(await settings({ config })).toEqual({
    rate: 0.1,
    sizes: [64, 64],
    end: "Infinity",
    none: null,
    falls: "a function",
    big: "18446744073709551616",
  });
  expect(await settings({ config }, { settings: { mine: 1 } })).toEqual({ mine: 1 });
  expect(await settings({})).toBeUndefined();
  const { dir } = await run(createPg({ env: "CartPole-v1", hiddenSizes: [4], totalSteps: 64, stepsPerEnv: 16, numEnvs: 1 }), {
    dir: inRoot("pg"),
  });
  expect(openRunFolder(dir).config["settings"]).toMatchObject({ hiddenSizes: [4], totalSteps: 64, activation: "tanh", seed: 0 });
});
