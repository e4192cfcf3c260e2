import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRunFolder } from "@rl/train/node";
import { cli } from "../src/cli.ts";
import { recorder } from "./recorder.ts";
import { here, NODE_ARGUMENTS, rl, start } from "./rl.ts";

// Small and quick: 64 steps an iteration.
const SMALL = [
  "--env",
  "CartPole-v1",
  "--set",
  "numEnvs=4",
  "--set",
  "stepsPerEnv=16",
  "--set",
  "hiddenSizes=[8]",
  "--eval-episodes",
  "2",
  "--save-freq",
  "320",
];
const train = (...more: readonly string[]): string[] => ["train", "pg", ...SMALL, ...more];
/** How often a run is killed: RL_KILLS=20 for the long form. */
const KILLS = Number(process.env["RL_KILLS"] ?? 2);

let root = "";
beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "rl-flows-"));
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

const metrics = (dir: string): string[] =>
  fs
    .readFileSync(path.join(root, dir, "metrics.jsonl"), "utf8")
    .replaceAll(/,"time\/(time_elapsed|fps)":[\d.e+-]+/g, "")
    .split("\n");
function checkpoints(dir: string): Record<string, string> {
  const folder = path.join(root, dir, "checkpoints");
  return Object.fromEntries(
    fs
      .readdirSync(folder)
      .flatMap((name) =>
        fs
          .readdirSync(path.join(folder, name))
          .map((file) => [`${name}/${file}`, fs.readFileSync(path.join(folder, name, file), "base64")]),
      ),
  );
}

test("train, then eval, watch and plot; without a terminal no control codes", async () => {
  const trained = await rl(root, ...train("--seed", "1", "--steps", "3200"));
  expect(trained).toMatchObject({ code: 0, stderr: "" });
  expect(trained.stdout).toMatch(/^Run folder: runs\/pg\/CartPole-v1\/seed-1\n/);
  expect(trained.stdout).toMatch(/100 % {2}step 3,200 {2}mean return [\d.]+ {2}[\d,]+ steps\/s {2}0:00 left\n/);
  expect(trained.stdout).toMatch(/Evaluation of the final agent: [\d.]+ ± [\d.]+ over 100 episodes/);
  expect(trained.stdout).toContain("Watch it with: pnpm rl watch runs/pg/CartPole-v1/seed-1");

  const evaluated = await here(root, "eval", "runs/pg/CartPole-v1/seed-1", "--episodes", "20", "--checkpoint", "last", "--json");
  const result = JSON.parse(evaluated.stdout) as { mean: number; std: number; returns: number[]; step: number };
  expect(result).toMatchObject({ checkpoint: "last", step: 3200, episodes: 20 });
  expect(result.returns).toHaveLength(20);
  expect(result.mean).toBeCloseTo(result.returns.reduce((a, b) => a + b) / 20, 10);
  const again = await rl(root, "eval", "runs/pg/CartPole-v1/seed-1", "--episodes", "20", "--checkpoint", "last", "--json");
  expect(again.stdout).toBe(evaluated.stdout);

  const watched = await here(root, "watch", "runs/pg/CartPole-v1/seed-1", "--episodes", "2", "--checkpoint", "last");
  expect(watched.stdout).toMatch(
    /^pg on CartPole-v1, checkpoint last \(step 3,200\)\nepisode 1: return (\d+) in \1 steps\nepisode 2: return (\d+) in \2 steps\n$/,
  );
  // The seeds of eval's first two episodes.
  expect(Array.from(watched.stdout.matchAll(/return (\d+)/g), ([, value]) => Number(value))).toEqual(result.returns.slice(0, 2));

  // On a terminal the results stand below the last picture.
  const { screen, text } = recorder({ live: true, style: "ascii" });
  expect(
    await cli(["watch", path.join(root, "runs/pg/CartPole-v1/seed-1"), "--episodes", "2", "--fps", "1000", "--checkpoint", "last"], screen),
  ).toBe(0);
  const [, after] = text().split("\x1b[?25h");
  expect(after).toBe(watched.stdout.slice(watched.stdout.indexOf("episode 1")));

  const plotted = await here(root, "plot", "runs/pg/CartPole-v1/seed-1");
  expect(plotted.stdout).toMatch(/^rollout\/ep_rew_mean of runs\/pg\/CartPole-v1\/seed-1\n/);
  for (const { stdout } of [trained, evaluated, watched, plotted]) expect(stdout).not.toContain("\x1b");
});

