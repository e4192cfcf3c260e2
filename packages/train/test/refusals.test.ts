/** What cannot work is refused in one sentence, before anything is written. */
import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { CartPole, make, makeVec, RecordEpisodeStatistics, SyncVectorEnv, type Env } from "@rl/envs";
import { createPg } from "@rl/pg";
import { describe, expect, test } from "vitest";
import { evaluate, run as drive } from "../src/index.ts";
import { createRunFolder, csvLogger, jsonlLogger, openRunFolder, resume, run, tensorboardLogger } from "../src/node/index.ts";
import { create, inRoot, useDirectory } from "./fixtures/run-folders.ts";
import { ToyTrainer } from "./fixtures/toy-trainer.ts";

useDirectory();

const without = (method: string): unknown => Object.assign(new ToyTrainer(), { [method]: undefined });
const trainers: readonly (readonly [unknown, string])[] = [
  [undefined, "the trainer is undefined, expected an object with the methods train, act, state, restore, such as createPpo"],
  [null, "the trainer is null, expected"],
  ["ppo", 'the trainer is "ppo", expected'],
  [{}, "the trainer is {}, expected"],
  [without("state"), "the trainer is a ToyTrainer without state, expected"],
  [without("restore"), "the trainer is a ToyTrainer without restore, expected"],
  [
    Promise.resolve(new ToyTrainer()),
    "the trainer is a Promise, expected an object with the methods train, act, state, restore; wait for it with await.",
  ],
  [
    new ToyTrainer().train(),
    "the trainer is {}, expected an object with the methods train, act, state, restore; give the trainer itself, not what its train() returns.",
  ],
  [Object.assign(new ToyTrainer(), { scoreMetric: 5 }), "the trainer's scoreMetric is 5, expected the tag of one of its metrics."],
];
const plans: readonly (readonly [object, string])[] = [
  [{ evaluate: { env: {} } }, "run, evaluate: env is an object without numEnvs or observationSpace; expected an environment id"],
  [{ evaluate: {} }, "run, evaluate: env is undefined; expected an environment id"],
  [{ evaluate: { env: 5 } }, "run, evaluate: env is 5; expected an environment id"],
  [{ evaluate: { env: "CartPole-v9" } }, "CartPole-v9"],
  [{ evaluate: { env: () => undefined } }, "run, evaluate: env is undefined; expected"],
  [{ evaluate: { env: CartPole } }, "run, evaluate: env is the class CartPole;"],
  [{ evaluate: null }, "run, evaluate: options are null"],
  [{ evaluate: 10 }, "run, evaluate: options are 10"],
  [{ loggers: [null] }, "run: loggers[0] is null, expected"],
  [{ loggers: [{}] }, "run: loggers[0] is {}, expected"],
  [{ loggers: [{ log() {}, close: 5 }] }, "run, loggers[0]: close is 5, expected a function."],
  [{ loggers: 7 }, "run: loggers is 7, expected a list"],
  [{ loggers: [() => undefined] }, "run: loggers[0] is a function, expected"],
  [{ signal: 5 }, "run: signal is 5, expected an AbortSignal, such as new AbortController().signal."],
  [{ signal: new AbortController() }, "run: signal is an AbortController, expected an AbortSignal"],
  [{ onMetrics: "log" }, 'run: onMetrics is "log", expected a function.'],
  [{ checkpoint: { best: "yes" } }, 'run, checkpoint: best is "yes", expected true or false.'],
  [{ checkpoint: 300 }, "run, checkpoint: options are 300"],
];

describe("run", () => {
  test.each(trainers)("trainer %#", async (trainer, message) => {
    await expect(run(trainer as ToyTrainer, { dir: inRoot("runs/a") })).rejects.toThrow(`run: ${message}`);
    await expect(drive(trainer as ToyTrainer)).rejects.toThrow(`run: ${message}`);
    expect(fs.readdirSync(inRoot())).toEqual([]);
  });

  test.each(plans)("option %#", async (options, message) => {
    await expect(run(new ToyTrainer(), { dir: inRoot("runs/a"), ...options })).rejects.toThrow(message);
    await expect(drive(new ToyTrainer(), options)).rejects.toThrow(message);
    expect(fs.readdirSync(inRoot())).toEqual([]);
  });

  test.each([
    [undefined, "run: options are undefined"],
    [{}, "run: dir is undefined, expected a path or a file: URL."],
    [{ dir: "" }, "run: dir is empty"],
    [{ dir: 5 }, "run: dir is 5, expected a path or a file: URL."],
    [{ dir: "a\0b" }, "run: dir holds a zero byte"],
    [{ dir: "x", onStart: 1 }, "run: onStart is 1, expected a function."],
    [{ dir: "x", config: 5 }, "run: config is 5, expected an object of plain JSON."],
    [{ dir: "x", config: [1] }, "run: config is [1], expected an object of plain JSON."],
    [{ dir: "x", config: { a: [undefined] } }, "run: config.a[0] is a symbol, expected plain JSON"],
  ])("of a folder: %j", async (options, message) => {
    await expect(run(new ToyTrainer(), options as never)).rejects.toThrow(message);
    expect(fs.existsSync("x")).toBe(false);
  });

  test("of a program's own parts", async () => {
    const bad: readonly (readonly [object, string])[] = [
      [{ store: {} }, "run: store is {}, expected an object with a method save."],
      [{ clock: 5 }, "run: clock is 5, expected an object with a function now"],
      [{ pause: 5 }, "run: pause is 5, expected a function."],
      [{ from: { iteration: 1 } }, "run, from: step is NaN, expected a whole number of at least 0."],
    ];
    for (const [options, message] of bad) await expect(drive(new ToyTrainer(), options)).rejects.toThrow(message);
  });
});

