/** What looking after a run costs: checkpoints, logged lines, evaluation. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { makeVec } from "@rl/envs";
import { createPg } from "@rl/pg";
import { evaluate, type LogRecord } from "@rl/train";
import { checkpointFiles, createRunFolder, csvLogger, jsonlLogger, tensorboardLogger } from "@rl/train/node";
import { defineBench, type Row } from "../bench.ts";
import { time } from "../time.ts";

const SB3 = "Stable-Baselines3";

export default defineBench({
  name: "train",
  description: "Checkpoints (synced to disk, checksummed), loggers and evaluation, beside Stable-Baselines3's (not synced, no checksums).",
  async run(ctx) {
    const peers = await ctx.python("train.py");
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rl-bench-"));
    try {
      const run = createRunFolder(path.join(folder, "run"), {});
      const trainer = createPg({ env: "CartPole-v1", hiddenSizes: [64, 64], totalSteps: 1024 });
      for (const _ of trainer.train());
      const progress = { iteration: 1, step: 1024, best: 0 };
      const small = { progress, state: trainer.state() };
      const large = { progress, state: { replay: Float32Array.from({ length: 25_000_000 }, (_, i) => i) } };
      const record: LogRecord = {
        iteration: 1,
        step: 1024,
        metrics: Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`train/metric_${i}`, 1 / (i + 3)])),
      };
      const loggers = [
        jsonlLogger(path.join(folder, "metrics.jsonl")),
        csvLogger(path.join(folder, "progress.csv")),
        tensorboardLogger(folder, { now: () => 1_700_000_000_000 }),
      ];
      const env = makeVec("CartPole-v1", 100);
      const row = (work: string, unit: string, scale: number, fn: () => unknown, note = ""): Row => {
        const timing = time(fn, { repetitions: 10 });
        return { work, ours: scale * timing.min, unit, better: "lower", peers: peers.row(work, unit, [SB3]), note };
      };
      const rows = [
        row("encode a checkpoint of two 4-64-64 networks with Adam", "ms", 1e3, () => checkpointFiles(small)),
        row("save that checkpoint", "ms", 1e3, () => run.save("last", small), "five waits for the disk; theirs none"),
        row("load and check it", "ms", 1e3, () => run.load("last")),
        row("save 100 MB", "ms", 1e3, () => run.save("step-1", large)),
        row("load and check 100 MB", "ms", 1e3, () => run.load("step-1")),
        row("log 14 metrics as JSON, CSV and TensorBoard", "µs", 1e6, () => loggers.forEach((logger) => logger.log(record))),
        row(
          "evaluate 100 episodes of CartPole-v1, per environment step",
          "µs",
          1e6 / evaluate(trainer, env, { episodes: 100 }).lengths.reduce((a, b) => a + b),
          () => evaluate(trainer, env, { episodes: 100 }),
        ),
      ];
      for (const logger of loggers) logger.close?.();
      return rows;
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  },
});
