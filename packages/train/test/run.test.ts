import { makeVec, type VecEnv } from "@rl/envs";
import { describe, expect, test } from "vitest";
import { run, type Checkpoint, type CheckpointName, type LogRecord, type Logger, type RunOptions } from "../src/index.ts";
import { bits, ToyTrainer, type ToyMetrics } from "./fixtures/toy-trainer.ts";

function memory(): {
  readonly saved: [CheckpointName, Checkpoint][];
  readonly records: LogRecord[];
  readonly events: string[];
  readonly options: RunOptions<ToyMetrics>;
} {
  const saved: [CheckpointName, Checkpoint][] = [];
  const records: LogRecord[] = [];
  const events: string[] = [];
  const logger: Logger = {
    log: (record) => void records.push(record),
    flush: () => void events.push("flush"),
    close: () => void events.push("close"),
  };
  return {
    saved,
    records,
    events,
    options: {
      loggers: [logger],
      store: {
        save: (name, checkpoint) => {
          events.push(`save ${name} ${checkpoint.progress.step}`);
          saved.push([name, checkpoint]);
        },
      },
    },
  };
}

/** A ToyTrainer that comes upon a number which is not finite in iteration `bad`. */
class Failing extends ToyTrainer {
  readonly bad: number;
  constructor(bad: number) {
    super({ iterations: 9, stepsPerIteration: 100 });
    this.bad = bad;
  }
  override *train(): Generator<ToyMetrics, void, void> {
    let iteration = 0;
    for (const metrics of super.train()) {
      if (++iteration === this.bad) throw Object.assign(new Error("Rewards are NaN."), { name: "NotFiniteError" });
      yield metrics;
    }
  }
}

describe("a number that is not finite", () => {
  test.each([
    [1, {}, "Rewards are NaN. No checkpoint had been saved yet."],
    [6, {}, 'Rewards are NaN. The last good checkpoint is "last" (step 400).'],
    [
      1,
      { from: { iteration: 2, step: 0, best: 0 } },
      "Rewards are NaN. No checkpoint has been saved since the one it went on from (step 0).",
    ],
  ])("in iteration %i: the error names the last good checkpoint", async (bad, more, message) => {
    const { events, options } = memory();
    const promise = run(new Failing(bad), { ...options, ...more, checkpoint: { every: 200, best: false } });
    await expect(promise).rejects.toThrow(expect.objectContaining({ message }));
    expect(events.at(-1)).toBe("close");
  });

  test("where the store can say where a checkpoint is, that is said; other errors stay as they are", async () => {
    const { options } = memory();
    const store = { ...options.store!, locate: (name: string) => `runs/x/${name}` };
    await expect(run(new Failing(6), { ...options, store, checkpoint: { every: 200, best: false } })).rejects.toThrow(
      "The last good checkpoint is runs/x/last (step 400).",
    );
    const other = new ToyTrainer();
    other.train = () => {
      throw new Error("disk full");
    };
    await expect(run(other, options)).rejects.toThrow(/^disk full$/);
  });
});