test("resume refuses what cannot work before it touches the folder", async () => {
  const { dir } = await run(new ToyTrainer({ iterations: 2 }), { dir: inRoot("a"), config: { options: { iterations: 2 } } });
  const before = fs.readdirSync(dir);
  await expect(resume(dir, {} as never)).rejects.toThrow("resume: create is undefined, expected a function");
  await expect(resume(dir, { create, loggers: ["csv"] } as never)).rejects.toThrow(
    'resume: loggers[0] is "csv", expected an object with a method log.',
  );
  await expect(resume(dir, { create: () => undefined as never })).rejects.toThrow("resume, create: the trainer is undefined");
  await expect(resume(dir, { create: () => ({ trainer: {} as never }) })).rejects.toThrow("resume, create: the trainer is {}");
  expect(fs.readdirSync(dir)).toEqual(before);
});

describe("paths", () => {
  test("may be file: URLs, as objects or as text, everywhere", async () => {
    const url = pathToFileURL(inRoot("my runs/ä%"));
    for (const dir of [url, url.href]) {
      const made = await run(new ToyTrainer({ iterations: 2 }), { dir, config: { options: { iterations: 2 } } });
      expect(made.dir).toBe(inRoot(dir === url ? "my runs/ä%" : "my runs/ä%-2"));
      await resume(dir, { create });
      expect(openRunFolder(dir).path).toBe(inRoot("my runs/ä%"));
    }
    expect(createRunFolder(url, {}).path).toBe(inRoot("my runs/ä%-3"));
    const record = { iteration: 1, step: 1, metrics: { a: 1 } };
    fs.mkdirSync(inRoot("logs"));
    const at = (name: string): URL => pathToFileURL(inRoot("logs", name));
    for (const logger of [jsonlLogger(at("a.jsonl")), csvLogger(at("a.csv").href), tensorboardLogger(at(""))]) {
      logger.log(record);
      logger.close?.();
    }
    expect(fs.readdirSync(inRoot("logs")).map((name) => name.replace(/\d+/, "N"))).toEqual([
      "a.csv",
      "a.jsonl",
      "events.out.tfevents.N.rl",
    ]);
  });

  test.each(["http://example.org/runs", "file:runs/a", "file://host/runs", "FILE:x", "file:", new URL("https://example.org/a")])(
    "%s is refused",
    async (dir) => {
      if (process.platform === "win32" && dir === "file://host/runs") return;
      const message = `is "${String(dir)}", expected a path or a file: URL such as file:///data/runs/a.`;
      await expect(run(new ToyTrainer(), { dir })).rejects.toThrow(`run: dir ${message}`);
      await expect(resume(dir, { create })).rejects.toThrow(`resume: the folder ${message}`);
      expect(() => openRunFolder(dir)).toThrow(message);
      expect(fs.existsSync("file:")).toBe(false);
    },
  );

  test.runIf(process.platform !== "win32")("a colon alone makes no URL", async () => {
    const { dir } = await run(new ToyTrainer({ iterations: 1 }), { dir: inRoot("a:b", "c:") });
    expect(dir).toBe(path.join(inRoot(), "a:b", "c:"));
  });
});

describe("the trainer's own environment", () => {
  const message = "env is the environment that the trainer learns in, and evaluating there would change how its training goes on";
  const small = { hiddenSizes: [4], totalSteps: 64, stepsPerEnv: 16 } as const;

  test("is refused for evaluating, also behind a wrapper or in a vector, and training is as without", async () => {
    const env = makeVec("CartPole-v1", 2);
    const single = make("CartPole-v1");
    const cases = [
      [createPg({ env, ...small }), env],
      [createPg({ env: single, ...small }), single],
      [createPg({ env: new RecordEpisodeStatistics(single), ...small }), single],
      [createPg({ env: single, ...small }), new RecordEpisodeStatistics(single)],
      [createPg({ env: single, ...small }), new SyncVectorEnv([() => single as unknown as Env])],
    ] as const;
    for (const [trainer, evaluated] of cases) {
      const before = JSON.stringify(trainer.state());
      await expect(run(trainer, { dir: inRoot("a"), evaluate: { env: evaluated } })).rejects.toThrow(`run, evaluate: ${message}`);
      await expect(drive(trainer, { evaluate: { env: evaluated } })).rejects.toThrow(message);
      expect(() => evaluate(trainer, evaluated)).toThrow(`evaluate: ${message}`);
      expect(JSON.stringify(trainer.state())).toBe(before);
    }
    expect(fs.readdirSync(inRoot())).toEqual([]);
    const other = createPg({ env, ...small });
    expect(evaluate(other, makeVec("CartPole-v1", 2), { episodes: 2 }).returns).toHaveLength(2);
  });
});