test("the same command again makes another run with the same numbers", async () => {
  const command = train("--seed", "2", "--steps", "640", "--dir", "twice");
  expect((await here(root, ...command)).code).toBe(0);
  const first = metrics("twice/pg/CartPole-v1/seed-2");
  expect((await here(root, ...command)).stdout).toContain("Run folder: twice/pg/CartPole-v1/seed-2-2\n");
  expect(metrics("twice/pg/CartPole-v1/seed-2")).toEqual(first);
  expect(metrics("twice/pg/CartPole-v1/seed-2-2")).toEqual(first);
});

test("--verbose: a line for every iteration, and what the loss is not", async () => {
  const { stdout, code } = await rl(
    root,
    "train",
    "pg",
    "--env",
    "CartPole-v0",
    "--preset",
    "simplest",
    "--set",
    "iterations=3",
    "--set",
    "stepsPerEnv=200",
    "--verbose",
  );
  expect(code).toBe(0);
  expect(stdout).toContain("The loss is not a measure of progress");
  const rows = stdout.match(/^ +[123] {2}step +\d+ {2}loss +[\d.]+ {2}mean return +[\d.]+ {2}mean length +[\d.]+$/gm);
  expect(rows).toHaveLength(3);
});

test("Ctrl-C saves, prints the resume command and exits 130; resuming gives what an unbroken run gives", async () => {
  const whole = await here(root, ...train("--seed", "3", "--steps", "32000", "--name", "whole"));
  expect(whole.code).toBe(0);
  const running = start(root, ...train("--seed", "3", "--steps", "32000", "--name", "broken"));
  await running.until(/ [2-5]\d %/);
  running.kill("SIGINT");
  const { code, stdout } = await running.done;
  expect(code).toBe(130);
  expect(stdout).toContain("Stopping after this iteration. Ctrl-C again quits at once.\n");
  const [, step, command] = /Saved at step ([\d,]+)\. Go on with: pnpm rl (resume \S+)\n$/.exec(stdout) ?? [];
  expect(Number(step?.replaceAll(",", ""))).toBeGreaterThan(1000);
  const resumed = await here(root, ...command!.split(" "));
  expect(resumed.stdout).toContain(`, from step ${step}\n`);
  expect(resumed.code).toBe(0);
  expect(metrics("runs/pg/CartPole-v1/broken")).toEqual(metrics("runs/pg/CartPole-v1/whole"));
  expect(checkpoints("runs/pg/CartPole-v1/broken")).toEqual(checkpoints("runs/pg/CartPole-v1/whole"));

  // As a kill after the end leaves it.
  const dir = path.join(root, "runs/pg/CartPole-v1/broken");
  fs.writeFileSync(path.join(dir, ".lock"), JSON.stringify({ pid: 2 ** 30, host: os.hostname() }));
  fs.cpSync(path.join(dir, "checkpoints/last"), path.join(dir, "checkpoints/last.new"), { recursive: true });
  const finished = await here(root, "resume", "runs/pg/CartPole-v1/broken");
  expect([...fs.readdirSync(dir), ...fs.readdirSync(path.join(dir, "checkpoints"))].filter((name) => /lock|new/.test(name))).toEqual([]);
  expect(finished).toMatchObject({
    code: 0,
    stdout: "runs/pg/CartPole-v1/broken is finished (step 32,000). See it with: pnpm rl watch runs/pg/CartPole-v1/broken\n",
  });
});

test("a second Ctrl-C quits at once", async () => {
  // One iteration of many steps: the first signal waits for its end.
  const running = start(root, "train", "pg", "--env", "CartPole-v1", "--set", "stepsPerEnv=20000", "--steps", "1e6", "--name", "slow");
  await running.until(/Run folder/);
  running.kill("SIGINT");
  running.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 50));
  running.kill("SIGINT");
  expect((await running.done).code).toBe(130);
});

