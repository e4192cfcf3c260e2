/** What a run is scored by is what its live line, its curve and its plot show. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { here } from "./rl.ts";

let root = "";
beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "rl-score-"));
});
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

test("a run whose rollouts never see the end of long episodes is scored by the rollout's return, and plotted so", async () => {
  const small = ["--steps", "1536", "--eval-episodes", "1"];
  const guided = await here(root, "train", "ppo", "--preset", "guide", "--verbose", ...small);
  expect(guided).toMatchObject({ code: 0, stderr: "" });
  const dir = "runs/ppo/CartPole-v1/seed-0";
  const read = (file: string): string => fs.readFileSync(path.join(root, dir, file), "utf8");
  expect(JSON.parse(read("config.json"))).toMatchObject({ scoreMetric: "rollout/return_mean" });

  const lines = read("metrics.jsonl").trim().split("\n");
  const { "rollout/return_mean": score, "rollout/ep_rew_mean": whole } = JSON.parse(lines[0]!) as Record<string, number>;
  expect(score).not.toBe(whole);
  // Not "mean return": agents whose episodes go on return more.
  expect(guided.stdout).toMatch(new RegExp(`^ *1 .*rollout/return_mean +${score!.toPrecision(4)} `, "m"));
  expect(guided.stdout).toContain("The rollout/return_mean is.");
  expect(guided.stdout).toContain("\nrollout/return_mean, which the run is scored by:\n");

  const plotted = await here(root, "plot", dir);
  expect(plotted.stdout).toMatch(/^rollout\/return_mean of runs/);
  // 475 is a return of whole episodes.
  expect(plotted.stdout).not.toContain("solved at");
  expect((await here(root, "plot", dir, "--metric", "rollout/ep_rew_mean")).stdout).toMatch(/^rollout\/ep_rew_mean of runs/);

  const plain = await here(root, "train", "pg", "--env", "CartPole-v1", ...small);
  expect(plain).toMatchObject({ code: 0 });
  expect(plain.stdout).toContain("\nMean return of training episodes:\n");
  const mixed = await here(root, "plot", dir, "runs/pg/CartPole-v1/seed-0");
  expect(mixed).toMatchObject({ code: 2, stdout: "" });
  expect(mixed.stderr).toMatch(/different scores: .* rollout\/return_mean, .* rollout\/ep_rew_mean; choose what to draw with --metric/);
  expect(await here(root, "plot", dir, "runs/pg/CartPole-v1/seed-0", "--metric", "eval/mean_reward")).toMatchObject({ code: 0 });
});
