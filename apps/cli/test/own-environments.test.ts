/** The program with environments of one's own: action masks hold in train, eval and watch; a number that is not finite ends training with all that helps. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import "./fixtures/environments.ts";
import { here, rl } from "./rl.ts";

let root = "";
const optionsBefore = process.env["NODE_OPTIONS"];
beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "rl-own-"));
  const environments = pathToFileURL(path.join(import.meta.dirname, "fixtures/environments.ts")).href;
  process.env["NODE_OPTIONS"] = `${optionsBefore ?? ""} --conditions=@rl/source --import=${environments}`;
});
afterAll(() => {
  if (optionsBefore === undefined) delete process.env["NODE_OPTIONS"];
  else process.env["NODE_OPTIONS"] = optionsBefore;
  fs.rmSync(root, { recursive: true, force: true });
});

const SMALL = [
  "--set",
  "stepsPerEnv=32",
  "--set",
  "minibatchSize=64",
  "--set",
  "hiddenSizes=[16]",
  "--eval-episodes",
  "2",
  "--save-freq",
  "500",
];

test.each([
  [
    "test/NanObservation-v0",
    [],
    /Element 0 of the observation of environment \d is NaN after step 36\d; expected a finite number\. Likely causes: a division by zero or an overflow in the environment's step\(\), .*/,
  ],
  [
    "test/InfiniteReward-v0",
    [],
    /Reward of environment \d is Infinity at step 36\d; expected a finite number\. Likely causes: a division by zero .*/,
  ],
])("%s: training ends with iteration, place, causes and the last good checkpoint, which is there and works", async (env, more, what) => {
  const { code, stdout, stderr } = await rl(root, "train", "ppo", "--env", env, "-n", "5000", ...SMALL, ...more);
  expect(code).toBe(1);
  const dir = /^Run folder: (.*)$/m.exec(stdout)![1]!;
  expect(stderr).toMatch(
    new RegExp(
      `^rl: createPpo: iteration 12 cannot go on\\. ${what.source} The last good checkpoint is ${dir}/checkpoints/last \\(step 2560\\)\\. \\(--debug shows where\\)\\n$`,
    ),
  );
  // What was measured until then is on disk, and the checkpoint can be used.
  expect(
    fs
      .readFileSync(path.join(root, dir, "metrics.jsonl"), "utf8")
      .trimEnd()
      .split("\n"),
  ).toHaveLength(11);
  const evaluated = await here(root, "eval", dir, "--checkpoint", "last", "--episodes", "3");
  expect(evaluated).toMatchObject({ code: 0, stderr: "" });
  expect(evaluated.stdout).toContain("checkpoint last (step 2,560)");
});

test("a learning rate that is far too high: the first bad tensor, and that nothing was saved before", async () => {
  const { code, stderr } = await rl(root, "train", "ppo", "--env", "test/FineForNow-v0", ...SMALL, "--set", "learningRate=1e38");
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^rl: createPpo: iteration 1 cannot go on\. The first tensor that is not finite is .*Likely causes: a learningRate that is too high.* No checkpoint had been saved yet\./,
  );
});

test.each([
  ["ppo", "info"],
  ["ppo", "method"],
  ["trpo", "method"],
  ["pg", "info"],
])("%s keeps to action masks by %s in train, eval and watch, drawn at random and most likely", async (algorithm, way) => {
  const settings = algorithm === "ppo" ? SMALL : SMALL.filter((_, i) => i !== 2 && i !== 3);
  const env = `test/Masked-${way}-v0`;
  const trained = await rl(root, "train", algorithm, "--env", env, "-n", "4000", "--seed", "3", ...settings);
  expect(trained).toMatchObject({ code: 0, stderr: "" });
  const dir = /^Run folder: (.*)$/m.exec(trained.stdout)![1]!;
  const evaluated = await here(root, "eval", dir, "--episodes", "5", "--checkpoint", "last", "--json");
  expect(evaluated).toMatchObject({ code: 0, stderr: "" });
  expect((JSON.parse(evaluated.stdout) as { returns: number[] }).returns).toEqual([8, 8, 8, 8, 8]);
  for (const command of ["eval", "watch"])
    expect(await here(root, command, dir, "--episodes", "20", "--stochastic")).toMatchObject({ code: 0, stderr: "" });
});

test("what an environment's infos lose is said once for each name, on standard error, and training goes on", async () => {
  const { code, stdout, stderr } = await rl(root, "train", "ppo", "--env", "test/Talkative-v0", "-n", "4000", ...SMALL);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^warning: info "nothing" of row 0, .*\.\nwarning: info "level" of row 0, .*\.\n$/);
  expect(stdout).not.toContain("warning:");
});