test(`killed ${KILLS} times at random moments, the run resumes to the bits of one never stopped`, async () => {
  const command = train("--seed", "4", "--steps", "48000", "--save-freq", "3200", "--keep-freq", "16000");
  const began = performance.now();
  expect((await rl(root, ...command, "--name", "unbroken")).code).toBe(0);
  const duration = performance.now() - began;
  const dir = "runs/pg/CartPole-v1/killed";
  const go = (): ReturnType<typeof start> =>
    start(root, ...(fs.existsSync(path.join(root, dir)) ? ["resume", dir] : [...command, "--name", "killed"]));
  for (let kills = 0; kills < KILLS;) {
    const running = go();
    const timer = setTimeout(() => running.kill("SIGKILL"), 200 + Math.random() * duration);
    const { code, stderr } = await running.done;
    clearTimeout(timer);
    expect(stderr).toBe("");
    if (code === null) kills++;
    // Finished before it was hit: begin anew, so that every kill strikes a run at work.
    else if (kills < KILLS) fs.rmSync(path.join(root, dir), { recursive: true });
  }
  expect((await go().done).code).toBe(0);
  expect(metrics(dir)).toEqual(metrics("runs/pg/CartPole-v1/unbroken"));
  expect(checkpoints(dir)).toEqual(checkpoints("runs/pg/CartPole-v1/unbroken"));
  expect(Object.keys(checkpoints(dir))).toHaveLength(10); // last, best and three of step-N, two files each
});

test("a closed terminal and a closed pipe end training like Ctrl-C: saved, also where they say so twice", async () => {
  const long = train("--seed", "6", "--steps", "1e6", "--save-freq", "1e6");
  const hung = start(root, ...long, "--name", "hung");
  await hung.until(/ 5 %/);
  hung.kill("SIGHUP");
  hung.kill("SIGHUP");
  await new Promise((resolve) => setTimeout(resolve, 1));
  hung.kill("SIGHUP");
  const { code, stdout } = await hung.done;
  expect(code).toBe(129);
  expect(stdout).toMatch(/Saved at step [\d,]+\. Go on with: /);

  const piped = start(root, ...long, "--name", "piped");
  await piped.until(/Run folder/);
  piped.closeOutput();
  expect(await piped.done).toMatchObject({ code: 141, stderr: "" });
  for (const name of ["hung", "piped"]) {
    const state = fs.readFileSync(path.join(root, "runs/pg/CartPole-v1", name, "checkpoints/last/state.json"), "utf8");
    expect(Number(/"step": (\d+)/.exec(state)?.[1])).toBeGreaterThan(0);
  }
});

test.runIf(process.platform === "linux")("output onto a full disk ends training with one sentence, saved", async () => {
  const child = spawnSync(
    process.execPath,
    [...NODE_ARGUMENTS, ...train("--seed", "6", "--steps", "1e6", "--save-freq", "1e6", "--name", "full")],
    {
      cwd: root,
      stdio: ["ignore", fs.openSync("/dev/full", "w"), "pipe"],
      encoding: "utf8",
    },
  );
  expect(child.stderr).toBe("rl: Standard output cannot be written: ENOSPC: no space left on device, write.\n");
  expect(child.status).toBe(1);
  expect(fs.existsSync(path.join(root, "runs/pg/CartPole-v1/full/checkpoints/last/state.json"))).toBe(true);
});

test("killed between the last iteration and the evaluation of the final agent, a run is not called finished", async () => {
  expect((await here(root, ...train("--seed", "7", "--steps", "1280", "--eval-freq", "1e6"))).code).toBe(0);
  const dir = "runs/pg/CartPole-v1/seed-7";
  const whole = { metrics: metrics(dir), checkpoints: checkpoints(dir) };
  const file = path.join(root, dir, "metrics.jsonl");
  const lines = fs.readFileSync(file, "utf8").split("\n");
  expect(lines.at(-2)).toContain("eval/mean_reward");
  fs.writeFileSync(file, `${lines.slice(0, -2).join("\n")}\n`);
  const resumed = await here(root, "resume", dir);
  expect(resumed.stdout).toContain("Evaluation of the final agent");
  expect(metrics(dir)).toEqual(whole.metrics);
  expect(checkpoints(dir)).toEqual(whole.checkpoints);
  expect((await here(root, "resume", dir)).stdout).toContain("is finished");

  // As if killed when the evaluation was logged, before the better agent was saved.
  const folder = openRunFolder(path.join(root, dir));
  const { state, progress } = folder.load("last");
  folder.save("last", { state, progress: { ...progress, best: -Infinity } });
  expect((await here(root, "resume", dir)).stdout).toContain("Evaluation of the final agent");
  expect(checkpoints(dir)).toEqual(whole.checkpoints);
});

