/** Going on: equal to never having stopped, by one process at a time. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { makeVec, type VecEnv } from "@rl/envs";
import { describe, expect, test } from "vitest";
import { openRunFolder, resume, run, RunError } from "../src/node/index.ts";
import { create, expectSameRun, finished, inRoot, lines, useDirectory } from "./fixtures/run-folders.ts";
import { ToyTrainer } from "./fixtures/toy-trainer.ts";

useDirectory();

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

  test.each([200, 300])("a finished run that was evaluated every %i steps stays as it is", async (every) => {
    const { dir } = await run(new ToyTrainer({ iterations: 4 }), {
      dir: inRoot("evaluated"),
      config: { options: { iterations: 4 } },
      evaluate: { env: makeVec("CartPole-v1", 2) as VecEnv, every, episodes: 2 },
    });
    const before = lines(path.join(dir, "metrics.jsonl"));
    expect(before).toHaveLength(every === 200 ? 4 : 5);
    const again = await resume(dir, { create: (config) => ({ ...create(config), evaluationEnv: makeVec("CartPole-v1", 2) as VecEnv }) });
    expect(lines(path.join(dir, "metrics.jsonl"))).toEqual(before);
    expect(again.evaluation?.returns).toHaveLength(2);
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