describe("run", () => {
  test("logs every iteration and saves where steps cross the intervals; files are flushed before each save", async () => {
    const { records, events, options } = memory();
    const result = await run(new ToyTrainer({ iterations: 7, stepsPerIteration: 100 }), {
      ...options,
      checkpoint: { every: 250, keepEvery: 500, best: false },
    });
    expect(records.map(({ iteration, step }) => [iteration, step])).toEqual([1, 2, 3, 4, 5, 6, 7].map((i) => [i, 100 * i]));
    expect(records[3]!.metrics["time/iterations"]).toBe(4);
    expect(events).toEqual([
      "flush",
      "save last 300",
      "flush",
      "save step-500 500",
      "flush",
      "save last 500",
      "flush",
      "save last 700",
      "close",
    ]);
    expect(result).toMatchObject({ stopped: false, progress: { iteration: 7, step: 700 } });
  });

  test("best is saved when the training return rises, and never for NaN", async () => {
    const { records, saved, options } = memory();
    await run(new ToyTrainer({ iterations: 30 }), { ...options, checkpoint: { every: 1e6 } });
    let best = -Infinity;
    const rising = records.filter(
      ({ metrics }) => metrics["rollout/ep_rew_mean"]! > best && ((best = metrics["rollout/ep_rew_mean"]!), true),
    );
    expect(rising.length).toBeGreaterThan(2);
    expect(rising[0]!.iteration).toBe(3);
    expect(saved.filter(([name]) => name === "best").map(([, { progress }]) => progress.step)).toEqual(rising.map(({ step }) => step));
  });

  test("best follows the metric that the trainer names as its score", async () => {
    class ByLoss extends ToyTrainer {
      readonly scoreMetric = "train/loss";
    }
    const { records, saved, options } = memory();
    const { progress } = await run(new ByLoss({ iterations: 30 }), { ...options, checkpoint: { every: 1e6 } });
    const losses = records.map(({ metrics }) => metrics["train/loss"]!);
    const rising = losses
      .map((loss, i) => (loss > Math.max(-Infinity, ...losses.slice(0, i)) ? 100 * (i + 1) : 0))
      .filter((step) => step > 0);
    expect(rising.length).toBeGreaterThan(2);
    // Its mean return is NaN until step 300.
    expect(rising[0]).toBe(100);
    expect(saved.filter(([name]) => name === "best").map(([, checkpoint]) => checkpoint.progress.step)).toEqual(rising);
    expect(progress.best).toBe(Math.max(...losses));
    const misnamed = Object.assign(new ToyTrainer(), { scoreMetric: "rollout/return" });
    await expect(run(misnamed, options)).rejects.toThrow(
      'run: the trainer\'s scoreMetric is "rollout/return", and its metrics have no such number. It must be the tag of one of them.',
    );
  });

  test("with evaluations, those choose the best, and the last agent is always evaluated", async () => {
    const { records, saved, options } = memory();
    const env = makeVec("CartPole-v1", 5) as VecEnv;
    const result = await run(new ToyTrainer({ iterations: 5 }), {
      ...options,
      evaluate: { env, every: 200, episodes: 5 },
      checkpoint: { every: 1e6 },
    });
    const evaluated = records.filter(({ metrics }) => "eval/mean_reward" in metrics);
    expect(evaluated.map(({ iteration, step }) => [iteration, step])).toEqual([
      [2, 200],
      [4, 400],
      [5, 500],
    ]);
    expect(records).toHaveLength(6);
    // The toy always balances: only the first evaluation is a rise.
    expect(saved.map(([name, { progress }]) => [name, progress.step, progress.best])).toEqual([
      ["best", 200, 500],
      ["last", 500, 500],
    ]);
    expect(result.evaluation?.meanReturn).toBe(500);
  });

  test("evaluating and saving do not change the training", async () => {
    const plain = new ToyTrainer({ iterations: 9 });
    await run(plain);
    const watched = new ToyTrainer({ iterations: 9 });
    await run(watched, {
      ...memory().options,
      evaluate: { env: makeVec("CartPole-v1", 2) as VecEnv, every: 100, episodes: 2 },
      checkpoint: { every: 100 },
    });
    expect(bits(watched.state().weights.data)).toBe(bits(plain.state().weights.data));
    expect(watched.state().stream).toBe(plain.state().stream);
  });

  test("a signal ends it after the iteration, and last is saved", async () => {
    const { saved, options } = memory();
    const controller = new AbortController();
    const result = await run(new ToyTrainer({ iterations: 50 }), {
      ...options,
      signal: controller.signal,
      checkpoint: { every: 1e6, best: false },
      onMetrics: (_, { iteration }) => iteration === 4 && controller.abort(),
    });
    expect(result).toMatchObject({ stopped: true, progress: { iteration: 4, step: 400 } });
    expect(saved.map(([name, { progress }]) => [name, progress.step])).toEqual([["last", 400]]);
  });

  test("what the clock says: elapsed counts earlier sittings, fps only this one", async () => {
    const { records, options } = memory();
    let now = 5000;
    const trainer = new ToyTrainer({ iterations: 2 });
    await run(trainer, { ...options, clock: { now: () => (now += 500), elapsed: 60_000 } });
    expect(records.map(({ metrics }) => [metrics["time/time_elapsed"], metrics["time/fps"]])).toEqual([
      [60.5, 200],
      [61, 200],
    ]);
  });

  test("loggers are closed when the trainer throws", async () => {
    const { events, options } = memory();
    const trainer = new ToyTrainer();
    trainer.train = function* () {
      yield { "time/total_timesteps": 10, "rollout/ep_rew_mean": 1, "train/loss": 1 };
      throw new Error("the loss is NaN");
    };
    await expect(run(trainer, options)).rejects.toThrow("the loss is NaN");
    expect(events.at(-1)).toBe("close");
  });

  test("steps that do not count up are the trainer's mistake", async () => {
    const trainer = new ToyTrainer();
    trainer.train = function* () {
      yield { "time/total_timesteps": NaN, "rollout/ep_rew_mean": 1, "train/loss": 1 };
    };
    await expect(run(trainer)).rejects.toThrow('"time/total_timesteps" is NaN after iteration 1, expected a whole number');
  });

  test("bad options are refused", async () => {
    await expect(run(new ToyTrainer(), { logger: [] } as object)).rejects.toThrow('unknown option "logger"; did you mean "loggers"?');
    await expect(run(new ToyTrainer(), { checkpoint: { every: 0 } })).rejects.toThrow(
      "run, checkpoint: every is 0, expected a whole number of at least 1",
    );
  });
});