test("a checkpoint that was asked for is used though the last is of a newer program, and never replaced by a fresh start", async () => {
  expect((await here(root, ...train("--seed", "8", "--steps", "1280", "--eval-freq", "640"))).code).toBe(0);
  const dir = "runs/pg/CartPole-v1/seed-8";
  const file = path.join(root, dir, "checkpoints/last/state.json");
  const [, body] = /^.*\n.*\n([^]*)\n$/.exec(fs.readFileSync(file, "utf8").replace('"version": 1', '"version": 9'))!;
  const signed = `\n${body}`;
  fs.writeFileSync(file, `{\n "sha256": "${createHash("sha256").update(signed).digest("hex")}",${signed}\n`);
  expect((await here(root, "resume", dir)).stderr).toContain("newer than version 1");
  expect((await here(root, "resume", dir, "--checkpoint", "best")).code).toBe(0);

  fs.rmSync(path.join(root, dir, "checkpoints"), { recursive: true });
  expect(await here(root, "resume", dir, "--checkpoint", "best")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('has no checkpoint "best"; nothing was saved there yet') as string,
  });
});

test("a damaged last checkpoint: going on from the best gives the same end", async () => {
  expect((await here(root, ...train("--seed", "5", "--steps", "3200", "--eval-freq", "640"))).code).toBe(0);
  const dir = "runs/pg/CartPole-v1/seed-5";
  const before = { metrics: metrics(dir), last: checkpoints(dir)["last/tensors.safetensors"] };
  fs.truncateSync(path.join(root, dir, "checkpoints/last/state.json"), 50);
  expect(await here(root, "resume", dir, "--checkpoint", "last")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Use another checkpoint: "best"') as string,
  });
  const resumed = await here(root, "resume", dir);
  expect(resumed).toMatchObject({ code: 0, stderr: "" });
  expect(resumed.stdout).toMatch(/^\S+last\/state\.json is damaged: .* Going on from "best" \(step [\d,]+\), the newest that is whole\.\n/);
  expect(metrics(dir)).toEqual(before.metrics);
  expect(checkpoints(dir)["last/tensors.safetensors"]).toBe(before.last);
});

test("rl shuffle: batches keep to a class or mix, and no item comes earlier than its buffer allows", async () => {
  const { screen, text } = recorder({ columns: 200 });
  const out = path.join(root, "pictures/shuffle.svg");
  expect(await cli(["shuffle", "--items", "100", "--out", out], screen)).toBe(0);
  const rows = text().split("\n");
  expect(rows.find((row) => row.startsWith("batch, then shuffle"))).toMatch(/(\[(\d) \2 \2\] ){3}/);
  expect(rows.find((row) => row.startsWith("shuffle, then batch"))).not.toMatch(/(\[(\d) \2 \2\] ){3}/);
  expect(rows).toContainEqual(expect.stringMatching(/^1 +– +0 +0$/));
  expect(rows).toContainEqual(expect.stringMatching(/^25 +24 places early/));
  // Uniform permutation of n: the median distance is n·(1 − √½) = 29.3.
  expect(Number(/^100 +\d+ places early +(\d+)/m.exec(text())?.[1])).toBeCloseTo(29, -0.5);
  expect(fs.readFileSync(out, "utf8")).toMatch(/^<svg .*place in the output/s);
});

test("list and help", async () => {
  const told = async (...args: readonly string[]): Promise<string> => {
    const { screen, text } = recorder();
    expect(await cli(args, screen)).toBe(0);
    return text();
  };
  expect(await told("list", "envs")).toMatch(/^environment +observations.*\n[^]*CartPole-v1 +4 numbers +2 choices +500 +475\n/);
  expect(await told("list", "algos")).toMatch(/^pg +any +gae\* simplest|^pg +any +simplest gae\*/m);
  expect(await told("list", "presets")).toMatch(/^pg +simplest +CartPole-v0 +iterations=50.*stepsPerEnv=5000.*\npg +gae +any +none$/m);
  const help = await rl(root, "--help");
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(await rl(root)).toMatchObject({ code: 0, stdout: expect.stringContaining("Usage: rl [options] [command]") as string });
  for (const command of ["start", "train", "resume", "eval", "watch", "plot", "shuffle", "list"]) {
    expect(help.stdout).toContain(`\n  ${command}`);
    expect(await told(command, "--help")).toContain("\nExamples:\n  $ rl ");
    expect(await told("help", command)).toContain(`Usage: rl ${command} `);
  }
});
